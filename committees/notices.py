"""Whom a message about a unit's thing goes to: the post, not the person who once held it."""

from collections.abc import Sequence

from django.db.models import QuerySet

from committees.models import Unit, User
from committees.permissions import may
from committees.policy import ROLE_POWERS, Can
from portal.kernel import calendar


def holders(unit_id: int, can: Can) -> QuerySet[User]:
    """The accounts that have this power at the unit itself today."""
    found = User.objects.filter(
        grants__unit=unit_id,
        grants__role__in=[role for role, powers in ROLE_POWERS.items() if can in powers],
        grants__period__contains=calendar.today(),
        is_active=True,
    )
    return found.distinct()


def author_or_successor(author: User | None, unit: Unit, can: Can) -> Sequence[User]:
    """Who wrote it, as long as the work is still theirs; after a 换人 whoever holds it now."""
    if author is not None and may(author, can, unit):
        return [author]
    now = list(holders(unit.pk, can))
    return now or ([author] if author is not None else [])
