"""Writing 会议纪要: each save a version, two at once both kept, every pause a draft."""

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from activities.choices import ActivityState
from activities.models import Activity, MinutesDraft, MinutesVersion
from activities.models.minutes import current_minutes
from portal.kernel import audit
from portal.kernel.calendar import date_cn, weekday_cn
from portal.kernel.errors import Refused


class WrittenElsewhere(Refused):
    """The same person's draft moved on in another window, or on another machine."""

    def __init__(self) -> None:
        super().__init__("这份纪要您在别的窗口里又写过，两边不一样，点“存成新的一稿”就都留得住")


@transaction.atomic
def save(
    activity: Activity, *, text: str, based_on: int, by: Any, draft_version: int = 0
) -> MinutesVersion:
    """Keep the text as a new version built upon version `based_on` (0 for the first).

    Where another was saved meanwhile the text is kept aside: it has its number and its author, and
    the other goes on standing. Saving what stands already adds nothing. The person's draft is done
    with, unless it holds words that the page with `draft_version` never saw.
    """
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise Refused("纪要还是空的，写几句再存")
    record = Activity.objects.select_for_update(of=("self",)).get(pk=activity.pk)
    if record.state == ActivityState.VOIDED:
        raise Refused("这条记录已经作废，纪要不能再改")
    record.minutes_drafts.filter(author=by, version__lte=draft_version).delete()
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


@transaction.atomic
def keep_draft(
    activity: Activity, *, text: str, based_on: int, version: int, by: Any
) -> MinutesDraft:
    """Keep what is being written. `version` is the draft's as the page knew it, 0 for none.

    Raises WrittenElsewhere when the draft moved on meanwhile with other words.
    """
    record = Activity.objects.select_for_update(of=("self",)).get(pk=activity.pk)
    if record.state == ActivityState.VOIDED:
        raise Refused("这条记录已经作废，纪要不能再改")
    text = text.replace("\r\n", "\n")
    draft = record.minutes_drafts.filter(author=by).first()
    if draft is None:
        return MinutesDraft.objects.create(activity=record, author=by, text=text, based_on=based_on)
    if draft.text == text and draft.based_on == based_on:
        return draft
    if draft.version != version:
        raise WrittenElsewhere
    draft.text, draft.based_on = text, based_on
    draft.version, draft.saved_at = draft.version + 1, timezone.now()
    draft.save()
    return draft


@transaction.atomic
def drop_draft(activity: Activity, *, by: Any) -> None:
    """The writer begins again from the version that stands."""
    activity.minutes_drafts.filter(author=by).delete()


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
