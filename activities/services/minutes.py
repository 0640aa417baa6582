"""Writing 会议纪要: each save a version, two at once both kept."""

from typing import Any

from django.db import transaction
from django.db.models import Max

from activities.choices import ActivityState
from activities.models import Activity, MinutesVersion
from activities.models.minutes import current_minutes
from portal.kernel import audit
from portal.kernel.calendar import date_cn, weekday_cn
from portal.kernel.errors import Refused


@transaction.atomic
def save(activity: Activity, *, text: str, based_on: int, by: Any) -> MinutesVersion:
    """Keep the text as a new version built upon version `based_on` (0 for the first).

    Where another was saved meanwhile the text is kept aside: it has its number and its author, and
    the other goes on standing. Saving what stands already adds nothing.
    """
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise Refused("纪要还是空的，写几句再存")
    record = Activity.objects.select_for_update(of=("self",)).get(pk=activity.pk)
    if record.state == ActivityState.VOIDED:
        raise Refused("这条记录已经作废，纪要不能再改")
    standing = current_minutes(record)
    if standing is not None and standing.text == text:
        return standing
    last = record.minutes_versions.aggregate(last=Max("number"))["last"] or 0
    aside = based_on != (standing.number if standing else 0)
    made = MinutesVersion.objects.create(
        activity=record,
        number=last + 1,
        based_on=min(based_on, last),
        text=text,
        is_aside=aside,
        saved_by=by,
    )
    audit.record(
        "activity.minutes_aside" if aside else "activity.minutes_saved",
        record,
        by=by,
        note=str(made),
    )
    return made


def first_text(activity: Activity) -> str:
    """What minutes begin with: the heads of the meeting, then what the record says."""
    day = activity.held_on
    heads = [
        ("时间", f"{date_cn(day)}（{weekday_cn(day)}）" if day else ""),
        ("地点", activity.place),
        ("主持", activity.chair),
        ("到会", "、".join(activity.attendees.split()) or _count(activity)),
    ]
    parts = ["\n".join(f"{name}：{value}" for name, value in heads if value)]
    parts.append(activity.minutes.strip() or (activity.kind.outline if activity.kind else ""))
    if activity.decisions.strip():
        parts.append("会议议定：\n" + activity.decisions.strip())
    return "\n\n".join(part for part in parts if part)


def _count(activity: Activity) -> str:
    return f"{activity.attendance} 人" if activity.attendance is not None else ""
