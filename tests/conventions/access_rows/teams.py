"""Teams, terms, 五有, merges, handovers and lists that come back."""

from datetime import UTC, date, datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from committees.choices import Have
from committees.exports.teams import people_workbook
from committees.imports import returning
from committees.models import FiveHavesCheck, ReturnedSheet, RoleGrant
from committees.services import (
    distinctions,
    five_haves,
    handovers,
    invitations,
    merges,
    people,
    terms,
)
from committees.services.five_haves import Own
from tests.conventions.access import AROUND_SCHOOL, EVERYBODY, OFFICES, SCHOOLS, UNIT_PEOPLE, Row
from tests.conventions.access_rows.committees import (
    ABOVE,
    BOTH,
    KEEPERS,
    MANAGERS,
    STAFF,
    school_committee,
    school_grant,
)
from tests.factories import committees as factory
from tests.personas import World

LOOKS_DOWN = {"bureau_leader", "bureau_staff", "auditor", *OFFICES}
FILLERS = {"bureau_staff", "office_secretary", "school_secretary", "party_contact"}
HALF = "2023-1"


def paper(city: World) -> dict[str, Any]:
    upload = SimpleUploadedFile("批复.pdf", b"%PDF-1.7 made for a test")
    committee = city.committees[city.school.pk]
    made = terms.add_paper(committee, paper="founding", title="", upload=upload, by=None)
    return {"pk": made.pk}


def two_people(city: World) -> dict[str, Any]:
    return {
        "pk": factory.make_person(city.school, "陈国栋").pk,
        "other": factory.make_person(city.school, "陈国栋").pk,
    }


def merged(city: World) -> dict[str, Any]:
    kept, gone = (factory.make_person(city.school, "陈国栋") for _ in range(2))
    return {"pk": merges.merge(kept, gone, by=None).pk}


def apart(city: World) -> dict[str, Any]:
    two = (factory.make_person(city.school, "陈国栋") for _ in range(2))
    return {"pk": distinctions.mark(*two, by=None).pk}


def candidate_pk(city: World) -> dict[str, Any]:
    return {"pk": factory.make_person(city.school).pk}


def with_account(city: World) -> dict[str, Any]:
    person = factory.make_person(city.school)
    people.join_account(person, city.party_contact, by=None)
    return {"pk": person.pk}


def candidate(city: World) -> dict[str, Any]:
    return {"half": HALF, "pk": factory.make_person(city.school).pk}


def invitation(city: World) -> dict[str, Any]:
    person = factory.make_person(city.school)
    return {"pk": invitations.invite(person, half=HALF, on=date(2023, 9, 1), by=None).pk}


def own_sheet(city: World) -> dict[str, Any]:
    data = people_workbook([], on=date(2023, 9, 1), filtered="")
    sheet = returning.keep(data, name="名册.xlsx", kind="people", by=city.school_secretary)
    return {"pk": sheet.pk}


def applied_sheet(city: World) -> dict[str, Any]:
    given = own_sheet(city)
    sheet = ReturnedSheet.objects.get(pk=given["pk"])
    at = datetime(2023, 9, 1, tzinfo=UTC)
    returning.apply(sheet, answers={}, at=at, by=city.school_secretary)
    return given


def of_school(city: World) -> dict[str, Any]:
    return {"year": 2023, "pk": city.school.pk}


def handed_in(city: World) -> dict[str, Any]:
    check = five_haves.begin(city.school, year=2023, by=None)
    answers = {have.value: Own("met", "有文件") for have in Have}
    five_haves.fill_in(check, own_word="", answers=answers, by=None)
    five_haves.submit(check, at=datetime(2023, 11, 1, tzinfo=UTC), by=None)
    return of_school(city)


def evidence(city: World) -> dict[str, Any]:
    handed_in(city)
    check = FiveHavesCheck.objects.get(unit=city.school)
    answer = check.answers.get(have="people")
    five_haves.withdraw(check, by=None)
    upload = SimpleUploadedFile("发文.pdf", b"%PDF-1.7 made for a test")
    given = {"people": Own("met", "有文件", upload)}
    five_haves.fill_in(check, own_word="", answers=given, by=None)
    five_haves.submit(check, at=datetime(2023, 11, 2, tzinfo=UTC), by=None)
    return {"pk": answer.pk}


