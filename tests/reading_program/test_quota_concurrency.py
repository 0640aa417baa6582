"""Fifty people who want three places at once, on fifty real connections."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from reading_program.models import Entry
from reading_program.services import entries as services
from reading_program.services import quotas
from tests.factories import reading_entries as entries
from tests.personas import build_city

TOGETHER = 50


@pytest.mark.django_db(transaction=True)
def test_of_fifty_who_send_at_once_exactly_three_take_the_three_places() -> None:
    city = build_city()
    edition = entries.running_edition(city.bureau)
    track = entries.track(edition)
    quotas.give(track, unit=city.school, places=3, by=None)
    drafts = [entries.draft(edition, city.school, name=f"生{n}") for n in range(TOGETHER)]
    start = Barrier(TOGETHER)

    def attempt(entry: Entry) -> bool:
        try:
            connection.ensure_connection()
            start.wait()
            return services.send_one(entry, by=None)
        finally:
            connection.close()

    with ThreadPoolExecutor(TOGETHER) as pool:
        took = list(pool.map(attempt, drafts))

    assert took.count(True) == 3
    assert Entry.objects.holding().count() == 3
    assert Entry.objects.filter(state="reserve").count() == TOGETHER - 3
    numbers = Entry.objects.values_list("number", flat=True)
    assert sorted(numbers) == list(range(1, TOGETHER + 1))
