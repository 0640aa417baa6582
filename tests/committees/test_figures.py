"""组织覆盖率: by institution served, by the office of that day, and who is missing."""

from datetime import date

import pytest

from committees import figures
from committees.figures import institutions
from committees.services import committees, unit_changes, units
from tests.factories import committees as factory
from tests.personas import World

DAY = date(2023, 12, 1)


def rows(city: World, *, on: date = DAY) -> dict[str, tuple[int, int]]:
    return {row.label: (row.served, row.total) for row in figures.coverage(city.bureau, on=on).rows}


def missing(city: World, *, on: date = DAY) -> dict[str, str]:
    return {
        each.unit.name: each.reason
        for each in institutions.missing_institutions(city.bureau, on=on)
    }


def test_a_joint_committee_covers_every_unit_it_serves(city: World) -> None:
    small = factory.make_kindergarten(city.office, "云山小星星幼儿园")
    assert rows(city) == {"云山教办": (4, 5), "石桥教办": (3, 3)}
    assert missing(city) == {small.name: "还没有建过关工委，也没有联合关工委覆盖"}

    committees.serve(
        city.committees[city.kindergarten.pk], small, since_day=date(2023, 6, 1), by=None
    )

    assert rows(city)["云山教办"] == (5, 5)
    assert rows(city, on=date(2023, 5, 31))["云山教办"] == (4, 5)
    assert not institutions.missing_institutions(city.bureau, on=DAY)


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


def test_who_is_missing_is_told_with_the_reason(city: World) -> None:
    joint = city.committees[city.kindergarten.pk]
    small = factory.make_kindergarten(city.office, "云山小星星幼儿园")
    link = committees.serve(joint, small, since_day=date(2021, 1, 1), by=None)
    committees.end_service(link, on=date(2023, 6, 1), by=None)
    committees.dissolve(city.committees[city.school.pk], on=date(2023, 7, 1), by=None)
    late = factory.make_school(city.offices[1], "石桥三小")
    factory.make_committee(late, established_on=date(2024, 3, 1))

    assert missing(city) == {
        "云山小学": "本单位关工委2023年7月1日撤销",
        "云山小星星幼儿园": "2023年6月1日起不再由“云山中心幼儿园关工委”覆盖",
        "石桥三小": "2024年3月1日才由“石桥三小关工委”覆盖",
    }
    stages = {
        row.label: (row.served, row.total) for row in figures.coverage(city.bureau, on=DAY).stages
    }
    assert stages == {"小学": (3, 5), "初中": (2, 2), "幼儿园": (1, 2)}


def test_larger_kindergartens_without_their_own_committee_are_listed(city: World) -> None:
    joint = city.committees[city.kindergarten.pk]
    large, small, alone = (
        factory.make_kindergarten(city.office, f"云山{name}幼儿园") for name in ("大", "小", "独")
    )
    for garden, children in ((large, 240), (small, 60), (alone, 200)):
        units.state_year(garden, year=2023, students=children, by=None)
    committees.serve(joint, large, since_day=date(2021, 1, 1), by=None)
    units.state_year(city.kindergarten, year=2023, students=400, by=None)

    found = figures.large_kindergartens(city.bureau, on=DAY, least=180)

    assert [(each.unit, each.children, each.served_by) for each in found] == [
        (large, 240, "云山中心幼儿园关工委"),
        (alone, 200, ""),
    ]
    assert figures.large_kindergartens(city.bureau, on=DAY, least=250) == []


def test_closed_for_five_months_a_unit_is_expected_in_seven_of_twelve(city: World) -> None:
    units.close_unit(city.school, on=date(2023, 3, 1), note="改建", by=None)
    unit_changes.reopen(city.school, under=city.office, on=date(2023, 8, 1), by=None)

    assert figures.open_months(city.school.periods.all(), year=2023) == 7
    assert figures.open_months(city.school.periods.all(), year=2022) == 12
    assert figures.open_months(city.school.periods.all(), year=2015) == 4
