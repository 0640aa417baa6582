"""Several people at once, on real connections: the tree stays whole, nobody gets two accounts."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import connection

from committees.models import RoleGrant, Unit, UnitMembership
from committees.policy import Role
from committees.services import accounts, units
from portal.kernel.errors import Refused
from tests.committees.services.test_units import check_the_tree
from tests.factories import committees as factory

TOGETHER = 6
DAY = date(2023, 9, 1)


def at_once(act: Callable[[int], object]) -> int:
    """Run `act` for 0, 1, … on connections of their own; return how many were not refused."""
    start = Barrier(TOGETHER)

    def attempt(number: int) -> bool:
        try:
            start.wait()
            act(number)
        except Refused:
            return False
        else:
            return True
        finally:
            connection.close()

    with ThreadPoolExecutor(TOGETHER) as pool:
        return sum(pool.map(attempt, range(TOGETHER)))


@pytest.mark.django_db(transaction=True)
def test_moves_openings_and_closings_at_once_leave_one_story() -> None:
    bureau = factory.make_bureau()
    offices = [factory.make_office(bureau) for _ in range(3)]
    schools = [factory.make_school(offices[0]) for _ in range(TOGETHER)]

    def act(number: int) -> None:
        school = Unit.objects.get(pk=schools[number].pk)
        if number % 3 == 0:
            units.close_unit(school, on=DAY, note="撤并", by=None)
        else:
            units.move_unit(school, to=offices[1 + number % 2], on=DAY, by=None)
        factory.make_school(offices[number % 3], f"新办{number}小")

    assert at_once(act) == TOGETHER
    check_the_tree(bureau)


@pytest.mark.django_db(transaction=True)
def test_of_many_who_move_one_school_one_wins() -> None:
    bureau = factory.make_bureau()
    offices = [factory.make_office(bureau) for _ in range(2)]
    school = factory.make_school(offices[0])

    won = at_once(lambda _: units.move_unit(school, to=offices[1], on=DAY, by=None))

    assert won == 1
    assert UnitMembership.objects.filter(unit=school).count() == 2
    check_the_tree(bureau)


@pytest.mark.django_db(transaction=True)
def test_two_presses_of_one_button_open_one_account_a_school() -> None:
    office = factory.make_office(factory.make_bureau())
    for _ in range(4):
        factory.make_school(office)

    at_once(
        lambda _: accounts.open_missing(office, role=Role.SCHOOL_SECRETARY, since_day=DAY, by=None)
    )

    held = Counter(RoleGrant.objects.values_list("unit", flat=True))
    assert set(held.values()) == {1}
    assert len(held) == 4


@pytest.mark.django_db(transaction=True)
def test_of_many_who_take_one_name_one_gets_it() -> None:
    office = factory.make_office(factory.make_bureau())

    won = at_once(
        lambda _: accounts.open_account(
            unit=office, role=Role.OFFICE_SECRETARY, name="许兰", username="xulan",
            since_day=DAY, by=None,
        )
    )  # fmt: skip

    assert won == 1
