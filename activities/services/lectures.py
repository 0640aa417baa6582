"""点单、派单、讲、评单: every change of a lecture.

Asking a mentor locks the mentor's row, so limits hold for two dispatchers at once; the exclusion
constraint of the table holds even for code that forgets to.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from activities import notices
from activities.choices import AnsweredVia, InvitationState, LectureAudience, LectureState
from activities.models import ActivityKind, Lecture, LectureCourse, LectureInvitation, Mentor
from activities.services import activities, dispatch
from activities.services.dispatch import Slot, Suggestion
from activities.services.mentors import rules_of
from activities.workflow import INVITATION, LECTURE
from committees.models import Unit
from portal.kernel import audit, counters
from portal.kernel.errors import Refused
from portal.kernel.refusals import speaking_for
from portal.kernel.wording import quoted

HOLDING = [InvitationState.WAITING, InvitationState.ACCEPTED]


@transaction.atomic
def request(unit: Unit, *, fields: Mapping[str, Any], on: date, by: Any) -> Lecture:
    """点单: a host asks for a lecture with one or two wished times."""
    city = unit.city or unit
    lecture = Lecture(
        number=f"J{on.year}-{counters.take(f'lecture:{city.pk}:{on.year}'):05}",
        city=city,
        unit=unit,
        day=fields["wish1_on"],
        created_by=by,
        **fields,
    )
    with audit.acting("lecture.requested", by=by):
        lecture.save()
    audit.record("lecture.requested", lecture, by=by)
    notices.tell_dispatchers(lecture, f"{unit}点了{quoted(lecture)}，等您安排导师")
    return lecture


@transaction.atomic
def change(lecture: Lecture, *, fields: Mapping[str, Any], by: Any) -> None:
    """Change an order nobody has been asked for yet."""
    it = Lecture.objects.select_for_update().get(pk=lecture.pk)
    if it.state != LectureState.REQUESTED:
        raise Refused("已经在请导师了，要改先请安排的同志另行安排，或者取消重点")
    for name, value in {**fields, "day": fields["wish1_on"]}.items():
        setattr(it, name, value)
    with audit.acting("lecture.changed", by=by):
        it.save()
    audit.record("lecture.changed", it, by=by)


@transaction.atomic
def invite(
    lecture: Lecture,
    *,
    mentor: Mentor,
    slot: Slot,
    course: LectureCourse | None = None,
    stands_in_for: Mentor | None = None,
    now: datetime,
    by: Any,
) -> LectureInvitation:
    """派单: ask this mentor for this time. Refused when any limit of the mentor would break."""
    held = Mentor.objects.select_for_update().filter(pk=mentor.pk, left_on=None).first()
    if held is None:
        raise Refused(f"{mentor}已经退出导师队伍，请另请一位")
    if slot.start <= now:
        raise Refused(f"{slot.label}已经过了，换一个日子")
    _check_limits(lecture, held, slot)
    with speaking_for(LectureInvitation), audit.acting("lecture.invited", by=by):
        invitation = LectureInvitation.objects.create(
            lecture=lecture,
            mentor=held,
            unit=lecture.unit,
            place=lecture.place,
            stands_in_for=stands_in_for,
            period=DateTimeTZRange(slot.start, slot.end),
            sent_at=now,
            sent_by=by,
            expires_at=min(now + timedelta(days=rules_of(lecture.city).answer_days), slot.start),
        )
    LECTURE.advance(
        lecture,
        "invite",
        by=by,
        note=f"{mentor}，{slot.label}",
        mentor=held,
        course=course,
        day=slot.day,
        period=invitation.period,
    )
    instead = f"替{stands_in_for}" if stands_in_for is not None else ""
    notices.tell_mentor(
        held, f"{lecture.unit}请您{slot.label}{instead}去讲一场，请答复", invitation
    )
    return invitation


def _check_limits(lecture: Lecture, mentor: Mentor, slot: Slot) -> None:
    place = dispatch.place_of(lecture)
    if closed := dispatch.closed_by(lecture.city.dispatch_seasons.all(), slot, place):
        raise Refused(f"{closed}，换一个日子")
    (load,) = dispatch.loads_for(lecture, [mentor])
    if found := dispatch.obstacles(load, slot, place):
        raise Refused(f"{mentor}去不了：{'；'.join(found)}。另请一位，或者换一个日子")


@transaction.atomic
def accept(invitation: LectureInvitation, *, via: AnsweredVia, now: datetime, by: Any) -> None:
    """The mentor says 我去: by link, signed in, or on the telephone to the office."""
    lecture = _locked(invitation)
    INVITATION.advance(
        invitation, "accept", by=by, answered_at=now, answered_via=via, answered_by=by
    )
    LECTURE.advance(lecture, "accept", by=by, note=_how(invitation))
    notices.tell_host(lecture, f"{invitation.mentor}答应来讲{quoted(lecture)}")
    if via != AnsweredVia.PHONE:
        notices.tell_dispatchers(lecture, f"{invitation.mentor}答应去{lecture.unit}讲课")


@transaction.atomic
def decline(
    invitation: LectureInvitation, *, reason: str, via: AnsweredVia, now: datetime, by: Any
) -> None:
    """The mentor says 去不了, at first or later; the lecture waits for the next suggestion."""
    lecture = _locked(invitation)
    if invitation.period.lower <= now:
        raise Refused("这一场的时间已经到了，有变化请直接打电话给联系人")
    was_sure = invitation.state == InvitationState.ACCEPTED
    INVITATION.advance(
        invitation,
        "decline",
        by=by,
        reason=reason,
        answered_at=now,
        answered_via=via,
        answered_by=by,
    )
    LECTURE.advance(
        lecture, "decline", by=by, note=_how(invitation), day=lecture.wish1_on, **_nobody()
    )
    what = f"{invitation.mentor}去不了{lecture.unit}的{quoted(lecture)}"
    _ask_for_another(lecture, what, now=now)
    if was_sure:
        notices.tell_host(lecture, f"{invitation.mentor}来不了了，正在另请导师")


def expire_unanswered(*, now: datetime, by: Any = None) -> int:
    """Free every time that was held longer than its days for an answer; return how many.

    An answer given in the same moment comes first or second, never both.
    """
    late = LectureInvitation.objects.filter(state=InvitationState.WAITING, expires_at__lt=now)
    count = 0
    for pk in late.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            count += _expire(pk, now=now, by=by)
    return count


def _expire(pk: int, *, now: datetime, by: Any) -> int:
    invitation = (
        LectureInvitation.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("mentor__person", "lecture__unit", "lecture__topic", "lecture__city")
        .filter(pk=pk, state=InvitationState.WAITING)
        .first()
    )
    if invitation is None:
        return 0
    lecture = invitation.lecture
    INVITATION.advance(invitation, "expire", by=by)
    LECTURE.advance(
        lecture, "expire", by=by, note=str(invitation.mentor), day=lecture.wish1_on, **_nobody()
    )
    what = f"{invitation.mentor}没有答复{lecture.unit}的{quoted(lecture)}"
    _ask_for_another(lecture, what, now=now)
    return 1


def _ask_for_another(lecture: Lecture, what: str, *, now: datetime) -> None:
    """Tell who dispatches what happened and whom the list now puts first.

    Where the city has said so, that one is asked at once; within the same limits, and only once
    the order waits again.
    """
    following = dispatch.next_for(lecture, now=now)
    if following is None:
        words = "想去的日子都没有人能去，请和学校商量换日子"
    elif rules_of(lecture.city).asks_next_itself and _asked_at_once(lecture, following, now=now):
        words = f"已经自动请了{following.load.name}，{following.slot.label}"
    else:
        words = f"下一位建议：{following.load.name}，{following.slot.label}"
    notices.tell_dispatchers(lecture, f"{what}。{words}")


def _asked_at_once(lecture: Lecture, found: Suggestion, *, now: datetime) -> bool:
    try:
        with transaction.atomic():
            invite(
                lecture,
                mentor=found.load.mentor,
                slot=found.slot,
                course=found.course,
                now=now,
                by=None,
            )
    except Refused:  # somebody else was quicker: a person looks at the list
        lecture.refresh_from_db()
        return False
    return True


@transaction.atomic
def stand_in(
    lecture: Lecture,
    *,
    mentor: Mentor,
    course: LectureCourse | None,
    reason: str,
    has_agreed: bool,
    now: datetime,
    by: Any,
) -> LectureInvitation:
    """替讲: who was to go cannot, another goes at the very same time, within the same limits.

    Time and place stay held throughout: it all happens in one transaction. `has_agreed` when the
    stand-in said so on the telephone.
    """
    it = Lecture.objects.select_for_update(of=("self",)).get(pk=lecture.pk)
    before = it.invitations.filter(state__in=HOLDING).select_related("mentor__person").first()
    if before is None or it.mentor is None:
        raise Refused("这一场现在没有请定的导师，刷新页面看看")
    if before.mentor_id == mentor.pk:
        raise Refused("替讲的是同一位，请另选一位")
    slot, fell_out = dispatch.slot_of(it), before.mentor
    if slot.start <= now:
        raise Refused("这一场的时间已经到了，有变化请直接打电话给联系人")
    phone = AnsweredVia.PHONE
    INVITATION.advance(
        before, "decline", by=by, reason=reason, answered_at=now, answered_via=phone,
        answered_by=by,
    )  # fmt: skip
    LECTURE.advance(it, "decline", by=by, note=_how(before), day=it.wish1_on, **_nobody())
    made = invite(
        it, mentor=mentor, slot=slot, course=course, stands_in_for=fell_out, now=now, by=by
    )
    notices.tell_mentor(fell_out, f"{it.unit}的那一场由{mentor}替讲，您不用去", None)
    if has_agreed:
        accept(made, via=phone, now=now, by=by)
    notices.tell_host(it, f"{fell_out}来不了，{slot.label}由{mentor}替讲{quoted(it)}")
    lecture.refresh_from_db()
    return made


@transaction.atomic
def take_back(lecture: Lecture, *, note: str, by: Any) -> None:
    """The office withdraws from the asked or agreed mentor, saying why; the order stands."""
    mentor = lecture.mentor
    LECTURE.advance(lecture, "take_back", by=by, note=note, day=lecture.wish1_on, **_nobody())
    _withdraw(lecture, by=by)
    if mentor is not None:
        notices.tell_mentor(mentor, f"{lecture.unit}的那一场另行安排了，您不用去：{note}", None)


@transaction.atomic
def cancel(lecture: Lecture, *, note: str, by: Any) -> None:
    mentor = lecture.mentor
    LECTURE.advance(lecture, "cancel", by=by, note=note, cancel_reason=note.strip())
    _withdraw(lecture, by=by)
    if mentor is not None:
        notices.tell_mentor(mentor, f"{lecture.unit}的那一场取消了，您不用去：{note}", None)
    notices.tell_host(lecture, f"{quoted(lecture)}取消了：{note}")


def _withdraw(lecture: Lecture, *, by: Any) -> None:
    for invitation in lecture.invitations.filter(state__in=HOLDING):
        INVITATION.advance(invitation, "withdraw", by=by)


@transaction.atomic
def tell_done(lecture: Lecture, *, note: str, now: datetime, by: Any) -> None:
    """The mentor says that the lecture was given; the host then fills in how many came."""
    changed = Lecture.objects.filter(
        pk=lecture.pk, state=LectureState.CONFIRMED, period__startswith__lte=now
    ).update(told_at=now, told_note=note.strip())
    if not changed:
        raise Refused("这一场现在还不能报讲完，到了那天讲完再点")
    audit.record("lecture.told_done", lecture, by=by, note=note)
    notices.tell_host(lecture, f"{lecture.mentor}说{quoted(lecture)}讲完了，请填到场人数")


@transaction.atomic
def deliver(lecture: Lecture, *, attendance: int, words: str, on: date, by: Any) -> None:
    """Make the host's record of the lecture and hand it in; the audience is written there, once."""
    it = Lecture.objects.select_for_update(of=("self",)).get(pk=lecture.pk)
    if it.state != LectureState.CONFIRMED:
        raise Refused("这一场刚刚已经记过了，或者有了变化，刷新页面看看")
    if it.day > on:
        raise Refused("还没到讲课的日子，讲完再来填人数")
    record = activities.start_draft(
        it.unit, fields=_record_of(it, attendance=attendance, words=words), by=by
    )
    activities.submit(record, on=on, by=by)
    LECTURE.advance(it, "deliver", by=by, note=f"{attendance} 人", activity=record)
    lecture.refresh_from_db()
    if it.mentor is not None:
        notices.tell_mentor(
            it.mentor, f"{it.unit}记下了您讲的{quoted(it)}，{attendance} 人听讲", None
        )


