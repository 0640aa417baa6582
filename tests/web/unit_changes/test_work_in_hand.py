"""Whatever a unit had begun or agreed to is begun or agreed to by whoever carries on for it."""

from datetime import date

import pytest
from django.utils import timezone

from activities.choices import ToldState
from activities.models import (
    Appointment,
    CoHost,
    Lecture,
    Partner,
    PlanTask,
    Studio,
    TaskWork,
)
from activities.services import joint
from committees.models import FiveHavesCheck, Unit, UnitChange
from portal.web.models import DataAnswer
from portal.web.unit_changes.carrying_out import carry_out, undo
from portal.web.unit_changes.wishes import Close, Merge, Move, NewUnit
from tests.personas import World
from tests.web.unit_changes import work

DAY = date(2023, 9, 1)
NEW = NewUnit("云山新区小学", "school", "primary")


@pytest.fixture
def busy(city: World) -> World:
    work.in_hand(city, city.schools[0], by=city.school_secretary, number=1)
    work.in_hand(city, city.schools[1], by=city.sibling_secretary, number=2)
    work.asked(city)
    return city


def lines(change: UnitChange) -> str:
    return "\n".join(line for section in change.effects for line in section["lines"])


def test_two_merged_schools_hand_everything_to_the_new_one(busy: World) -> None:
    change = carry_out(
        Merge(sources=tuple(busy.schools[:2]), new=NEW, under=busy.office, on=DAY, note="文"),
        by=busy.bureau_staff,
    )

    new = Unit.objects.get(name=NEW.name)
    for table, count in ((Lecture, 2), (Appointment, 4), (Studio, 2), (Partner, 2), (CoHost, 2)):
        assert table.objects.filter(unit=new).count() == count, table
        assert not table.objects.filter(unit__in=busy.schools[:2]).exists(), table
    assert set(Studio.objects.values_list("name", flat=True)) == {
        "老园丁工作室", "老园丁工作室（原云山二小）",
    }  # fmt: skip
    assert Appointment.objects.cross_unit().count() == 2  # the schools' own people stay at home
    check = FiveHavesCheck.objects.get(unit=new)
    assert check.state == "submitted"  # the one that had come furthest
    told = TaskWork.objects.filter(unit=new)
    assert {each.told for each in told} == {ToldState.DONE}
    assert told.count() == PlanTask.objects.filter(units=new).count() == 4
    assert not PlanTask.objects.filter(units__in=busy.schools[:2]).exists()
    assert DataAnswer.objects.filter(unit=new).count() == 1
    assert not DataAnswer.objects.filter(unit__in=busy.schools[:2]).exists()
    said = lines(change)
    for sentence in (
        "2 场宣讲（点了还没讲的、这天以后讲的）归“云山新区小学”",
        "4 份聘任继续有效，受聘单位改为“云山新区小学”，编号不变",
        "工作室“老园丁工作室（原云山二小）”设在“云山新区小学”",
        "2 家合作伙伴由“云山新区小学”联系",
        "2 次共办活动由“云山新区小学”来确认、记在它名下",
        "4 项点名的要点任务改由“云山新区小学”承担",
        "4 项要点任务的反馈（走得最远的）转给“云山新区小学”",
        "2023年“五有”自查（待复核）由“云山新区小学”接着办",
        "1 份还没答复的材料由“云山新区小学”填",
        "1 份还没答复的材料不再要了：《读书用书》",
    ):
        assert sentence in said, sentence


def test_a_host_that_swallows_its_co_host_names_it_no_longer(city: World) -> None:
    cohost = work.together.make_cohost(city.school, city.schools[1], by=city.school_secretary)

    change = carry_out(
        Merge(sources=(city.schools[1],), into=city.school, on=DAY, note="文"), by=None
    )

    assert not CoHost.objects.exists()
    undo(change, at=timezone.now(), by=None)
    joint.confirm(CoHost.objects.get(pk=cohost.pk), by=city.sibling_secretary)


def test_a_mentor_of_both_schools_keeps_one_letter(city: World) -> None:
    mentor = work.factory.mentor(city.kindergarten, "周老师")
    kept = work.factory.appointed(mentor, city.school)
    ended = work.factory.appointed(mentor, city.schools[1])

    carry_out(Merge(sources=(city.schools[1],), into=city.school, on=DAY, note="文"), by=None)

    assert Appointment.objects.current(DAY).get() == kept
    ended.refresh_from_db()
    assert ended.unit == city.schools[1]
    assert ended.period.upper == DAY


def test_a_closing_ends_letters_and_studios_and_names_what_is_left_to_nobody(busy: World) -> None:
    change = carry_out(Close(unit=busy.school, on=DAY, note="停办"), by=None)

    assert not Appointment.objects.current(DAY).filter(unit=busy.school).exists()
    assert Studio.objects.get(unit=busy.school).closed_on == DAY
    assert not DataAnswer.objects.filter(unit=busy.school).exists()
    left = next(each for each in change.effects if each["title"] == "留在原单位名下的")
    assert "还没讲的宣讲 1 场，请转到别的单位，或由主管单位处理" in left["lines"]
    lecture = Lecture.objects.get(unit=busy.school)
    assert [f"/lectures/{lecture.pk}/"] == [url for _, url in left["links"] if "lect" in url]


def test_a_move_says_what_goes_along_and_takes_co_hosting_of_that_day_to_the_new_office(
    busy: World,
) -> None:
    row = CoHost.objects.get(unit=busy.school)
    change = carry_out(
        Move(unit=busy.school, to=busy.offices[1], on=row.activity.held_on, note="文"), by=None
    )

    row.refresh_from_db()
    assert row.office == busy.offices[1]
    said = lines(change)
    assert f"在聘的导师 2 人次，跟着走，以后由“{busy.offices[1]}”来看、来审" in said
    assert f"1 次这天及以后的共办，当时隶属改为“{busy.offices[1]}”" in said
    undo(change, at=timezone.now(), by=None)
    row.refresh_from_db()
    assert row.office == busy.office
