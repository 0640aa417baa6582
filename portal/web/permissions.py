"""Who may ask units for data, answer, and telephone whom; each question names person and thing."""

from typing import Any

from committees.models import Unit, User
from committees.permissions import may, may_look_as
from committees.policy import Can
from portal.web.models import DataAnswer, DataRequest
from reading_program.choices import RoundState
from reading_program.models import JudgingRound


def may_edit_request(user: Any, request: DataRequest) -> bool:
    """Until it is sent; what was asked is not changed behind people's backs."""
    return request.sent_at is None and may(user, Can.REQUEST_EDIT, request.city)


def may_follow_request(user: Any, request: DataRequest) -> bool:
    """See the answers, close it, take them away as a workbook."""
    return request.sent_at is not None and may(user, Can.REQUEST_EDIT, request.city)


def may_answer(user: Any, answer: DataAnswer) -> bool:
    """The unit itself, or the office above for a unit with nobody at a computer."""
    return answer.request.closed_at is None and may(user, Can.REQUEST_ANSWER, answer.unit)


def may_print_calls(user: Any, unit: Unit | None) -> bool:
    """Whole telephone numbers go on paper, so both powers are asked."""
    return may(user, Can.PHONE_REVEAL, unit)


def may_publish_face(user: Any, unit: Unit) -> bool:
    """The unit's head, and the bureau's staff, who may also take a page down."""
    return may(user, Can.FACE_EDIT, unit)


def may_look_now(user: Any, account: User) -> bool:
    """Not while the person judges: their marks are nobody's until the round is closed."""
    if not may_look_as(user, account):
        return False
    judging = JudgingRound.objects.filter(edition__judges__account=account)
    return not judging.exclude(state=RoundState.CLOSED).exists()
