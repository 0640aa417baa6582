"""Where a unit stands among those like it, as a quarter and never as a place in a list."""

from dataclasses import dataclass
from datetime import date
from statistics import quantiles

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce

from activities.choices import ActivityState
from committees.models import Unit

LEAST_PEERS = 8  # fewer, and a quarter would point at single units


@dataclass(frozen=True, slots=True)
class Compared:
    """One number of this unit with the quarter and three quarters marks of its likes."""

    name: str
    own: int
    quarter: int
    middle: int
    three_quarters: int
    peers: int

    @property
    def word(self) -> str:
        if self.own > self.three_quarters:
            return "比多数同类单位多"
        return "比多数同类单位少" if self.own < self.quarter else "和多数同类单位差不多"


def compared(unit: Unit, *, year: int, on: date) -> list[Compared]:
    """Accepted records and young people (人次) of the year among open schools of the same stage.

    Kindergartens are held against kindergartens. One query; nothing among too few.
    """
    if unit.city is None or not unit.is_institution:
        return []
    done = Q(activities__state=ActivityState.ACCEPTED, activities__held_on__year=year)
    likes = Unit.objects.filter(city=unit.city, kind=unit.kind, stage=unit.stage).open_on(on)
    rows = list(
        likes.order_by("path").values_list("pk").annotate(
            records=Count("activities", filter=done),
            youth=Coalesce(Sum("activities__youth", filter=done), 0),
        )
    )  # fmt: skip
    own = next((row for row in rows if row[0] == unit.pk), None)
    if own is None or len(rows) < LEAST_PEERS:
        return []
    return [
        _compared(name, own[at], [row[at] for row in rows])
        for at, name in ((1, "已通过的活动"), (2, "受教育青少年人次"))
    ]


def _compared(name: str, own: int, all_of_them: list[int]) -> Compared:
    quarter, middle, three = (round(mark) for mark in quantiles(all_of_them, n=4))
    return Compared(name, own, quarter, middle, three, len(all_of_them))
