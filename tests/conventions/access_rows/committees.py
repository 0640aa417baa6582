"""Units, committees, the register, accounts."""

from datetime import date
from typing import Any

from committees.services import committees
from tests.conventions.access import (
    AROUND_SCHOOL,
    EVERYBODY,
    OFFICES,
    SCHOOLS,
    UNIT_PEOPLE,
    Row,
)
from tests.factories import committees as factory
from tests.personas import World

BOTH = ("GET", "POST")
STAFF = {"bureau_staff"}
ABOVE = {"bureau_staff", "office_secretary"}
KEEPERS = {"bureau_staff", "office_secretary", "school_secretary"}
MANAGERS = {"bureau_staff", *OFFICES}


def school(city: World) -> dict[str, Any]:
    return {"pk": city.school.pk}


def school_committee(city: World) -> dict[str, Any]:
    return {"pk": city.committees[city.school.pk].pk}


def service(city: World) -> dict[str, Any]:
    return {"pk": city.committees[city.school.pk].services.get().pk}


def post(city: World) -> dict[str, Any]:
    person = factory.make_person(city.school)
    given = committees.appoint(
        person,
        city.committees[city.school.pk],
        position="director",
        since_day=date(2022, 1, 1),
        by=None,
    )
    return {"pk": given.pk}


def person(city: World) -> dict[str, Any]:
    return {"pk": factory.make_person(city.school, phone="13800001234").pk}


def school_account(city: World) -> dict[str, Any]:
    return {"pk": city.party_contact.pk}


def school_grant(city: World) -> dict[str, Any]:
    return {"pk": city.party_contact.grants.get().pk}


ROWS = {
    "committees:units": Row(UNIT_PEOPLE, EVERYBODY),
    "committees:units_export": Row(UNIT_PEOPLE, EVERYBODY),
    "committees:coverage": Row({"bureau_leader", "bureau_staff", "auditor", *OFFICES}, EVERYBODY),
    "committees:coverage_units": Row(
        {"bureau_leader", "bureau_staff", "auditor", *OFFICES}, EVERYBODY
    ),
    "committees:coverage_threshold": Row(STAFF, EVERYBODY, methods=BOTH),
    "committees:unit_years": Row(AROUND_SCHOOL, given=school),
    "committees:party_phone": Row(
        KEEPERS, {"bureau_leader", "auditor", "party_contact"}, given=school, methods=("POST",)
    ),
    "committees:unit_new": Row(STAFF, EVERYBODY, methods=BOTH),
    "committees:unit": Row(AROUND_SCHOOL, given=school),
    "committees:unit_edit": Row(STAFF, AROUND_SCHOOL, given=school, methods=BOTH),
    "committees:establish": Row(ABOVE, AROUND_SCHOOL, given=school, methods=BOTH),
    "committees:serve": Row(ABOVE, AROUND_SCHOOL, given=school_committee, methods=BOTH),
    "committees:service_end": Row(ABOVE, AROUND_SCHOOL, given=service, methods=BOTH),
    "committees:appoint": Row(KEEPERS, AROUND_SCHOOL, given=school_committee, methods=BOTH),
    "committees:post_end": Row(KEEPERS, AROUND_SCHOOL, given=post, methods=BOTH),
    "committees:people": Row(UNIT_PEOPLE, EVERYBODY),
    "committees:person_new": Row(MANAGERS | SCHOOLS, EVERYBODY, methods=BOTH),
    "committees:person": Row(AROUND_SCHOOL, given=person),
    "committees:person_phone": Row(KEEPERS, AROUND_SCHOOL, given=person, methods=("POST",)),
    "committees:person_edit": Row(KEEPERS, AROUND_SCHOOL, given=person, methods=BOTH),
    "committees:accounts": Row(MANAGERS, EVERYBODY),
    "committees:accounts_export": Row(MANAGERS, EVERYBODY),
    "committees:account_new": Row(MANAGERS, EVERYBODY, methods=BOTH),
    "committees:accounts_missing": Row(
        ABOVE,
        {"bureau_leader", "auditor"},
        given=lambda city: {"pk": city.office.pk},
        methods=BOTH,
    ),
    "committees:account_reset": Row(ABOVE, given=school_account, methods=BOTH),
    "committees:grant_end": Row(ABOVE, given=school_grant, methods=BOTH),
}
