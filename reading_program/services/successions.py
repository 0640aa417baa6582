"""The reading programme of units that another carries on for, that move, or that close.

In every edition still running: the plan, the works whose results are not public yet, tables of bulk
entry, judges' schools, and the places (services/carried_places.py). What was published and
certified stays with the unit it was given to.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet

from committees.models import Unit
from portal.kernel import audit
from reading_program.choices import EntryState, PlanState
from reading_program.models import Edition, Entry, EntryBatch, ImplementationPlan, Judge
from reading_program.models.results import TOLD
from reading_program.services import carried_places as places

FURTHEST_FIRST = [PlanState.ACCEPTED, PlanState.SUBMITTED, PlanState.RETURNED, PlanState.DRAFT]
OVER = [EntryState.WITHDRAWN, EntryState.DECLINED]


def running(unit: Unit, *, on: date) -> QuerySet[Edition]:
    return Edition.objects.filter(city=unit.city_id, ends_on__gte=on).order_by("pk")


def under_way(units: Iterable[Unit], *, on: date) -> QuerySet[Entry]:
    """Works of editions still running whose result is not public yet."""
    mine = Entry.objects.filter(unit__in=list(units), edition__ends_on__gte=on)
    return mine.exclude(state__in=OVER).exclude(result__list__state__in=TOLD)


@transaction.atomic
def hand_over(sources: Sequence[Unit], target: Unit, *, on: date, by: Any) -> None:
    """Everything under way goes to the target, numbers and marks kept."""
    for edition in running(target, on=on):
        _hand_over_plan(edition, sources, target, by=by)
        with places.moving(), audit.acting("entry.handed_over", by=by):
            for source in sources:
                mine = under_way([source], on=on).filter(edition=edition)
                here = list(mine.select_for_update(of=("self",)).order_by("track", "rank", "pk"))
                places.carry(edition, source, target, going=here)
                _hand_over_entries(edition, here, target)
            EntryBatch.objects.filter(edition=edition, unit__in=sources).update(unit=target)
        _hand_over_judges(edition, sources, target, by=by)


def _hand_over_plan(edition: Edition, sources: Sequence[Unit], target: Unit, *, by: Any) -> None:
    """The plan that has come furthest; a target with one of its own keeps that."""
    if ImplementationPlan.objects.filter(edition=edition, unit=target).exists():
        return
    plans = list(ImplementationPlan.objects.filter(edition=edition, unit__in=sources))
    plans.sort(key=lambda plan: (FURTHEST_FIRST.index(PlanState(plan.state)), plan.pk))
    if plans:
        with audit.acting("reading_plan.handed_over", by=by):
            ImplementationPlan.objects.filter(pk=plans[0].pk).update(unit=target)


def _hand_over_entries(edition: Edition, here: Sequence[Entry], target: Unit) -> None:
    """Ranked behind the target's own; two of one name and class are both kept, and said."""
    own = Entry.objects.filter(edition=edition, unit=target).exclude(state=EntryState.WITHDRAWN)
    ranks = dict(own.order_by().values_list("track").annotate(Max("rank")))
    taken = {_person(each) for each in own.filter(is_sole=True)}
    for entry in here:
        rank = entry.rank and entry.rank + (ranks.get(entry.track_id) or 0)
        Entry.objects.filter(pk=entry.pk).update(
            unit=target,
            office=target.office,
            rank=rank,
            is_sole=entry.is_sole and _person(entry) not in taken,
        )


def _person(entry: Entry) -> tuple[Any, ...]:
    """What tells one person (or class) from another in a track of one school."""
    return entry.track_id, entry.grade, entry.class_name, entry.nominee_name


def _hand_over_judges(edition: Edition, sources: Sequence[Unit], target: Unit, *, by: Any) -> None:
    """A judge keeps away from the works of the old school wherever they stand now."""
    with audit.acting("judge.school_followed", by=by):
        for judge in Judge.objects.filter(edition=edition, former_schools__in=sources).distinct():
            judge.former_schools.add(target)
        Judge.objects.filter(edition=edition, school__in=sources).update(school=target)


@transaction.atomic
def follow_move(unit: Unit, *, before: Unit | None, on: date, by: Any) -> None:
    """The unit's works under way are the new office's to look at, and its places go along."""
    if unit.office_id == (before.pk if before else None):
        return
    for edition in running(unit, on=on):
        with places.moving(), audit.acting("entry.handed_over", by=by):
            here = list(under_way([unit], on=on).filter(edition=edition).order_by("pk"))
            places.follow(edition, unit, before=before, going=here)
            _stand_under(here, unit)


@transaction.atomic
def stand_again(unit: Unit, *, on: date, by: Any) -> None:
    """After a move was taken back: works written since stand where their unit stands."""
    with places.moving(), audit.acting("entry.handed_over", by=by):
        _stand_under(list(under_way([unit], on=on)), unit)


def _stand_under(here: Iterable[Entry], unit: Unit) -> None:
    Entry.objects.filter(pk__in=[each.pk for each in here]).exclude(
        office__isnull=unit.office is None, office=unit.office
    ).update(office=unit.office)


@transaction.atomic
def end_with(unit: Unit, *, on: date, by: Any) -> None:
    """A unit that closes hands back the places it has not used; its works stay."""
    for edition in running(unit, on=on):
        places.hand_back_unused(edition, unit, by=by)
