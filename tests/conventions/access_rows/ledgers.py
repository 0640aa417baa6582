"""台账 of one's own unit and of those below; closing a year is the bureau's."""

from typing import Any

from evaluations.models import Ledger, YearClose
from portal.kernel import files
from tests.conventions.access import AROUND_SCHOOL, EVERYBODY, UNIT_PEOPLE, Row
from tests.personas import World

BOTH = ("GET", "POST")
POST = ("POST",)
NO_UNIT = EVERYBODY - UNIT_PEOPLE
MAKERS = {"bureau_staff", "office_secretary", "school_secretary"}
CITY = {"bureau_leader", "bureau_staff", "auditor"}
CLOSERS = {"bureau_staff"}


def year(city: World) -> dict[str, Any]:
    return {"year": 2023}


def of_school(city: World) -> dict[str, Any]:
    return {"year": 2023, "pk": city.school.pk}


def made(city: World) -> dict[str, Any]:
    ledger = Ledger.objects.create(
        unit=city.school,
        year=2023,
        pdf=files.store(b"%PDF-1.7 index", files.PDF),
        archive=files.store(b"PK archive", "application/zip"),
        counts=[0] * 10,
        file_count=1,
    )
    return {"pk": ledger.pk, "form": "pdf"}


def closed(city: World) -> dict[str, Any]:
    YearClose.objects.create(city=city.bureau, year=2023)
    return {"year": 2023}


ROWS = {
    "evaluations:ledgers": Row(UNIT_PEOPLE, NO_UNIT),
    "evaluations:ledgers_of": Row(UNIT_PEOPLE, NO_UNIT, given=year),
    "evaluations:ledgers_export": Row(UNIT_PEOPLE, NO_UNIT, given=year),
    "evaluations:ledger": Row(AROUND_SCHOOL, given=of_school),
    "evaluations:ledger_make": Row(MAKERS, AROUND_SCHOOL - MAKERS, given=of_school, methods=POST),
    "evaluations:ledger_progress": Row(AROUND_SCHOOL, given=of_school),
    "evaluations:ledger_file": Row(AROUND_SCHOOL, given=made),
    "evaluations:years": Row(CITY, EVERYBODY - CITY),
    "evaluations:year": Row(CITY, EVERYBODY - CITY, given=year),
    "evaluations:year_close": Row(CLOSERS, EVERYBODY - CLOSERS, given=year, methods=BOTH),
    "evaluations:year_reopen": Row(CLOSERS, EVERYBODY - CLOSERS, given=closed, methods=BOTH),
    "evaluations:year_progress": Row(CITY, EVERYBODY - CITY, given=closed),
}
