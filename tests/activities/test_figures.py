"""The matrix: who is asked, who has done it, in which words — and always equal to a recount."""

from collections import Counter
from datetime import date, timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities import figures
from activities.figures import Column, Tally
from activities.models import Credit
from activities.services import activities
from activities.services.credits import decline, restore
from committees.choices import UnitKind
from committees.models import (
    CommitteeService,
    ObligationItem,
    ObligationSet,
    Unit,
    UnitPeriod,
)
from tests.factories import activities as records
from tests.factories import committees as factory
from tests.personas import World

ON = date(2023, 10, 18)  # 同研究, 同部署 and 学习培训 are over, the others still to come


def matrix(city: World, *, by: figures.By = "office", on: date = ON) -> figures.Matrix:
    return figures.matrix(city.obligation_set, root=city.bureau, by=by, on=on)


def tally(city: World, code: str, *, row: str, by: figures.By = "office", on: date = ON) -> Tally:
    whole = matrix(city, by=by, on=on)
    place = [column.item.code for column in whole.columns].index(code)
    return next(each for each in whole.rows if each.label == row).cells[place]


# --- who is asked -------------------------------------------------------------------------------


def test_an_office_is_asked_with_the_schools_its_committees_serve(city):
    rows = {row.label: row.units for row in matrix(city).rows}

    assert rows == {"云山教办": 5, "石桥教办": 4}


def test_a_school_without_a_committee_is_left_out_and_counted_as_such(city):
    CommitteeService.objects.filter(unit=city.school).delete()

    assert matrix(city).total.units == 8
    assert matrix(city).not_served == 1
    assert "云山小学" not in [row.label for row in matrix(city, by="unit").rows]


def test_a_set_may_ask_schools_without_a_committee_too(city):
    CommitteeService.objects.filter(unit=city.school).delete()
    ObligationSet.objects.update(only_served=False)
    city.obligation_set.refresh_from_db()

    assert (matrix(city).total.units, matrix(city).not_served) == (9, 0)


def test_an_office_without_a_committee_is_asked_all_the_same(city):
    CommitteeService.objects.filter(unit=city.office).delete()

    assert "云山教办" in [row.label for row in matrix(city, by="unit").rows]


def test_a_unit_counts_only_while_it_is_open(city):
    UnitPeriod.objects.filter(unit=city.school).update(
        period=DateRange(date(2015, 9, 1), date(2023, 9, 1))
    )

    assert matrix(city, on=date(2023, 8, 31)).total.units == 9
    assert matrix(city, on=date(2023, 9, 1)).total.units == 8


def test_a_year_gone_by_asks_the_units_of_its_last_day(city):
    UnitPeriod.objects.filter(unit=city.school).update(
        period=DateRange(date(2015, 9, 1), date(2024, 2, 1))
    )

    assert matrix(city, on=date(2026, 5, 1)).total.units == 9


def test_schools_no_office_holds_stand_first_as_one_row(city):
    direct = factory.make_school(city.bureau, "云河中学")
    factory.make_committee(direct)

    rows = matrix(city).rows

    assert (rows[0].label, rows[0].units, rows[0].key) == ("市直属", 1, None)


def test_an_item_asks_only_the_kinds_of_unit_it_names(city):
    with_frozen_items_open(city, code="training", unit_kinds=[UnitKind.KINDERGARTEN])

    assert tally(city, "training", row="云山教办").expected == 1
    assert tally(city, "training", row="石桥教办").expected == 0
    assert tally(city, "report_heard", row="石桥教办").expected == 4


# --- who has done it ----------------------------------------------------------------------------


def accept(city: World, unit: Unit | None = None, **fields: object) -> object:
    return records.accepted(
        unit or city.school, by=city.school_secretary, reviewer=city.office_secretary, **fields
    )


def test_two_records_of_one_school_are_one_school_done(city):
    accept(city)
    accept(city)

    assert tally(city, "training", row="云山教办") == Tally(
        expected=5, done=1, waiting=0, overdue=4, counted=2, pending=0
    )


def test_an_item_asked_twice_a_year_is_done_with_the_second_record(city):
    with_frozen_items_open(city, code="training", min_count=2)
    accept(city)
    assert tally(city, "training", row="云山教办").done == 0

    accept(city)

    assert tally(city, "training", row="云山教办").done == 1


