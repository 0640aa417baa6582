"""Mentors, courses, lectures and appointments, walked to their state by the services."""

from datetime import date, datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from activities.choices import AnsweredVia, MentorRole
from activities.models import (
    Appointment,
    Lecture,
    LectureCourse,
    LectureInvitation,
    LectureTopic,
    Mentor,
)
from activities.services import appointments, courses, lectures, mentors
from activities.services.dispatch import slot_at
from committees.models import Unit
from tests.factories import committees as factory

ASKED = date(2023, 3, 1)
NOW = timezone.make_aware(datetime(2023, 3, 1, 10, 0))
WISH = date(2023, 3, 15)  # a Wednesday of the spring term
OTHER_WISH = date(2023, 3, 22)


def pdf_upload(name: str = "提纲.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"%PDF-1.7 outline", content_type="application/pdf")


def topic(city: Unit, name: str = "心理健康") -> LectureTopic:
    mentors.ensure_topics(city, by=None)
    return LectureTopic.objects.get(city=city, name=name)


def mentor(unit: Unit, name: str = "", **facts: Any) -> Mentor:
    person = factory.make_person(unit, name, categories=["teacher"])
    topics = facts.pop("topics", None) or [topic(unit.city)]
    return mentors.enrol(person, on=date(2022, 9, 1), topics=topics, by=None, **facts)


def course(of: Mentor, title: str = "和孩子一起说说烦恼", **facts: Any) -> LectureCourse:
    """A lecture on the menu."""
    made = offered(of, title, **facts)
    courses.approve(made, by=None)
    return made


def offered(of: Mentor, title: str = "和孩子一起说说烦恼", **facts: Any) -> LectureCourse:
    whole = {"topic": topic(of.unit.city), "title": title, "summary": "怎样把话说开", "minutes": 60}
    return courses.offer(of, outline=pdf_upload(), by=None, **(whole | facts))


def ordered(unit: Unit, *, by: Any = None, **fields: Any) -> Lecture:
    whole = {
        "topic": topic(unit.city), "audience": "pupils", "audience_words": "五年级",
        "wish1_on": WISH, "wish1_part": "afternoon", "place": "报告厅",
        "contact": "李老师", "contact_phone": "13900001111",
    }  # fmt: skip
    return lectures.request(unit, fields=whole | fields, on=ASKED, by=by)


def invited(lecture: Lecture, of: Mentor, *, by: Any = None) -> LectureInvitation:
    slot = slot_at(lecture.wish1_on, lecture.wish1_part)
    return lectures.invite(lecture, mentor=of, slot=slot, now=NOW, by=by)


def confirmed(lecture: Lecture, of: Mentor) -> Lecture:
    asked = invited(lecture, of)
    lectures.accept(asked, via=AnsweredVia.LINK, now=NOW + timedelta(hours=1), by=None)
    lecture.refresh_from_db()
    return lecture


def delivered(lecture: Lecture, of: Mentor, *, attendance: int = 120, by: Any) -> Lecture:
    confirmed(lecture, of)
    lectures.deliver(
        lecture, attendance=attendance, words="孩子们听得很认真。", on=lecture.day, by=by
    )
    return lecture


def appointed(
    of: Mentor,
    unit: Unit,
    *,
    issuer: Unit | None = None,
    first: date = date(2022, 9, 1),
    last: date = date(2025, 8, 31),
) -> Appointment:
    return appointments.appoint(
        of, unit, issuer=issuer or unit.city, role=MentorRole.CARE_MENTOR,
        first=first, last=last, by=None,
    )  # fmt: skip
