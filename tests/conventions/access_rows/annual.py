"""年度简报: a unit's own and its levels above at every stage, everybody's once appraised."""

from typing import Any

from django.utils import timezone

from evaluations.services import annual, volumes
from portal.kernel import files
from tests.conventions.access import EVERYBODY, Row
from tests.factories import annual as factory
from tests.factories import committees as people
from tests.personas import YEAR, World

BOTH = ("GET", "POST")
POST = ("POST",)
READERS = EVERYBODY - {"judge"}
ABOVE = {"bureau_leader", "bureau_staff", "office_secretary", "auditor"}
VIEWERS = EVERYBODY - {"judge", "teacher", "mentor"}
OWN = {"school_secretary", "party_contact"}
WRITER = {"school_secretary"}
BUREAU = {"bureau_staff"}
CITY_VIEWERS = {"bureau_leader", "bureau_staff", "auditor"}
HOUSES = {"bureau_staff", "office_secretary", "other_office_secretary"}
OTHERS = {"sibling_secretary", "other_school_secretary", "kindergarten_secretary"}


def year(city: World) -> dict[str, Any]:
    factory.asked(city)
    return {"year": YEAR}


def none(city: World) -> dict[str, Any]:
    return {"year": YEAR, "pk": city.school.pk}


def draft(city: World) -> dict[str, Any]:
    factory.written(city)
    return {"year": YEAR, "pk": city.school.pk}


def counted(city: World) -> dict[str, Any]:
    """Handed in with a number in it: the one person of the register."""
    people.make_person(city.school, "陈老师", categories=["teacher"])
    given = handed_in(city)
    source = city.school.annual_bulletins.get().sources.exclude(rows=[]).get()
    return {**given, "source_pk": source.pk}


def handed_in(city: World) -> dict[str, Any]:
    factory.asked(city)
    factory.handed_in(city)
    return {"year": YEAR, "pk": city.school.pk}


def for_office(city: World) -> dict[str, Any]:
    factory.asked(city, office_reads=True)
    factory.handed_in(city)
    return {"year": YEAR, "pk": city.school.pk}


def read(city: World) -> dict[str, Any]:
    given = for_office(city)
    found = city.school.annual_bulletins.get()
    annual.read(found, word="", by=city.office_secretary)
    return given


def appraised(city: World) -> dict[str, Any]:
    factory.asked(city)
    factory.appraised(city)
    return {"year": YEAR, "pk": city.school.pk}


def volume(city: World) -> dict[str, Any]:
    factory.asked(city)
    factory.handed_in(city)
    made = volumes.plan(city.bureau, year=YEAR, by=city.bureau_staff)
    stored = files.store(b"%PDF-1.7", "application/pdf")
    made.file, made.pages, made.made_at = stored, 1, timezone.now()
    made.save()
    return {"pk": made.pk}


def planned(city: World) -> dict[str, Any]:
    factory.handed_in(city)
    return {"pk": volumes.plan(city.bureau, year=YEAR, by=city.bureau_staff).pk}


def came(city: World) -> dict[str, Any]:
    factory.handed_in(city)
    return {"year": YEAR}


ROWS = {
    "evaluations:annual_volumes": Row(VIEWERS, EVERYBODY, given=came),
    "evaluations:annual_volume": Row(CITY_VIEWERS, given=planned),
    "evaluations:annual_volume_file": Row(CITY_VIEWERS, given=volume),
    "evaluations:volume_booklet": Row(CITY_VIEWERS, given=volume, methods=POST),
    "evaluations:volume_run": Row(BUREAU, CITY_VIEWERS, given=volume),
    "evaluations:annual_volume_stop": Row(BUREAU, CITY_VIEWERS, given=planned, methods=POST),
    "evaluations:annual_volume_go_on": Row(BUREAU, CITY_VIEWERS, given=volume, methods=POST),
    "evaluations:annual": Row(EVERYBODY),
    "evaluations:annual_year": Row(EVERYBODY, given=year),
    "evaluations:annual_export": Row(VIEWERS, EVERYBODY, given=year),
    "evaluations:annual_round": Row(BUREAU, EVERYBODY, given=year, methods=BOTH),
    "evaluations:annual_peers": Row(READERS, EVERYBODY, given=year),
    "evaluations:annual_bulletin": Row(READERS, given=appraised),
    "evaluations:annual_pdf": Row(READERS, given=appraised),
    "evaluations:annual_rows": Row(ABOVE | OWN, given=counted),
    "evaluations:annual_start": Row(WRITER, ABOVE | OWN, given=none, methods=POST),
    "evaluations:annual_write": Row(WRITER, given=draft, methods=BOTH),
    "evaluations:annual_autosave": Row(WRITER, given=draft, methods=POST),
    "evaluations:annual_submit": Row(WRITER, given=draft, methods=BOTH),
    "evaluations:annual_read": Row(
        {"office_secretary"}, ABOVE | OWN, given=for_office, methods=BOTH
    ),
    "evaluations:annual_return": Row(BUREAU, ABOVE | OWN, given=handed_in, methods=BOTH),
    "evaluations:annual_appraise": Row(BUREAU, ABOVE | OWN, given=read, methods=BOTH),
    "evaluations:annual_word": Row(OTHERS, READERS, given=appraised, methods=BOTH),
    "evaluations:annual_choose": Row(HOUSES, READERS, given=appraised, methods=BOTH),
}
