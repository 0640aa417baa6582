"""Where a unit stands among those like it, as a quarter and never as a place in a list."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import quantiles

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from activities.choices import ActivityState
from committees.choices import SchoolStage, UnitKind
from committees.models import Unit

LEAST_PEERS = 8  # fewer, and a quarter would point at single units
NAMES = ("已通过的活动", "受教育青少年人次")


@dataclass(frozen=True, slots=True)
class Compared:
    """One number of this unit with the quarter and three quarters marks of its likes."""

    name: str
    own: int | float
    quarter: int | float
    middle: int | float
    three_quarters: int | float
    peers: int

    @property
    def word(self) -> str:
        if self.own > self.three_quarters:
            return "比多数同类单位多"
        return "比多数同类单位少" if self.own < self.quarter else "和多数同类单位差不多"


@dataclass(frozen=True, slots=True)
class Spread:
    """How one number lies among the units of a kind: a quarter of them is below each mark."""

    label: str
    units: int
    quarter: int
    middle: int
    three_quarters: int


def compared(unit: Unit, *, year: int, on: date) -> list[Compared]:
    """Accepted records and young people (人次) of the year among the unit's likes.

    Schools are held against open schools of the same stage, kindergartens against kindergartens,
    an office against offices by what one of its schools does on average, so that size does not
    count. One query; nothing among too few.
    """
    if unit.city is None or unit.kind == UnitKind.BUREAU:
        return []
    rows: Mapping[int, tuple[float, float]]
    if unit.is_institution:
        likes = Unit.objects.filter(city=unit.city, kind=unit.kind, stage=unit.stage).open_on(on)
        rows = {pk: (records, youth) for pk, records, youth in _done(likes, year)}
    else:
        rows = _by_office(unit.city, year=year, on=on)
    if unit.pk not in rows or len(rows) < LEAST_PEERS:
        return []
    names = NAMES if unit.is_institution else tuple(f"平均每家{name}" for name in NAMES)
    return [
        _compared(name, rows[unit.pk][at], [row[at] for row in rows.values()])
        for at, name in enumerate(names)
    ]


def spread(root: Unit, *, year: int, on: date) -> list[Spread]:
    """Accepted records of the year of a bureau's or office's schools, by stage, as quarters."""
    if root.is_institution:
        return []
    below = Unit.objects.below(root).institutions().open_on(on)
    by_stage: dict[str, list[int]] = defaultdict(list)
    stages = dict(below.order_by("path").values_list("pk", "stage"))
    for pk, records, _ in _done(below, year):
        by_stage[stages[pk]].append(records)
    labels = [*SchoolStage.choices, ("", "幼儿园和没有填学段的")]
    return [
        Spread(label, len(found), *(round(mark) for mark in quantiles(found, n=4)))
        for stage, label in labels
        if len(found := by_stage.get(stage, [])) >= LEAST_PEERS
    ]


def _done(units: QuerySet[Unit], year: int) -> list[tuple[int, int, int]]:
    """(pk, accepted records, young people) of each unit in the year; one query."""
    done = Q(activities__state=ActivityState.ACCEPTED, activities__held_on__year=year)
    counted = (
        units.order_by("path")
        .values_list("pk")
        .annotate(
            records=Count("activities", filter=done),
            youth=Coalesce(Sum("activities__youth", filter=done), 0),
        )
    )
    return list(counted)


def _by_office(city: Unit, *, year: int, on: date) -> dict[int, tuple[float, float]]:
    """office pk → records and young people a school of it has on average, to one decimal."""
    below = Unit.objects.filter(city=city, office__isnull=False).institutions().open_on(on)
    offices = dict(below.order_by("path").values_list("pk", "office_id"))
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for pk, records, youth in _done(below, year):
        found[offices[pk]].append((records, youth))
    return {
        office: (
            round(sum(records for records, _ in rows) / len(rows), 1),
            round(sum(youth for _, youth in rows) / len(rows), 1),
        )
        for office, rows in found.items()
    }


def _compared(name: str, own: float, all_of_them: Sequence[float]) -> Compared:
    whole = all(isinstance(each, int) for each in all_of_them)
    quarter, middle, three = (
        round(mark) if whole else round(mark, 1) for mark in quantiles(all_of_them, n=4)
    )
    return Compared(name, own, quarter, middle, three, len(all_of_them))
