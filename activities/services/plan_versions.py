"""A plan begun from another one: last year's for this year, or this year's to change it."""

from calendar import monthrange
from datetime import date
from typing import Any

from django.db import transaction

from activities.choices import PlanState, TaskScope
from activities.models import PlanNode, PlanTask, WorkPlan
from committees.models import Unit
from portal.kernel import audit
from portal.kernel.errors import Refused


@transaction.atomic
def copy_plan(source: WorkPlan, *, year: int, by: Any) -> WorkPlan:
    """Draft `year` with the items and tasks of another year; nothing of it counts as done."""
    if year == source.year:
        raise Refused("同一年的工作要点用“修订”来改，做过的事不会丢")
    _refuse_second_draft(source.city, year)
    drafted = WorkPlan.objects.create(
        city=source.city,
        year=year,
        title=source.title.replace(str(source.year), str(year)),
        issuer=source.issuer,
        created_by=by,
    )
    _copy_nodes(source, drafted, keeps_work=False)
    audit.record("plan.copied", drafted, by=by, note=f"照{source}起草")
    return drafted


@transaction.atomic
def amend(source: WorkPlan, *, by: Any) -> WorkPlan:
    """Draft the next version of a published plan; it is in force until the draft is published."""
    if source.state != PlanState.PUBLISHED:
        raise Refused("只有已发布的工作要点才能修订")
    _refuse_second_draft(source.city, source.year)
    drafted = WorkPlan.objects.create(
        city=source.city,
        year=source.year,
        title=source.title,
        issuer=source.issuer,
        version=source.version + 1,
        amends=source,
        source=source.source,
        source_name=source.source_name,
        created_by=by,
    )
    _copy_nodes(source, drafted, keeps_work=True)
    audit.record("plan.amended", drafted, by=by, note=f"第 {drafted.version} 版")
    return drafted


def _refuse_second_draft(city: Unit, year: int) -> None:
    Unit.objects.select_for_update().get(pk=city.pk)  # two people at once: one after the other
    if WorkPlan.objects.filter(city=city, year=year, state=PlanState.DRAFT).exists():
        raise Refused(f"{year}年已经有一份草稿，先发布或删去那一份")


def _copy_nodes(source: WorkPlan, drafted: WorkPlan, *, keeps_work: bool) -> None:
    made: dict[int, PlanNode] = {}
    tasks: list[tuple[PlanTask, PlanTask]] = []
    for node in source.nodes.prefetch_related("tasks__units").order_by("level", "position"):
        made[node.pk] = PlanNode.objects.create(
            plan=drafted,
            parent=made[node.parent_id] if node.parent_id else None,
            position=node.position,
            level=node.level,
            number=node.number,
            title=node.title,
            text=node.text,
        )
        tasks += [
            (
                task,
                PlanTask(
                    node=made[node.pk],
                    position=task.position,
                    text=task.text,
                    scope=task.scope,
                    evidence=task.evidence,
                    target=task.target,
                    due_on=_in_year(task.due_on, drafted.year + _years_on(task, source)),
                    origin=task if keeps_work else None,
                    kind_id=task.kind_id,
                    obligation=task.obligation,
                    stages=task.stages,
                ),
            )
            for task in node.tasks.all()
        ]
    PlanTask.objects.bulk_create(copy for _, copy in tasks)
    for task, copy in tasks:
        if task.scope == TaskScope.NAMED:
            copy.units.set(task.units.all())


def _years_on(task: PlanTask, source: WorkPlan) -> int:
    """A task that ends after the plan's year keeps that distance."""
    return task.due_on.year - source.year if task.due_on else 0


def _in_year(day: date | None, year: int) -> date | None:
    if day is None:
        return None
    return date(year, day.month, min(day.day, monthrange(year, day.month)[1]))
