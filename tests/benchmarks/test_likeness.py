"""A great pile of essays is sketched in minutes, and one of them looked up in milliseconds.

LIKENESS_ESSAYS says how many, 10 000 by default. With 100 000 of 700 characters, on two cores busy
with other work, all were printed in 208 s (2.1 ms each) and one looked up in 4.5 ms, 9.7 floors;
the whole run, most of it writing the essays, took seven minutes.
"""

import os
from collections.abc import Iterator
from itertools import islice
from random import Random
from time import perf_counter

import pytest
from django.db import connection

from portal.kernel import similarity
from reading_program.models import Entry, EssayPrint
from reading_program.services import likeness
from tests.benchmarks.test_ratios import cost
from tests.factories import reading_entries as entries
from tests.personas import World

pytestmark = pytest.mark.django_db
ESSAYS = int(os.environ.get("LIKENESS_ESSAYS", "10000"))
CHARACTERS = 700
MOST_FLOORS = 60  # of a look-up by key


def essay(seed: int) -> str:
    dice = Random(seed)
    return "".join(chr(0x4E00 + dice.randrange(2500)) for _ in range(CHARACTERS))


def test_a_pile_of_essays_is_printed_and_one_looked_up(city: World) -> None:
    edition = entries.running_edition(city.bureau)
    first = entries.draft(edition, city.school)
    facts = {
        field.attname: getattr(first, field.attname)
        for field in Entry._meta.concrete_fields
        if field.attname not in {"id", "number", "body", "nominee_name", "state", "submitted_at"}
    }
    now = facts["created_at"]

    def rows() -> Iterator[Entry]:
        for at in range(ESSAYS):
            yield Entry(
                **facts, number=at + 1, body=essay(at), nominee_name=f"学生{at}",
                state="withdrawn", submitted_at=now,
            )  # fmt: skip

    pile = rows()
    while batch := list(islice(pile, 5000)):
        Entry.objects.bulk_create(batch)

    start = perf_counter()
    made = likeness.make_prints(Entry.objects.filter(state="withdrawn"), by=None)
    printing = perf_counter() - start
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE reading_program_essayprint")

    wanted = essay(7)[:400] + essay(ESSAYS + 1)[:300]
    numbers = similarity.buckets(similarity.sketch(wanted))
    found = likeness.candidates(numbers, city=edition.city_id, but=first.pk)
    look_up = cost(lambda: likeness.candidates(numbers, city=edition.city_id, but=first.pk))
    some = EssayPrint.objects.order_by("pk")[0].pk
    floor = cost(lambda: EssayPrint.objects.get(pk=some))

    print(  # noqa: T201 - what a benchmark is for
        f"{made} essays printed in {printing:.0f} s ({printing / made * 1000:.2f} ms each); "
        f"one looked up in {look_up * 1000:.1f} ms, {look_up / floor:.1f} floors"
    )
    assert made == ESSAYS
    assert found[0].nominee_name == "学生7"
    assert look_up / floor < MOST_FLOORS
