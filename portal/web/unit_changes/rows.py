"""The rows a change of units may touch, pictured before and after it."""

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Q, QuerySet

from activities.models import (
    Activity,
    Appointment,
    CoHost,
    Credit,
    Lecture,
    ObligationRelief,
    Partner,
    PlanTask,
    Studio,
    StudioMember,
    TaskWork,
)
from committees.choices import UnitKind
from committees.models import (
    Committee,
    CommitteeService,
    FiveHavesCheck,
    Person,
    Post,
    RoleGrant,
    Unit,
    UnitMembership,
    UnitPeriod,
    UnitSuccession,
)
from portal.kernel.journal import Entry, Picture, picture
from portal.web.models import DataAnswer
from reading_program.models import Entry as ReadingEntry
from reading_program.models import EntryBatch, ImplementationPlan, Judge, Quota

# Deleted last when a change is taken back, for everything else points at them.
ROOTS = {"committees.Unit", "committees.Committee"}
UNIT_COLUMNS = ["path", "office", "name", "code", "stage"]


def served_by(of: Iterable[Unit]) -> list[int]:
    """The units that the committees of these cover, before anything happens; and their heirs."""
    units = list(of)
    heirs = UnitSuccession.objects.filter(predecessor__in=units).values("successor")
    hosted = CommitteeService.objects.filter(Q(committee__host__in=units) | Q(unit__in=heirs))
    return list(hosted.values_list("unit_id", flat=True).distinct())


def rows_of(touched: list[Unit], served: list[int]) -> Picture:
    ids = [unit.pk for unit in touched]
    near = {*ids, *served}
    here = Q(unit__in=ids)
    keepers = Q(host__in=ids) | Q(services__unit__in=near)
    return picture(
        [
            (Unit.objects.filter(pk__in=ids), UNIT_COLUMNS),
            (Committee.objects.filter(keepers).distinct(), []),
            (UnitPeriod.objects.filter(here), []),
            (UnitMembership.objects.filter(here), []),
            (
                CommitteeService.objects.filter(Q(unit__in=near) | Q(committee__host__in=ids)),
                [],
            ),
            (Post.objects.filter(committee__host__in=ids), []),
            (RoleGrant.objects.filter(here), []),
            (Person.objects.filter(here), ["unit"]),
            (
                UnitSuccession.objects.filter(Q(predecessor__in=ids) | Q(successor__in=ids)),
                [],
            ),
            (Activity.objects.filter(here), ["unit", "office", "receiver"]),
            (Credit.objects.filter(Q(activity__unit__in=ids) | here), []),
            *_work_of(ids),
            *_reading_of(ids, touched[0].city_id),
        ]
    )


def in_undoing_order(entries: list[Entry]) -> list[Entry]:
    """Taken back from the end: made links go, changes and removals are put right, roots go."""
    roots = [entry for entry in entries if entry.get("made") in ROOTS]
    links = [entry for entry in entries if "made" in entry and entry not in roots]
    changed = [entry for entry in entries if "changed" in entry]
    removed = [entry for entry in entries if "removed" in entry]
    return [*roots, *removed, *changed, *links]


def _work_of(ids: list[int]) -> list[tuple[QuerySet[Any], Collection[str]]]:
    """Work in hand. Rows that may be taken away are pictured whole, to be put back whole."""
    here = Q(unit__in=ids)
    return [
        (Lecture.objects.filter(here), ["unit"]),
        (Appointment.objects.filter(here), ["unit", "home", "period", "ended_because"]),
        (Studio.objects.filter(here), ["unit", "name", "closed_on"]),
        (StudioMember.objects.filter(studio__unit__in=ids), ["period"]),
        (Partner.objects.filter(here), ["unit"]),
        (CoHost.objects.filter(here), []),
        (PlanTask.units.through.objects.filter(here), []),
        (TaskWork.objects.filter(here), ["unit"]),
        (FiveHavesCheck.objects.filter(here), ["unit"]),
        (DataAnswer.objects.filter(here), []),
        (ObligationRelief.objects.filter(here), []),
    ]


def _reading_of(ids: list[int], city: int | None) -> list[tuple[QuerySet[Any], Collection[str]]]:
    """The reading programme; of places also what any office of the city has to give."""
    here = Q(unit__in=ids)
    offices = Q(unit__city=city, unit__kind=UnitKind.OFFICE)
    judges = Judge.former_schools.through.objects
    return [
        (ImplementationPlan.objects.filter(here), ["unit"]),
        (Quota.objects.filter(here | offices), []),
        (ReadingEntry.objects.filter(here), ["unit", "office", "rank", "is_sole"]),
        (EntryBatch.objects.filter(here), ["unit"]),
        (Judge.objects.filter(school__in=ids), ["school"]),
        (judges.filter(here), []),
    ]
