"""Editions and implementation plans."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from reading_program.services import plans
from tests.conventions.access import AROUND_SCHOOL, EVERYBODY, OFFICES, UNIT_PEOPLE, Row
from tests.factories import reading_program as reading
from tests.personas import World

BOTH = ("GET", "POST")
STAFF = {"bureau_staff"}
READERS = UNIT_PEOPLE | {"teacher"}
# The kindergarten is not asked for a plan, and the bureau writes none.
ASKED = {"school_secretary", "sibling_secretary", "other_school_secretary", *OFFICES}


def published(city: World) -> dict[str, Any]:
    return {"pk": reading.published_edition(city.bureau).pk}


def prepared(city: World) -> dict[str, Any]:
    return {"pk": reading.prepared_edition(city.bureau).pk}


def submitted(city: World) -> dict[str, Any]:
    edition = reading.published_edition(city.bureau)
    return {"pk": reading.submitted_plan(edition, city.school, by=city.school_secretary).pk}


def with_file(city: World) -> dict[str, Any]:
    edition = reading.published_edition(city.bureau)
    plan = plans.save_plan(
        edition,
        unit=city.school,
        text="",
        version=0,
        upload=SimpleUploadedFile("方案.pdf", b"%PDF-1.7 plan"),
        by=None,
    )
    plans.submit(plan, by=city.school_secretary)
    return {"pk": plan.pk}


ROWS = {
    "reading_program:editions": Row(READERS, EVERYBODY),
    "reading_program:edition_new": Row(STAFF, EVERYBODY, methods=BOTH),
    "reading_program:edition": Row(READERS, given=published),
    "reading_program:edition_edit": Row(STAFF, given=prepared, methods=BOTH),
    "reading_program:edition_publish": Row(STAFF, READERS, given=published, methods=("POST",)),
    "reading_program:plan_write": Row(ASKED, READERS, given=published, methods=BOTH),
    "reading_program:board": Row(
        {"bureau_leader", "bureau_staff", "auditor", *OFFICES}, READERS, given=published
    ),
    "reading_program:plan": Row(AROUND_SCHOOL, given=submitted),
    "reading_program:plan_file": Row(AROUND_SCHOOL, given=with_file),
    "reading_program:plan_withdraw": Row(
        {"school_secretary", "office_secretary"}, AROUND_SCHOOL, given=submitted, methods=("POST",)
    ),
    "reading_program:plan_accept": Row(
        {"office_secretary", "bureau_staff"}, AROUND_SCHOOL, given=submitted, methods=("POST",)
    ),
    "reading_program:plan_send_back": Row(
        {"office_secretary", "bureau_staff"}, AROUND_SCHOOL, given=submitted, methods=BOTH
    ),
}
