"""How far the tasks of a plan are, counted from accepted records, never ticked.

A task names in `evidence` the kind of record that shows it was done. A unit it asks has done it
when it holds as many accepted records of that kind, in the plan's year, as the target says. Three
queries whatever the number of tasks or units.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from activities.choices import ActivityState, TaskScope, ToldState
from activities.models import Activity, ActivityKind, PlanTask, TaskWork, WorkPlan
from committees.choices import UnitKind
from committees.models import Unit
from portal.kernel.numbering import han_value

KINDS_OF: dict[str, tuple[str, ...]] = {
    TaskScope.CITY: (UnitKind.BUREAU,),
    TaskScope.ALL_OFFICES: (UnitKind.OFFICE,),
    TaskScope.ALL_SCHOOLS: (UnitKind.SCHOOL,),
    TaskScope.ALL_KINDERGARTENS: (UnitKind.KINDERGARTEN,),
    TaskScope.NAMED: (),
    TaskScope.ALL_UNITS: (UnitKind.OFFICE, UnitKind.SCHOOL, UnitKind.KINDERGARTEN),
}
_TIMES = re.compile(
    r"(\d{1,3}|[一二两三四五六七八九十]{1,3})(?:[—–~～-]\d+)?(?:次|场|期|篇|堂|节|回)"
)
_A_YEAR = {"每学期": 2, "每季度": 4, "每月": 12}

Words = tuple[str, str]  # what a reader sees, and its tone


@dataclass(frozen=True, slots=True)
class UnitTask:
    """One task of one unit: `counted` accepted and `waiting` handed-in records of `needed`."""

    task: PlanTask
    kind: ActivityKind | None
    needed: int
    counted: int
    waiting: int
    on: date
    work: TaskWork | None = None

    @property
    def is_done(self) -> bool:
        """By its records; where no kind of record is named, by what the unit told."""
        if self.kind is None:
            return self.work is not None and self.work.told == ToldState.DONE
        return self.counted >= self.needed

    @property
    def words(self) -> Words:
        """The four words of a task (ux.md 2.3), and an honest fifth where nothing is counted."""
        if self.kind is None and self.work is None:
            return "不按记录统计", "none"
        if self.is_done:
            return "已完成", "done"
        if self.task.due_on is not None and self.task.due_on < self.on:
            return "已逾期", "late"
        is_told = self.work is not None and self.work.told == ToldState.UNDER_WAY
        if self.counted or self.waiting or is_told:
            return "进行中", "waiting"
        return "未开始", "later"


@dataclass(frozen=True, slots=True)
class TaskProgress:
    """One task over all the units it asks: `done` of `expected`, `begun` with something to show."""

    task: PlanTask
    kind: ActivityKind | None
    needed: int
    expected: int
    done: int
    begun: int
    on: date

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
        if self.kind is None and not self.begun:
            return "不按记录统计", "none"
        if not self.expected:
            return "没有应做的单位", "none"
        if self.is_done:
            return "已完成", "done"
        if self.task.due_on is not None and self.task.due_on < self.on:
            return (f"逾期 {self.left} 家" if self.expected > 1 else "已逾期"), "late"
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


def kind_of(task: PlanTask, kinds: Iterable[ActivityKind]) -> ActivityKind | None:
    """The kind of record whose name the task's evidence mentions; of two, the longer name."""
    named = [kind for kind in kinds if kind.name in task.evidence]
    return max(named, key=lambda kind: len(kind.name), default=None)


def counting_day(plan: WorkPlan, *, on: date) -> date:
    """The day whose open units are asked: `on`, or the last day of a year gone by."""
    return min(on, date(plan.year, 12, 31))


def plan_progress(
    plan: WorkPlan, tasks: Iterable[PlanTask], *, on: date
) -> dict[int, TaskProgress]:
    """Return the progress of each task by its pk."""
    kinds = list(ActivityKind.objects.all())
    units = Unit.objects.below(plan.city).open_on(counting_day(plan, on=on)).order_by()
    sizes = dict(units.values_list("kind").annotate(Count("pk")))
    # kind of record → kind of unit → how many units hold (accepted, handed in) so many
    tallies: dict[int, dict[str, Counter[tuple[int, int]]]] = {}
    rows = (
        _records(plan)
        .filter(unit__in=units.values("pk"))
        .values_list("kind_id", "unit__kind", "unit_id")
        .annotate(counted=_accepted(), waiting=_waiting())
    )
    for kind_id, unit_kind, _, counted, waiting in rows:
        tally = tallies.setdefault(kind_id, {}).setdefault(unit_kind, Counter())
        tally[counted, waiting] += 1
    told = _told(plan, units)
    return {
        task.pk: _over_units(task, kind_of(task, kinds), sizes, tallies, told, on=on)
        for task in tasks
    }


