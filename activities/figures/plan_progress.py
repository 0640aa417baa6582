"""How far the tasks of a plan are, counted from accepted records, never ticked.

A task is measured by a kind of record (a unit has done it when it holds as many accepted records
of that kind, in the plan's year, as the target says), or by an item of the year's obligations (as
the matrix counts it), or by nothing: then the unit itself tells. The same few queries whatever
the number of tasks or units.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from activities.choices import ActivityState, ToldState
from activities.figures import open_units
from activities.figures.asked import asks, tasks_of
from activities.models import (
    Activity,
    ActivityKind,
    ObligationCell,
    ObligationRelief,
    PlanTask,
    TaskWork,
    WorkPlan,
)
from committees.models import ObligationItem, ObligationSet, Unit
from portal.kernel.numbering import han_value

_TIMES = re.compile(
    r"(\d{1,3}|[一二两三四五六七八九十]{1,3})(?:[—–~～-]\d+)?(?:次|场|期|篇|堂|节|回)"
)
_A_YEAR = {"每学期": 2, "每季度": 4, "每月": 12}

Words = tuple[str, str]  # what a reader sees, and its tone


@dataclass(frozen=True, slots=True)
class _Measured:
    """A task and what measures it: a kind of record, an `item` of the obligations, or nothing."""

    task: PlanTask
    needed: int
    on: date
    item: ObligationItem | None

    @property
    def kind(self) -> ActivityKind | None:
        return self.task.kind

    @property
    def is_measured(self) -> bool:
        return self.kind is not None or self.item is not None


@dataclass(frozen=True, slots=True)
class UnitTask(_Measured):
    """One task of one unit: `counted` accepted and `waiting` handed-in records of `needed`.

    `extended_to` is the day the unit was given for the item that measures the task.
    """

    counted: int
    waiting: int
    work: TaskWork | None = None
    extended_to: date | None = None

    @property
    def due_on(self) -> date | None:
        """The task's own day, or the unit's later one; a task without a day has none."""
        days = [day for day in (self.task.due_on, self.extended_to) if day is not None]
        return max(days) if self.task.due_on is not None else None

    @property
    def is_extended(self) -> bool:
        return self.due_on != self.task.due_on

    @property
    def is_done(self) -> bool:
        """By its records; where nothing measures it, by what the unit told."""
        if not self.is_measured:
            return self.work is not None and self.work.told == ToldState.DONE
        return self.counted >= self.needed

    @property
    def words(self) -> Words:
        """The four words of a task (ux.md 2.3), and an honest fifth where nothing is counted."""
        if not self.is_measured and self.work is None:
            return "不按记录统计", "none"
        if self.is_done:
            return "已完成", "done"
        if self.due_on is not None and self.due_on < self.on:
            return "已逾期", "late"
        is_told = self.work is not None and self.work.told == ToldState.UNDER_WAY
        if self.counted or self.waiting or is_told:
            return "进行中", "waiting"
        return "未开始", "later"

    @property
    def is_begun(self) -> bool:
        if not self.is_measured:
            told = self.work.told if self.work else ToldState.NOT_STARTED
            return told != ToldState.NOT_STARTED
        return bool(self.counted or self.waiting)

    @property
    def is_late(self) -> bool:
        return self.due_on is not None and self.due_on < self.on and not self.is_done


@dataclass(frozen=True, slots=True)
class TaskProgress(_Measured):
    """One task over all the units it asks: `done` of `expected`, `begun` with something to show.

    `late` are over their day, each unit by its own.
    """

    expected: int
    done: int
    begun: int
    late: int

    @property
    def left(self) -> int:
        return self.expected - self.done

    @property
    def is_done(self) -> bool:
        return self.expected > 0 and not self.left

    @property
    def percent(self) -> int:
        """Whole percent, rounded down so that 100 means all."""
        return self.done * 100 // self.expected if self.expected else 0

    @property
    def words(self) -> Words:
        if not self.is_measured and not self.begun:
            return "不按记录统计", "none"
        if not self.expected:
            return "没有应做的单位", "none"
        if self.is_done:
            return "已完成", "done"
        if self.late:
            return (f"逾期 {self.late} 家" if self.expected > 1 else "已逾期"), "late"
        if self.begun:
            return "进行中", "waiting"
        return "未开始", "later"


def needed_of(task: PlanTask) -> int:
    """How many records the target asks of one unit; 1 where it counts something else."""
    if task.target.isdecimal():
        return max(1, int(task.target))
    match = _TIMES.search(task.target)
    if match is None:
        return 1
    number = match[1].replace("两", "二")
    times = int(number) if number.isdigit() else (han_value(number) or 1)
    return max(1, times) * next((n for word, n in _A_YEAR.items() if word in task.target), 1)


def counting_day(plan: WorkPlan, *, on: date) -> date:
    """The day whose open units are asked: `on`, or the last day of a year gone by."""
    return min(on, date(plan.year, 12, 31))


@dataclass(slots=True)
class _Sums:
    """What the tasks of one plan are counted from, over some units."""

    plan: WorkPlan
    on: date
    # (kind of record, unit) → accepted and waiting records
    records: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    # (code of the item, unit) → counted and waiting records
    cells: dict[tuple[str, int], tuple[int, int]] = field(default_factory=dict)
    works: dict[tuple[int, int], TaskWork] = field(default_factory=dict)
    items: dict[str, ObligationItem] = field(default_factory=dict)
    served: frozenset[int] = frozenset()  # units the year's obligations ask at all
    # (code of the item, unit) → the day it was given, None where it is let off
    reliefs: dict[tuple[str, int], date | None] = field(default_factory=dict)

    @classmethod
    def of(
        cls, plan: WorkPlan, tasks: Iterable[PlanTask], units: Iterable[int], *, on: date
    ) -> _Sums:
        """Read all of it for these units (their keys, or a query of them)."""
        sums = cls(plan, on)
        works = TaskWork.objects.filter(task__node__plan=plan, unit__in=units)
        for work in works.prefetch_related("records__activity"):
            sums.works[work.task_id, work.unit_id] = work
        held = _records(plan).filter(unit__in=units).values_list("kind_id", "unit_id")
        for kind, unit, counted, waiting in held.annotate(counted=_accepted(), waiting=_waiting()):
            sums.records[kind, unit] = (counted, waiting)
        codes = {task.obligation for task in tasks if task.obligation}
        if codes:
            sums._read_cells(codes, units)
        return sums

    def _read_cells(self, codes: set[str], units: Iterable[int]) -> None:
        current = ObligationSet.objects.current(self.plan.city, self.plan.year)
        if current is None:
            return
        self.items = {item.code: item for item in current.items.filter(code__in=codes)}
        cells = ObligationCell.objects.filter(item__in=self.items.values(), unit__in=units)
        for code, unit, counted, waiting in cells.values_list(
            "item__code", "unit_id", "counted", "pending"
        ):
            self.cells[code, unit] = (counted, waiting)
        asked = open_units(current, root=self.plan.city, on=self.on).filter(is_asked=True)
        self.served = frozenset(asked.values_list("pk", flat=True))
        reliefs = ObligationRelief.objects.filter(year=self.plan.year, code__in=codes)
        for code, unit, due_on in reliefs.values_list("code", "unit_id", "due_on"):
            self.reliefs[code, unit] = due_on

    def expects(self, task: PlanTask, unit: Any) -> bool:
        """Whether the unit is to do the task: asked, and not let off the item that measures it."""
        if not asks(task, unit):
            return False
        item = self.items.get(task.obligation)
        if item is None:
            return True
        asked = unit.kind in item.unit_kinds and unit.pk in self.served
        return asked and self.reliefs.get((item.code, unit.pk), self.on) is not None

    def stand(self, task: PlanTask, unit: int) -> UnitTask:
        item = self.items.get(task.obligation)
        work = self.works.get((task.pk, unit))
        if item is not None:
            counted, waiting = self.cells.get((item.code, unit), (0, 0))
            longer = self.reliefs.get((item.code, unit))
            return UnitTask(task, item.min_count, self.on, item, counted, waiting, work, longer)
        counted, waiting = self.records.get((task.kind_id or 0, unit), (0, 0))
        return UnitTask(task, needed_of(task), self.on, None, counted, waiting, work)


@dataclass(frozen=True, slots=True)
class _Place:
    """The little of a unit that counting needs."""

    pk: int
    kind: str
    stage: str
    office_id: int | None


def _places(units: QuerySet[Unit]) -> list[_Place]:
    return [_Place(*row) for row in units.values_list("pk", "kind", "stage", "office_id")]


def plan_progress(
    plan: WorkPlan, tasks: Iterable[PlanTask], *, on: date
) -> dict[int, TaskProgress]:
    """Return the progress of each task by its pk."""
    tasks = list(tasks)
    units = Unit.objects.below(plan.city).open_on(counting_day(plan, on=on)).order_by()
    places = _places(units)
    sums = _Sums.of(plan, tasks, units.values("pk"), on=on)
    return {task.pk: _over_units(task, places, sums) for task in tasks}


def _over_units(task: PlanTask, places: Iterable[_Place], sums: _Sums) -> TaskProgress:
    stands = [sums.stand(task, place.pk) for place in places if sums.expects(task, place)]
    item = sums.items.get(task.obligation)
    return TaskProgress(
        task=task,
        needed=item.min_count if item else needed_of(task),
        expected=len(stands),
        done=sum(stand.is_done for stand in stands),
        begun=sum(stand.is_begun for stand in stands),
        late=sum(stand.is_late for stand in stands),
        on=sums.on,
        item=item,
    )


@dataclass(frozen=True, slots=True)
class OfficeProgress:
    """The units of one office (None: of no office) over all tasks; each unit and task counts once.

    `untold` are those nothing measures and of which the unit has told nothing yet.
    """

    office: int | None
    units: int
    expected: int
    done: int
    late: int
    untold: int

    @property
    def left(self) -> int:
        return self.expected - self.done

    @property
    def percent(self) -> int:
        return self.done * 100 // self.expected if self.expected else 0

    @property
    def is_done(self) -> bool:
        return self.expected > 0 and not self.left


def office_progress(
    plan: WorkPlan, tasks: Iterable[PlanTask], units: QuerySet[Unit], *, on: date
) -> list[OfficeProgress]:
    """All tasks of the plan over these units, summed up by the office they stand under now."""
    tasks = list(tasks)
    places = _places(units.order_by())
    sums = _Sums.of(plan, tasks, [place.pk for place in places], on=on)
    of_office: dict[int | None, list[list[UnitTask]]] = defaultdict(list)
    for place in places:
        mine = [sums.stand(task, place.pk) for task in tasks if sums.expects(task, place)]
        if mine:
            of_office[place.office_id].append(mine)
    return [_of_office(office, rows) for office, rows in of_office.items()]


def _of_office(office: int | None, rows: list[list[UnitTask]]) -> OfficeProgress:
    stands = [stand for row in rows for stand in row]
    return OfficeProgress(
        office=office,
        units=len(rows),
        expected=len(stands),
        done=sum(stand.is_done for stand in stands),
        late=sum(stand.is_late for stand in stands),
        untold=sum(not stand.is_measured and stand.work is None for stand in stands),
    )


def unit_tasks(plan: WorkPlan, unit: Unit, *, on: date) -> list[UnitTask]:
    """The tasks of the plan that ask this unit, in the order of the document."""
    tasks = list(tasks_of(plan))
    sums = _Sums.of(plan, tasks, [unit.pk], on=on)
    return [sums.stand(task, unit.pk) for task in tasks if sums.expects(task, unit)]


@dataclass(frozen=True, slots=True)
class UnitStand:
    """How one unit stands with one task."""

    unit: Unit
    stand: UnitTask


def task_units(task: PlanTask, units: Iterable[Unit], *, on: date) -> list[UnitStand]:
    """How each of these units stands with the task; the caller chose whom it may see."""
    asked = list(units)
    sums = _Sums.of(task.node.plan, [task], [unit.pk for unit in asked], on=on)
    return [
        UnitStand(unit, sums.stand(task, unit.pk)) for unit in asked if sums.expects(task, unit)
    ]


def _records(plan: WorkPlan) -> QuerySet[Activity]:
    return (
        Activity.objects.filter(
            city=plan.city, state__in=[ActivityState.ACCEPTED, ActivityState.SUBMITTED]
        )
        .in_year(plan.year)
        .order_by()
    )


def _accepted() -> Count:
    return Count("pk", filter=Q(state=ActivityState.ACCEPTED))


def _waiting() -> Count:
    return Count("pk", filter=Q(state=ActivityState.SUBMITTED))
