"""Numbers that need several apps: what waits for this person."""

from typing import Any

from activities.choices import ActivityState
from activities.models import Activity
from committees.models.scoping import grants_of
from committees.policy import ROLE_POWERS, Can


def reviewing_units(user: Any) -> list[int]:
    """The units whose incoming records this person reviews."""
    return [
        unit_id for role, _, unit_id in grants_of(user) if Can.ACTIVITY_REVIEW in ROLE_POWERS[role]
    ]


def waiting_for_review(user: Any) -> int:
    units = reviewing_units(user)
    if not units:
        return 0
    return Activity.objects.filter(state=ActivityState.SUBMITTED, receiver__in=units).count()
