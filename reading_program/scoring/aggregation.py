"""From the judges' marks to one result a work and its place: exact, whatever the rule.

Marks are Decimals; sums and means are Fractions, so that two works tie only when they really do.
Rules in use (domain.md 3.7): mean, mean without the highest and lowest, sum of ranks.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction

Marks = Mapping[int, Mapping[int, Decimal]]  # work -> judge -> mark

LEAST_FOR_TRIMMING = 4
CENT = Decimal("0.01")


class Rule(StrEnum):
    MEAN = "mean"
    TRIMMED = "trimmed"
    RANKS = "ranks"


class TieRule(StrEnum):
    """What told two works of the same result apart; the wording goes into the record."""

    NONE = ""
    FIRST_CRITERION = "总分相同，按第一项评分排"
    NEXT_CRITERIA = "总分和第一项都相同，按后面各项评分排"
    PANEL = "评分完全相同，由评委组商定"
    SHARED = "评分完全相同，名次并列"


@dataclass(frozen=True, slots=True)
class Place:
    """One work's result. `value` is better when larger, under every rule."""

    work: int
    place: int
    value: Fraction
    tie_rule: TieRule = TieRule.NONE


def as_decimal(value: Fraction) -> Decimal:
    """Two places, halves up, as results are announced."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(CENT, rounding=ROUND_HALF_UP)


def mean(marks: Sequence[Decimal]) -> Fraction:
    return sum(map(Fraction, marks), Fraction(0)) / len(marks)


def trimmed_mean(marks: Sequence[Decimal]) -> Fraction:
    """Without one highest and one lowest; with fewer than four marks nothing is left out."""
    if len(marks) < LEAST_FOR_TRIMMING:
        return mean(marks)
    return mean(sorted(marks)[1:-1])


def weighted(parts: Sequence[tuple[Decimal, Decimal, Decimal]]) -> Decimal:
    """The mark out of 100 of (given, most, weight) rows."""
    whole = sum((Fraction(weight) for _, _, weight in parts), Fraction(0))
    shares = (Fraction(given) / Fraction(most) * Fraction(weight) for given, most, weight in parts)
    return as_decimal(sum(shares, Fraction(0)) / whole * 100)


def differs_too_much(marks: Sequence[Decimal], *, gap: Decimal) -> bool:
    """Two judges further apart than `gap`: a third one is called."""
    return len(marks) == 2 and abs(marks[0] - marks[1]) > gap


def settled(marks: Sequence[Decimal], *, gap: Decimal) -> list[Decimal]:
    """With a third mark after a gap, the two nearest count; all three where neither is nearer."""
    if len(marks) != 3 or not _called_third(marks, gap):
        return list(marks)
    low, middle, high = sorted(marks)
    if middle - low == high - middle:
        return [low, middle, high]
    return [low, middle] if middle - low < high - middle else [middle, high]


def _called_third(marks: Sequence[Decimal], gap: Decimal) -> bool:
    """`marks` are in the order they were given."""
    return abs(marks[0] - marks[1]) > gap


def results(marks: Marks, *, rule: Rule, gap: Decimal | None = None) -> dict[int, Fraction]:
    """One number a work, larger is better; works nobody has marked are left out."""
    marked = {work: dict(given) for work, given in marks.items() if given}
    if rule == Rule.RANKS:
        return _rank_results(marked)
    counted: dict[int, Fraction] = {}
    for work, given in marked.items():
        used = list(given.values()) if gap is None else settled(list(given.values()), gap=gap)
        counted[work] = trimmed_mean(used) if rule == Rule.TRIMMED else mean(used)
    return counted


def _rank_results(marks: Mapping[int, Mapping[int, Decimal]]) -> dict[int, Fraction]:
    """Each judge's order as shares of the works that judge saw (1 best, 0 last), then the mean.

    Where every judge saw every work this is the order of the plain sum of ranks.
    """
    by_judge: dict[int, dict[int, Decimal]] = defaultdict(dict)
    for work, given in marks.items():
        for judge, mark in given.items():
            by_judge[judge][work] = mark
    shares: dict[int, list[Fraction]] = defaultdict(list)
    for seen in by_judge.values():
        for work, mark in seen.items():
            below = sum(other < mark for other in seen.values())
            equal = sum(other == mark for other in seen.values())
            shares[work].append(Fraction(2 * below + equal, 2 * len(seen)))
    return {work: sum(each, Fraction(0)) / len(each) for work, each in shares.items()}


def places(
    values: Mapping[int, Fraction],
    *,
    criteria: Mapping[int, Sequence[Fraction]] | None = None,
    panel: Mapping[int, int] | None = None,
) -> list[Place]:
    """The order, with what told equals apart: first criterion, the next ones, then the panel.

    `criteria` are each work's means by criterion in the order of the score sheet; `panel` the
    places a panel agreed on. Works nothing tells apart share the place.
    """
    rows = criteria or {}
    agreed = panel or {}

    def key(work: int) -> tuple[Fraction, tuple[Fraction, ...], int]:
        return values[work], tuple(rows.get(work, ())), -agreed.get(work, 0)

    keys = {work: key(work) for work in values}
    ordered = sorted(values, key=lambda work: (*_reversed(keys[work]), work))
    equals: dict[Fraction, list[int]] = defaultdict(list)
    for work in ordered:
        equals[values[work]].append(work)
    placed: list[Place] = []
    for at, work in enumerate(ordered):
        rules = [
            _told_apart(keys[work], keys[other]) for other in equals[values[work]] if other != work
        ]
        rule = max(rules, key=list(TieRule).index, default=TieRule.NONE)
        shares = at > 0 and keys[ordered[at - 1]] == keys[work]
        placed.append(Place(work, placed[-1].place if shares else at + 1, values[work], rule))
    return placed


def _reversed(
    key: tuple[Fraction, tuple[Fraction, ...], int],
) -> tuple[Fraction, tuple[Fraction, ...], int]:
    value, rows, agreed = key
    return -value, tuple(-row for row in rows), -agreed


def _told_apart(
    one: tuple[Fraction, tuple[Fraction, ...], int],
    other: tuple[Fraction, tuple[Fraction, ...], int],
) -> TieRule:
    if one[1][:1] != other[1][:1]:
        return TieRule.FIRST_CRITERION
    if one[1] != other[1]:
        return TieRule.NEXT_CRITERIA
    return TieRule.PANEL if one[2] != other[2] else TieRule.SHARED


def awards(placed: Sequence[Place], *, counts: Sequence[int]) -> dict[int, int]:
    """Level (1 the highest) of each work within the counts; a shared place is never divided.

    Works sharing the place a level ends with all get that level, and the next one shrinks.
    """
    levels: dict[int, int] = {}
    limits = [sum(counts[: at + 1]) for at in range(len(counts))]
    for at, row in enumerate(placed):
        before = placed[at - 1] if at else None
        if before is not None and row.place == before.place:
            level = levels.get(before.work)
        else:
            level = next((n for n, limit in enumerate(limits, start=1) if at < limit), None)
        if level is None:
            break
        levels[row.work] = level
    return levels


def counts_of_shares(total: int, *, per_cent: Sequence[Decimal]) -> list[int]:
    """How many of `total` each share is, rounded half up, never more than there are."""
    counts: list[int] = []
    for share in per_cent:
        exact = (Decimal(total) * share / 100).quantize(Decimal(1), rounding=ROUND_HALF_UP)
        counts.append(min(int(exact), total - sum(counts)))
    return counts
