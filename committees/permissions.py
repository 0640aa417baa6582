"""Named questions; the answers come from the one table in policy.py."""

from typing import Any

from committees.models import Unit
from committees.models.scoping import covers, grants_of, reaches
from committees.policy import Can, Role


def may(user: Any, can: Can, unit: Unit | None) -> bool:
    """True when one of the user's grants gives this power over this unit."""
    if unit is None:
        return False
    return any(covers(reach, path, unit.path) for reach, path in reaches(user, can))


def may_anywhere(user: Any, can: Can) -> bool:
    """True when the user has this power over any unit: shows a menu entry, opens nothing."""
    return bool(reaches(user, can))


def belongs_to(user: Any, unit: Unit) -> bool:
    """True for a person of this very unit; nobody reviews their own unit's work."""
    return any(path == unit.path for _, path, _ in grants_of(user))


def roles_of(user: Any) -> set[Role]:
    return {role for role, _, _ in grants_of(user)}


def home_unit(user: Any) -> Unit | None:
    """The unit of the user's first grant: what the page header and a new record start from."""
    grants = grants_of(user)
    return Unit.objects.filter(pk=grants[0][2]).first() if grants else None


def city_of(user: Any) -> Unit | None:
    """The bureau whose city the user works in."""
    unit = home_unit(user)
    return unit.city if unit else None


def may_manage_accounts(user: Any, unit: Unit) -> bool:
    return may(user, Can.ACCOUNT_MANAGE, unit)


def may_import(user: Any, city: Unit) -> bool:
    return may(user, Can.IMPORT_RUN, city)