def handover(city: World) -> dict[str, Any]:
    grant = RoleGrant.objects.get(user=city.party_contact)
    passed = handovers.hand_over(
        grant, to=None, new_name="周小雨", on=date(2023, 9, 1), by=city.bureau_staff
    )
    return {"pk": passed.handover.pk}


ROWS = {
    "committees:vacancies": Row(LOOKS_DOWN, EVERYBODY),
    "committees:team_rules": Row(STAFF, EVERYBODY, methods=BOTH),
    "committees:posts": Row(UNIT_PEOPLE, EVERYBODY),
    "committees:posts_export": Row(UNIT_PEOPLE, EVERYBODY),
    "committees:terms": Row(AROUND_SCHOOL, given=school_committee),
    "committees:term_new": Row(KEEPERS, AROUND_SCHOOL, given=school_committee, methods=BOTH),
    "committees:paper_new": Row(KEEPERS, AROUND_SCHOOL, given=school_committee, methods=BOTH),
    "committees:paper": Row(AROUND_SCHOOL, given=paper),
    "committees:serve_town": Row(ABOVE, AROUND_SCHOOL, given=school_committee, methods=BOTH),
    "committees:people_export": Row(UNIT_PEOPLE, EVERYBODY),
    "committees:duplicates": Row(MANAGERS | SCHOOLS, EVERYBODY),
    "committees:person_merge": Row(KEEPERS, AROUND_SCHOOL, given=two_people, methods=BOTH),
    "committees:person_distinct": Row(KEEPERS, AROUND_SCHOOL, given=two_people, methods=("POST",)),
    "committees:distinct_undo": Row(KEEPERS, given=apart, methods=("POST",)),
    "committees:person_account": Row(ABOVE, AROUND_SCHOOL, given=candidate_pk, methods=BOTH),
    "committees:person_account_part": Row(
        ABOVE, AROUND_SCHOOL, given=with_account, methods=("POST",)
    ),
    "committees:merge_undo": Row(KEEPERS, given=merged, methods=BOTH),
    "committees:candidates": Row(MANAGERS, EVERYBODY),
    "committees:invite": Row(ABOVE, AROUND_SCHOOL, given=candidate, methods=BOTH),
    "committees:invitation_answer": Row(ABOVE, given=invitation, methods=BOTH),
    "committees:list_return": Row(
        MANAGERS | SCHOOLS, EVERYBODY, given=lambda city: {"kind": "people"}, methods=BOTH
    ),
    "committees:list_returned": Row({"school_secretary"}, given=own_sheet, methods=BOTH),
    "committees:list_returned_undo": Row(
        {"school_secretary"}, given=applied_sheet, methods=("POST",)
    ),
    "committees:five_haves_now": Row(EVERYBODY),
    "committees:five_haves": Row(UNIT_PEOPLE, EVERYBODY, given=lambda city: {"year": 2023}),
    "committees:five_haves_due": Row(
        STAFF, EVERYBODY, given=lambda city: {"year": 2023}, methods=BOTH
    ),
    "committees:five_haves_unit": Row(AROUND_SCHOOL, given=of_school),
    "committees:five_haves_fill": Row(FILLERS, AROUND_SCHOOL, given=of_school, methods=BOTH),
    "committees:five_haves_withdraw": Row(
        FILLERS, AROUND_SCHOOL, given=handed_in, methods=("POST",)
    ),
    "committees:five_haves_review": Row(ABOVE, AROUND_SCHOOL, given=handed_in, methods=BOTH),
    "committees:five_haves_evidence": Row(AROUND_SCHOOL, given=evidence),
    "committees:hand_over": Row(ABOVE, given=school_grant, methods=BOTH),
    "web:handover": Row(ABOVE, given=handover),
}