def test_a_record_that_waits_is_overdue_and_says_that_it_waits(city):
    records.submitted(city.school, by=city.school_secretary)

    found = tally(city, "training", row="云山小学", by="unit")

    assert (found.done, found.waiting, found.overdue) == (0, 1, 1)
    assert Column(item(city, "training"), ON).unit_words(found) == ("已逾期，待审", "soon")


def test_one_of_two_needed_records_does_not_make_the_school_wait_for_anybody(city):
    with_frozen_items_open(city, code="training", min_count=2)
    records.submitted(city.school, by=city.school_secretary)

    found = tally(city, "training", row="云山小学", by="unit")

    assert (found.waiting, found.pending) == (0, 1)


def test_a_declined_credit_leaves_the_cell_and_comes_back_when_restored(city):
    record = accept(city)
    credit = Credit.objects.get(activity=record)

    decline(credit, reason="这是教研活动", by=city.office_secretary)
    assert tally(city, "training", row="云山教办").done == 0

    restore(Credit.objects.get(pk=credit.pk), by=city.office_secretary)
    assert tally(city, "training", row="云山教办").done == 1


def test_a_voided_record_falls_back(city):
    record = accept(city)

    activities.void(record, note="重复了", by=city.office_secretary)

    assert tally(city, "training", row="云山教办") == Tally(expected=5, overdue=5)


def test_a_record_moved_to_another_year_takes_its_credit_along(city):
    last_year = records.put_standard_set_in_force(city.bureau, year=2022)
    record = records.returned(city.school, by=city.school_secretary, reviewer=city.office_secretary)
    activities.save_draft(
        record,
        fields={"held_on": date(2022, 3, 1)},
        version=record.version,
        by=city.school_secretary,
    )
    activities.submit(record, on=records.TODAY, by=city.school_secretary)
    activities.accept(record, by=city.office_secretary)

    assert tally(city, "training", row="云山教办").done == 0
    then = figures.matrix(last_year, root=city.bureau, by="office", on=ON)
    assert [cell.done for cell in then.total.cells] == [0, 0, 0, 0, 1, 0]


# --- always equal to a recount ------------------------------------------------------------------

