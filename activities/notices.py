"""Who is told what about a record."""

from collections.abc import Sequence

from activities.models import Activity, CoHost, Correction, Lecture, LectureInvitation, Mentor
from committees.models import Unit, User
from committees.notices import author_or_successor, holders
from committees.policy import ROLE_POWERS, Can
from portal.kernel import calendar, notices
from portal.kernel.wording import quoted

REVIEWERS = [role for role, powers in ROLE_POWERS.items() if Can.ACTIVITY_REVIEW in powers]


def tell_receiver(activity: Activity) -> None:
    """Those who review at the receiving office learn that a record waits."""
    people = User.objects.filter(
        grants__unit=activity.receiver_id,
        grants__role__in=REVIEWERS,
        grants__period__contains=calendar.today(),
        is_active=True,
    )
    notices.notify(people, f"{activity.unit}交来{quoted(activity)}，等您审核", _link(activity))


def tell_author(activity: Activity, text: str) -> None:
    people = author_or_successor(activity.created_by, activity.unit, Can.ACTIVITY_LOG)
    notices.notify(people, text, _link(activity))


def tell_cohost(cohost: CoHost) -> None:
    """Whoever writes records at the co-hosting unit says whether it had a part in this one."""
    record = cohost.activity
    text = f"{record.unit}说和您单位共办了{quoted(record)}，请您确认"
    _tell_holders(cohost.unit_id, Can.ACTIVITY_LOG, text, _link(record))


def tell_silence(office_id: int, records: Sequence[Activity]) -> None:
    """Reviewers learn on the last day that these count tomorrow unless they answer today."""
    first = f"{records[0].unit}的{quoted(records[0])}"
    which = first if len(records) == 1 else f"{first}等 {len(records)} 条记录"
    text = f"{which}等审核到了最后一天，今天没有答复，下一个工作日自动通过"
    link = _link(records[0]) if len(records) == 1 else "/activities/review/"
    _tell_holders(office_id, Can.ACTIVITY_REVIEW, text, link)


def tell_accepted_silently(activity: Activity) -> None:
    tell_author(activity, f"{quoted(activity)}到期自动通过，已经算数")


def tell_correction(correction: Correction) -> None:
    """Those who review the unit's records learn that one of them is to be put right."""
    record = correction.activity
    if record.receiver_id is not None:
        text = f"{record.unit}请您同意更正{quoted(record)}的{correction.label}"
        _tell_holders(record.receiver_id, Can.ACTIVITY_REVIEW, text, "/corrections/")


def tell_asker(correction: Correction, text: str) -> None:
    if correction.asked_by is not None:
        notices.notify([correction.asked_by], text, _link(correction.activity))


def _link(activity: Activity) -> str:
    return f"/activities/{activity.pk}/"


# --- lectures and mentors -----------------------------------------------------------------------


def tell_dispatchers(lecture: Lecture, text: str) -> None:
    """Those who send mentors for this host: its office, or the bureau for a unit without one."""
    _tell_holders(lecture.unit.office_id or lecture.city_id, Can.LECTURE_DISPATCH, text,
                  f"/lectures/{lecture.pk}/")  # fmt: skip


def tell_host(lecture: Lecture, text: str) -> None:
    people = author_or_successor(lecture.created_by, lecture.unit, Can.LECTURE_REQUEST)
    notices.notify(people, text, f"/lectures/{lecture.pk}/")


def tell_mentor(mentor: Mentor, text: str, invitation: LectureInvitation | None) -> None:
    """Only a mentor with an account reads here; the others are asked by the link or telephone."""
    if mentor.user is not None:
        link = f"/i/{invitation.token}/" if invitation is not None else "/lectures/mine/"
        notices.notify([mentor.user], text, link)


def tell_issuer(issuer: Unit, text: str) -> None:
    _tell_holders(issuer.pk, Can.MENTOR_EDIT, text, "/appointments/?part=expiring")


def _tell_holders(unit_id: int, can: Can, text: str, link: str) -> None:
    notices.notify(holders(unit_id, can), text, link)


# --- partners -----------------------------------------------------------------------------------


def tell_partner_keepers(unit: Unit, text: str) -> None:
    _tell_holders(unit.pk, Can.PARTNER_EDIT, text, "/partners/?part=expiring")
