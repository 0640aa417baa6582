"""Mentors, the course menu, lectures from order to rating, appointments, and the mentor's links."""

from datetime import date
from typing import Any

from activities.exports.returned import course_workbook
from activities.models import Lecture, Mentor
from activities.services import lecture_slides, mentor_teams, mentors
from activities.views.returned import OURS
from committees.imports import returning
from committees.models import ReturnedSheet
from tests.conventions.access import AROUND_SCHOOL, EVERYBODY, UNIT_PEOPLE, Row
from tests.factories import committees as people
from tests.factories import lectures as factory
from tests.personas import World

BOTH = ("GET", "POST")
POST = ("POST",)
STAFF = {"bureau_staff"}
SENDERS = {"bureau_staff", "office_secretary"}
KEEPERS = SENDERS | {"other_office_secretary"}  # who looks after mentors somewhere
HOSTS = {"bureau_staff", "office_secretary", "school_secretary", "party_contact"}
SCHOOL_SIDE = {"school_secretary", "party_contact"}
ORDERERS = UNIT_PEOPLE - {"bureau_leader", "auditor"}
SEE = AROUND_SCHOOL | {"mentor"}


def teacher(city: World) -> Mentor:
    """A mentor of the first office, whose account is the persona's."""
    return factory.mentor(city.office, user=city.mentor)


def team(city: World) -> dict[str, Any]:
    return {"pk": mentor_teams.found(city.office, name="片区讲师团", by=None).pk}


def closed_team(city: World) -> dict[str, Any]:
    made = mentor_teams.found(city.office, name="片区讲师团", by=None)
    mentor_teams.close(made, on=date(2023, 9, 1), by=None)
    return {"pk": made.pk}


def mentor(city: World) -> dict[str, Any]:
    return {"pk": teacher(city).pk}


def with_account(city: World) -> dict[str, Any]:
    teacher(city)
    return {}


def ordered(city: World) -> dict[str, Any]:
    teacher(city)
    return {"pk": factory.ordered(city.school).pk}


def invited(city: World) -> dict[str, Any]:
    lecture = factory.ordered(city.school)
    factory.invited(lecture, teacher(city))
    return {"pk": lecture.pk}


def token(city: World) -> dict[str, Any]:
    return {"token": factory.invited(factory.ordered(city.school), teacher(city)).token}


def own_sheet(city: World) -> dict[str, Any]:
    data, by = course_workbook([factory.course(teacher(city))]), city.office_secretary
    sheet = returning.keep(data, name="课程.xlsx", kind="courses", by=by, lists=OURS.lists)
    return {"pk": sheet.pk}


def applied_sheet(city: World) -> dict[str, Any]:
    given, by = own_sheet(city), city.office_secretary
    sheet = ReturnedSheet.objects.get(pk=given["pk"])
    returning.apply(sheet, answers={}, at=factory.NOW, by=by, lists=OURS.lists)
    return given


def feed(city: World) -> dict[str, Any]:
    return {"token": teacher(city).feed_token}


def confirmed(city: World) -> dict[str, Any]:
    return {"pk": factory.confirmed(factory.ordered(city.school), teacher(city)).pk}


def with_slides(city: World) -> dict[str, Any]:
    given = confirmed(city)
    lecture = Lecture.objects.get(pk=given["pk"])
    lecture_slides.bring(lecture, upload=factory.pdf_upload("课件.pdf"), by=None)
    return given


def delivered(city: World) -> dict[str, Any]:
    lecture = factory.ordered(city.school)
    factory.delivered(lecture, teacher(city), by=city.school_secretary)
    return {"pk": lecture.pk}


def waiting_course(city: World) -> dict[str, Any]:
    return {"pk": factory.offered(teacher(city)).pk}


def course(city: World) -> dict[str, Any]:
    return {"pk": factory.course(teacher(city)).pk}


def pause(city: World) -> dict[str, Any]:
    day = factory.WISH
    return {"pk": mentors.add_pause(teacher(city), first=day, last=day, by=None).pk}


def person(city: World) -> dict[str, Any]:
    return {"pk": people.make_person(city.office).pk}


def appointment(city: World) -> dict[str, Any]:
    it = factory.appointed(teacher(city), city.school, issuer=city.office)
    return {"pk": it.pk}


def topic(city: World) -> dict[str, Any]:
    return {"pk": factory.topic(city.bureau).pk}


def season(city: World) -> dict[str, Any]:
    made = mentors.add_season(
        city.bureau, name="高温", first=701, last=831, parts=["afternoon"], by=None
    )
    return {"pk": made.pk}


OTHERS = EVERYBODY - UNIT_PEOPLE