LOGS = st.lists(
    st.tuples(
        st.integers(0, 7),  # which unit
        st.sampled_from(["training", "report_heard", "party_study", "lecture"]),
        st.sampled_from(["submitted", "accepted", "voided", "declined"]),
    ),
    max_size=14,
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(logs=LOGS, on=st.dates(date(2023, 1, 1), date(2024, 1, 10)))
def test_rows_and_totals_equal_a_recount_from_the_credits(city, logs, on):
    Credit.objects.all().delete()  # of the example before
    units = [*city.schools, city.kindergarten, city.office]
    for place, slug, fate in logs:
        log(city, units[place], slug, fate)
    by_office, by_unit = matrix(city, on=on), matrix(city, by="unit", on=on)

    expected = recount(city, on=on)

    assert {
        (row.key, column.item.code): (cell.expected, cell.done, cell.overdue, cell.counted)
        for row in by_unit.rows
        for column, cell in zip(by_unit.columns, row.cells, strict=True)
    } == expected
    assert by_office.total.cells == by_unit.total.cells
    assert by_office.overdue == sum(numbers[2] for numbers in expected.values())
    for row in by_office.rows:
        mine = by_unit.where(lambda each, row=row: each.office_id == row.key)
        assert mine.total.cells == row.cells


def log(city: World, unit: Unit, slug: str, fate: str) -> None:
    reviewer = city.bureau_staff
    record = records.submitted(unit, by=city.school_secretary, slug=slug)
    if fate in {"accepted", "voided"}:
        activities.accept(record, by=reviewer)
    if fate == "voided":
        activities.void(record, note="重复", by=reviewer)
    if fate == "declined":
        for credit in record.credits.all():
            decline(credit, reason="不算", by=reviewer)


def recount(city: World, *, on: date) -> dict[tuple[int, str], tuple[int, int, int, int]]:
    """The definition again, straight from the credits and without any query of figures.py."""
    counted = Counter(Credit.objects.filter(state="counted").values_list("unit_id", "item__code"))
    found = {}
    for unit in [*city.offices, *city.schools, city.kindergarten]:
        for each in city.obligation_set.items.all():
            n = counted[unit.pk, each.code]
            done = int(n >= each.min_count)
            late = int(not done and each.due_on < on)
            found[unit.pk, each.code] = (1, done, late, n)
    return found


@pytest.mark.parametrize("offices", [0, 3])
@pytest.mark.parametrize("by", ["office", "unit"])
def test_a_matrix_costs_five_queries_however_many_rows(
    city, by, offices, django_assert_num_queries
):
    for _ in range(offices):
        factory.make_committee(factory.make_school(factory.make_office(city.bureau)))

    with django_assert_num_queries(5):
        found = matrix(city, by=by)

    assert len(found.rows) == (2 + offices if by == "office" else 9 + 2 * offices)


# --- in which words -----------------------------------------------------------------------------


def item(city: World, code: str) -> ObligationItem:
    return city.obligation_set.items.get(code=code)


def asked(*, due_in: int, kind: str = "event", min_count: int = 1) -> Column:
    due_on = ON + timedelta(days=due_in)
    return Column(
        ObligationItem(name="学习培训", kind=kind, min_count=min_count, due_on=due_on), ON
    )


@pytest.mark.parametrize(
    ("due_in", "stand", "words"),
    [
        (60, Tally(expected=0), ("不适用", "none")),
        (60, Tally(expected=23, done=23), ("全部完成", "done")),
        (-1, Tally(expected=23, done=23), ("全部完成", "done")),
        (60, Tally(expected=23), ("未到期", "later")),
        (60, Tally(expected=23, done=20), ("还差 3 家", "later")),
        (60, Tally(expected=23, done=20, waiting=3), ("待审 3 家", "waiting")),
        (60, Tally(expected=23, done=20, waiting=1), ("还差 3 家", "later")),
        (30, Tally(expected=23, done=20), ("快到期 差 3 家", "soon")),
        (31, Tally(expected=23, done=20), ("还差 3 家", "later")),
        (0, Tally(expected=23, done=20), ("快到期 差 3 家", "soon")),
        (-1, Tally(expected=23, done=18, overdue=5), ("逾期 5 家", "late")),
        (-1, Tally(expected=23, done=18, overdue=5, waiting=2), ("逾期 5 · 待审 2", "late")),
    ],
)
def test_words_of_an_office(due_in, stand, words):
    assert asked(due_in=due_in).words(stand) == words


@pytest.mark.parametrize(
    ("due_in", "stand", "words"),
    [
        (60, Tally(), ("不适用", "none")),
        (60, Tally(expected=1), ("未到期", "later")),
        (30, Tally(expected=1), ("快到期", "soon")),
        (30, Tally(expected=1, waiting=1), ("已交待审", "waiting")),
        (-1, Tally(expected=1, overdue=1), ("已逾期", "late")),
        (-1, Tally(expected=1, overdue=1, waiting=1), ("已逾期，待审", "soon")),
        (-1, Tally(expected=1, done=1), ("已完成", "done")),
    ],
)
def test_words_of_a_unit(due_in, stand, words):
    assert asked(due_in=due_in).unit_words(stand) == words


def test_nought_and_not_asked_never_look_the_same():
    nothing, not_asked = Tally(expected=1), Tally()
    event, flag = asked(due_in=60), asked(due_in=60, kind="flag")

    assert (event.unit_value(nothing), event.unit_value(not_asked)) == ("0 次", "—")
    assert (flag.unit_value(nothing), flag.unit_value(not_asked)) == ("无", "—")
    assert asked(due_in=60, min_count=2).unit_value(Tally(expected=1, counted=1)) == "1/2 次"
    assert (nothing.percent, not_asked.percent) == (0, None)


def test_a_percentage_says_100_only_when_everybody_is_done():
    assert Tally(expected=1000, done=999).percent == 99


# --- the reviewer's count -----------------------------------------------------------------------


def test_only_the_receiving_office_has_the_record_on_its_desk(city):
    records.submitted(city.school, by=city.school_secretary)

    assert figures.waiting_for_review(city.office_secretary) == 1
    assert figures.waiting_for_review(city.other_office_secretary) == 0
    assert figures.waiting_for_review(city.bureau_staff) == 0
    assert figures.waiting_for_review(city.school_secretary) == 0


def with_frozen_items_open(city: World, *, code: str, **facts: object) -> None:
    """Change an item of the fixture's published set, which nothing else could."""
    published_at = city.obligation_set.published_at
    ObligationSet.objects.update(published_at=None)
    ObligationItem.objects.filter(code=code).update(**facts)
    ObligationSet.objects.update(published_at=published_at)
