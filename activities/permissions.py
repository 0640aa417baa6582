"""Who may do what with a record; each question names person, place and state."""

from typing import Any

from activities.choices import ActivityState
from activities.models import Activity
from committees.models import Unit
from committees.permissions import belongs_to, may
from committees.policy import Can

OPEN = {ActivityState.DRAFT, ActivityState.RETURNED}


def may_log(user: Any, unit: Unit | None) -> bool:
    """The unit's own secretary or Party contact, or the office above entering for it."""
    return may(user, Can.ACTIVITY_LOG, unit)


def may_edit(user: Any, activity: Activity) -> bool:
    return activity.state in OPEN and may_log(user, activity.unit)


def may_withdraw(user: Any, activity: Activity) -> bool:
    """Until somebody has looked at it, a submitted record can be taken back."""
    return activity.state == ActivityState.SUBMITTED and may_log(user, activity.unit)


def may_review(user: Any, activity: Activity) -> bool:
    """The office above, never a person of the unit itself."""
    return activity.state == ActivityState.SUBMITTED and _stands_above(user, activity)


def may_void(user: Any, activity: Activity) -> bool:
    return activity.state == ActivityState.ACCEPTED and _stands_above(user, activity)


def may_decline_credit(user: Any, activity: Activity) -> bool:
    return activity.state in {ActivityState.SUBMITTED, ActivityState.ACCEPTED} and _stands_above(
        user, activity
    )


def _stands_above(user: Any, activity: Activity) -> bool:
    return may(user, Can.ACTIVITY_REVIEW, activity.unit) and not belongs_to(user, activity.unit)
