"""The demo city's mentors: their courses, a year of lectures, what waits, and their 聘书.

Lectures of the past are told by records the demo has already written, so that no audience is
counted twice; what lies ahead goes through the services.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from activities.choices import (
    AnsweredVia,
    CourseState,
    DeclineReason,
    InvitationState,
    LectureAudience,
    LectureState,
    MentorRole,
    TravelLimit,
)
from activities.models import (
    Activity,
    Lecture,
    LectureCourse,
    LectureInvitation,
    LectureTopic,
    Mentor,
)
from activities.services import appointments, lecture_slides, lectures, mentor_teams, mentors
from activities.services.dispatch import advice_for, slot_at
from committees.choices import UnitKind
from committees.models import Person, User
from portal.kernel import audit, files, pdf
from portal.kernel.calendar import school_term
from portal.kernel.models import Counter, StoredFile
from portal.web.demo.city import DEMO_OFFICE, DEMO_SCHOOL, City, House
from portal.web.demo.stories import read

MOST_PAST = 150
REST = timedelta(days=3)
A_TERM = 3  # of each mentor, so that everybody has room for what lies ahead
SAID = (
    "孩子们听得很安静，提了好几个问题",
    "例子都是身边事，听得懂",
    "下学期还想请您来",
    "时间刚好，就是话筒轻了一点",
    "家长都说回去就试一试",
)


@dataclass
class Team:
    """What the later steps look up."""

    city: City
    topics: dict[str, LectureTopic]
    members: dict[tuple[int | None, str], Mentor] = field(default_factory=dict)
    own_topics: dict[int, list[LectureTopic]] = field(default_factory=dict)
    courses: dict[tuple[int, int], LectureCourse] = field(default_factory=dict)


def begin(
    city: City, records: Iterable[Activity], random: Random, *, now: datetime, on: date
) -> int:
    """Enrol the mentors and let a year of lectures happen; return how many lectures there are."""
    by = city.bureau.account
    bureau = city.bureau.unit
    topics = {topic.name: topic for topic in mentors.ensure_topics(bureau, by=by)}
    mentors.set_rules(bureau, answer_days=3, most_a_term=8, rest_days=2, by=by)
    mentors.add_season(bureau, name="高温", first=701, last=831, parts=["afternoon"], by=by)
    mentors.add_season(
        bureau, name="中考季", first=605, last=625, stages=["junior_high", "nine_year"],
        parts=["morning", "afternoon", "evening"], by=by,
    )  # fmt: skip
    team = Team(city, topics)
    with audit.acting("demo.loaded", by=None):
        _enrol(team, random, on=on)
        _offer(team, random, now=now)
        past = _past(team, records, random)
    _ahead(team, now=now, on=on)
    _appoint(team, random, on=on)
    return past


def _enrol(team: Team, random: Random, *, on: date) -> None:
    text, bureau = read("courses"), team.city.bureau
    group = mentor_teams.found(
        bureau.unit, name=text["team"], levels=["primary", "junior_high", "parents"],
        by=bureau.account,
    )  # fmt: skip
    _make_the_visitor_a_mentor(team.city)
    chosen = Person.objects.filter(is_mentor=True, unit__city=bureau.unit).select_related("unit")
    made = []
    for person in chosen.order_by("pk"):
        joins = person.unit.kind in {UnitKind.BUREAU, UnitKind.OFFICE}
        made.append(
            Mentor(
                person=person,
                team=group if joins else None,
                travel=TravelLimit.CITY
                if joins or random.random() < 0.4
                else TravelLimit.OWN_OFFICE,
                most_a_term=random.choice([None, None, 4, 6]),
                joined_on=on.replace(year=on.year - random.randint(1, 5), month=9, day=1),
            )
        )
    Mentor.objects.bulk_create(made)
    links = []
    for mentor in made:
        person = mentor.person
        words = person.strengths.split("、")
        own = list(
            dict.fromkeys(name for word in words for name in text["strengths"].get(word, []))
        )
        team.own_topics[mentor.pk] = [team.topics[name] for name in own or ["习惯养成"]]
        team.members[(person.unit.office_id, person.name)] = mentor
        links += [
            Mentor.topics.through(mentor_id=mentor.pk, lecturetopic_id=topic.pk)
            for topic in team.own_topics[mentor.pk]
        ]
    Mentor.topics.through.objects.bulk_create(links)
    leader = next((mentor for mentor in made if mentor.team_id == group.pk), None)
    mentor_teams.begin_term(
        group, number=1, first=date(on.year - 1, 9, 1), years=5, leader=leader, by=bureau.account
    )
    visitor = User.objects.get(username="daoshi")
    Mentor.objects.filter(person__name=visitor.name, person__unit__name=DEMO_OFFICE).update(
        user=visitor
    )


def _make_the_visitor_a_mentor(city: City) -> None:
    """The account daoshi belongs to the first elder of the office of the printed sign-ins."""
    office = city.named(DEMO_OFFICE)
    Person.objects.filter(unit=office.unit, name=office.elders[0].name).update(
        is_mentor=True, strengths="家庭教育、心理健康"
    )


def _offer(team: Team, random: Random, *, now: datetime) -> None:
    """The menu: who belongs to the team offers a lecture or two; a few still wait."""
    titles, outlines = read("courses")["courses"], {}
    made: list[LectureCourse] = []
    for mentor in team.members.values():
        if mentor.team is None:
            continue
        for topic in team.own_topics[mentor.pk][:2]:
            if topic.name not in outlines:
                outlines[topic.name] = _outline(topic, titles[topic.name])
            waits = random.random() < 0.08
            made.append(
                LectureCourse(
                    mentor=mentor,
                    topic=topic,
                    title=random.choice(titles[topic.name]),
                    summary="从身边的一件小事说起，请孩子们自己来讲，最后一起定一个小约定。",
                    minutes=random.choice([40, 45, 60]),
                    outline=outlines[topic.name],
                    outline_name=f"{topic.name}宣讲提纲.pdf",
                    state=CourseState.SUBMITTED if waits else CourseState.APPROVED,
                    submitted_at=now - timedelta(days=random.randint(3, 200)),
                    reviewed_at=None if waits else now - timedelta(days=2),
                )
            )
    LectureCourse.objects.bulk_create(made)
    for course in made:
        if course.state == CourseState.APPROVED:
            team.courses[(course.mentor_id, course.topic_id)] = course


def _outline(topic: LectureTopic, titles: list[str]) -> StoredFile:
    lines = "".join(f"<p>{number}. {title}</p>" for number, title in enumerate(titles, start=1))
    page = (
        f"<html lang='zh-CN'><head><title>{topic.name}</title>"
        f"<link rel='stylesheet' href='css:shared/gongwen.css'></head>"
        f"<body><h1>“{topic.name}”宣讲提纲</h1>{lines}<p>从身边的人和事讲起，不念稿子。</p></body></html>"
    )
    return files.store(pdf.from_html(page), "application/pdf")


def _past(team: Team, records: Iterable[Activity], random: Random) -> int:
    """Let lectures stand behind records whose speaker is a mentor of the place."""
    last: dict[int, date] = {}
    terms: dict[tuple[int, date], int] = {}
    busy: set[tuple[int, date]] = set()
    rows: list[tuple[Lecture, Mentor]] = []
    wanted = [
        record for record in records
        if record.kind and record.kind.slug in {"lecture", "parent_school"}
        and record.state == "accepted" and record.unit.kind != UnitKind.BUREAU
    ]  # fmt: skip
    wanted.sort(key=lambda record: (record.held_on or date.min, record.pk))
    for record in wanted[-2 * MOST_PAST :]:
        mentor = team.members.get((record.unit.office_id, record.speakers))
        day = record.held_on
        if mentor is None or day is None or len(rows) >= MOST_PAST:
            continue
        term = (mentor.pk, school_term(day)[0])
        rested = day - last.get(mentor.pk, date.min) >= REST
        if not rested or terms.get(term, 0) >= A_TERM or (record.unit_id, day) in busy:
            continue
        last[mentor.pk] = day
        terms[term] = terms.get(term, 0) + 1
        busy.add((record.unit_id, day))
        rows.append((_told_by(team, record, mentor, random), mentor))
    _number(team, rows)
    Lecture.objects.bulk_create(lecture for lecture, _ in rows)
    LectureInvitation.objects.bulk_create(_accepted(lecture, mentor) for lecture, mentor in rows)
    return len(rows)


def _told_by(team: Team, record: Activity, mentor: Mentor, random: Random) -> Lecture:
    assert record.held_on is not None  # noqa: S101 - the caller looked
    topic = random.choice(team.own_topics[mentor.pk])
    slot = slot_at(record.held_on, random.choice(["morning", "afternoon"]))
    for_parents = record.kind is not None and record.kind.slug == "parent_school"
    rated = random.random() < 0.75
    marks = [random.choice([5, 5, 4]) if rated else None for _ in range(3)]
    at = slot.end + timedelta(days=1)
    return Lecture(
        city=record.city,
        unit=record.unit,
        topic=topic,
        course=team.courses.get((mentor.pk, topic.pk)),
        audience=LectureAudience.PARENTS if for_parents else LectureAudience.PUPILS,
        wish1_on=slot.day,
        wish1_part=slot.part,
        place=record.place or "报告厅",
        contact="李老师",
        contact_phone="13900000000",
        state=LectureState.DELIVERED,
        day=slot.day,
        mentor=mentor,
        period=DateTimeTZRange(slot.start, slot.end),
        activity=record,
        rated_at=at if rated else None,
        rated_content=marks[0],
        rated_expression=marks[1],
        rated_fit=marks[2],
        rated_words=random.choice(SAID) if rated and random.random() < 0.6 else "",
        created_by=record.created_by,
        created_at=slot.start - timedelta(days=random.randint(7, 20)),
    )


def _number(team: Team, rows: Iterable[tuple[Lecture, Mentor]]) -> None:
    used: dict[int, int] = {}
    for lecture, _ in rows:
        year = lecture.day.year
        used[year] = used.get(year, 0) + 1
        lecture.number = f"J{year}-{used[year]:05}"
    city = team.city.bureau.unit
    Counter.objects.bulk_create(
        Counter(key=f"lecture:{city.pk}:{year}", value=value) for year, value in used.items()
    )


def _accepted(lecture: Lecture, mentor: Mentor) -> LectureInvitation:
    asked = lecture.created_at + timedelta(days=1)
    return LectureInvitation(
        lecture=lecture,
        mentor=mentor,
        unit=lecture.unit,
        place=lecture.place,
        period=lecture.period,
        state=InvitationState.ACCEPTED,
        sent_at=asked,
        expires_at=asked + timedelta(days=3),
        answered_at=asked + timedelta(hours=5),
        answered_via=AnsweredVia.PHONE,
    )


def _ahead(team: Team, *, now: datetime, on: date) -> None:
    """Round the printed sign-ins: one to send, one to answer, one agreed; and some elsewhere."""
    office, school = team.city.named(DEMO_OFFICE), team.city.named(DEMO_SCHOOL)
    near = [house for house in team.city.institutions if house.office is office][1:4]
    topic = team.topics["家长课堂"]
    visitor = Mentor.objects.get(user__username="daoshi")
    days = list(_school_days(on, 5))
    _order(school, topic, days[0], days[1], on=on)
    asked = _order(near[0], topic, days[2], None, on=on)
    slot = slot_at(days[2], "afternoon")
    lectures.invite(asked, mentor=visitor, slot=slot, now=now, by=office.account)
    agreed = _order(school, team.topics["心理健康"], days[4], None, on=on)
    slot = slot_at(days[4], "afternoon")
    invitation = lectures.invite(agreed, mentor=visitor, slot=slot, now=now, by=office.account)
    lectures.accept(invitation, via=AnsweredVia.LINK, now=now, by=visitor.user)
    _bring_slides(team, agreed, by=visitor.user)
    ordered = [
        _order(house, team.topics["党史国史"], days[3], days[4], on=on) for house in near[1:]
    ]
    _fall_out(ordered[0], now=now, by=office.account)


def _bring_slides(team: Team, lecture: Lecture, *, by: Any) -> None:
    """The mentor's slides lie with the lecture, for the school to open on the day."""
    title = lecture.topic.name
    outline = _outline(lecture.topic, read("courses")["courses"][title])
    slides = SimpleUploadedFile(f"{title}课件.pdf", files.read(outline), "application/pdf")
    lecture_slides.bring(lecture, upload=slides, by=by)


