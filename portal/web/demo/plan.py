"""The demo city's own work points of the year, published."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from activities.choices import PlanState, TaskScope
from activities.models import ActivityKind, PlanNode, PlanTask, WorkPlan
from activities.services.plan_versions import amend
from activities.services.plans import kind_named
from activities.services.plans import publish_plan as publish
from committees.models import Unit, User
from portal.kernel import audit
from portal.web.demo.stories import read

LONGER = timedelta(days=15)


def publish_plan(city: Unit, *, on: date, by: User | None) -> WorkPlan:
    """Write texts/plan.toml as the published plan of this year."""
    text = read("plan")
    issued = min(date(on.year, 1, 18), on)
    with audit.acting("demo.loaded", by=by):
        plan = WorkPlan.objects.create(
            city=city,
            year=on.year,
            title=text["title"].format(year=on.year),
            issuer=text["issuer"],
            state=PlanState.PUBLISHED,
            published_at=timezone.make_aware(datetime.combine(issued, time(9, 30))),
            created_by=by,
        )
    above: dict[int, PlanNode] = {}
    kinds = list(ActivityKind.objects.all())
    for position, part in enumerate(text["node"], start=1):
        level = part["level"]
        node = PlanNode.objects.create(
            plan=plan,
            parent=above.get(level - 1),
            position=position,
            level=level,
            number=part["number"],
            title=part["title"],
            text=part["text"],
        )
        above[level] = node
        PlanTask.objects.bulk_create(_tasks(node, part.get("task", []), on.year, kinds))
    return plan


def amend_plan(plan: WorkPlan, *, on: date, by: User | None) -> WorkPlan:
    """A mid-year change: two tasks got longer, in a version that takes the first one's place."""
    drafted = amend(plan, by=by)
    dated = PlanTask.objects.filter(node__plan=drafted, due_on__isnull=False)
    for task in dated.order_by("due_on", "pk")[:2]:
        last = date(on.year, 12, 20)
        task.due_on = min(task.due_on + LONGER, last) if task.due_on else None
        task.save(update_fields=["due_on"])
    publish(drafted, by=by)
    return drafted


def _tasks(
    node: PlanNode, tasks: list[dict[str, Any]], year: int, kinds: list[ActivityKind]
) -> list[PlanTask]:
    return [
        PlanTask(
            node=node,
            position=position,
            text=task["text"],
            scope=TaskScope(task["scope"]),
            due_on=date(year, *task["due"]),
            evidence=task["evidence"],
            kind_id=kind_named(task["evidence"], kinds),
            obligation=task.get("obligation", ""),
            stages=task.get("stages", []),
            target=task.get("target", ""),
        )
        for position, task in enumerate(tasks, start=1)
    ]
