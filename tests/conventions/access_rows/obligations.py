"""三个同·三个一: seen from one's own place downwards, set by the bureau's own staff."""

from datetime import date
from typing import Any

from activities.services import obligation_cases as cases
from activities.services.obligation_drafts import draft_like
from committees.models import ObligationItem
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


def training(city: World) -> ObligationItem:
    return city.obligation_set.items.get(code="training")


def item_code(city: World) -> dict[str, Any]:
    return {"year": YEAR, "code": "training"}


def relieved(city: World) -> dict[str, Any]:
    cases.waive(city.school, training(city), reason="暂停办学", by=city.bureau_staff)
    return cell(city)


def window(city: World) -> dict[str, Any]:
    made = cases.reopen(
        city.bureau, training(city), opens_on=date(YEAR, 10, 8), closes_on=date(YEAR, 10, 20),
        reason="补训", by=city.bureau_staff,
    )  # fmt: skip
    return {"year": YEAR, "pk": made.pk}


ROWS = {
    "activities:obligation_relief": Row(STAFF, AROUND_SCHOOL - STAFF, cell, methods=BOTH),
    "activities:obligation_relief_end": Row(
        STAFF, AROUND_SCHOOL - STAFF, relieved, methods=("POST",)
    ),
    "activities:obligation_reopen": Row(STAFF, EVERYBODY - STAFF, item_code, methods=BOTH),
    "activities:obligation_window_close": Row(STAFF, EVERYBODY - STAFF, window, methods=("POST",)),
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
    "activities:obligation_item_new": Row(STAFF, EVERYBODY - STAFF, draft, methods=BOTH),
    "activities:obligation_item_remove": Row(STAFF, EVERYBODY - STAFF, item, methods=BOTH),
    "activities:obligation_force": Row(STAFF, EVERYBODY - STAFF, draft, methods=BOTH),
}
