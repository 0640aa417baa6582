"""A change of units carries everything with it, and is taken back whole or not at all."""

from datetime import date

import pytest
from django.utils import timezone

from activities.choices import ActivityState
from activities.figures import matrix
from activities.models import Activity, Credit
from activities.services import activities
from committees.models import (
    CommitteeService,
    RoleGrant,
    Unit,
    UnitChange,
    UnitPeriod,
    UnitSuccession,
)
from committees.policy import Role
from committees.services import committees
from portal.kernel.errors import Refused
from portal.web.unit_changes.carrying_out import carry_out, undo, undo_refusal
from portal.web.unit_changes.wishes import Close, Merge, Move, NewUnit, Reopen, Split
from reading_program.models import ImplementationPlan
from tests.committees.services.test_units import check_the_tree
from tests.factories import activities as records
from tests.factories import committees as factory
from tests.factories import reading_program as reading
from tests.personas import World
from tests.web.unit_changes import work
from tests.web.unit_changes.worlds import everything

DAY = date(2023, 9, 1)
NEW = NewUnit("云山新区小学", "school", "primary")


def merged(city: World) -> Merge:
    return Merge(
        sources=(city.schools[0], city.schools[1]), new=NEW, under=city.office, on=DAY, note="文"
    )


def wishes(city: World) -> dict[str, object]:
    return {
        "move": Move(unit=city.school, to=city.offices[1], on=DAY),
        "to the bureau": Move(unit=city.school, to=city.bureau, on=DAY),
        "new": merged(city),
        "into": Merge(sources=(city.schools[1],), into=city.school, on=DAY, note="并入"),
        "without accounts": Merge(
            sources=(city.schools[1],), into=city.school, on=DAY, note="并入", accounts=False
        ),
        "split": Split(unit=city.school, new=(NEW,), on=DAY),
        "split and close": Split(
            unit=city.school, new=(NEW, NewUnit("云山东区小学", "school", "primary")), closes=True,
            on=DAY,
        ),
        "close": Close(unit=city.school, on=DAY, note="停办"),
    }  # fmt: skip


def busy(city: World) -> None:
    """Records in every state before and after the day, people, posts, a plan, a joint service."""
    for school, by in (
        (city.schools[0], "school_secretary"),
        (city.schools[1], "sibling_secretary"),
    ):
        author = getattr(city, by)
        person = factory.make_person(school)
        committees.appoint(
            person, city.committees[school.pk], position="director", since_day=DAY, by=None
        )
        for held in (date(2023, 3, 1), date(2023, 10, 8)):
            records.draft(school, by=author, held_on=held)
            records.submitted(school, by=author, slug="promotion_meeting", held_on=held)
            records.accepted(school, by=author, reviewer=city.office_secretary, held_on=held)
            records.returned(school, by=author, reviewer=city.office_secretary, held_on=held)
    small = factory.make_kindergarten(city.office, "云山小星星幼儿园")
    committees.serve(
        city.committees[city.schools[1].pk], small, since_day=date(2021, 1, 1), by=None
    )
    edition = reading.published_edition(city.bureau)
    reading.submitted_plan(edition, city.schools[1], by=city.sibling_secretary)
    work.in_hand(city, city.schools[0], by=city.school_secretary, number=1)
    work.in_hand(city, city.schools[1], by=city.sibling_secretary, number=2)
    work.asked(city)


@pytest.mark.parametrize("name", [
    "move", "to the bureau", "new", "into", "without accounts", "split", "split and close", "close",
])  # fmt: skip
def test_taken_back_everything_stands_as_it_stood(city: World, name: str) -> None:
    busy(city)
    before = everything()
    wish = wishes(city)[name]

    change = carry_out(wish, by=city.bureau_staff)

    assert everything() != before
    check_the_tree(city.bureau)
    undo(change, at=timezone.now(), by=city.bureau_staff)
    assert everything() == before
    assert Unit.objects.find_problems() == ([], [], [], [], [])
    check_the_tree(city.bureau)
    assert undo_refusal(UnitChange.objects.get(pk=change.pk)).endswith("已经撤回了")


