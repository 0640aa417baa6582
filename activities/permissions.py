"""Who may do what with a record; each question names person, place and state."""

from typing import Any

from activities.choices import (
    ActivityState,
    CorrectionState,
    CourseState,
    InvitationState,
    LectureState,
)
from activities.models import (
    Activity,
    Appointment,
    CoHost,
    Correction,
    Credit,
    Decision,
    Lecture,
    LectureCourse,
    LectureInvitation,
    Mentor,
    MentorTeam,
    Partner,
    Series,
    Studio,
)
from committees.models import Unit
from committees.permissions import belongs_to, may
from committees.policy import Can

OPEN = {ActivityState.DRAFT, ActivityState.RETURNED}
HANDED_IN = {ActivityState.SUBMITTED, ActivityState.ACCEPTED}


def may_log(user: Any, unit: Unit | None) -> bool:
    """The unit's own secretary or Party contact, or the office above entering for it."""
    return may(user, Can.ACTIVITY_LOG, unit)


def may_edit(user: Any, activity: Activity) -> bool:
    return activity.state in OPEN and may_log(user, activity.unit)


def may_keep_attendance(user: Any, activity: Activity) -> bool:
    """Whoever writes for the unit, also later: a name that was forgotten is added with a stamp."""
    return activity.state != ActivityState.VOIDED and may_log(user, activity.unit)


def may_withdraw(user: Any, activity: Activity) -> bool:
    """Until somebody has looked at it, a submitted record can be taken back."""
    return activity.state == ActivityState.SUBMITTED and may_log(user, activity.unit)


def may_review(user: Any, activity: Activity) -> bool:
    """The office above, never a person of the unit itself."""
    return activity.state == ActivityState.SUBMITTED and _stands_above(user, activity)


def may_void(user: Any, activity: Activity) -> bool:
    return activity.state == ActivityState.ACCEPTED and _stands_above(user, activity)


def may_decline_credit(user: Any, credit: Credit) -> bool:
    """The office above the unit it counts for: of a joint activity each office its own."""
    return credit.activity.state in HANDED_IN and _is_above(user, credit.unit)


def _stands_above(user: Any, activity: Activity) -> bool:
    return _is_above(user, activity.unit)


def _is_above(user: Any, unit: Unit) -> bool:
    return may(user, Can.ACTIVITY_REVIEW, unit) and not belongs_to(user, unit)


def may_write_minutes(user: Any, activity: Activity) -> bool:
    """Before and after it was accepted: each save is a version, so nothing is written over."""
    return activity.state != ActivityState.VOIDED and may_log(user, activity.unit)


def may_correct(user: Any, activity: Activity) -> bool:
    return activity.state == ActivityState.ACCEPTED and may_log(user, activity.unit)


def may_answer_corrections(user: Any, activity: Activity) -> bool:
    """Whoever accepts the unit's records agrees to what is corrected in them."""
    return _stands_above(user, activity)


def may_answer(user: Any, correction: Correction) -> bool:
    waits = correction.state == CorrectionState.ASKED
    return waits and may_answer_corrections(user, correction.activity)


def may_follow(user: Any, decision: Decision) -> bool:
    return may_log(user, decision.unit)


def may_edit_series(user: Any, series: Series) -> bool:
    return may_log(user, series.unit)


# --- what was done together ---------------------------------------------------------------------


def may_answer_cohost(user: Any, cohost: CoHost) -> bool:
    """The co-hosting unit gives its own word, or the office above for it, as with records."""
    return cohost.activity.state in HANDED_IN and may_log(user, cohost.unit)


def may_edit_studio(user: Any, studio: Studio) -> bool:
    return may(user, Can.STUDIO_EDIT, studio.unit)


def may_edit_partner(user: Any, partner: Partner) -> bool:
    return may(user, Can.PARTNER_EDIT, partner.unit)


def may_read_agreement(user: Any, partner: Partner) -> bool:
    """The paper itself carries names and signatures: its own unit and those above read it."""
    return may(user, Can.UNIT_VIEW, partner.unit)


