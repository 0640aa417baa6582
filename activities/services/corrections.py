"""更正 of an accepted record: asked with a reason, agreed from above, then all else follows."""

from datetime import date
from typing import Any

import pgtrigger
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from activities import notices
from activities.choices import ActivityState
from activities.models import Activity, ActivityKind, Correction, KindField
from activities.models.activities import FACTS_STAND
from activities.permissions import may_answer_corrections
from activities.services import credits, decisions
from activities.services.activities import office_on
from activities.workflow import CORRECTION
from committees.choices import DatePrecision
from portal.kernel import audit, seals
from portal.kernel.calendar import date_cn
from portal.kernel.errors import Refused
from portal.kernel.refusals import speaking_for
from portal.kernel.wording import quoted

LABELS = {
    "kind": "活动类型", "held_on": "日期", "title": "主题", "attendance": "到场人数",
    "minutes": "说了哪些事", "place": "地点", "host": "主办", "chair": "主持人",
    "speakers": "主讲人", "attendees": "到场名单", "decisions": "议定事项",
    "elders": "其中“五老”人次", "youth": "受教育青少年人次",
}  # fmt: skip
NEEDED = ("kind", "held_on", "title", "attendance", "minutes")
COUNTS = ("attendance", "elders", "youth")
EXTRA = "extra-"  # extra-12: the kind's own field 12


@transaction.atomic
def ask(
    activity: Activity,
    *,
    field: str,
    value: Any,
    reason: str,
    on: date | None = None,
    by: Any,
) -> Correction:
    """Say what is right in place of what the accepted record says.

    `value` is as the form gives it: a kind, a day, a number, text; `on` is today. Whoever
    stands above the unit agrees by asking; the bureau has nobody above it.
    """
    locked = Activity.objects.select_for_update(of=("self",)).select_related("unit", "kind")
    record = locked.get(pk=activity.pk)
    if record.state != ActivityState.ACCEPTED:
        raise Refused("还没有通过的记录直接修改就行；更正是给已经通过的记录用的")
    if not reason.strip():
        raise Refused("写一句为什么要更正")
    new, old = _stored(value), _now(record, field)
    if new == old or (new in (None, "") and old in (None, "")):
        raise Refused("更正后的内容和现在的一样，核对一下要改的是哪一项")
    if field in NEEDED and new in (None, ""):
        raise Refused(f"{quoted(LABELS[field])}不能空着，写上对的内容")
    today = (on or timezone.localdate()).isoformat()
    if field == "held_on" and isinstance(new, str) and new > today:
        raise Refused("日期要在今天或今天以前")
    with speaking_for(Correction):
        made = Correction.objects.create(
            activity=record,
            field=field,
            label=label_of(field),
            old=_shown(field, old),
            new=_shown(field, new),
            old_value=old,
            new_value=new,
            reason=reason.strip(),
            asked_by=by,
        )
    audit.record("activity.correction_asked", record, by=by, note=f"{made}。{made.reason}")
    if record.receiver_id is None or may_answer_corrections(by, record):
        agree(made, by=by)
    else:
        notices.tell_correction(made)
    return made


@transaction.atomic
def agree(correction: Correction, *, by: Any) -> None:
    """From now on the record says the new; credits are settled anew, the old stays in its row."""
    locked = Activity.objects.select_for_update(of=("self",)).select_related("unit", "city", "kind")
    record = locked.get(pk=correction.activity_id)
    if record.state != ActivityState.ACCEPTED:
        raise Refused("这条记录已经不是“已通过”，不能再更正")
    if _now(record, correction.field) != correction.old_value:
        raise Refused("这一项在提出更正以后又改过，请先不同意这一条，按现在的内容重新提")
    CORRECTION.advance(correction, "agree", by=by, answered_by=by, answered_at=timezone.now())
    with seals.correcting():  # a closed year takes this and nothing else
        _carry_out(record, correction, by=by)
    audit.record(
        "activity.corrected", record, by=by, note=f"{correction}。{correction.reason}",
        before=correction.old, after=correction.new,
    )  # fmt: skip
    if correction.asked_by_id != getattr(by, "pk", None):
        notices.tell_asker(correction, f"{quoted(record)}的{correction.label}已经更正")


@transaction.atomic
def refuse(correction: Correction, *, note: str, by: Any) -> None:
    """The record stays as it is, and the unit reads why."""
    CORRECTION.advance(
        correction, "refuse", by=by, note=note, answer=note.strip(), answered_by=by,
        answered_at=timezone.now(),
    )  # fmt: skip
    record = correction.activity
    audit.record("activity.correction_refused", record, by=by, note=f"{correction.label}：{note}")
    notices.tell_asker(correction, f"{quoted(record)}的{correction.label}没有更正：{note}")


def label_of(field: str) -> str:
    """The name of a fact, or of a field of the kind; Refused for what cannot be corrected."""
    if field in LABELS:
        return LABELS[field]
    key = field.removeprefix(EXTRA)
    if field.startswith(EXTRA) and key.isdecimal():
        found = KindField.objects.filter(pk=int(key)).first()
        if found is not None:
            return found.label
    raise Refused("这一项不能更正，请从单子里选一项")


def _carry_out(record: Activity, correction: Correction, *, by: Any) -> None:
    new, field = correction.new_value, correction.field
    changes: dict[str, Any] = {"version": F("version") + 1, "updated_at": timezone.now()}
    if field.startswith(EXTRA):
        kept = {key: value for key, value in record.extra.items() if key != field[len(EXTRA) :]}
        if new not in (None, ""):
            kept[field[len(EXTRA) :]] = new
        changes["extra"] = kept
    elif field == "kind":
        changes["kind_id"] = new
    elif field == "held_on":
        day = date.fromisoformat(str(new))
        changes |= {
            "held_on": day,
            "held_precision": DatePrecision.DAY,
            "office": office_on(record.unit, day),
        }
        for cohost in record.cohosts.select_related("unit"):
            record.cohosts.filter(pk=cohost.pk).update(office=office_on(cohost.unit, day))
    else:
        changes[field] = new if field in COUNTS else new or ""
    with (
        pgtrigger.ignore(FACTS_STAND),
        audit.acting("activity.corrected", by=by, note=correction.reason),
    ):
        Activity.objects.filter(pk=record.pk).update(**changes)
    record.refresh_from_db()
    credits.settle(record, by=by)
    if field == "decisions":
        decisions.follow(record, by=by)


def _now(record: Activity, field: str) -> Any:
    if field.startswith(EXTRA):
        return record.extra.get(field[len(EXTRA) :])
    if field not in LABELS:
        raise Refused("这一项不能更正，请从单子里选一项")
    return _stored(getattr(record, field))


def _stored(value: Any) -> Any:
    """A fact as JSON keeps it."""
    if isinstance(value, ActivityKind):
        return value.pk
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return value.replace("\r\n", "\n").strip()
    return value


def _shown(field: str, value: Any) -> str:
    if value in (None, ""):
        return ""
    if field == "kind":
        return str(ActivityKind.objects.filter(pk=value).first() or "")
    if field == "held_on":
        return date_cn(date.fromisoformat(value))
    if field.startswith(EXTRA):
        return KindField.objects.get(pk=int(field[len(EXTRA) :])).shown(value)
    return f"{value:,}" if isinstance(value, int) else str(value)