def _fall_out(lecture: Lecture, *, now: datetime, by: Any) -> None:
    """Who had agreed cannot come, and the next one stands in at the same hour (替讲)."""
    slot = slot_at(lecture.wish1_on, lecture.wish1_part)
    (advice,) = advice_for(lecture, [slot])
    if len(advice.suggestions) < 2:
        return
    first, second = advice.suggestions[:2]
    invitation = lectures.invite(
        lecture, mentor=first.load.mentor, slot=slot, course=first.course, now=now, by=by
    )
    lectures.accept(invitation, via=AnsweredVia.PHONE, now=now, by=by)
    lectures.stand_in(
        lecture, mentor=second.load.mentor, course=second.course, reason=DeclineReason.OTHER,
        has_agreed=True, now=now, by=by,
    )  # fmt: skip


def _school_days(on: date, count: int) -> Iterator[date]:
    """Tuesdays and Fridays from next week on: far enough apart for anybody's rest."""
    day = on + timedelta(days=6)
    while count:
        if day.weekday() in {1, 4}:
            count -= 1
            yield day
        day += timedelta(days=1)


def _order(
    house: House, topic: LectureTopic, first: date, other: date | None, *, on: date
) -> Lecture:
    fields: dict[str, Any] = {
        "topic": topic,
        "audience": LectureAudience.PARENTS if topic.name == "家长课堂" else LectureAudience.PUPILS,
        "audience_words": "约 120 人",
        "wish1_on": first,
        "wish1_part": "afternoon",
        "wish2_on": other,
        "wish2_part": "morning" if other else "",
        "place": "报告厅",
        "contact": house.secretary,
        "contact_phone": "13900000000",
    }
    return lectures.request(house.unit, fields=fields, on=on, by=house.account)


def _appoint(team: Team, random: Random, *, on: date) -> None:
    """聘书 of the team: most at the own office, many across schools, some that soon end."""
    by, schools = team.city.bureau.account, [
        house for house in team.city.institutions if house.kind == UnitKind.SCHOOL
    ]  # fmt: skip
    members = [mentor for mentor in team.members.values() if mentor.team is not None][:24]
    at_home = [mentor for mentor in team.members.values() if mentor.team is None][:20]
    for number, mentor in enumerate([*members, *at_home]):
        first = date(on.year - random.randint(0, 2), 9, 1)
        last = date(first.year + 3, 8, 31)
        if number % 9 == 0:
            first, last = on - timedelta(days=700), on + timedelta(days=20 + number)
        home = mentor.person.unit
        near = [house for house in schools if house.unit.office_id == home.office_id]
        own = [house for house in schools if house.unit == home]
        where = random.choice(own or (near if near and random.random() < 0.7 else schools))
        appointments.appoint(
            mentor, where.unit, issuer=team.city.bureau.unit, role=MentorRole.CARE_MENTOR,
            first=min(first, on), last=last, by=by,
        )  # fmt: skip
