"""The mentor team: who joins, with which limits and topics, and when they are not to be asked."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from activities.choices import STANDARD_TOPICS, CourseState
from activities.models import (
    DispatchRules,
    DispatchSeason,
    LectureCourse,
    LectureTopic,
    Mentor,
    MentorPause,
)
from committees.models import Person, RoleGrant, Unit
from committees.policy import Role
from committees.services import people
from portal.kernel import audit
from portal.kernel.errors import Refused
from portal.kernel.ranges import between
from portal.kernel.refusals import speaking_for


def rules_of(city: Unit) -> DispatchRules:
    """The city's rules, or the defaults where it has set none."""
    return DispatchRules.objects.filter(city=city).first() or DispatchRules(city=city)


@transaction.atomic
def ensure_topics(city: Unit, *, by: Any) -> list[LectureTopic]:
    """Give a city without topics the standard menu; one that has topics keeps its own."""
    if not city.lecture_topics.exists():
        LectureTopic.objects.bulk_create(
            LectureTopic(city=city, name=name, position=10 * number)
            for number, name in enumerate(STANDARD_TOPICS, start=1)
        )
        audit.record("topics.began", city, by=by)
    return list(city.lecture_topics.all())


@transaction.atomic
def save_topic(
    city: Unit, *, name: str, is_open: bool, topic: LectureTopic | None = None, by: Any
) -> None:
    """Add a topic, or rename, close and open one; courses and lectures keep theirs."""
    last = city.lecture_topics.count() * 10 + 10
    it = topic or LectureTopic(city=city, position=last)
    it.name, it.is_open = name, is_open
    with speaking_for(LectureTopic):
        it.save()
    audit.record("topics.changed", city, by=by, note=name)


@transaction.atomic
def set_rules(city: Unit, *, by: Any, **rules: int) -> None:
    DispatchRules.objects.update_or_create(city=city, defaults=rules)
    audit.record("dispatch.rules_set", city, by=by)


@transaction.atomic
def add_season(city: Unit, *, by: Any, **facts: Any) -> DispatchSeason:
    season = DispatchSeason.objects.create(city=city, **facts)
    audit.record("dispatch.season_added", city, by=by, note=season.name)
    return season


@transaction.atomic
def remove_season(season: DispatchSeason, *, by: Any) -> None:
    audit.record("dispatch.season_removed", season.city, by=by, note=season.name)
    season.delete()


@transaction.atomic
def enrol(
    person: Person, *, on: date, topics: Iterable[LectureTopic] = (), by: Any, **facts: Any
) -> Mentor:
    """Make a mentor of a person of the register; one who had left comes back with the old card."""
    Person.objects.select_for_update().get(pk=person.pk)
    mentor = Mentor.objects.filter(person=person).first()
    if mentor is not None and mentor.left_on is None:
        raise Refused(f"{person}已经在导师名册里了，打开名片就能改")
    mentor = mentor or Mentor(person=person)
    mentor.joined_on, mentor.left_on = on, None
    with audit.acting("mentor.enrolled", by=by):
        _save(mentor, topics, facts)
        Person.objects.filter(pk=person.pk).update(is_mentor=True)
    audit.record("mentor.enrolled", mentor, by=by)
    return mentor


@transaction.atomic
def correct(mentor: Mentor, *, topics: Iterable[LectureTopic], by: Any, **facts: Any) -> None:
    with audit.acting("mentor.corrected", by=by):
        _save(mentor, topics, facts)
    audit.record("mentor.corrected", mentor, by=by)


@transaction.atomic
def correct_own(
    mentor: Mentor, *, topics: Iterable[LectureTopic], about: str, phone: str | None, by: Any
) -> None:
    """What a mentor says of oneself; limits and account are for who looks after the team.

    Topics the city has closed stay as they were; `phone` None leaves the number as it is.
    """
    kept = mentor.topics.filter(is_open=False)
    with audit.acting("mentor.corrected", by=by):
        mentor.about = about
        mentor.save(update_fields=["about"])
        mentor.topics.set([*topics, *kept])
    if phone is not None:
        people.correct(mentor.person, by=by, phone=phone)
    audit.record("mentor.corrected", mentor, by=by, note="本人")


def _save(mentor: Mentor, topics: Iterable[LectureTopic], facts: dict[str, Any]) -> None:
    for name, value in facts.items():
        setattr(mentor, name, value)
    if mentor.user is not None:
        held = RoleGrant.objects.filter(user=mentor.user, role=Role.MENTOR)
        if not held.exists():
            raise Refused(f"{mentor.user}的账号没有“关爱导师”角色，请先在“用户与权限”里加上")
        others = Mentor.objects.filter(user=mentor.user).exclude(pk=mentor.pk)
        if other := others.select_related("person").first():
            raise Refused(f"这个账号已经是{other}的，一个账号只归一位导师")
    mentor.save()
    mentor.topics.set(topics)


@transaction.atomic
def leave(mentor: Mentor, *, on: date, by: Any) -> None:
    """The mentor steps out; what was taught and the letters stay. Open lectures come first."""
    held = mentor.invitations.filter(state__in=["waiting", "accepted"]).exclude(
        lecture__state="delivered"
    )
    if count := held.count():
        raise Refused(f"{mentor}还有 {count} 场没有讲，先另行安排，再办退出")
    with audit.acting("mentor.left", by=by):
        changed = Mentor.objects.filter(pk=mentor.pk, left_on=None).update(left_on=on)
        Person.objects.filter(pk=mentor.person_id).update(is_mentor=False)
    if not changed:
        raise Refused(f"{mentor}已经退出了，刷新页面看看")
    mentor.left_on = on
    audit.record("mentor.left", mentor, by=by)


@transaction.atomic
def add_pause(mentor: Mentor, *, first: date, last: date, by: Any) -> MentorPause:
    """The mentor is not to be asked on these days, the last included."""
    if last < first:
        raise Refused("最后一天要在第一天以后，请核对日期")
    with speaking_for(MentorPause):
        pause = MentorPause.objects.create(
            mentor=mentor, period=between(first, last + timedelta(days=1))
        )
    audit.record("mentor.paused", mentor, by=by)
    return pause


@transaction.atomic
def remove_pause(pause: MentorPause, *, by: Any) -> None:
    audit.record("mentor.pause_removed", pause.mentor, by=by)
    pause.delete()


def menu_of(city: Unit) -> Iterable[LectureCourse]:
    """The course menu (供选课程表) of a city, by topic."""
    return (
        LectureCourse.objects.on_menu()
        .filter(mentor__person__unit__city=city, state=CourseState.APPROVED)
        .select_related("topic", "mentor__person__unit__office")
        .order_by("topic__position", F("mentor__person__unit__path"), "pk")
    )
