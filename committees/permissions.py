"""Named questions; the answers come from the one table in policy.py."""

from typing import Any

from committees.choices import CheckState
from committees.models import Committee, FiveHavesCheck, Person, RoleGrant, Unit, User
from committees.models.scoping import covers, grants_of, reaches
from committees.policy import ROLE_GIVES, ROLE_PLACES, ROLE_POWERS, Can, Reach, Role
from portal.kernel import calendar

# Who works at the bureau itself; a judge holds a role there and is no colleague of the staff.
BUREAU_ROLES = frozenset({Role.BUREAU_LEADER, Role.BUREAU_STAFF, Role.AUDITOR})


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


def only_own_unit(user: Any) -> bool:
    """True for a person of one school: a list of units would be a list of one."""
    found = reaches(user, Can.UNIT_VIEW)
    return bool(found) and all(reach is Reach.HERE for reach, _ in found)


def may_edit_unit(user: Any, unit: Unit) -> bool:
    return may(user, Can.UNIT_EDIT, unit)


def may_state_year(user: Any, unit: Unit) -> bool:
    """Pupils and classes: the unit itself knows them, the levels above may say them too."""
    return unit.is_institution and (
        may(user, Can.UNIT_EDIT, unit) or may(user, Can.PEOPLE_EDIT, unit)
    )


def may_establish(user: Any, unit: Unit) -> bool:
    """The level above says that a committee exists: coverage is not declared by oneself."""
    if may(user, Can.UNIT_EDIT, unit):
        return True
    return may(user, Can.PEOPLE_EDIT, unit) and not belongs_to(user, unit)


def may_appoint(user: Any, committee: Committee) -> bool:
    return committee.dissolved_on is None and may(user, Can.PEOPLE_EDIT, committee.host)


def may_edit_person(user: Any, person: Person) -> bool:
    return may(user, Can.PEOPLE_EDIT, person.unit)


def may_reveal_phone(user: Any, person: Person) -> bool:
    return may(user, Can.PHONE_REVEAL, person.unit)


def roles_to_give(user: Any, unit: Unit) -> list[Role]:
    """The roles this user may hand out at this unit, never one above the user's own reach."""
    given: set[Role] = set()
    for role, path, _ in grants_of(user):
        reach = ROLE_POWERS[role].get(Can.ACCOUNT_MANAGE)
        if reach is not None and covers(reach, path, unit.path):
            given |= ROLE_GIVES.get(role, frozenset())
    return [role for role in Role if role in given and unit.kind in ROLE_PLACES[role]]


def may_open_account(user: Any, unit: Unit) -> bool:
    return bool(roles_to_give(user, unit))


def may_end_grant(user: Any, grant: RoleGrant) -> bool:
    """Not one's own: nobody locks the door behind themselves by mistake."""
    return grant.user_id != user.pk and Role(grant.role) in roles_to_give(user, grant.unit)


def may_reset_password(user: Any, account: User) -> bool:
    """Only who could have given every role the account holds: a reset is a way in."""
    if account.pk == user.pk:
        return False
    grants = list(account.grants.select_related("unit"))
    open_grants = [
        grant
        for grant in grants
        if grant.period.upper is None or grant.period.upper > calendar.today()
    ]
    held = open_grants or grants
    return bool(held) and all(Role(grant.role) in roles_to_give(user, grant.unit) for grant in held)


def helps_by_looking(user: Any, role: Role) -> bool:
    """The bureau's staff look with the eyes of others, never with those of the bureau."""
    return Role.BUREAU_STAFF in roles_of(user) and role not in BUREAU_ROLES


def may_look_as(user: Any, account: User) -> bool:
    """Who may give a new password may look, where each role held today is one of below."""
    held = grants_of(account)
    return (
        bool(held)
        and all(helps_by_looking(user, role) for role, _, _ in held)
        and may_reset_password(user, account)
    )


def may_import(user: Any, city: Unit) -> bool:
    return may(user, Can.IMPORT_RUN, city)


def may_fill_five_haves(user: Any, unit: Unit) -> bool:
    """The unit itself, or its office for a school with nobody at a computer."""
    return may(user, Can.FIVE_HAVES_FILL, unit)


def may_review_five_haves(user: Any, check: FiveHavesCheck) -> bool:
    """Whoever stands above, once it is handed in; never for one's own unit."""
    above = may(user, Can.FIVE_HAVES_REVIEW, check.unit) and not belongs_to(user, check.unit)
    return above and check.state == CheckState.SUBMITTED


def may_merge(user: Any, *people: Person) -> bool:
    """Both entries must be one's own to correct."""
    return all(may_edit_person(user, person) for person in people)


def may_join_account(user: Any, person: Person) -> bool:
    """Who opens accounts of the person's unit, or of its office above, says whose one is."""
    return may_edit_person(user, person) and may(user, Can.ACCOUNT_MANAGE, person.unit)


def may_invite(user: Any, person: Person) -> bool:
    return may(user, Can.MENTOR_EDIT, person.unit)


def may_hand_over(user: Any, grant: RoleGrant) -> bool:
    """Who could give the role may pass it on; one's own too would lock oneself out."""
    return may_end_grant(user, grant)
