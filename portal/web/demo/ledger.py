"""Write the records in bulk: numbered, credited and audited as the services do it one by one."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from activities.choices import ActivityState
from activities.models import Activity, Credit, CreditRule
from activities.services.credits import STATE_OF_CREDIT, missing_for
from portal.kernel import audit
from portal.kernel.models import AuditEvent, Notice
from portal.kernel.models import Counter as KernelCounter

BATCH = 500
STEPS = {
    ActivityState.ACCEPTED: "accept",
    ActivityState.RETURNED: "send_back",
}


def save(activities: Iterable[Activity], *, by: Any) -> list[Activity]:
    """Number the records in the order they came in and write them with all that follows."""
    records = sorted(activities, key=lambda record: record.submitted_at or record.created_at)
    used: Counter[str] = Counter()
    for record in records:
        if record.state != ActivityState.DRAFT and record.held_on is not None:
            key = f"activity:{record.city_id}:{record.held_on.year}"
            used[key] += 1
            record.number = f"{record.held_on.year}-{used[key]:06}"
    with audit.acting("demo.loaded", by=by):
        Activity.objects.bulk_create(records, batch_size=BATCH)
        KernelCounter.objects.bulk_create(KernelCounter(key=k, value=v) for k, v in used.items())
        Credit.objects.bulk_create(_credits(records), batch_size=BATCH)
    AuditEvent.objects.bulk_create(_trail(records), batch_size=BATCH)
    Notice.objects.bulk_create(_notices(records), batch_size=BATCH)
    return records


def _credits(records: Iterable[Activity]) -> Iterator[Credit]:
    rules: dict[tuple[int, int], list[CreditRule]] = defaultdict(list)
    for rule in CreditRule.objects.select_related("item__obligation_set"):
        rules[rule.of_year, rule.kind_id].append(rule)
    for record in records:
        state = STATE_OF_CREDIT.get(ActivityState(record.state))
        if state is None or record.held_on is None or record.kind_id is None:
            continue
        for rule in rules.get((record.held_on.year, record.kind_id), ()):
            asked = record.unit.kind in rule.asked_kinds and rule.takes_month(record.held_on.month)
            if asked and not missing_for(rule, record):
                yield Credit(
                    rule=rule,
                    activity=record,
                    target=rule.target,
                    item=rule.item,
                    line=rule.line,
                    unit=record.unit,
                    held_on=record.held_on,
                    state=state,
                    created_at=record.submitted_at or record.created_at,
                )


def _trail(records: Iterable[Activity]) -> Iterator[AuditEvent]:
    """The lines an activity's own page shows, at the times they would have been written."""
    for record in records:
        about = {
            "target_type": Activity._meta.label_lower,
            "target_id": record.pk,
            "target_label": str(record),
            "unit_path": record.unit.path,
        }
        if record.submitted_at:
            yield AuditEvent(
                at=record.submitted_at,
                verb="activity.submit",
                actor_id=record.created_by_id,
                actor_name=str(record.created_by),
                before=ActivityState.DRAFT,
                after=ActivityState.SUBMITTED,
                **about,
            )
        step = STEPS.get(ActivityState(record.state))
        if step and record.reviewed_at:
            yield AuditEvent(
                at=record.reviewed_at,
                verb=f"activity.{step}",
                actor_id=record.reviewed_by_id,
                actor_name=str(record.reviewed_by),
                note=record.return_reason,
                before=ActivityState.SUBMITTED,
                after=record.state,
                **about,
            )


def _notices(records: Iterable[Activity]) -> Iterator[Notice]:
    for record in records:
        if record.state == ActivityState.RETURNED and record.created_by_id:
            yield Notice(
                user_id=record.created_by_id,
                text=f"“{record}”退回来了：{record.return_reason}",
                link=f"/activities/{record.pk}/",
                created_at=record.reviewed_at or record.updated_at,
            )