ROWS = {
    "activities:lectures": Row(UNIT_PEOPLE, OTHERS),
    "activities:lectures_export": Row(UNIT_PEOPLE, OTHERS),
    "activities:lecture_new": Row(ORDERERS, EVERYBODY, methods=BOTH),
    "activities:lecture": Row(SEE, given=invited),
    "activities:lecture_edit": Row(HOSTS, AROUND_SCHOOL, given=ordered, methods=BOTH),
    "activities:lecture_dispatch": Row(SENDERS, AROUND_SCHOOL, given=ordered, methods=POST),
    "activities:lecture_answer": Row(SENDERS, SEE, given=invited, methods=POST),
    "activities:lecture_take_back": Row(SENDERS, SEE, given=confirmed, methods=BOTH),
    "activities:lecture_cancel": Row(HOSTS, SEE, given=confirmed, methods=BOTH),
    "activities:lecture_report": Row(HOSTS, SEE, given=confirmed, methods=BOTH),
    "activities:lecture_rate": Row(HOSTS, SEE, given=delivered, methods=BOTH),
    "activities:lecture_slip": Row(SEE, given=confirmed),
    "activities:lecture_stand_in": Row(SENDERS, SEE, given=confirmed, methods=BOTH),
    "activities:lecture_slides": Row(SENDERS | {"mentor"}, SEE, given=confirmed, methods=BOTH),
    "activities:lecture_slides_file": Row(SEE, given=with_slides),
    "activities:lecture_feedback": Row(SEE, given=confirmed),
    "activities:mentor_teams": Row(UNIT_PEOPLE, EVERYBODY),
    "activities:mentor_teams_export": Row(UNIT_PEOPLE, EVERYBODY),
    "activities:mentor_team": Row(UNIT_PEOPLE, given=team),
    "activities:mentor_team_new": Row(KEEPERS, EVERYBODY, methods=BOTH),
    "activities:mentor_team_edit": Row(SENDERS, UNIT_PEOPLE, given=team, methods=BOTH),
    "activities:mentor_team_members": Row(SENDERS, UNIT_PEOPLE, given=team, methods=BOTH),
    "activities:mentor_team_close": Row(SENDERS, UNIT_PEOPLE, given=team, methods=BOTH),
    "activities:mentor_team_reopen": Row(SENDERS, UNIT_PEOPLE, given=closed_team, methods=POST),
    "activities:mentor_team_term": Row(SENDERS, UNIT_PEOPLE, given=team, methods=BOTH),
    "activities:my_card": Row({"mentor"}, EVERYBODY, given=with_account, methods=BOTH),
    "activities:my_lectures": Row({"mentor"}, EVERYBODY, given=with_account),
    "activities:pause": Row({"mentor"}, EVERYBODY, given=with_account, methods=POST),
    "activities:pause_remove": Row({"mentor"}, EVERYBODY, given=pause, methods=POST),
    "activities:lecture_told": Row({"mentor"}, EVERYBODY, given=confirmed, methods=POST),
    "activities:invitation": Row(EVERYBODY, given=token, methods=BOTH, is_public=True),
    "activities:lecture_feed": Row(EVERYBODY, given=feed, is_public=True),
    "activities:dispatch_rules": Row(STAFF, EVERYBODY),
    "activities:dispatch_rules_edit": Row(STAFF, EVERYBODY, methods=BOTH),
    "activities:topic_new": Row(STAFF, EVERYBODY, methods=BOTH),
    "activities:topic_edit": Row(STAFF, EVERYBODY, given=topic, methods=BOTH),
    "activities:season_new": Row(STAFF, EVERYBODY, methods=BOTH),
    "activities:season_remove": Row(STAFF, EVERYBODY, given=season, methods=POST),
    "activities:courses": Row(UNIT_PEOPLE, OTHERS),
    "activities:courses_export": Row(UNIT_PEOPLE, OTHERS),
    "activities:list_return": Row(
        KEEPERS, EVERYBODY, given=lambda city: {"kind": "courses"}, methods=BOTH
    ),
    "activities:list_returned": Row({"office_secretary"}, given=own_sheet, methods=BOTH),
    "activities:list_returned_undo": Row({"office_secretary"}, given=applied_sheet, methods=POST),
    "activities:course": Row(UNIT_PEOPLE | {"mentor"}, given=course),
    "activities:course_outline": Row(UNIT_PEOPLE | {"mentor"}, given=course),
    "activities:course_edit": Row(SENDERS | {"mentor"}, UNIT_PEOPLE, given=course, methods=BOTH),
    "activities:course_retire": Row(SENDERS | {"mentor"}, UNIT_PEOPLE, given=course, methods=POST),
    # What waits for approval is on nobody's menu yet.
    "activities:course_approve": Row(SENDERS, {"mentor"}, given=waiting_course, methods=POST),
    "activities:course_send_back": Row(SENDERS, {"mentor"}, given=waiting_course, methods=POST),
    "activities:mentors": Row(UNIT_PEOPLE, OTHERS),
    "activities:mentors_export": Row(UNIT_PEOPLE, OTHERS),
    "activities:mentor_candidates": Row(KEEPERS, EVERYBODY),
    "activities:mentor_enrol": Row(
        SENDERS, EVERYBODY - {"other_office_secretary"}, given=person, methods=BOTH
    ),
    "activities:mentor": Row(UNIT_PEOPLE | {"mentor"}, given=mentor),
    "activities:mentor_edit": Row(SENDERS, UNIT_PEOPLE | {"mentor"}, given=mentor, methods=BOTH),
    "activities:mentor_leave": Row(SENDERS, UNIT_PEOPLE | {"mentor"}, given=mentor, methods=POST),
    "activities:course_new": Row(SENDERS | {"mentor"}, UNIT_PEOPLE, given=mentor, methods=BOTH),
    "activities:appointments": Row(UNIT_PEOPLE, OTHERS),
    "activities:appointments_export": Row(UNIT_PEOPLE, OTHERS),
    "activities:appointment_new": Row(KEEPERS, EVERYBODY, methods=BOTH),
    "activities:appointments_renew": Row(KEEPERS, EVERYBODY, methods=POST),
    "activities:appointments_print": Row(KEEPERS, EVERYBODY, methods=POST),
    "activities:appointment_end": Row(SENDERS, SEE, given=appointment, methods=BOTH),
    "activities:appointment_letter": Row(SEE, given=appointment),
}
