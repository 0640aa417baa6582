"""What a unit has going besides its records, when another carries on for it or it simply closes.

Lectures still to be given, appointments in force, studios, partners, its word as a co-host, and its
tasks of the plan. What is over stays with the unit it was over at.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet

from activities.choices import AppointmentEnd, CoHostState, LectureState, PlanState, ToldState
from activities.models import (
    Appointment,
    CoHost,
    Lecture,
    Partner,
    PlanTask,
    Studio,
    TaskWork,
)
from activities.models.plan_work import TaskWorkQuerySet
from activities.services import studios
from committees.models import Unit
from portal.kernel import audit
from portal.kernel.ranges import between

STILL_TO_GIVE = [LectureState.REQUESTED, LectureState.INVITED, LectureState.CONFIRMED]
FURTHEST_FIRST = [ToldState.DONE, ToldState.UNDER_WAY, ToldState.NOT_STARTED]


def lectures_open(units: Sequence[Unit]) -> QuerySet[Lecture]:
    return Lecture.objects.filter(unit__in=units, state__in=STILL_TO_GIVE)


def appointments_in_force(units: Sequence[Unit], *, on: date) -> QuerySet[Appointment]:
    """Those of that day and those still to begin."""
    return Appointment.objects.filter(unit__in=units, period__endswith__gt=on)


def studios_open(units: Sequence[Unit]) -> QuerySet[Studio]:
    return Studio.objects.filter(unit__in=units, closed_on=None)


def words_asked_for(units: Sequence[Unit]) -> QuerySet[CoHost]:
    """Records of others that wait for the unit to say whether it was a co-host."""
    waiting = CoHost.objects.filter(unit__in=units, state=CoHostState.ASKED)
    return waiting.exclude(activity__state="voided")


def named_tasks(units: Sequence[Unit], *, on: date) -> QuerySet[PlanTask]:
    """Tasks of this year's plan and later ones that name the unit."""
    return PlanTask.objects.filter(
        units__in=units,
        node__plan__year__gte=on.year,
        node__plan__state__in=[PlanState.DRAFT, PlanState.PUBLISHED],
    ).distinct()


def told_tasks(units: Sequence[Unit], *, on: date) -> TaskWorkQuerySet:
    """What the unit told of tasks of plans in force."""
    told: TaskWorkQuerySet = TaskWork.objects.filter(
        unit__in=units, task__node__plan__year__gte=on.year
    )
    return told.filter(task__node__plan__state=PlanState.PUBLISHED)


@transaction.atomic
def hand_over(sources: Sequence[Unit], target: Unit, *, on: date, by: Any) -> None:
    """From that day the target does what the sources had begun or agreed to.

    Call it after the records were handed over: a record of the target's own needs no co-host row
    of the target.
    """
    with audit.acting("work.handed_over", by=by):
        _hand_over_lectures(sources, target, on=on)
        _hand_over_appointments(sources, target, on=on)
        _hand_over_studios(sources, target)
        _hand_over_partners(sources, target)
        _hand_over_cohosting(sources, target, on=on)
        _hand_over_tasks(sources, target, on=on)


def _hand_over_lectures(sources: Sequence[Unit], target: Unit, *, on: date) -> None:
    """The order goes; the invitation keeps the house in which its room is."""
    lectures_open(sources).update(unit=target)
    given = Lecture.objects.filter(unit__in=sources, state=LectureState.DELIVERED, day__gte=on)
    given.update(unit=target)


def _hand_over_appointments(sources: Sequence[Unit], target: Unit, *, on: date) -> None:
    """The letter holds at the target under its own number; who is there already needs no second.

    A person of a source belongs to the target now, so the appointment does not become 跨校 by it.
    """
    for it in appointments_in_force(sources, on=on).order_by("pk"):
        there = Appointment.objects.filter(mentor=it.mentor_id, unit=target, role=it.role)
        if there.filter(period__overlap=it.period).exists():
            _end(it, on=on)
            continue
        it.unit = target
        if any(it.home_id == source.pk for source in sources):
            it.home = target
        it.save(update_fields=["unit", "home"])


def _hand_over_studios(sources: Sequence[Unit], target: Unit) -> None:
    taken = set(Studio.objects.filter(unit=target).values_list("name", flat=True))
    for studio in studios_open(sources).select_related("unit").order_by("pk"):
        if studio.name in taken:
            studio.name = f"{studio.name[:30]}（原{studio.unit.name}）"[:60]
        taken.add(studio.name)
        studio.unit = target
        studio.save(update_fields=["unit", "name"])


def _hand_over_partners(sources: Sequence[Unit], target: Unit) -> None:
    """One name once: a second entry of it has agreements of its own and stays where it was."""
    taken = set(Partner.objects.filter(unit=target).values_list("name", flat=True))
    for partner in Partner.objects.filter(unit__in=sources).order_by("pk"):
        if partner.name not in taken:
            taken.add(partner.name)
            partner.unit = target
            partner.save(update_fields=["unit"])


def _hand_over_cohosting(sources: Sequence[Unit], target: Unit, *, on: date) -> None:
    """Questions still open, and activities of that day and later; older ones stay as answered."""
    lasting = Q(state=CoHostState.ASKED) | Q(activity__held_on__gte=on)
    for row in CoHost.objects.filter(lasting, unit__in=sources).select_related("activity"):
        others = row.activity.cohosts.filter(unit=target)
        if row.activity.unit_id == target.pk or others.exists():
            row.delete()
            continue
        row.unit = target
        if row.activity.held_on is None or row.activity.held_on >= on:
            row.office = target.office
        row.save(update_fields=["unit", "office"])
    CoHost.objects.filter(unit=target, activity__unit=F("unit")).delete()


def _hand_over_tasks(sources: Sequence[Unit], target: Unit, *, on: date) -> None:
    """Tasks that name a source name the target; of what was told the furthest goes along."""
    for task in named_tasks(sources, on=on):
        task.units.remove(*sources)
        task.units.add(target)
    told = list(told_tasks(sources, on=on).select_related("unit"))
    told.sort(key=lambda work: (FURTHEST_FIRST.index(ToldState(work.told)), work.pk))
    has = set(TaskWork.objects.filter(unit=target).values_list("task_id", flat=True))
    for work in told:
        if work.task_id not in has:
            has.add(work.task_id)
            work.unit = target
            work.save(update_fields=["unit"])


@transaction.atomic
def end_with(unit: Unit, *, on: date, by: Any) -> None:
    """The unit closes and nobody carries on: appointments and its own studios end with it.

    A studio that several schools share goes on, and so does a lecture until whoever dispatches
    has called it off: both are named to the bureau instead.
    """
    with audit.acting("work.ended_with_unit", by=by):
        for it in appointments_in_force([unit], on=on).order_by("pk"):
            _end(it, on=on)
        founded = Q(founded_on=None) | Q(founded_on__lte=on)
        for studio in studios_open([unit]).filter(founded, is_joint=False):
            studios.close(studio, on=on, by=by)


def _end(it: Appointment, *, on: date) -> None:
    """One that had not begun keeps its first day: its number has been given out."""
    last = max(on, it.first_day + timedelta(days=1))
    it.period, it.ended_because = between(it.first_day, last), AppointmentEnd.OTHER
    it.save(update_fields=["period", "ended_because"])