def _record_of(lecture: Lecture, *, attendance: int, words: str) -> dict[str, Any]:
    assert lecture.mentor is not None  # noqa: S101 - a constraint of the table
    person = lecture.mentor.person
    for_parents = lecture.audience == LectureAudience.PARENTS
    told = f"{person.name}在{lecture.place}讲{quoted(lecture)}，{lecture.get_audience_display()}"
    told += f"（{lecture.audience_words}）听讲。" if lecture.audience_words else "听讲。"
    return {
        "kind": ActivityKind.objects.get(slug="parent_school" if for_parents else "lecture"),
        "title": str(lecture).replace("“", "").replace("”", ""),
        "held_on": lecture.day,
        "place": lecture.place,
        "speakers": person.name,
        "attendance": attendance,
        "elders": 1 if person.categories else None,
        "youth": attendance if lecture.audience == LectureAudience.PUPILS else None,
        "minutes": f"{told}{words.strip()}",
    }


@transaction.atomic
def rate(lecture: Lecture, *, content: int, expression: int, fit: int, words: str, by: Any) -> None:
    """评单: once, by the host; it goes to the mentor as words and is nobody's ranking."""
    with audit.acting("lecture.rated", by=by):
        changed = Lecture.objects.filter(
            pk=lecture.pk, state=LectureState.DELIVERED, rated_at=None
        ).update(
            rated_at=timezone.now(),
            rated_by=by,
            rated_content=content,
            rated_expression=expression,
            rated_fit=fit,
            rated_words=words.strip(),
        )
    if not changed:
        raise Refused("这一场已经评过了，或者还没有记人数")
    lecture.refresh_from_db()
    audit.record("lecture.rated", lecture, by=by)
    if lecture.mentor is not None and words.strip():
        notices.tell_mentor(lecture.mentor, f"{lecture.unit}说：{words.strip()}", None)


def _locked(invitation: LectureInvitation) -> Lecture:
    return (
        Lecture.objects.select_for_update(of=("self",))
        .select_related("unit", "topic", "course", "city")
        .get(pk=invitation.lecture_id)
    )


def _nobody() -> dict[str, Any]:
    """An order that waits again: no mentor, no time, no course of a mentor."""
    return {"mentor": None, "period": None, "course": None}


def _how(invitation: LectureInvitation) -> str:
    reason = f"，{invitation.get_reason_display()}" if invitation.reason else ""
    return f"{invitation.mentor}{reason}（{invitation.get_answered_via_display()}）"
