"""What a unit tells of its task, the records it shows, and what the bureau answers."""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils import timezone

from activities.choices import PlanState, ToldState
from activities.models import Activity, PlanTask, TaskRecord, TaskWork
from committees.models import Unit
from portal.kernel import audit
from portal.kernel.errors import Refused


@transaction.atomic
def tell(
    task: PlanTask,
    unit: Unit,
    *,
    told: str,
    feedback: str,
    records: Collection[Activity] = (),
    by: Any,
) -> TaskWork:
    """Say how far the unit is, in words and with its own records; a later word replaces it."""
    _require_published(task)
    if told == ToldState.DONE and not feedback.strip() and not records:
        raise Refused("写一句做了什么，或者勾一条活动记录，上级才知道怎么完成的")
    if any(record.unit_id != unit.pk for record in records):
        raise Refused("只能勾本单位的活动记录")
    with audit.acting("plan.told", by=by):
        work, _ = TaskWork.objects.select_for_update().get_or_create(task=task, unit=unit)
        work.told, work.feedback = told, feedback.strip()
        work.told_at, work.told_by = timezone.now(), by
        work.save()
    work.records.exclude(activity__in=[record.pk for record in records]).delete()
    there = set(work.records.values_list("activity_id", flat=True))
    TaskRecord.objects.bulk_create(
        TaskRecord(work=work, activity=record, added_by=by)
        for record in records
        if record.pk not in there
    )
    audit.record("plan.told", work, by=by, note=f"{work.get_told_display()} {feedback}".strip())
    return work


@transaction.atomic
def reply(work: TaskWork, *, words: str, by: Any) -> None:
    """The bureau answers what the unit told."""
    if not words.strip():
        raise Refused("写一句答复")
    work.reply, work.replied_at, work.replied_by = words.strip(), timezone.now(), by
    with audit.acting("plan.replied", by=by):
        work.save(update_fields=["reply", "replied_at", "replied_by"])
    audit.record("plan.replied", work, by=by, note=words)


def _require_published(task: PlanTask) -> None:
    if task.node.plan.state != PlanState.PUBLISHED:
        raise Refused("这份工作要点现在不是在执行的一版，回到工作要点再填")
