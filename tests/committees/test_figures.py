"""组织覆盖率: by institution served, by the office of that day, and who is missing."""

from datetime import date

import pytest

from committees import figures
from committees.services import committees, units
from tests.factories import committees as factory
from tests.personas import World

DAY = date(2023, 12, 1)


def rows(city: World, *, on: date = DAY) -> dict[str, tuple[int, int]]:
    return {row.label: (row.served, row.total) for row in figures.coverage(city.bureau, on=on).rows}


def test_a_joint_committee_covers_every_unit_it_serves(city: World) -> None:
    small = factory.make_kindergarten(city.office, "云山小星星幼儿园")
    assert rows(city) == {"云山教办": (4, 5), "石桥教办": (3, 3)}
    assert list(figures.missing_institutions(city.bureau, on=DAY)) == [small]

    committees.serve(
        city.committees[city.kindergarten.pk], small, since_day=date(2023, 6, 1), by=None
    )

    assert rows(city)["云山教办"] == (5, 5)
    assert rows(city, on=date(2023, 5, 31))["云山教办"] == (4, 5)
    assert not figures.missing_institutions(city.bureau, on=DAY)


def test_a_day_before_a_move_counts_by_the_office_of_that_day(city: World) -> None:
    units.move_unit(city.school, to=city.offices[1], on=date(2023, 9, 1), by=None)

    assert rows(city, on=date(2023, 8, 31)) == {"云山教办": (4, 4), "石桥教办": (3, 3)}
    assert rows(city) == {"云山教办": (3, 3), "石桥教办": (4, 4)}


def test_closed_units_leave_both_sides_and_direct_schools_have_their_row(city: World) -> None:
    units.close_unit(city.school, on=date(2023, 9, 1), note="", by=None)
    factory.make_school(city.bureau, "市直小学")

    assert rows(city) == {"市直属": (0, 1), "云山教办": (3, 3), "石桥教办": (3, 3)}


def test_totals_are_the_sum_of_rows_and_full_means_all(city: World) -> None:
    for _ in range(200):
        factory.make_kindergarten(city.office)
    committees.dissolve(city.committees[city.school.pk], on=date(2023, 9, 1), by=None)

    found = figures.coverage(city.bureau, on=DAY)

    assert found.total == sum(row.total for row in found.rows) == 207
    assert found.served + found.missing == found.total
    assert figures.percent(206, 207) == 99


def test_coverage_costs_two_queries_however_many_offices(
    city: World, django_assert_num_queries: object
) -> None:
    for _ in range(5):
        factory.make_school(factory.make_office(city.bureau))

    with django_assert_num_queries(2):  # type: ignore[operator]
        figures.coverage(city.bureau, on=DAY)


@pytest.mark.parametrize(
    ("phone", "shown"), [("13800001234", "138****1234"), ("", ""), ("6600", "****")]
)
def test_a_masked_number_cannot_be_dialled(phone: str, shown: str) -> None:
    assert figures.mask_phone(phone) == shown
