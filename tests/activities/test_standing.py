"""By the offices of that time or of today: the rows differ, the city's totals never do."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities import figures
from activities.figures import OfficeWork
from activities.models import Activity
from activities.views.statistics import total_of
from committees.policy import Role
from committees.services import units
from portal.kernel.errors import Refused
from portal.web.unit_changes.carrying_out import carry_out, undo
from portal.web.unit_changes.wishes import Move
from tests.factories import activities as records
from tests.factories import committees as factory
from tests.personas import World

DAY = date(2023, 9, 1)


def by_label(work: list[OfficeWork]) -> dict[str, int]:
    return {row.label: row.attendance for row in work}


def log(city: World, held: date, people: int) -> Activity:
    return records.accepted(
        city.school, by=city.school_secretary, reviewer=city.office_secretary, held_on=held,
        attendance=people,
    )  # fmt: skip


def test_the_first_half_stays_with_the_old_office_the_second_goes_to_the_new(city: World) -> None:
    log(city, date(2023, 5, 4), 18)
    log(city, date(2023, 10, 9), 25)

    change = carry_out(Move(unit=city.school, to=city.offices[1], on=DAY), by=None)

    done = Activity.objects.accepted()
    then = figures.work_by_office(done, standing="then")
    now = figures.work_by_office(done, standing="now")
    assert by_label(then) == {"云山教办": 18, "石桥教办": 25}
    assert by_label(now) == {"石桥教办": 43}
    assert total_of(then) == total_of(now)
    undo(change, at=timezone.now(), by=None)
    assert by_label(figures.work_by_office(done, standing="then")) == {"云山教办": 43}


def test_the_board_of_a_year_gone_by_can_be_read_by_its_own_offices(city: World) -> None:
    log(city, date(2023, 5, 4), 18)
    units.move_unit(city.school, to=city.offices[1], on=date(2024, 2, 1), by=None)
    board = figures.matrix(city.obligation_set, root=city.bureau, by="unit", on=date(2024, 6, 1))
    now = figures.matrix(city.obligation_set, root=city.bureau, by="office", on=date(2024, 6, 1))

    then = figures.as_it_stood(board)

    assert {row.label: row.units for row in then.rows if row.key} == {"云山教办": 5, "石桥教办": 4}
    assert {row.label: row.units for row in now.rows if row.key} == {"云山教办": 4, "石桥教办": 5}
    assert then.total == now.total


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(st.booleans(), st.integers(0, 3), st.integers(0, 2), st.integers(1, 35)),
        max_size=10,
    )
)
def test_both_ways_of_counting_give_the_city_the_same_totals(
    db: None, steps: list[tuple[bool, int, int, int]]
) -> None:
    with transaction.atomic():
        bureau = factory.make_bureau()
        places = [bureau, *(factory.make_office(bureau) for _ in range(2))]
        schools = [factory.make_school(places[1 + number % 2]) for number in range(4)]
        for school in schools:
            factory.make_committee(school)
        staff = factory.make_user(bureau, Role.BUREAU_STAFF)
        rules = records.put_standard_set_in_force(bureau)
        told: dict[str, int] = {}
        day = date(2023, 1, 2)
        for is_move, which, where, days in steps:
            day += timedelta(days=days)
            school = schools[which]
            school.refresh_from_db()
            if is_move:
                try:
                    carry_out(Move(unit=school, to=places[where], on=day), by=None)
                except Refused:
                    continue
            else:
                records.accepted(school, by=staff, reviewer=staff, held_on=day, attendance=days)
                above = school.office.name if school.office else "市直属"
                told[above] = told.get(above, 0) + days
        done = Activity.objects.accepted()
        then = figures.work_by_office(done, standing="then")
        assert by_label(then) == told
        assert total_of(then) == total_of(figures.work_by_office(done, standing="now"))
        last = date(2024, 12, 31)
        by_unit = figures.matrix(rules, root=bureau, by="unit", on=last)
        by_office = figures.matrix(rules, root=bureau, by="office", on=last)
        assert figures.as_it_stood(by_unit).total == by_office.total
        transaction.set_rollback(True)


@pytest.fixture
def bureau(city: World, client: Client) -> Client:
    client.force_login(city.bureau_staff)
    return client


def test_the_pages_say_which_way_they_count(city: World, bureau: Client) -> None:
    log(city, date(2023, 5, 4), 18)
    carry_out(Move(unit=city.school, to=city.offices[1], on=DAY), by=None)

    page = bureau.get("/activities/figures/?year=2023&part=h1").content.decode()
    assert "按当时隶属：每条记录算在举办那天主管的教办" in page
    assert "云山教办" in page
    page = bureau.get("/activities/figures/?year=2023&standing=now").content.decode()
    assert "按现隶属：每条记录算在这个单位现在的教办" in page
    assert "云山教办" not in page.split("<tbody>")[1].split("</tbody>")[0]
    assert bureau.get("/activities/figures/?year=2023&xlsx=1").status_code == 200
    page = bureau.get("/obligations/2023/?standing=then").content.decode()
    assert "按当时（2023年12月31日）的隶属关系" in page
    office = city.office
    listed = bureau.get(f"/activities/?year=2023&office={office.pk}")
    assert len(listed.context["rows"]) == 1
    listed = bureau.get(f"/activities/?year=2023&office={office.pk}&standing=now")
    assert not listed.context["rows"]
    assert "按现隶属" in listed.content.decode()
