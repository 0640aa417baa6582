"""The wizards for units: the bureau's staff alone."""

from datetime import date
from typing import Any

from portal.web.unit_changes.carrying_out import carry_out
from portal.web.unit_changes.wishes import Move
from tests.conventions.access import AROUND_SCHOOL, EVERYBODY, Row
from tests.personas import World

BOTH = ("GET", "POST")
STAFF = {"bureau_staff"}


def school(city: World) -> dict[str, Any]:
    return {"pk": city.school.pk}


def closing(city: World) -> dict[str, Any]:
    return {"pk": city.school.pk, "kind": "close"}


def change(city: World) -> dict[str, Any]:
    wish = Move(unit=city.school, to=city.offices[1], on=date(2023, 9, 1))
    return {"pk": carry_out(wish, by=city.bureau_staff).pk}


ROWS = {
    "web:unit_changes": Row(STAFF, EVERYBODY),
    "web:integrity": Row(STAFF, EVERYBODY),
    "web:unit_change_new": Row(STAFF, AROUND_SCHOOL, given=school),
    "web:unit_change_plan": Row(STAFF, AROUND_SCHOOL, given=closing, methods=BOTH),
    "web:unit_change": Row(STAFF, given=change),
    "web:unit_change_undo": Row(STAFF, given=change, methods=BOTH),
}
