"""What can be done with a record: kept as a draft, handed in, accepted, sent back, voided."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils import timezone

from activities import notices
from activities.choices import ActivitySource, ActivityState, CoHostState, FileRole
from activities.models import Activity, ActivityFile
from activities.services import credits, decisions, kinds
from activities.workflow import ACTIVITY
from committees.models import Unit, UnitMembership
from committees.permissions import belongs_to
from portal.kernel import audit, counters, files
from portal.kernel.errors import Refused
from portal.kernel.wording import quoted

DRAFT_FIELDS = frozenset({
    "kind", "title", "held_on", "place", "host", "chair", "speakers", "attendance", "elders",
    "youth", "attendees", "minutes", "decisions", "extra", "for_bulletin",
})  # fmt: skip

MAX_FILES = 30


class EditedMeanwhile(Refused):
    """Somebody saved the record after this page was opened; `current` is what stands now."""

    def __init__(self, current: Activity) -> None:
        super().__init__("这条记录刚才有人改过。两份都在下面，看一下留哪一份")
        self.current = current


@transaction.atomic
def start_draft(unit: Unit, *, fields: Mapping[str, Any] | None = None, by: Any) -> Activity:
    """Open an empty or half-filled draft for the unit."""
    given = _known(fields or {})
    draft = Activity(
        unit=unit,
        office=unit.office,
        city=unit.city,
        source=ActivitySource.LOGGED if belongs_to(by, unit) else ActivitySource.PROXY,
        created_by=by,
        **given,
    )
    with audit.acting("activity.drafted", by=by):
        draft.save()
    return draft


# What stays the same from one time to the next; the day, the people and the words do not.
COPIED = ("kind", "title", "place", "host", "chair", "speakers")


@transaction.atomic
def copy(activity: Activity, *, by: Any) -> Activity:
    """照上次的再记一条: a new draft of the same unit with what is likely the same again."""
    fields = {name: getattr(activity, name) for name in COPIED}
    if activity.kind is not None and not activity.kind.is_open:
        fields["kind"] = None
    return start_draft(activity.unit, fields=fields, by=by)


@transaction.atomic
def save_draft(activity: Activity, *, fields: Mapping[str, Any], version: int, by: Any) -> int:
    """Keep what was typed; return the new version, or raise EditedMeanwhile and keep nothing."""
    given = _known(fields)
    with audit.acting("activity.edited", by=by):
        changed = Activity.objects.filter(
            pk=activity.pk,
            version=version,
            state__in=[ActivityState.DRAFT, ActivityState.RETURNED],
        ).update(**given, version=F("version") + 1, updated_at=timezone.now())
    if not changed:
        raise EditedMeanwhile(Activity.objects.select_related("unit", "kind").get(pk=activity.pk))
    for name, value in given.items():
        setattr(activity, name, value)
    activity.version = version + 1
    return activity.version


@transaction.atomic
def submit(activity: Activity, *, on: date, by: Any) -> None:
    """Hand the record to the unit above; number it, show its credits as waiting."""
    locked = Activity.objects.select_for_update(of=("self",)).select_related("unit", "city", "kind")
    record = locked.get(pk=activity.pk)
    missing = missing_to_submit(record, on=on)
    if missing:
        raise Refused("还差：" + "；".join(missing))
    parent = Unit.objects.get_parent(record.unit)
    ACTIVITY.advance(
        record,
        "submit",
        by=by,
        number=record.number or _number(record),
        receiver=parent,
        office=office_on(record.unit, record.held_on or on),
        submitted_at=timezone.now(),
        return_reason="",
    )
    if parent is None:
        # The bureau has nobody above it: its own record counts when it is handed in.
        ACTIVITY.advance(record, "accept", by=by, reviewed_at=timezone.now(), reviewed_by=by)
    else:
        notices.tell_receiver(record)
    _ask_cohosts(record)
    credits.settle(record, by=by)
    decisions.follow(record, by=by)
    activity.refresh_from_db()


def missing_to_submit(activity: Activity, *, on: date) -> list[str]:
    """What must still be filled in, each as the sentence shown beside its field."""
    missing = []
    if activity.kind_id is None:
        missing.append("选一下这是什么活动")
    if activity.held_on is None:
        missing.append("选一下是哪天办的")
    elif activity.held_on > on:
        missing.append("日期要在今天或今天以前")
    if not activity.title.strip():
        missing.append("写一下主题")
    if activity.attendance is None:
        missing.append("填写到场人数，数一数签到表上的名字就行")
    if not activity.minutes.strip():
        missing.append("用一两句话写写说了哪些事")
    return missing


@transaction.atomic
def withdraw(activity: Activity, *, by: Any) -> None:
    """Take a record back before anybody has reviewed it."""
    ACTIVITY.advance(activity, "withdraw", by=by, receiver=None)
    credits.settle(activity, by=by)


@transaction.atomic
def accept(activity: Activity, *, by: Any) -> None:
    """The office finds the record right; from now on it counts."""
    ACTIVITY.advance(activity, "accept", by=by, reviewed_at=timezone.now(), reviewed_by=by)
    credits.settle(activity, by=by)
    notices.tell_author(activity, f"{quoted(activity)}已通过")


@transaction.atomic
def send_back(activity: Activity, *, note: str, by: Any) -> None:
    """The office asks for something more, saying what."""
    ACTIVITY.advance(
        activity,
        "send_back",
        by=by,
        note=note,
        reviewed_at=timezone.now(),
        reviewed_by=by,
        return_reason=note.strip(),
    )
    credits.settle(activity, by=by)
    notices.tell_author(activity, f"{quoted(activity)}退回来了：{note}")


@transaction.atomic
def void(activity: Activity, *, note: str, by: Any) -> None:
    """The record stays readable and counts nowhere any more."""
    ACTIVITY.advance(activity, "void", by=by, note=note)
    credits.settle(activity, by=by)
    notices.tell_author(activity, f"{quoted(activity)}已作废：{note}")


@transaction.atomic
def add_file(activity: Activity, *, upload: UploadedFile, by: Any) -> ActivityFile:
    """Attach one photo or document; the same content twice is one attachment."""
    if files.is_photo(upload):
        stored, role = files.store_photo(upload), FileRole.PHOTO
    else:
        stored, role = files.store_document(upload), FileRole.DOCUMENT
    Activity.objects.select_for_update().get(pk=activity.pk)  # positions are counted one by one
    if found := activity.files.filter(file=stored).first():
        return found
    if activity.files.count() >= MAX_FILES:
        raise Refused(f"一条记录最多放 {MAX_FILES} 个文件，先删掉几个再传")
    last = activity.files.aggregate(last=Max("position"))["last"] or 0
    return ActivityFile.objects.create(
        activity=activity,
        file=stored,
        role=role,
        name=upload.name or "照片",
        position=last + 1,
        added_by=by,
    )


@transaction.atomic
def remove_file(attached: ActivityFile, *, by: Any) -> None:
    with audit.acting("activity.file_removed", by=by):
        attached.delete()


@transaction.atomic
def discard_draft(activity: Activity, *, by: Any) -> None:
    """Throw away a draft that was never handed in."""
    if activity.state != ActivityState.DRAFT or activity.number:
        raise Refused("已经交过的记录不能删除，可以撤回后修改")
    try:
        with audit.acting("activity.discarded", by=by):
            activity.delete()
    except IntegrityError as error:
        raise Refused("这条草稿已被别处引用，不能删除") from error


def office_on(unit: Unit, day: date) -> Unit | None:
    """The office the unit belonged to on that day; an office belongs to itself."""
    if unit.office_id == unit.pk:
        return unit
    then = (
        UnitMembership.objects.filter(unit=unit, period__contains=day)
        .select_related("parent__office")
        .first()
    )
    # A day before the first known membership is read as the present one.
    return then.parent.office if then else unit.office


def _ask_cohosts(record: Activity) -> None:
    """Place the co-hosts by the day it was held, and ask those who have not answered yet."""
    for cohost in record.cohosts.select_related("unit"):
        office = office_on(cohost.unit, record.held_on) if record.held_on else None
        record.cohosts.filter(pk=cohost.pk).update(office=office)
        if cohost.state == CoHostState.ASKED:
            notices.tell_cohost(cohost)


def _known(fields: Mapping[str, Any]) -> dict[str, Any]:
    known = {name: value for name, value in fields.items() if name in DRAFT_FIELDS}
    if known.get("extra"):
        known["extra"] = kinds.checked(known["extra"])
    return known


def _number(record: Activity) -> str:
    """2023-000462: read aloud over the telephone; the city's n-th record of that year."""
    year = record.held_on.year if record.held_on else 0
    return f"{year}-{counters.take(f'activity:{record.city_id}:{year}'):06}"
