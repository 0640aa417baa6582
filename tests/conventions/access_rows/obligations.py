"""三个同·三个一: seen from one's own place downwards, set by the bureau's own staff."""

from typing import Any

from activities.services.obligation_drafts import draft_like
from tests.conventions.access import AROUND_SCHOOL, EVERYBODY, OFFICES, UNIT_PEOPLE, Row
from tests.personas import YEAR, World

BOTH = ("GET", "POST")
STAFF = {"bureau_staff"}
WHOLE_CITY = {"bureau_leader", "bureau_staff", "auditor"}
OUTSIDERS = EVERYBODY - UNIT_PEOPLE


def year(city: World) -> dict[str, Any]:
    return {"year": YEAR}


def office(city: World) -> dict[str, Any]:
    return {"year": YEAR, "pk": city.office.pk}


def school(city: World) -> dict[str, Any]:
    return {"year": YEAR, "pk": city.school.pk}


def cell(city: World) -> dict[str, Any]:
    return school(city) | {"code": "training"}


def draft(city: World) -> dict[str, Any]:
    return {"year": draft_like(city.obligation_set, year=2024, by=city.bureau_staff).year}


def item(city: World) -> dict[str, Any]:
    drafted = draft_like(city.obligation_set, year=2024, by=city.bureau_staff)
    return {"year": drafted.year, "pk": drafted.items.get(code="training").pk}


ROWS = {
    "activities:obligations": Row(EVERYBODY),
    "activities:obligation_board": Row(UNIT_PEOPLE, OUTSIDERS, year),
    # A school has one row, which is its page: there is no table of it to take away.
    "activities:obligation_export": Row(WHOLE_CITY | OFFICES, OUTSIDERS, year),
    "activities:obligation_office": Row(WHOLE_CITY | {"office_secretary"}, given=office),
    "activities:obligation_unit": Row(AROUND_SCHOOL, given=school),
    "activities:obligation_cell": Row(AROUND_SCHOOL, given=cell),
    "activities:obligation_set": Row(UNIT_PEOPLE, OUTSIDERS, year),
    "activities:obligation_draft": Row(STAFF, EVERYBODY - STAFF, year, methods=("POST",)),
    "activities:obligation_set_edit": Row(STAFF, EVERYBODY - STAFF, draft, methods=BOTH),
    "activities:obligation_item": Row(STAFF, EVERYBODY - STAFF, item, methods=BOTH),
    "activities:obligation_item_remove": Row(STAFF, EVERYBODY - STAFF, item, methods=BOTH),
    "activities:obligation_force": Row(STAFF, EVERYBODY - STAFF, draft, methods=BOTH),
}
