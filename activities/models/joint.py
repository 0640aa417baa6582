"""共办: other units that held an activity together with the one that wrote it down."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import pghistory
from django.db import models
from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from activities.choices import CoHostState
from activities.models.activities import Activity
from committees.models import Unit, User
from portal.kernel.fields import choices_are_known


@pghistory.track()
class CoHost(models.Model):
    """One co-hosting unit of one record; it counts for that unit once it has confirmed.

    `office` is where the unit stood on the day of the activity, as `Activity.office` is.
    """

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="cohosts")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="cohosted")
    office = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", editable=False)
    state = models.CharField(max_length=10, choices=CoHostState.choices, default=CoHostState.ASKED)
    reason = models.CharField("为什么没有共办", max_length=200, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    added_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            choices_are_known("cohost_state_is_known", "state", CoHostState),
            models.UniqueConstraint(
                fields=["activity", "unit"],
                name="cohost_once_a_record",
                violation_error_message="这个单位已经在共办单位里了",
            ),
            models.CheckConstraint(
                condition=Q(state="asked") | Q(answered_at__isnull=False),
                name="answered_cohost_has_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(reason=""),
                name="declined_cohost_says_why",
            ),
        ]
        indexes = [models.Index(fields=["unit", "activity"], name="cohost_of_unit")]

    def __str__(self) -> str:
        return f"{self.unit}（{self.get_state_display()}）"


# --- what was done by one unit and what together ------------------------------------------------


@dataclass(frozen=True, slots=True)
class Work:
    """So many records, with so many people (人次) and young people (青少年人次) in them."""

    records: int = 0
    people: int = 0
    youth: int = 0

    def __add__(self, other: Work) -> Work:
        return Work(
            self.records + other.records, self.people + other.people, self.youth + other.youth
        )


@dataclass(frozen=True, slots=True)
class UnitWork:
    """One unit's share: `own` are its records, `shared` those of others it confirmed (共办).

    Only `own` adds up to the total; `shared` shows the same people a second time.
    """

    unit: Unit
    own: Work
    shared: Work


def total_work(records: QuerySet[Activity]) -> Work:
    """The sum over distinct records, whoever held them; a record with three hosts is one."""
    own = _grouped(Activity.objects.filter(pk__in=records.order_by().values("pk")), "city", "")
    return sum(own.values(), Work())


def work_by_unit(records: QuerySet[Activity]) -> list[UnitWork]:
    """Each unit that wrote or confirmed one of these records, in tree order; three queries."""
    pks = records.order_by().values("pk")
    own = _grouped(Activity.objects.filter(pk__in=pks), "unit", "")
    confirmed = CoHost.objects.filter(activity__in=pks, state=CoHostState.CONFIRMED)
    shared = _grouped(confirmed, "unit", "activity__")
    units = Unit.objects.filter(pk__in={*own, *shared}).select_related("office").order_by("path")
    return [UnitWork(unit, own[unit.pk], shared[unit.pk]) for unit in units]


def _grouped(rows: QuerySet[Any], by: str, prefix: str) -> dict[int, Work]:
    counted = (
        rows.order_by()
        .values_list(by)
        .annotate(Count("pk"), Sum(f"{prefix}attendance"), Sum(f"{prefix}youth"))
    )
    found: dict[int, Work] = defaultdict(Work)
    for key, records, people, youth in counted:
        found[key] = Work(records, people or 0, youth or 0)
    return found