def test_a_move_takes_records_of_that_day_on_and_waiting_ones_to_the_new_office(
    city: World,
) -> None:
    busy(city)
    carry_out(Move(unit=city.school, to=city.offices[1], on=DAY), by=city.bureau_staff)

    ours = Activity.objects.filter(unit=city.school).exclude(state=ActivityState.DRAFT)
    assert set(ours.filter(held_on__lt=DAY).values_list("office", flat=True)) == {city.office.pk}
    later = ours.filter(held_on__gte=DAY)
    assert set(later.values_list("office", flat=True)) == {city.offices[1].pk}
    waiting = ours.filter(state=ActivityState.SUBMITTED)
    assert set(waiting.values_list("receiver", flat=True)) == {city.offices[1].pk}
    assert waiting.count() == 2


def test_a_record_written_after_a_move_follows_when_the_move_is_taken_back(city: World) -> None:
    change = carry_out(Move(unit=city.school, to=city.offices[1], on=DAY), by=None)
    city.school.refresh_from_db()
    made = records.submitted(city.school, by=city.school_secretary, held_on=date(2023, 10, 9))
    assert made.office == made.receiver == city.offices[1]

    undo(change, at=timezone.now(), by=None)

    made.refresh_from_db()
    assert made.office == made.receiver == city.office


def test_what_two_merged_schools_did_counts_once_each_for_the_new_one(city: World) -> None:
    busy(city)
    counted = Credit.objects.filter(unit__in=city.schools[:2]).count()

    carry_out(merged(city), by=city.bureau_staff)

    new = Unit.objects.get(name=NEW.name)
    assert Credit.objects.filter(unit=new).count() == counted
    assert not Credit.objects.filter(unit__in=city.schools[:2]).exists()
    board = matrix(city.obligation_set, root=city.bureau, by="unit", on=date(2023, 12, 31))
    shown = {row.label for row in board.rows}
    assert NEW.name in shown
    assert not {"云山小学", "云山二小"} & shown
    assert board.total.units == 9  # two went, one came, and the small kindergarten is served
    # Open work is the new school's, and the reviewed past stays where it was made.
    drafts = Activity.objects.filter(state__in=[ActivityState.DRAFT, ActivityState.RETURNED])
    assert set(drafts.values_list("unit__name", flat=True)) == {NEW.name}
    past = Activity.objects.filter(state=ActivityState.ACCEPTED, held_on__lt=DAY)
    assert set(past.values_list("unit__name", flat=True)) == {"云山小学", "云山二小"}
    assert ImplementationPlan.objects.get().unit == new
    keepers = RoleGrant.objects.filter(unit=new, role=Role.SCHOOL_SECRETARY)
    assert {grant.user for grant in keepers} == {city.school_secretary, city.sibling_secretary}
    served = CommitteeService.objects.filter(committee__host=new, period__contains=DAY)
    assert {link.unit.name for link in served} == {NEW.name, "云山小星星幼儿园"}


def test_a_record_of_a_merged_school_accepted_later_counts_for_its_heir(city: World) -> None:
    waiting = records.submitted(
        city.schools[1], by=city.sibling_secretary, held_on=date(2023, 3, 1)
    )
    wish = Merge(sources=(city.schools[1],), into=city.school, on=DAY, note="并入")
    carry_out(wish, by=city.bureau_staff)

    waiting.refresh_from_db()
    activities.accept(waiting, by=city.office_secretary)

    assert waiting.unit == city.schools[1]
    assert waiting.credits.get().unit == city.school


