"""Studios and partners: read in the whole city, kept around their unit; co-hosts answer."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from activities.services import partners, studios
from tests.conventions.access import AROUND_SCHOOL, EVERYBODY, OFFICES, SCHOOLS, UNIT_PEOPLE, Row
from tests.factories import activities as records
from tests.factories import committees as factory
from tests.factories import together as made
from tests.personas import World

BOTH = ("GET", "POST")
POST = ("POST",)
READERS = UNIT_PEOPLE
KEEPERS = {"bureau_staff", "office_secretary", "school_secretary"}
ANY_KEEPER = {"bureau_staff", *OFFICES, *SCHOOLS}
REASON = {"note": "那天没有去"}


def studio(city: World) -> dict[str, Any]:
    return {"pk": made.make_studio(city.school).pk}


def closed(city: World) -> dict[str, Any]:
    it = made.make_studio(city.school)
    studios.close(it, on=records.TODAY, by=None)
    return {"pk": it.pk}


def joining(city: World) -> dict[str, Any]:
    return studio(city) | {"person": factory.make_person(city.school).pk}


def member(city: World) -> dict[str, Any]:
    return {"pk": made.make_member(made.make_studio(city.school)).pk}


def plan_file(city: World) -> dict[str, Any]:
    upload = SimpleUploadedFile("计划.pdf", b"%PDF-1.4 plan")
    it = made.make_studio(city.school)
    return {"pk": studios.save_plan(it, year=2023, text="", upload=upload, by=None).pk}


def partner(city: World) -> dict[str, Any]:
    return {"pk": made.make_partner(city.school).pk}


def ended(city: World) -> dict[str, Any]:
    it = made.make_partner(city.school)
    partners.end(it, on=records.TODAY, by=None)
    return {"pk": it.pk}


def agreement(city: World) -> dict[str, Any]:
    upload = SimpleUploadedFile("协议.pdf", b"%PDF-1.4 agreed")
    return {"pk": made.make_agreement(made.make_partner(city.school), upload=upload).pk}


def draft(city: World) -> dict[str, Any]:
    return {"pk": records.draft(city.school, by=city.school_secretary).pk}


def cohost(city: World) -> dict[str, Any]:
    """石桥小学 wrote it down; 云山小学 is asked."""
    by = city.other_school_secretary
    return {"pk": made.make_cohost(city.other_school, city.school, by=by).pk}


# Who sees that record at all: around the writing school, and around the one that is asked.
AROUND_BOTH = AROUND_SCHOOL | {"other_school_secretary", "other_office_secretary"}
ANSWERERS = {"bureau_staff", "office_secretary", "school_secretary", "party_contact"}

ROWS = {
    "activities:studios": Row(READERS, EVERYBODY),
    "activities:studios_export": Row(READERS, EVERYBODY),
    "activities:studio_rules": Row({"bureau_staff"}, EVERYBODY, methods=BOTH),
    "activities:studio_new": Row(ANY_KEEPER, EVERYBODY, methods=BOTH),
    "activities:studio": Row(READERS, given=studio),
    "activities:studio_edit": Row(KEEPERS, READERS, studio, methods=BOTH),
    "activities:studio_candidates": Row(KEEPERS, READERS, studio),
    "activities:studio_join": Row(KEEPERS, READERS, joining, methods=BOTH),
    "activities:studio_leave": Row(KEEPERS, READERS, member, methods=BOTH),
    "activities:studio_plan": Row(
        KEEPERS, READERS, lambda city: studio(city) | {"year": 2023}, methods=BOTH
    ),
    "activities:studio_plan_file": Row(READERS, given=plan_file),
    "activities:studio_close": Row(KEEPERS, READERS, studio, methods=BOTH),
    "activities:studio_reopen": Row(KEEPERS, READERS, closed, methods=POST),
    "activities:partners": Row(READERS, EVERYBODY),
    "activities:partners_export": Row(READERS, EVERYBODY),
    "activities:partner_new": Row(ANY_KEEPER, EVERYBODY, methods=BOTH),
    "activities:partner": Row(READERS, given=partner),
    "activities:partner_edit": Row(KEEPERS, READERS, partner, methods=BOTH),
    "activities:partner_phone": Row(KEEPERS, READERS, partner, methods=POST),
    "activities:partner_end": Row(KEEPERS, READERS, partner, methods=BOTH),
    "activities:partner_resume": Row(KEEPERS, READERS, ended, methods=POST),
    "activities:agreement_new": Row(KEEPERS, READERS, partner, methods=BOTH),
    "activities:agreement_document": Row(AROUND_SCHOOL, READERS, agreement),
    "activities:agreement_remove": Row(KEEPERS, READERS, agreement, methods=BOTH),
    "activities:joint": Row(UNIT_PEOPLE, EVERYBODY),
    "activities:joint_export": Row(UNIT_PEOPLE, EVERYBODY),
    "activities:together": Row(ANSWERERS, given=draft, methods=BOTH),
    "activities:cohost_confirm": Row(ANSWERERS, AROUND_BOTH, cohost, methods=POST),
    "activities:cohost_decline": Row(ANSWERERS, AROUND_BOTH, cohost, methods=BOTH, data=REASON),
}
