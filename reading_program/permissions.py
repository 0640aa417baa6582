"""Who prepares an edition, who writes a plan for whom, and who looks at it."""

from typing import Any

from committees.choices import UnitKind
from committees.models import Unit
from committees.permissions import belongs_to, may, may_anywhere, only_own_unit, roles_of
from committees.policy import Can, Role
from reading_program.choices import EntryState, PlanState
from reading_program.models import Edition, Entry, ImplementationPlan

OPEN = {PlanState.DRAFT, PlanState.RETURNED}


def may_edit_edition(user: Any, edition: Edition) -> bool:
    return may(user, Can.READING_EDIT, edition.city)


def may_see_board(user: Any) -> bool:
    """Those who look after other units' plans; a school has only its own."""
    return may_anywhere(user, Can.UNIT_VIEW) and not only_own_unit(user)


def is_asked(edition: Edition, unit: Unit) -> bool:
    """Offices and schools are asked for a plan, kindergartens where the edition says so."""
    if unit.city_id != edition.city_id:
        return False
    if unit.kind == UnitKind.KINDERGARTEN:
        return edition.asks_kindergartens
    return unit.kind in {UnitKind.OFFICE, UnitKind.SCHOOL}


def may_write_plan(user: Any, edition: Edition, unit: Unit) -> bool:
    """The unit's own secretary, or the office above entering for it."""
    return (
        edition.published_at is not None
        and is_asked(edition, unit)
        and may(user, Can.READING_SUBMIT, unit)
    )


def may_change_plan(user: Any, plan: ImplementationPlan) -> bool:
    return plan.state in OPEN and may_write_plan(user, plan.edition, plan.unit)


def may_withdraw_plan(user: Any, plan: ImplementationPlan) -> bool:
    return plan.state == PlanState.SUBMITTED and may_write_plan(user, plan.edition, plan.unit)


def may_review_plan(user: Any, plan: ImplementationPlan) -> bool:
    """The office above, or the bureau; never a person of the unit itself."""
    return plan.state == PlanState.SUBMITTED and _stands_above(user, plan)


def may_send_back_plan(user: Any, plan: ImplementationPlan) -> bool:
    """One already accepted may still be sent back, when something turns out to be missing."""
    return plan.state in {PlanState.SUBMITTED, PlanState.ACCEPTED} and _stands_above(user, plan)


def _stands_above(user: Any, plan: ImplementationPlan) -> bool:
    if belongs_to(user, plan.unit):
        return False
    return may(user, Can.READING_EDIT, plan.unit) or may(user, Can.READING_SUBMIT, plan.unit)


def may_see_entries(user: Any) -> bool:
    return may_anywhere(user, Can.ENTRY_VIEW)


def may_see_likeness(user: Any) -> bool:
    """Those above the schools, who may see entries; a school does not go through others' texts."""
    return may_see_entries(user) and not only_own_unit(user)


def may_enter(user: Any, edition: Edition, unit: Unit) -> bool:
    """The school's own secretary, or the office above entering for it."""
    return (
        edition.published_at is not None
        and unit.is_institution
        and unit.city_id == edition.city_id
        and may(user, Can.READING_SUBMIT, unit)
    )


def may_change_entry(user: Any, entry: Entry) -> bool:
    open_states = {EntryState.DRAFT, EntryState.RETURNED}
    return entry.state in open_states and may_enter(user, entry.edition, entry.unit)


def may_withdraw_entry(user: Any, entry: Entry) -> bool:
    over = {EntryState.WITHDRAWN, EntryState.DECLINED}
    return entry.state not in over and may_enter(user, entry.edition, entry.unit)


def may_forward_entry(user: Any, entry: Entry) -> bool:
    return entry.state == EntryState.SUBMITTED and _looks_after(user, entry.unit)


def may_return_entry(user: Any, entry: Entry) -> bool:
    """The office while it is on its desk; once at the city only the bureau."""
    if entry.state == EntryState.CITY:
        return may(user, Can.READING_EDIT, entry.unit)
    return entry.state == EntryState.SUBMITTED and _looks_after(user, entry.unit)


def may_give_places(user: Any, edition: Edition) -> bool:
    """The bureau gives to offices and direct schools, an office to its schools."""
    return may(user, Can.READING_EDIT, edition.city) or any(
        role == Role.OFFICE_SECRETARY for role in roles_of(user)
    )


def may_give_places_to(user: Any, unit: Unit) -> bool:
    return _looks_after(user, unit)


def _looks_after(user: Any, unit: Unit) -> bool:
    if belongs_to(user, unit):
        return False
    return may(user, Can.READING_EDIT, unit) or may(user, Can.READING_SUBMIT, unit)
