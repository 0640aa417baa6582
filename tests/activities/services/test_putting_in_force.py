"""A new set comes into force while offices go on accepting: nothing is settled by the old one."""

import threading
from collections.abc import Callable

import pytest
from django.db import connections

from activities.models import Activity, Credit, ObligationCell
from activities.services import activities
from activities.services.obligation_drafts import draft_like
from activities.services.obligations import put_in_force
from committees.models import ObligationSet
from portal.kernel.errors import Refused
from tests.factories import activities as records
from tests.personas import World, build_city


def test_the_records_of_the_year_move_to_the_new_set(city: World) -> None:
    records.accepted(city.school, by=city.school_secretary, reviewer=city.office_secretary)
    records.accepted(
        city.school, by=city.school_secretary, reviewer=city.office_secretary, slug="lecture"
    )
    drafted = draft_like(city.obligation_set, year=2023, by=None)

    settled = put_in_force(drafted, by=city.bureau_staff)

    assert settled == 1  # a lecture counts for nothing before and after
    assert Credit.objects.get().item.obligation_set == drafted


def test_a_set_put_in_force_twice_is_refused_and_settled_once(city: World) -> None:
    drafted = draft_like(city.obligation_set, year=2023, by=None)
    opened_earlier = ObligationSet.objects.get(pk=drafted.pk)
    put_in_force(drafted, by=city.bureau_staff)

    with pytest.raises(Refused, match="已经发布"):
        put_in_force(opened_earlier, by=city.bureau_staff)


@pytest.mark.django_db(transaction=True)
def test_records_accepted_and_handed_in_meanwhile_are_settled_by_the_new_set() -> None:
    city = build_city()
    waiting = [records.submitted(city.school, by=city.school_secretary) for _ in range(8)]
    drafts = [records.draft(city.other_school, by=city.other_school_secretary) for _ in range(8)]
    drafted = draft_like(city.obligation_set, year=2023, by=None)
    ready = threading.Barrier(17)

    def accept(record: Activity) -> None:
        activities.accept(_fresh(record), by=city.office_secretary)

    def submit(record: Activity) -> None:
        activities.submit(_fresh(record), on=records.TODAY, by=city.other_school_secretary)

    def force(_: Activity) -> None:
        put_in_force(ObligationSet.objects.get(pk=drafted.pk), by=city.bureau_staff)

    work = [(accept, record) for record in waiting] + [(submit, record) for record in drafts]
    threads = [
        threading.Thread(target=_at_once, args=(ready, act, record))
        for act, record in [*work, (force, waiting[0])]
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    versions = Credit.objects.values_list("item__obligation_set__version", "unit__name", "state")
    assert sorted(versions) == sorted(
        [(2, "云山小学", "counted")] * 8 + [(2, "石桥小学", "pending")] * 8
    )
    new = ObligationCell.objects.filter(item__obligation_set=drafted, item__code="training")
    assert sorted(new.values_list("counted", "pending")) == [(0, 8), (8, 0)]


def _fresh(record: Activity) -> Activity:
    return Activity.objects.select_related("unit", "city", "kind").get(pk=record.pk)


def _at_once(ready: threading.Barrier, act: Callable[[Activity], None], record: Activity) -> None:
    try:
        ready.wait(30)
        act(record)
    finally:
        connections.close_all()