def _told(plan: WorkPlan, units: QuerySet[Unit]) -> dict[int, Counter[str]]:
    """Task → how many units told what, of those asked now."""
    found: dict[int, Counter[str]] = {}
    works = TaskWork.objects.filter(task__node__plan=plan, unit__in=units.values("pk"))
    for task, told in works.values_list("task_id", "told"):
        found.setdefault(task, Counter())[told] += 1
    return found


def _over_units(
    task: PlanTask,
    kind: ActivityKind | None,
    sizes: dict[str, int],
    tallies: dict[int, dict[str, Counter[tuple[int, int]]]],
    told: dict[int, Counter[str]],
    *,
    on: date,
) -> TaskProgress:
    needed, asked = needed_of(task), KINDS_OF[task.scope]
    held: Counter[tuple[int, int]] = Counter()
    for unit_kind in asked:
        held += tallies.get(kind.pk if kind else 0, {}).get(unit_kind, Counter())
    done = sum(units for (counted, _), units in held.items() if counted >= needed)
    begun = held.total()
    if kind is None:
        said = told.get(task.pk, Counter())
        done, begun = said[ToldState.DONE], said[ToldState.DONE] + said[ToldState.UNDER_WAY]
    return TaskProgress(
        task=task,
        kind=kind,
        needed=needed,
        expected=sum(sizes.get(unit_kind, 0) for unit_kind in asked),
        done=done,
        begun=begun,
        on=on,
    )


def unit_tasks(plan: WorkPlan, unit: Unit, *, on: date) -> list[UnitTask]:
    """The tasks of the plan that ask this unit, in the order of the document."""
    kinds = list(ActivityKind.objects.all())
    scopes = [scope for scope, asked in KINDS_OF.items() if unit.kind in asked]
    tasks = PlanTask.objects.filter(node__plan=plan, scope__in=scopes).select_related("node")
    held = {
        kind_id: (counted, waiting)
        for kind_id, counted, waiting in _records(plan)
        .filter(unit=unit)
        .values_list("kind_id")
        .annotate(counted=_accepted(), waiting=_waiting())
    }
    works = {
        work.task_id: work
        for work in TaskWork.objects.filter(unit=unit, task__node__plan=plan).prefetch_related(
            "records__activity"
        )
    }
    found = []
    for task in tasks:
        kind = kind_of(task, kinds)
        counted, waiting = held.get(kind.pk if kind else None, (0, 0))
        work = works.get(task.pk)
        found.append(UnitTask(task, kind, needed_of(task), counted, waiting, on, work))
    return found


@dataclass(frozen=True, slots=True)
class UnitStand:
    """How one unit stands with one task."""

    unit: Unit
    stand: UnitTask


def task_units(task: PlanTask, units: Iterable[Unit], *, on: date) -> list[UnitStand]:
    """How each of these units stands with the task; the caller chose whom it may see."""
    asked = [unit for unit in units if unit.kind in KINDS_OF[task.scope]]
    kind = kind_of(task, ActivityKind.objects.all())
    held: dict[int, tuple[int, int]] = {}
    if kind is not None:
        held = {
            unit_id: (counted, waiting)
            for unit_id, counted, waiting in _records(task.node.plan)
            .filter(kind=kind, unit__in=[unit.pk for unit in asked])
            .values_list("unit_id")
            .annotate(counted=_accepted(), waiting=_waiting())
        }
    needed = needed_of(task)
    works = {work.unit_id: work for work in task.works.filter(unit__in=[u.pk for u in asked])}
    return [
        UnitStand(
            unit,
            UnitTask(task, kind, needed, *held.get(unit.pk, (0, 0)), on, works.get(unit.pk)),
        )
        for unit in asked
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
