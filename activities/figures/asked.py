"""Whom a task of the plan asks: a rule over the tree, schools of some stages, or named units."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from activities.choices import TaskScope
from activities.models import PlanTask, WorkPlan
from committees.choices import UnitKind
from committees.models import Unit

KINDS_OF: dict[str, tuple[str, ...]] = {
    TaskScope.CITY: (UnitKind.BUREAU,),
    TaskScope.ALL_OFFICES: (UnitKind.OFFICE,),
    TaskScope.ALL_SCHOOLS: (UnitKind.SCHOOL,),
    TaskScope.ALL_KINDERGARTENS: (UnitKind.KINDERGARTEN,),
    TaskScope.ALL_UNITS: (UnitKind.OFFICE, UnitKind.SCHOOL, UnitKind.KINDERGARTEN),
    TaskScope.NAMED: (),
}


def tasks_of(plan: WorkPlan) -> QuerySet[PlanTask]:
    """The plan's tasks in the order of the document, with what measures and whom they name."""
    tasks = PlanTask.objects.filter(node__plan=plan).select_related("node", "kind")
    return tasks.prefetch_related("units")


def asks(task: PlanTask, unit: Any) -> bool:
    """Whether the task is this unit's (its pk, kind and stage): by name, or by the rule."""
    if task.scope == TaskScope.NAMED:
        return any(named.pk == unit.pk for named in task.units.all())
    if unit.kind not in KINDS_OF[task.scope]:
        return False
    return unit.kind != UnitKind.SCHOOL or not task.stages or unit.stage in task.stages


def asked_among(task: PlanTask, units: QuerySet[Unit]) -> QuerySet[Unit]:
    """Those of the units the task asks, as a filter; the same answer as `asks`."""
    if task.scope == TaskScope.NAMED:
        return units.filter(pk__in=[unit.pk for unit in task.units.all()])
    asked = units.filter(kind__in=KINDS_OF[task.scope])
    return (
        asked.exclude(Q(kind=UnitKind.SCHOOL) & ~Q(stage__in=task.stages)) if task.stages else asked
    )
