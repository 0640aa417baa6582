"""Who was there: the three equal ways onto one list, and the hours of signing in by code."""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from activities.choices import ActivityState, AttendeeVia, FileRole
from activities.models import Activity, ActivityFile, Attendee, SignIn
from activities.services import activities, credits
from committees.models import Person
from portal.kernel import audit
from portal.kernel.errors import Refused

OPENS_BEFORE = timedelta(minutes=30)
CLOSES_AFTER = timedelta(hours=2)
EXTENDS_BY = timedelta(minutes=30)
LIVING = {
    ActivityState.DRAFT, ActivityState.RETURNED, ActivityState.SUBMITTED, ActivityState.ACCEPTED,
}  # fmt: skip
MOST_NAMES = 2000
Guest = tuple[str, str]  # name, unit as written


# --- the code ------------------------------------------------------------------------------------


@transaction.atomic
def open_sign_in(activity: Activity, *, starts_at: datetime, by: Any) -> SignIn:
    """Let people sign in from half an hour before the start until two hours after it.

    Opened again with another time, the code that hangs on the wall stays good.
    """
    _living(activity)
    hours = {
        "starts_at": starts_at,
        "opens_at": starts_at - OPENS_BEFORE,
        "closes_at": starts_at + CLOSES_AFTER,
        "opened_by": by,
    }
    made = {**hours, "key": secrets.token_urlsafe(9)}
    return SignIn.objects.update_or_create(activity=activity, defaults=hours, create_defaults=made)[
        0
    ]


@transaction.atomic
def close_sign_in(sign_in: SignIn, *, now: datetime, by: Any) -> None:
    """End it now; what is added afterwards is stamped as late."""
    hours = SignIn.objects.select_for_update().get(pk=sign_in.pk)
    if now >= hours.closes_at:
        raise Refused("签到已经结束了")
    hours.closes_at = max(now, hours.opens_at)
    hours.save(update_fields=["closes_at"])
    audit.record("sign_in.closed", sign_in.activity, by=by)


@transaction.atomic
def extend_sign_in(sign_in: SignIn, *, now: datetime, by: Any) -> None:
    """Half an hour more, counted from now when it has ended already."""
    hours = SignIn.objects.select_for_update().get(pk=sign_in.pk)
    hours.closes_at = max(now, hours.closes_at) + EXTENDS_BY
    hours.save(update_fields=["closes_at"])
    audit.record("sign_in.extended", sign_in.activity, by=by)


@transaction.atomic
def sign_by_code(
    sign_in: SignIn,
    *,
    person: Person | None = None,
    guest: Guest = ("", ""),
    now: datetime,
    by: Any = None,
) -> tuple[Attendee, bool]:
    """Put down who scanned; (entry, whether it is new). Twice is once."""
    locked = SignIn.objects.select_for_update(of=("self",)).select_related("activity__unit")
    hours = locked.get(pk=sign_in.pk)
    if not hours.is_open(now):
        raise Refused("现在不在签到时间里，请告诉会场的同志，由他补上")
    if hours.activity.attendee_list.count() >= MOST_NAMES:
        raise Refused("名单已经很长了，请到会场签到处签名")
    return _put_down(
        hours.activity, person=person, guest=guest, via=AttendeeVia.SCANNED, now=now, by=by
    )


# --- the list ------------------------------------------------------------------------------------


@transaction.atomic
def change_list(
    activity: Activity,
    *,
    added: Collection[Person],
    removed: Collection[int] = (),
    guests: Sequence[Guest] = (),
    now: datetime,
    by: Any,
) -> int:
    """Apply what one person changed, and nothing else: who signs in meanwhile stays on the list.

    `removed` are people of the register by number. Returns how many are new. Once the record has
    been handed in, names are only added, and stamped.
    """
    _living(activity)
    if removed and not _is_open(activity):
        raise Refused("记录已经交上去了，名单上的人只能补，不能划掉")
    late = is_late(activity, now=now)
    with audit.acting("activity.attendees", by=by):
        activity.attendee_list.filter(person__in=removed).delete()
        news = [
            _put_down(activity, person=person, via=AttendeeVia.TICKED, now=now, by=by, late=late)
            for person in added
        ] + [
            _put_down(activity, guest=guest, via=AttendeeVia.TYPED, now=now, by=by, late=late)
            for guest in guests
        ]
    return sum(is_new for _, is_new in news)


