"""How dear a page is, as a ratio to a floor measured in the same run.

The floor of a page is the cheapest page behind the same middleware; the floor of a write is the
same write without the trigger that is measured. A ratio says the same on a fast and a slow
machine, a number of milliseconds does not. Prints what it measured with `-s`.
"""

from collections.abc import Callable
from statistics import median
from time import perf_counter

import pytest
from django.db import connection
from django.test import Client

from activities.models import Activity
from tests.factories import activities as records
from tests.personas import World

pytestmark = pytest.mark.django_db
RECORDS = 60
ROUNDS = 9


def cost(act: Callable[[], object]) -> float:
    """The median of a few rounds, in seconds; the first one warms up and is not counted."""
    act()
    taken = []
    for _ in range(ROUNDS):
        start = perf_counter()
        act()
        taken.append(perf_counter() - start)
    return median(taken)


@pytest.fixture
def office(city: World, client: Client) -> Client:
    """An office secretary before a filled list."""
    first = records.accepted(
        city.school, by=city.school_secretary, reviewer=city.office_secretary, title="云山推进会"
    )
    copies = [
        Activity(
            **{
                field.attname: getattr(first, field.attname)
                for field in Activity._meta.concrete_fields
                if field.attname not in {"id", "number"}
            },
            number=f"2023-{place:06}",
        )
        for place in range(1000, 1000 + RECORDS)
    ]
    Activity.objects.bulk_create(copies)
    client.force_login(city.office_secretary)
    return client


# page, and how many times the floor it may cost: twice what was measured when it was written
PAGES = [
    ("/todo/", 40),
    ("/activities/?year=2023", 40),
    ("/obligations/2023/", 40),
    ("/search/?q=云山", 40),
]


@pytest.mark.parametrize(("page", "most"), PAGES)
def test_a_page_costs_no_more_than_so_many_floors(office: Client, page: str, most: int) -> None:
    floor = cost(lambda: office.get("/account/password/"))
    ratio = cost(lambda: office.get(page)) / floor

    print(f"{page}: {ratio:.1f} floors")  # noqa: T201 - what a benchmark is for
    assert ratio < most


def test_the_seal_costs_a_write_next_to_nothing(office: Client, city: World) -> None:
    rows = Activity.objects.filter(unit=city.school)

    def write() -> None:
        rows.update(for_bulletin=True)

    def switch(word: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE activities_activity {word} TRIGGER keep_sealed")

    sealed = cost(write)
    switch("DISABLE")
    ratio = sealed / cost(write)
    switch("ENABLE")

    print(f"writing under the seal: {ratio:.2f} of writing without")  # noqa: T201
    assert ratio < 1.5
