"""However records come, go and collide, a cell is the recount of its credits."""

import random
import threading
from collections import Counter

import pytest
from django.db import connections
from django.db.models import Count
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.models import Activity, CoHost, Credit, ObligationCell
from activities.services import activities, joint
from activities.services.credits import decline
from portal.kernel.errors import Refused
from tests.factories import activities as records
from tests.factories.activities import TODAY
from tests.personas import World, build_city


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


STEPS = [
    "submit", "withdraw", "accept", "send_back", "void", "to_2022", "to_lecture",
    "confirm_near", "confirm_far", "no_near", "no_far", "decline_credit",
]  # fmt: skip


def answer(record: Activity, step: str, city: World) -> None:
    """The near or the far co-host of the record gives its word."""
    unit = city.schools[1] if step.endswith("near") else city.other_school
    cohost = record.cohosts.get(unit=unit)
    if step.startswith("confirm"):
        joint.confirm(cohost, by=city.bureau_staff)
    else:
        joint.decline(cohost, reason="没有参加", by=city.bureau_staff)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from(STEPS)), max_size=25))
def test_any_history_leaves_cells_equal_to_the_recount(city, history):
    Activity.objects.all().delete()
    kinds = {"training": records.kind("training"), "lecture": records.kind("lecture")}
    drafts = [records.draft(city.school, by=city.school_secretary) for _ in range(3)]
    for record in drafts:
        for unit in (city.schools[1], city.other_school):
            joint.invite(record, unit, by=city.school_secretary)
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
            elif step.endswith(("near", "far")):
                answer(record, step, city)
            elif step == "decline_credit":
                for credit in record.credits.order_by("-pk")[:1]:
                    decline(credit, reason="不算", by=city.office_secretary)
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
        for one in Credit.objects.values("activity", "item").annotate(n=Count("unit")):
            hosts = 1 + CoHost.objects.filter(activity=one["activity"], state="confirmed").count()
            assert one["n"] == hosts


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


@pytest.mark.django_db(transaction=True)
def test_hosts_who_confirm_while_the_office_accepts_are_all_counted():
    city = build_city()
    rows = []
    for _ in range(8):
        record = records.draft(city.school, by=city.school_secretary)
        cohost = joint.invite(record, city.schools[1], by=city.school_secretary)
        activities.submit(record, on=TODAY, by=city.school_secretary)
        rows.append((record, cohost))
    ready = threading.Barrier(16)

    def accept(record: Activity) -> None:
        ready.wait(20)
        mine = Activity.objects.select_related("unit", "city").get(pk=record.pk)
        activities.accept(mine, by=city.office_secretary)
        connections.close_all()

    def confirm(cohost: CoHost) -> None:
        ready.wait(20)
        joint.confirm(CoHost.objects.get(pk=cohost.pk), by=city.sibling_secretary)
        connections.close_all()

    threads = [threading.Thread(target=accept, args=[record]) for record, _ in rows]
    threads += [threading.Thread(target=confirm, args=[cohost]) for _, cohost in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    counts = dict(ObligationCell.objects.values_list("unit__name", "counted"))
    assert counts[city.school.name] == counts[city.schools[1].name] == 8
    assert same_as_recount()
