"""Suggestions: ranked in words, never past a limit, whatever the mentors have taken on."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from activities.choices import DayPart
from activities.models import Lecture
from activities.services.dispatch import (
    Engagement,
    Load,
    Place,
    Suggestion,
    advice_for,
    obstacles,
    rank,
    slot_at,
)
from portal.kernel.calendar import school_term
from tests.factories import lectures as factory
from tests.personas import World

DAYS = st.dates(date(2023, 2, 1), date(2023, 6, 30))
PARTS = st.sampled_from(list(DayPart))


@st.composite
def engagements(draw: st.DrawFn) -> Engagement:
    slot = slot_at(draw(DAYS), draw(PARTS), minutes=draw(st.integers(30, 180)))
    return Engagement(slot.day, slot.start, slot.end, "石桥小学")


@st.composite
def loads(draw: st.DrawFn, number: int = 0) -> Load:
    pauses = draw(st.lists(st.tuples(DAYS, st.integers(1, 20)), max_size=2))
    office = draw(st.integers(1, 3))
    return Load(
        mentor=number,
        name=f"导师{number}",
        office=office,
        office_name=f"第{office}教办",
        stays_near=draw(st.booleans()),
        limit=draw(st.integers(0, 6)),
        rest_days=draw(st.integers(0, 5)),
        engagements=tuple(draw(st.lists(engagements(), max_size=6))),
        pauses=tuple((first, first + timedelta(days=length)) for first, length in pauses),
        courses=draw(st.sampled_from([(), ("和孩子谈心",)])),
    )


def breaks_a_limit(found: Suggestion, place: Place) -> bool:
    """The rules once more, day by day, without the code under test."""
    load, slot = found.load, found.slot
    first, last = school_term(slot.day)
    near = {slot.day + timedelta(days=step) for step in range(-load.rest_days, load.rest_days + 1)}
    return (
        any(engagement.day in near for engagement in load.engagements)
        or len([1 for e in load.engagements if first <= e.day <= last]) + 1 > load.limit
        or any(first <= slot.day < end for first, end in load.pauses)
        or (load.stays_near and load.office != place.office)
    )


@settings(max_examples=150)
@given(
    many=st.lists(st.integers(0, 99), min_size=1, max_size=8, unique=True).flatmap(
        lambda numbers: st.tuples(*[loads(number) for number in numbers])
    ),
    day=DAYS,
    part=PARTS,
    office=st.integers(1, 3),
)
def test_no_suggestion_breaks_a_limit_and_nobody_able_is_left_out(
    many: tuple[Load, ...], day: date, part: DayPart, office: int
) -> None:
    slot, place = slot_at(day, part), Place(office)
    ranked = rank(many, slot, place)

    assert not any(breaks_a_limit(found, place) for found in ranked)
    able = {load.mentor for load in many if not obstacles(load, slot, place)}
    assert {found.load.mentor for found in ranked} == able
    assert all(obstacles(load, slot, place) for load in many if load.mentor not in able)
    keys = [(not s.load.courses, s.load.in_term(day), s.load.office != office) for s in ranked]
    assert keys == sorted(keys)


def test_the_order_is_the_course_then_the_load_then_the_way(city: World) -> None:
    near, far = factory.mentor(city.office, "近老"), factory.mentor(city.offices[1], "远老")
    busy, chosen = factory.mentor(city.office, "忙老"), factory.mentor(city.offices[1], "课老")
    course = factory.course(chosen)
    factory.invited(factory.ordered(city.other_school, wish1_on=date(2023, 5, 10)), busy)

    (advice,) = advice_for(factory.ordered(city.school))

    assert [one.load.mentor for one in advice.suggestions] == [chosen, near, far, busy]
    assert advice.suggestions[0].course == course
    assert advice.suggestions[0].words == (
        "有审定的课“和孩子一起说说烦恼”", "这学期排了 0 场，最多 8 场", "从石桥教办来",
    )  # fmt: skip


def test_the_course_that_was_ordered_puts_its_mentor_first(city: World) -> None:
    other, wanted = factory.mentor(city.office, "甲老"), factory.mentor(city.offices[1], "乙老")
    factory.course(other)
    course = factory.course(wanted, "把烦恼写下来")
    (advice,) = advice_for(factory.ordered(city.school, course=course))

    assert advice.suggestions[0].load.mentor == wanted
    assert advice.suggestions[0].words[0] == "点的就是这一课：把烦恼写下来"


def test_advice_costs_the_same_for_two_mentors_and_for_twelve(
    city: World, django_assert_max_num_queries
) -> None:
    for _ in range(12):
        factory.mentor(city.office)
    lecture = factory.ordered(city.school)
    fresh = Lecture.objects.select_related("unit", "city", "topic", "course").get(pk=lecture.pk)
    with django_assert_max_num_queries(8):
        (advice,) = advice_for(fresh)
    assert len(advice.suggestions) == 12
