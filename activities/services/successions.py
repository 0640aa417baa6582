"""Records when their unit moves, closes or is carried on by another: nothing lost, none doubled."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q

from activities.choices import ActivityState
from activities.models import Activity, CoHost, ObligationCell
from activities.services import carried_work
from activities.services.credits import STATE_OF_CREDIT, settle
from committees.models import Unit
from portal.kernel import audit

# What the unit still has to do something about.
UNFINISHED = [ActivityState.DRAFT, ActivityState.RETURNED]


@transaction.atomic
def follow_move(unit: Unit, *, on: date, by: Any) -> None:
    """Records held from that day on belong to the new office; waiting ones wait with it."""
    records = Activity.objects.filter(unit=unit)
    with audit.acting("activity.moved_with_unit", by=by):
        records.filter(held_on__gte=on).update(office=unit.office)
        records.filter(state=ActivityState.DRAFT).update(office=unit.office)
        records.filter(state=ActivityState.SUBMITTED).update(receiver=Unit.objects.get_parent(unit))
        CoHost.objects.filter(unit=unit, activity__held_on__gte=on).update(office=unit.office)


@transaction.atomic
def hand_over(sources: Sequence[Unit], target: Unit, *, on: date, by: Any) -> None:
    """Unfinished records, and any dated from that day on, become the target's.

    Older finished records stay with the unit that made them; their credits of the years from then
    on count for whoever carries on.
    """
    records = Activity.objects.filter(unit__in=sources)
    ours = {"unit": target, "office": target.office}
    with audit.acting("activity.handed_over", by=by):
        records.filter(state=ActivityState.DRAFT).update(**ours)
        records.filter(state=ActivityState.RETURNED).update(unit=target)
        later = records.filter(held_on__gte=on)
        later.filter(state=ActivityState.SUBMITTED).update(
            **ours, receiver=Unit.objects.get_parent(target)
        )
        later.update(**ours)
    carried_work.hand_over(sources, target, on=on, by=by)
    settle_from([*sources, target], on=on, by=by)
    forget_empty_cells(sources, by=by)


@transaction.atomic
def settle_from(units: Sequence[Unit], *, on: date, by: Any) -> None:
    """Let the credits of these units find the unit they count for, in the years from then on."""
    finished = (
        Activity.objects.filter(
            Q(unit__in=units) | Q(cohosts__unit__in=units),
            state__in=list(STATE_OF_CREDIT),
            held_on__gte=date(on.year, 1, 1),
        )
        .select_related("unit", "city")
        .order_by("pk")
        .distinct()
    )
    for record in finished:
        settle(record, by=by)


def forget_empty_cells(units: Sequence[Unit], *, by: Any) -> None:
    """Cells in which nothing counts any more: they would keep a unit that should go."""
    with audit.acting("cells.forgotten", by=by):
        ObligationCell.objects.filter(unit__in=units, counted=0, pending=0).delete()
