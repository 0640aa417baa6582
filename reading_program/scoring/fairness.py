"""Was the judging fair: loads, spread, agreement, how strict each judge was, and what hangs on one.

The raw result stays the official one; everything here is advice to the people who decide.
Strictness comes from an additive model, mark = work + judge: judges who saw different works
are compared through the works they have in common.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from math import sqrt
from statistics import NormalDist, fmean, median, pstdev

from reading_program.scoring import aggregation
from reading_program.scoring.aggregation import Marks, Rule

ROUNDS = 60  # of the fit; connected pools settle to a hundredth of a point long before
SMALLEST_EFFECT = 2.0  # points out of 100; less is of no consequence, however certain
FEWEST_MARKS = 5
FALSE_ALARMS = 0.01  # chance that a pool of even-handed judges has anybody flagged


@dataclass(frozen=True, slots=True)
class JudgeReport:
    judge: int
    marks: int
    mean: float
    spread: float
    severity: float  # points above (lenient) or below (strict) the others on the same works
    is_flagged: bool
    flips: int  # awards that would change without this judge

    @property
    def severity_size(self) -> float:
        return abs(self.severity)


@dataclass(frozen=True, slots=True)
class Report:
    judges: list[JudgeReport]
    agreement: float | None  # share of pairs of works two judges both saw and ordered alike
    concordance: float | None  # Kendall's W, where every judge saw every work
    far_apart: list[int]  # works whose marks differ most, widest first


def report(marks: Marks, *, rule: Rule, counts: Sequence[int], widest: int = 10) -> Report:
    """Everything about one track and group; `counts` are the awards of each level."""
    by_judge = _by_judge(marks)
    severities, errors = _severities(marks)
    limit = _limit(len(by_judge))
    flipped = flips(marks, rule=rule, counts=counts)
    judges = [
        JudgeReport(
            judge=judge,
            marks=len(seen),
            mean=fmean(map(float, seen.values())),
            spread=pstdev(map(float, seen.values())),
            severity=severities[judge],
            is_flagged=_is_flagged(severities[judge], errors[judge], len(seen), limit),
            flips=flipped[judge],
        )
        for judge, seen in sorted(by_judge.items())
    ]
    return Report(judges, agreement(marks), concordance(marks), _far_apart(marks)[:widest])


def flips(marks: Marks, *, rule: Rule, counts: Sequence[int]) -> dict[int, int]:
    """For each judge, how many works would have another award if that judge had not marked."""
    official = _levels(marks, rule, counts)
    found: dict[int, int] = {}
    for judge in _by_judge(marks):
        without = {
            work: {key: mark for key, mark in given.items() if key != judge}
            for work, given in marks.items()
        }
        # A work only this judge has seen keeps its result: there is nothing to put in its place.
        for work, given in marks.items():
            without[work] = without[work] or dict(given)
        other = _levels(without, rule, counts)
        found[judge] = sum(official.get(work) != other.get(work) for work in marks)
    return found


def adjusted(marks: Marks) -> dict[int, float]:
    """Each work's mean with the judges' strictness taken out; advice, never the result."""
    severities, _ = _severities(marks)
    return {
        work: fmean(float(mark) - severities[judge] for judge, mark in given.items())
        for work, given in marks.items()
        if given
    }


def agreement(marks: Marks) -> float | None:
    """Of all pairs of works two judges both told apart, the share they ordered alike."""
    alike = told = 0
    for one, other in combinations(_by_judge(marks).values(), 2):
        for first, second in combinations(sorted(one.keys() & other.keys()), 2):
            here, there = one[first] - one[second], other[first] - other[second]
            if here and there:
                told += 1
                alike += (here > 0) == (there > 0)
    return alike / told if told else None


def concordance(marks: Marks) -> float | None:
    """Kendall's W with the correction for ties, or None where not everybody saw everything."""
    by_judge = _by_judge(marks)
    works = sorted(work for work, given in marks.items() if given)
    m, n = len(by_judge), len(works)
    if m < 2 or n < 2 or any(len(seen) != n for seen in by_judge.values()):
        return None
    sums = dict.fromkeys(works, 0.0)
    ties = 0.0
    for seen in by_judge.values():
        values = list(seen.values())
        for work in works:
            below = sum(other < seen[work] for other in values)
            equal = sum(other == seen[work] for other in values)
            sums[work] += below + (equal + 1) / 2
        ties += sum(values.count(value) ** 3 - values.count(value) for value in {*values})
    middle = fmean(sums.values())
    spread = sum((value - middle) ** 2 for value in sums.values())
    most = m**2 * (n**3 - n) - m * ties
    return 12 * spread / most if most else None


def _by_judge(marks: Marks) -> dict[int, dict[int, Decimal]]:
    found: dict[int, dict[int, Decimal]] = defaultdict(dict)
    for work, given in marks.items():
        for judge, mark in given.items():
            found[judge][work] = mark
    return dict(found)


def _levels(marks: Marks, rule: Rule, counts: Sequence[int]) -> dict[int, int]:
    placed = aggregation.places(aggregation.results(marks, rule=rule))
    return aggregation.awards(placed, counts=counts)


def _severities(marks: Marks) -> tuple[dict[int, float], dict[int, float]]:
    """Points each judge gives above the others, and the standard error of that."""
    seen = {work: {j: float(m) for j, m in given.items()} for work, given in marks.items() if given}
    judges = {judge for given in seen.values() for judge in given}
    by_judge = {j: [work for work, given in seen.items() if j in given] for j in judges}
    lean = dict.fromkeys(judges, 0.0)
    worth: dict[int, float] = {}
    for _ in range(ROUNDS):
        worth = {w: fmean(mark - lean[j] for j, mark in given.items()) for w, given in seen.items()}
        lean = {j: fmean(seen[w][j] - worth[w] for w in works) for j, works in by_judge.items()}
        # The median: one strict judge must not make all the others look lenient.
        middle = median(lean.values()) if lean else 0.0
        lean = {j: value - middle for j, value in lean.items()}
    return lean, _errors(seen, by_judge, worth, lean)


def _errors(
    seen: Mapping[int, Mapping[int, float]],
    by_judge: Mapping[int, Sequence[int]],
    worth: Mapping[int, float],
    lean: Mapping[int, float],
) -> dict[int, float]:
    total = sum(len(given) for given in seen.values())
    freedom = total - len(seen) - len(by_judge) + 1
    if freedom < 1:
        return dict.fromkeys(by_judge, float("inf"))
    rest = sum(
        (mark - worth[work] - lean[judge]) ** 2
        for work, given in seen.items()
        for judge, mark in given.items()
    )
    noise = sqrt(rest / freedom)
    # A work of k judges tells 1 − 1/k of a mark about one of them: the rest fixes the work itself.
    told = {j: sum(1 - 1 / len(seen[w]) for w in works) for j, works in by_judge.items()}
    return {j: noise / sqrt(value) if value else float("inf") for j, value in told.items()}


def _limit(judges: int) -> float:
    """How many standard errors are beyond chance in a pool of so many judges, on both sides."""
    return NormalDist().inv_cdf(1 - FALSE_ALARMS / (2 * max(judges, 1)))


def _is_flagged(severity: float, error: float, marks: int, limit: float) -> bool:
    if marks < FEWEST_MARKS or abs(severity) < SMALLEST_EFFECT:
        return False
    return abs(severity) > limit * error


def _far_apart(marks: Marks) -> list[int]:
    width = {w: max(g.values()) - min(g.values()) for w, g in marks.items() if len(g) > 1}
    return sorted((w for w, value in width.items() if value), key=lambda w: (-width[w], w))