def may_reveal_partner(user: Any, partner: Partner) -> bool:
    return bool(partner.phone) and may(user, Can.PHONE_REVEAL, partner.unit)


# --- mentors and lectures -----------------------------------------------------------------------


def may_edit_mentor(user: Any, mentor: Mentor) -> bool:
    """The unit that looks after the mentor; whoever only orders lectures reads the card."""
    return may(user, Can.MENTOR_EDIT, mentor.person.unit)


def may_edit_team(user: Any, team: MentorTeam) -> bool:
    return may(user, Can.MENTOR_EDIT, team.unit)


def is_self(user: Any, mentor: Mentor | None) -> bool:
    return mentor is not None and mentor.user_id is not None and mentor.user_id == user.pk


def may_offer_course(user: Any, mentor: Mentor) -> bool:
    return mentor.left_on is None and (is_self(user, mentor) or may_edit_mentor(user, mentor))


def may_approve_course(user: Any, course: LectureCourse) -> bool:
    """Never the mentor of the lecture, whatever other role the same account holds."""
    waits = course.state == CourseState.SUBMITTED
    return waits and may_edit_mentor(user, course.mentor) and not is_self(user, course.mentor)


def may_retire_course(user: Any, course: LectureCourse) -> bool:
    return course.state != CourseState.RETIRED and may_offer_course(user, course.mentor)


def may_order(user: Any, unit: Unit | None) -> bool:
    return may(user, Can.LECTURE_REQUEST, unit)


def may_change_order(user: Any, lecture: Lecture) -> bool:
    return lecture.state == LectureState.REQUESTED and may_order(user, lecture.unit)


def may_dispatch(user: Any, lecture: Lecture) -> bool:
    return lecture.state == LectureState.REQUESTED and _sends(user, lecture)


def may_take_back(user: Any, lecture: Lecture) -> bool:
    open_states = {LectureState.INVITED, LectureState.CONFIRMED}
    return lecture.state in open_states and _sends(user, lecture)


def may_bring_slides(user: Any, lecture: Lecture) -> bool:
    """The mentor of the lecture, or whoever looks after the mentor."""
    open_states = {LectureState.INVITED, LectureState.CONFIRMED, LectureState.DELIVERED}
    if lecture.state not in open_states or lecture.mentor is None:
        return False
    return is_self(user, lecture.mentor) or may_edit_mentor(user, lecture.mentor)


def may_note_answer(user: Any, invitation: LectureInvitation | None) -> bool:
    """The office writes down what the mentor said on the telephone."""
    waits = invitation is not None and invitation.state == InvitationState.WAITING
    return waits and invitation is not None and _sends(user, invitation.lecture)


def may_cancel_lecture(user: Any, lecture: Lecture) -> bool:
    ended = {LectureState.DELIVERED, LectureState.CANCELLED}
    return lecture.state not in ended and (may_order(user, lecture.unit) or _sends(user, lecture))


def may_report_lecture(user: Any, lecture: Lecture) -> bool:
    """The host says how many came: that makes its own record."""
    return (
        lecture.state == LectureState.CONFIRMED
        and may_order(user, lecture.unit)
        and may_log(user, lecture.unit)
    )


def may_rate_lecture(user: Any, lecture: Lecture) -> bool:
    waits = lecture.state == LectureState.DELIVERED and lecture.rated_at is None
    return waits and may_order(user, lecture.unit)


def may_appoint_mentor(user: Any, unit: Unit | None) -> bool:
    """Whoever looks after mentors may appoint them to the units within the same reach."""
    return may(user, Can.MENTOR_EDIT, unit)


def may_edit_appointment(user: Any, appointment: Appointment) -> bool:
    return may(user, Can.MENTOR_EDIT, appointment.issuer)


def _sends(user: Any, lecture: Lecture) -> bool:
    return may(user, Can.LECTURE_DISPATCH, lecture.unit)