def test_the_year_before_a_merger_stays_with_who_did_the_work(city: World) -> None:
    records.put_standard_set_in_force(city.bureau, year=2022)
    done = records.accepted(
        city.schools[1], by=city.sibling_secretary, reviewer=city.office_secretary,
        held_on=date(2022, 5, 4),
    )  # fmt: skip

    carry_out(Merge(sources=(city.schools[1],), into=city.school, on=DAY), by=city.bureau_staff)

    assert done.credits.get().unit == city.schools[1]


def test_a_reopened_school_has_its_own_work_of_the_year_again(city: World) -> None:
    records.accepted(city.schools[1], by=city.sibling_secretary, reviewer=city.office_secretary)
    carry_out(Merge(sources=(city.schools[1],), into=city.school, on=DAY), by=None)
    assert Credit.objects.get().unit == city.school
    again = Reopen(unit=city.schools[1], under=city.offices[1], on=date(2023, 11, 1))

    change = carry_out(again, by=city.bureau_staff)

    assert Credit.objects.get().unit == city.schools[1]
    city.schools[1].refresh_from_db()
    assert city.schools[1].office == city.offices[1]
    check_the_tree(city.bureau)
    undo(change, at=timezone.now(), by=None)
    assert Credit.objects.get().unit == city.school
    check_the_tree(city.bureau)


def test_a_change_with_a_later_one_on_top_waits_for_that_one(city: World) -> None:
    first = carry_out(Move(unit=city.school, to=city.offices[1], on=date(2023, 5, 1)), by=None)
    second = carry_out(Move(unit=city.school, to=city.bureau, on=DAY), by=None)

    with pytest.raises(Refused, match="后来又办过““云山小学”改由“云河市教育局”主管"):
        undo(first, at=timezone.now(), by=None)

    undo(second, at=timezone.now(), by=None)
    undo(UnitChange.objects.get(pk=first.pk), at=timezone.now(), by=None)
    city.school.refresh_from_db()
    assert city.school.office == city.office


def test_a_merger_with_something_built_on_it_names_what_is_in_the_way(city: World) -> None:
    change = carry_out(merged(city), by=city.bureau_staff)
    new = Unit.objects.get(name=NEW.name)
    factory.make_person(new, "周老师")

    with pytest.raises(Refused, match="周老师"):
        undo(change, at=timezone.now(), by=city.bureau_staff)

    assert Unit.objects.filter(name=NEW.name).exists()
    assert UnitSuccession.objects.count() == 2


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        (lambda c: Merge(sources=(c.school,), into=c.school, on=DAY), "不能并入它自己"),
        (lambda c: Merge(sources=(c.office,), into=c.school, on=DAY), "只有学校和幼儿园"),
        (lambda c: Reopen(unit=c.school, under=c.office, on=DAY), "正开办着"),
        (lambda c: Split(unit=c.school, new=(NewUnit("云山二小", "school", "primary"),), on=DAY),
         "同名的单位"),
    ],
)  # fmt: skip
def test_a_change_that_makes_no_sense_leaves_everything_as_it_is(city, wish, sentence) -> None:
    before = everything()

    with pytest.raises(Refused, match=sentence):
        carry_out(wish(city), by=city.bureau_staff)

    assert everything() == before
    assert not UnitChange.objects.exists()


def test_a_kindergarten_whose_committee_covers_others_hands_them_on(city: World) -> None:
    small = factory.make_kindergarten(city.office, "云山小星星幼儿园")
    committees.serve(city.committees[city.kindergarten.pk], small, since_day=DAY, by=None)

    with pytest.raises(Refused, match="还覆盖另外 1 家"):
        carry_out(Close(unit=city.kindergarten, on=DAY), by=None)
    carry_out(Merge(sources=(city.kindergarten,), into=small, on=DAY), by=None)

    link = CommitteeService.objects.get(unit=small, period__contains=date(2023, 12, 1))
    assert link.committee.host == small
    assert UnitPeriod.objects.filter(unit=city.kindergarten, period__endswith=DAY).exists()
