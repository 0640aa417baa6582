"""How numbers of the 统计年报 come about, add up and are checked. Pure: rows in, numbers out.

A figure that records answer is made of rows (row, amount): a record with its people, a person
with 1. Going up with `once` a row counts once however many units it stands in (共办的记录, one
elder at two schools); what units set right by hand is added as the difference they signed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from evaluations.figures.statistics_form import Check, Form, Indicator

Row = tuple[int, int]  # the row's primary key, and what it adds
FEW = 5  # a change by fewer than this is nothing to explain, whatever the per cent


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of one unit: `records` is what its rows say, `value` what the unit reports."""

    value: int | None
    records: int | None = None
    rows: tuple[Row, ...] = ()
    reason: str = ""  # why it differs from the records
    note: str = ""  # why it moved so much since last year
    corrected: bool = False

    @property
    def differs(self) -> bool:
        return self.records is not None and self.value != self.records


@dataclass(frozen=True, slots=True)
class Added:
    """A level's number; `plain` is the bare sum of what its units report."""

    value: int | None
    plain: int | None
    rows: tuple[Row, ...] = ()

    @property
    def doubles(self) -> int:
        """How much the bare sum counts more than once."""
        if self.value is None or self.plain is None:
            return 0
        return self.plain - self.value


def measured(indicator: Indicator, rows: Sequence[Row]) -> int | None:
    """The number the rows make: a sum, or a mean rounded half up (None of nothing)."""
    total = sum(amount for _, amount in rows)
    if not indicator.is_mean:
        return total
    return (2 * total + len(rows)) // (2 * len(rows)) if rows else None


def figure(indicator: Indicator, rows: Iterable[Row], answer: Mapping[str, Any]) -> Figure:
    """What a unit reports now: the typed number, else that of its records."""
    typed, note = answer.get("value"), str(answer.get("note", ""))
    if indicator.source is None:
        return Figure(typed, note=note)
    mine = tuple(sorted(set(rows)))
    records = measured(indicator, mine)
    if typed is None or typed == records:
        return Figure(records, records, mine, note=note)
    return Figure(typed, records, mine, str(answer.get("reason", "")), note)


def corrected(found: Figure, after: int) -> Figure:
    return replace(found, value=after, corrected=True)


def added(indicator: Indicator, figures: Sequence[Figure]) -> Added:
    """The number of a level from those of its units; None where nobody knows any, or none adds."""
    known = [one.value for one in figures if one.value is not None]
    plain = sum(known) if known and indicator.up != "none" else None
    if indicator.source is None or indicator.up == "sum":
        return Added(plain, plain)
    distinct: dict[int, int] = {}
    for one in figures:
        for row, amount in one.rows:
            distinct[row] = max(amount, distinct.get(row, 0))
    rows = tuple(sorted(distinct.items()))
    value = measured(indicator, rows)
    if value is None or indicator.is_mean:
        return Added(value, None, rows)
    if not known:
        return Added(None, None, rows)
    moved = sum((one.value or 0) - (one.records or 0) for one in figures if one.differs)
    return Added(max(0, value + moved), plain, rows)


# --- checks ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule the numbers do not keep: the rule, and what stands against it."""

    check: Check
    sentence: str

    @property
    def codes(self) -> tuple[str, ...]:
        return (*self.check.left, *self.check.right)


@dataclass(frozen=True, slots=True)
class Jump:
    """A number that moved further since last year than the form lets pass without a word."""

    indicator: Indicator
    before: int
    now: int
    note: str

    @property
    def sentence(self) -> str:
        way = "多" if self.now > self.before else "少"
        share = abs(self.now - self.before) * 100 // self.before if self.before else 0
        much = f"，{way}了 {share}%" if share else ""
        return f"{self.indicator.label}去年 {self.before:,}，今年 {self.now:,}{much}"


def broken(form: Form, values: Mapping[str, int | None]) -> list[Broken]:
    """Rules that do not hold; one with a number still missing is not asked yet."""
    found = []
    for check in form.checks:
        left, right = _sum(check.left, values), _sum(check.right, values)
        if left is None or right is None or _holds(left, check.op, right):
            continue
        said = f"{check.say}。现在 {_words(check.left, values)}，{_words(check.right, values)}"
        found.append(Broken(check, said))
    return found


def _sum(codes: Sequence[str], values: Mapping[str, int | None]) -> int | None:
    parts = [values.get(code) for code in codes]
    if any(part is None for part in parts):
        return None
    return sum(part for part in parts if part is not None)


def _holds(left: int, op: str, right: int) -> bool:
    return {"<=": left <= right, ">=": left >= right, "=": left == right}[op]


def _words(codes: Sequence[str], values: Mapping[str, int | None]) -> str:
    total = _sum(codes, values)
    named = codes[0] if len(codes) == 1 else f"{codes[0]} 到 {codes[-1]} 加起来"
    return f"{named} 是 {total:,}"


def jumps(
    form: Form, figures: Mapping[str, Figure], before: Mapping[str, int | None]
) -> list[Jump]:
    """What moved by more than the form's per cent, and by five or more."""
    found = []
    for indicator in form.indicators():
        now, was = figures[indicator.code].value, before.get(indicator.code)
        if now is None or was is None or not form.year_change or indicator.is_mean:
            continue
        moved = abs(now - was)
        if moved >= FEW and moved * 100 > was * form.year_change:
            found.append(Jump(indicator, was, now, figures[indicator.code].note))
    return found
