"""Taking a declined credit back while somebody else moves the record."""

import threading

import pytest
from django.db import connections

from activities.models import Activity, Credit
from activities.services import activities
from activities.services.credits import decline, restore
from tests.factories import activities as records
from tests.personas import World, build_city


def test_a_credit_restored_from_a_page_opened_earlier_takes_the_records_state_of_now(
    city: World,
) -> None:
    record = records.submitted(city.school, by=city.school_secretary)
    decline(record.credits.get(), reason="不算", by=city.office_secretary)
    opened_earlier = Credit.objects.select_related("activity").get(activity=record)
    activities.accept(record, by=city.office_secretary)

    restore(opened_earlier, by=city.office_secretary)

    assert record.credits.get().state == "counted"


def test_restoring_the_credit_of_a_voided_record_is_refused_in_words(city: World) -> None:
    record = records.accepted(city.school, by=city.school_secretary, reviewer=city.office_secretary)
    decline(record.credits.get(), reason="不算", by=city.office_secretary)
    opened_earlier = Credit.objects.select_related("activity").get(activity=record)
    activities.void(record, note="重复", by=city.office_secretary)

    with pytest.raises(ValueError, match="刷新页面"):
        restore(opened_earlier, by=city.office_secretary)


@pytest.mark.django_db(transaction=True)
def test_restoring_and_accepting_at_once_always_ends_counted() -> None:
    city = build_city()
    waiting = [records.submitted(city.school, by=city.school_secretary) for _ in range(10)]
    for record in waiting:
        decline(record.credits.get(), reason="不算", by=city.office_secretary)
    ready = threading.Barrier(20)

    def meet(record: Activity, *, accepts: bool) -> None:
        try:
            ready.wait(20)
            if accepts:
                activities.accept(
                    Activity.objects.select_related("unit", "city").get(pk=record.pk),
                    by=city.office_secretary,
                )
            else:
                credit = Credit.objects.select_related("activity").get(activity=record)
                restore(credit, by=city.office_secretary)
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=meet, args=(record,), kwargs={"accepts": accepts})
        for record in waiting
        for accepts in (True, False)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert set(Credit.objects.values_list("state", flat=True)) == {"counted"}
