"""However records come, go and collide, a cell is the recount of its credits."""

import random
import threading
from collections import Counter

import pytest
from django.db import connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.models import Activity, Credit, ObligationCell
from activities.services import activities
from portal.kernel.errors import Refused
from tests.factories import activities as records
from tests.factories.activities import TODAY
from tests.personas import build_city


def recount() -> Counter:
    counted: Counter = Counter()
    for unit, item, state in Credit.objects.values_list("unit_id", "item_id", "state"):
        counted[unit, item, state] += 1
    return counted


def cells() -> Counter:
    kept: Counter = Counter()
    for unit, item, counted, pending in ObligationCell.objects.values_list(
        "unit_id", "item_id", "counted", "pending"
    ):
        kept[unit, item, "counted"] += counted
        kept[unit, item, "pending"] += pending
    return kept


def same_as_recount() -> bool:
    whole = recount()
    for key in [key for key in whole if key[2] == "declined"]:
        del whole[key]
    return +cells() == whole


STEPS = ["submit", "withdraw", "accept", "send_back", "void", "to_2022", "to_lecture"]


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from(STEPS)), max_size=25))
def test_any_history_leaves_cells_equal_to_the_recount(city, history):
    Activity.objects.all().delete()
    kinds = {"training": records.kind("training"), "lecture": records.kind("lecture")}
    drafts = [records.draft(city.school, by=city.school_secretary) for _ in range(3)]
    for which, step in history:
        record = drafts[which]
        record.refresh_from_db()
        try:
            if step == "submit":
                activities.submit(record, on=TODAY, by=city.school_secretary)
            elif step in {"withdraw", "accept"}:
                getattr(activities, step)(record, by=city.office_secretary)
            elif step in {"send_back", "void"}:
                getattr(activities, step)(record, note="因为", by=city.office_secretary)
            else:
                fields = (
                    {"held_on": records.HELD.replace(year=2022)}
                    if step == "to_2022"
                    else {"kind": kinds["lecture"]}
                )
                activities.save_draft(
                    record, fields=fields, version=record.version, by=city.school_secretary
                )
        except Refused:
            pass  # a step that is not open changes nothing, which is part of the property

        assert same_as_recount()


@pytest.mark.django_db(transaction=True)
def test_twenty_parallel_reviewers_leave_one_true_cell():
    city = build_city()
    waiting = [records.submitted(city.school, by=city.school_secretary) for _ in range(20)]
    ready = threading.Barrier(20)
    choices = random.Random(7)
    plans = [choices.choice(["accept", "send_back", "accept_then_void"]) for _ in waiting]

    def review(record: Activity, plan: str) -> None:
        try:
            ready.wait(20)
            mine = Activity.objects.select_related("unit", "city").get(pk=record.pk)
            if plan == "send_back":
                activities.send_back(mine, note="请补", by=city.office_secretary)
            else:
                activities.accept(mine, by=city.office_secretary)
            if plan == "accept_then_void":
                activities.void(mine, note="重复", by=city.office_secretary)
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=review, args=pair) for pair in zip(waiting, plans, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    cell = ObligationCell.objects.get(unit=city.school, item__code="training")
    assert (cell.counted, cell.pending) == (plans.count("accept"), 0)
    assert same_as_recount()
