"""统计年报: a unit's own and the levels above it; forms for the city, drafts for the bureau."""

from typing import Any

from evaluations.services import statistics_tables
from tests.conventions.access import EVERYBODY, Row
from tests.factories import statistics as factory
from tests.personas import YEAR, World

BOTH = ("GET", "POST")
POST = ("POST",)
ABOVE = {"bureau_leader", "bureau_staff", "office_secretary", "auditor"}
CITY = {"bureau_leader", "bureau_staff", "auditor"}
OWN = {"school_secretary", "party_contact"}
SEEN = ABOVE | OWN
VIEWERS = EVERYBODY - {"judge", "teacher", "mentor"}
FILLERS = {"school_secretary", "office_secretary"}
BUREAU = {"bureau_staff"}
GATHERERS = {"bureau_staff", "office_secretary"}


def asked(city: World) -> dict[str, Any]:
    factory.asked(city)
    return {"year": YEAR}


def unit(city: World) -> dict[str, Any]:
    return asked(city) | {"pk": city.school.pk}


def number(city: World) -> dict[str, Any]:
    return unit(city) | {"code": "B1"}


def filled(city: World) -> dict[str, Any]:
    factory.filled(city)
    return unit(city)


def handed_over(city: World) -> dict[str, Any]:
    factory.handed_over(city)
    return unit(city)


def signed(city: World) -> dict[str, Any]:
    factory.signed(city)
    return unit(city)


def published(city: World) -> dict[str, Any]:
    return {"pk": factory.table(city).pk}


def above(city: World) -> dict[str, Any]:
    return asked(city) | {"pk": factory.above(city).pk}


def draft(city: World) -> dict[str, Any]:
    return {"pk": statistics_tables.draft_standard(city.bureau, by=city.bureau_staff).pk}


def line(city: World) -> dict[str, Any]:
    return draft(city) | {"code": "H3"}


ROWS = {
    "evaluations:statistics": Row(VIEWERS, EVERYBODY),
    "evaluations:statistics_year": Row(VIEWERS, EVERYBODY, given=asked),
    "evaluations:statistics_round": Row(BUREAU, EVERYBODY, given=asked, methods=BOTH),
    "evaluations:statistics_urge": Row(
        {"bureau_staff", "office_secretary", "other_office_secretary"}, EVERYBODY,
        given=asked, methods=POST,
    ),
    "evaluations:statistics_above": Row(CITY, given=above),
    "evaluations:statistics_above_pdf": Row(CITY, given=above),
    "evaluations:statistics_above_export": Row(CITY, given=above),
    "evaluations:statistics_report": Row(SEEN, given=unit),
    "evaluations:statistics_pdf": Row(SEEN, given=signed),
    "evaluations:statistics_export": Row(SEEN, given=unit),
    "evaluations:statistics_figure": Row(SEEN, given=number),
    "evaluations:statistics_fill": Row(FILLERS, SEEN, given=unit, methods=BOTH),
    "evaluations:statistics_hand_over": Row(FILLERS, SEEN, given=filled, methods=BOTH),
    "evaluations:statistics_sign": Row({"party_contact"}, SEEN, given=handed_over, methods=BOTH),
    "evaluations:statistics_return": Row(GATHERERS, SEEN, given=signed, methods=BOTH),
    "evaluations:statistics_gather": Row(GATHERERS, SEEN, given=signed, methods=POST),
    "evaluations:statistics_correct": Row(FILLERS, SEEN, given=signed, methods=BOTH),
    "evaluations:statistics_tables": Row(VIEWERS, EVERYBODY),
    "evaluations:statistics_standard": Row(BUREAU, EVERYBODY, methods=POST),
    "evaluations:statistics_table": Row(VIEWERS, given=published),
    "evaluations:statistics_table_copy": Row(BUREAU, VIEWERS, given=published, methods=POST),
    "evaluations:statistics_table_publish": Row(BUREAU, given=draft, methods=POST),
    "evaluations:statistics_line_new": Row(BUREAU, given=draft, methods=BOTH),
    "evaluations:statistics_line": Row(BUREAU, given=line, methods=BOTH),
    "evaluations:statistics_line_drop": Row(BUREAU, given=line, methods=POST),
}  # fmt: skip
