"""What became of units: each change as it was carried out, and who carries on for whom."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

import pghistory
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from committees.choices import UnitChangeKind
from committees.models.people import User
from committees.models.scoping import ScopedQuerySet
from committees.models.units import Unit
from committees.policy import Can
from portal.kernel.fields import choices_are_known
from portal.kernel.ranges import no_overlap


class UnitChangeQuerySet(ScopedQuerySet["UnitChange"]):
    unit_path = "city__path"
    view_power = Can.UNIT_EDIT

    def standing(self) -> Self:
        """Those that have not been undone."""
        return self.filter(undone_at=None)


class UnitChange(models.Model):
    """A move, merger, split, closing or reopening, with every row it wrote.

    `entries` is the journal of portal.kernel.journal in the order in which taking it back works;
    `effects` are the sentences the bureau read before it said yes.
    """

    city = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=UnitChangeKind.choices)
    units = models.ManyToManyField(Unit, related_name="changes")
    happened_on = models.DateField("从哪天起")
    summary = models.CharField(max_length=300)
    note = models.CharField("原因或文号", max_length=200, blank=True)
    effects = models.JSONField(default=list)
    entries = models.JSONField(default=list)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(default=timezone.now)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    objects = UnitChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-done_at", "-pk"]
        constraints = [choices_are_known("unit_change_kind_is_known", "kind", UnitChangeKind)]

    def __str__(self) -> str:
        return self.summary

    @property
    def unit(self) -> Unit:
        """Where it happened, as the audit trail asks of everything."""
        return self.city


class UnitSuccessionQuerySet(models.QuerySet["UnitSuccession"]):
    def in_force(self, day: date) -> Self:
        return self.filter(period__contains=day)

    def heir_of(self, unit: Unit, *, year: int) -> Unit:
        """Whose duties of that year this unit's work counts for: its own, or its heir's.

        What holds on the last day of the year holds for the year. An heir that was itself merged
        hands on further; the chain ends, for whoever hands over is closed and the last one is open.
        """
        handed = self.in_force(date(year, 12, 31)).filter(carries_duties=True)
        while following := handed.filter(predecessor=unit).select_related("successor").first():
            unit = following.successor
        return unit


@pghistory.track()
class UnitSuccession(models.Model):
    """From that day `successor` stands where `predecessor` stood.

    Where `carries_duties`, what the predecessor did counts for the successor, in the years whose
    last day lies in the period. One unit hands its duties to one other only, so nothing is
    counted twice; a unit that merely parted with some of its pupils hands over nothing.
    """

    predecessor = models.ForeignKey(Unit, models.PROTECT, related_name="successions")
    successor = models.ForeignKey(Unit, models.PROTECT, related_name="precessions")
    period = DateRangeField()
    carries_duties = models.BooleanField(default=True)

    objects = UnitSuccessionQuerySet.as_manager()

    class Meta:
        constraints = [
            no_overlap(
                "one_heir_at_a_time",
                "predecessor",
                condition=Q(carries_duties=True),
                message="这个单位的工作同一时间只能由一家单位承接",
            ),
            models.CheckConstraint(
                condition=~Q(predecessor=models.F("successor")), name="no_unit_succeeds_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"


class CoverageThreshold(models.Model):
    """From how many children on a city wants a kindergarten to have a 关工委 of its own."""

    city = models.OneToOneField(Unit, models.CASCADE, related_name="coverage_threshold")
    kindergarten_children = models.PositiveIntegerField("在园幼儿", default=180)

    def __str__(self) -> str:
        return f"{self.city}：{self.kindergarten_children}"


def kindergarten_threshold(city: Any) -> int:
    """The number of a bureau, given whole or by key, or the usual 180: six classes of thirty."""
    own = CoverageThreshold.objects.filter(city=city).first()
    return own.kindergarten_children if own else 180