@transaction.atomic
def strike_off(attendee: Attendee, *, by: Any) -> None:
    """Take one name off the list of an open record."""
    if not _is_open(attendee.activity):
        raise Refused("记录已经交上去了，名单上的人只能补，不能划掉")
    with audit.acting("activity.attendees", by=by):
        attendee.delete()


def is_late(activity: Activity, *, now: datetime) -> bool:
    """After the hours of the code have ended, or after the record was handed in."""
    hours = SignIn.objects.filter(activity=activity).first()
    return not _is_open(activity) or (hours is not None and now >= hours.closes_at)


def use_count(activity: Activity, *, version: int, by: Any) -> int:
    """Write the length of the list as the number of people there; it can be changed again."""
    count = activity.attendee_list.count()
    activities.save_draft(activity, fields={"attendance": count}, version=version, by=by)
    return count


def _put_down(
    activity: Activity,
    *,
    person: Person | None = None,
    guest: Guest = ("", ""),
    via: AttendeeVia,
    now: datetime,
    by: Any,
    late: bool = False,
) -> tuple[Attendee, bool]:
    if person is not None:
        who: dict[str, Any] = {"person": person}
        words = {"name": person.name, "place": ""}
    else:
        name, place = guest
        who = {"person": None, "name": name.strip()[:60], "place": place.strip()[:80]}
        words = {}
        if not who["name"]:
            raise Refused("写一下姓名")
    facts = {**words, "via": via, "added_at": now, "added_by": by, "is_late": late}
    try:
        with transaction.atomic():
            return Attendee.objects.get_or_create(activity=activity, **who, defaults=facts)
    except IntegrityError as error:  # the record was thrown away meanwhile
        raise Refused("这次活动的记录已经不在了") from error


# --- the photo of the signed sheet ---------------------------------------------------------------


@transaction.atomic
def mark_sheet(attached: ActivityFile, *, is_sheet: bool, by: Any) -> None:
    """Say of a photo that it is the signed sheet: it is then evidence, never a picture to print."""
    if attached.role == FileRole.DOCUMENT:
        raise Refused("这是材料，不是照片。签到表请拍一张照片")
    with audit.acting("activity.sheet", by=by):
        attached.role = FileRole.SHEET if is_sheet else FileRole.PHOTO
        attached.save(update_fields=["role"])


@transaction.atomic
def attach_sheet(activity: Activity, *, stored: Any, name: str, by: Any) -> ActivityFile:
    """Attach a photographed sheet that was found by its code, also after the record was handed in.

    The same photo twice is one attachment.
    """
    _living(activity)
    locked = Activity.objects.select_for_update(of=("self",)).select_related("unit")
    record = locked.get(pk=activity.pk)
    found = record.files.filter(file=stored).first()
    if found is not None:
        return found
    if record.files.count() >= activities.MAX_FILES:
        raise Refused(f"一条记录最多放 {activities.MAX_FILES} 个文件，先删掉几个再传")
    with audit.acting("activity.sheet", by=by):
        made = ActivityFile.objects.create(
            activity=record, file=stored, role=FileRole.SHEET, name=name[:200] or "签到表",
            position=record.files.count() + 1, added_by=by,
        )  # fmt: skip
    if not _is_open(record):
        audit.record("activity.sheet", record, by=by, note="补了一张签到表照片")
        credits.settle(record, by=by)
    return made


def _is_open(activity: Activity) -> bool:
    return activity.state in {ActivityState.DRAFT, ActivityState.RETURNED}


def _living(activity: Activity) -> None:
    if activity.state not in LIVING:
        raise Refused("这条记录已经作废了，不再改名单")
