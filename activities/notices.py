"""Who is told what about a record."""

from activities.models import Activity
from committees.models import User
from committees.policy import ROLE_POWERS, Can
from portal.kernel import calendar, notices

REVIEWERS = [role for role, powers in ROLE_POWERS.items() if Can.ACTIVITY_REVIEW in powers]


def tell_receiver(activity: Activity) -> None:
    """Those who review at the receiving office learn that a record waits."""
    people = User.objects.filter(
        grants__unit=activity.receiver_id,
        grants__role__in=REVIEWERS,
        grants__period__contains=calendar.today(),
        is_active=True,
    )
    notices.notify(people, f"{activity.unit}交来“{activity}”，等您审核", _link(activity))


def tell_author(activity: Activity, text: str) -> None:
    if activity.created_by is not None:
        notices.notify([activity.created_by], text, _link(activity))


def _link(activity: Activity) -> str:
    return f"/activities/{activity.pk}/"
