"""How units stand with one item: on time or late, let off, given longer, in a window opened again.

The cells are counted for everybody alike beside this; here is what the few units change that
were granted something.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Literal

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from activities.models import ObligationCell, ObligationRelief, ObligationWindow
from committees.choices import ObligationKind
from committees.models import ObligationItem, ObligationSet, Unit

SOON = timedelta(days=30)

By = Literal["office", "unit"]
Words = tuple[str, str]  # what a reader sees, and its tone


@dataclass(frozen=True, slots=True)
class Tally:
    """How the units behind one cell stand; `counted` and `pending` are records, the rest units.

    `done` is those on time and those `late` together. A `waiting` unit has handed in enough and
    waits for its office. Past the due day it is overdue all the same, and the words then say whose
    turn it is. A `waived` unit is not expected; an `extended` one is, by a day of its own, which
    `due_on` tells where the cell is one unit's.
    """

    expected: int = 0
    done: int = 0
    waiting: int = 0
    overdue: int = 0
    counted: int = 0
    pending: int = 0
    late: int = 0
    waived: int = 0
    extended: int = 0
    due_on: date | None = None

    @property
    def on_time(self) -> int:
        return self.done - self.late

    @property
    def left(self) -> int:
        return self.expected - self.done

    @property
    def percent(self) -> int | None:
        """Whole percent, rounded down so that 100 means all; None where nobody is asked."""
        return self.done * 100 // self.expected if self.expected else None

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.expected + other.expected,
            self.done + other.done,
            self.waiting + other.waiting,
            self.overdue + other.overdue,
            self.counted + other.counted,
            self.pending + other.pending,
            self.late + other.late,
            self.waived + other.waived,
            self.extended + other.extended,
        )


@dataclass(frozen=True, slots=True)
class Column:
    """One item of the set as it stands on a day."""

    item: ObligationItem
    on: date
    windows: tuple[ObligationWindow, ...] = ()

    @property
    def is_over(self) -> bool:
        return self.is_over_by(self.item.due_on)

    @property
    def is_soon(self) -> bool:
        return self.is_soon_by(self.item.due_on)

    @property
    def open_window(self) -> ObligationWindow | None:
        """The window in which the item can be made up for on that day."""
        return next((it for it in self.windows if it.opens_on <= self.on <= it.closes_on), None)

    def is_over_by(self, due_on: date) -> bool:
        return due_on < self.on and self.open_window is None

    def is_soon_by(self, due_on: date) -> bool:
        last = self.open_window.closes_on if self.open_window else due_on
        return self.on <= last <= self.on + SOON

    def is_late(self, reached_on: date | None, due_on: date) -> bool:
        """Whether a unit that reached the number on that day did so too late."""
        if reached_on is None or reached_on <= due_on:
            return False
        return not any(it.opens_on <= reached_on <= it.closes_on for it in self.windows)

    @property
    def due_label(self) -> str:
        last = self.open_window.closes_on if self.open_window else self.item.due_on
        return f"{'补办到' if self.open_window else ''}{last.month}月{last.day}日前"

    def words(self, tally: Tally) -> Words:
        """State of many units in words (ux.md 3.4)."""
        if not tally.expected:
            return ("都不要求" if tally.waived else "不适用"), "none"
        if not tally.left:
            return "全部完成", "done"
        if tally.overdue:
            also = f" · 待审 {tally.waiting}" if tally.waiting else " 家"
            return f"逾期 {tally.overdue}{also}", "late"
        if self.is_soon:
            return f"快到期 差 {tally.left} 家", "soon"
        if tally.waiting == tally.left:
            return f"待审 {tally.waiting} 家", "waiting"
        if not tally.done and not tally.waiting:
            return "未到期", "later"
        return f"还差 {tally.left} 家", "later"

    def unit_words(self, tally: Tally) -> Words:
        """State of one unit in words (ux.md 2.3)."""
        if not tally.expected:
            return ("不要求" if tally.waived else "不适用"), "none"
        if tally.done:
            return ("已完成，晚了" if tally.late else "已完成"), "done"
        if tally.overdue:
            return ("已逾期，待审", "soon") if tally.waiting else ("已逾期", "late")
        if tally.waiting:
            return "已交待审", "waiting"
        if self.open_window:
            return "补办期内", "soon"
        if self.is_soon_by(tally.due_on or self.item.due_on):
            return "快到期", "soon"
        return ("延期中" if tally.extended else "未到期"), "later"

    def unit_value(self, tally: Tally) -> str:
        """What one unit has: 有 or 无 of a flag, how many times of an event, — if not asked."""
        if not tally.expected:
            return "—"
        if self.item.kind == ObligationKind.FLAG and self.item.min_count == 1:
            return "有" if tally.counted else "无"
        of = f"/{self.item.min_count}" if self.item.min_count > 1 else ""
        return f"{tally.counted}{of} 次"


def windows_of(obligation_set: ObligationSet) -> dict[str, list[ObligationWindow]]:
    found: dict[str, list[ObligationWindow]] = {}
    for window in ObligationWindow.objects.filter(
        city=obligation_set.city_id, year=obligation_set.year
    ):
        found.setdefault(window.code, []).append(window)
    return found


def reached_late(columns: Iterable[Column]) -> Q:
    """Cells whose number was reached after the last day and in no window opened again."""
    late = Q(reached_on__gt=F("item__due_on"))
    for column in columns:
        for it in column.windows:
            late &= ~Q(item=column.item.pk, reached_on__range=(it.opens_on, it.closes_on))
    return late


@dataclass(frozen=True, slots=True)
class Ease:
    """What the reliefs of one cell change: `plain` is how their units were counted without."""

    plain: Tally
    granted: Tally


def eased_cells(
    obligation_set: ObligationSet,
    columns: tuple[Column, ...],
    units: QuerySet[Unit],
    *,
    by: By,
) -> dict[tuple[int | None, int], Ease]:
    """By row key and item, the units let off or given longer: counted one by one, they are few."""
    of_code = {column.item.code: column for column in columns}
    cells = ObligationCell.objects.filter(
        unit=OuterRef("unit"), item__code=OuterRef("code"), item__obligation_set=obligation_set
    )
    found: dict[tuple[int | None, int], Ease] = {}
    reliefs = ObligationRelief.objects.filter(
        year=obligation_set.year,
        code__in=of_code,
        unit__in=units.filter(is_asked=True).values("pk"),
    ).annotate(
        counted=Subquery(cells.values("counted")),
        pending=Subquery(cells.values("pending")),
        reached_on=Subquery(cells.values("reached_on")),
    )
    for relief in reliefs.select_related("unit"):
        column = of_code[relief.code]
        if relief.unit.kind not in column.item.unit_kinds:
            continue
        key = (relief.unit.office_id if by == "office" else relief.unit_id, column.item.pk)
        before = found.get(key, Ease(Tally(), Tally()))
        plain = _alone(relief, column, due_on=column.item.due_on)
        granted = Tally(waived=1)
        if relief.due_on is not None:
            longer = _alone(relief, column, due_on=relief.due_on)
            granted = replace(longer, extended=1, due_on=relief.due_on)
        whole = before.granted + granted
        if by == "unit":
            whole = replace(whole, due_on=relief.due_on)
        found[key] = Ease(before.plain + plain, whole)
    return found


def _alone(relief: Any, column: Column, *, due_on: date) -> Tally:
    """How one unit stands by a last day of its own."""
    counted, pending = relief.counted or 0, relief.pending or 0
    enough = column.item.min_count
    done = counted >= enough
    return Tally(
        expected=1,
        done=int(done),
        waiting=int(not done and counted + pending >= enough),
        overdue=int(not done and column.is_over_by(due_on)),
        counted=counted,
        pending=pending,
        late=int(done and column.is_late(relief.reached_on, due_on)),
    )


def with_ease(tally: Tally, ease: Ease | None) -> Tally:
    """The cell with its reliefs in place of how their units were counted without."""
    if ease is None:
        return tally
    rest = Tally(
        tally.expected - ease.plain.expected,
        tally.done - ease.plain.done,
        tally.waiting - ease.plain.waiting,
        tally.overdue - ease.plain.overdue,
        tally.counted - ease.plain.counted,
        tally.pending - ease.plain.pending,
        tally.late - ease.plain.late,
    )
    return replace(rest + ease.granted, due_on=ease.granted.due_on)
