"""Meetings that come round: each month, each quarter, each half year; the next one is proposed."""

from __future__ import annotations

import calendar
from datetime import date
from typing import Any, Self

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from activities.choices import Rhythm
from activities.models.activities import Activity
from activities.models.kinds import ActivityKind
from committees.models import Unit, User
from committees.models.scoping import ScopedQuerySet
from committees.policy import Can
from portal.kernel.fields import choices_are_known

MONTHS = {Rhythm.MONTHLY: 1, Rhythm.QUARTERLY: 3, Rhythm.TERMLY: 6}


class MeetingSeriesQuerySet(ScopedQuerySet["Series"]):
    view_power = Can.ACTIVITY_VIEW

    def running(self) -> Self:
        return self.filter(ended_on__isnull=True)

    def editable_by(self, user: Any) -> Self:
        return self.reachable_by(user, Can.ACTIVITY_LOG)


@pghistory.track()
class Series(models.Model):
    """例会: a unit's meeting of one kind, on about the same day of its month, at the same place."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="series", verbose_name="单位")
    name = models.CharField("名称", max_length=60)
    kind = models.ForeignKey(ActivityKind, models.PROTECT, related_name="+", verbose_name="类型")
    rhythm = models.CharField("多久一次", max_length=10, choices=Rhythm.choices)
    starts_on = models.DateField("第一次在哪天")
    place = models.CharField("地点", max_length=80, blank=True)
    chair = models.CharField("主持人", max_length=60, blank=True)
    agenda = models.TextField("每次的议程", max_length=2000, blank=True)
    ended_on = models.DateField("从哪天起不再开", null=True, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = MeetingSeriesQuerySet.as_manager()

    class Meta:
        ordering = ["unit__path", "name"]
        constraints = [
            choices_are_known("series_rhythm_is_known", "rhythm", Rhythm),
            models.UniqueConstraint(
                fields=["unit", "name"],
                condition=Q(ended_on__isnull=True),
                name="running_series_name_once_a_unit",
                violation_error_message="这个单位已经有同名的例会，换个名称，或者改那一个",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("starts_on")),
                name="series_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def turn(self, number: int) -> date:
        """The day of the n-th meeting from 0; the 31st is the last day of a shorter month."""
        months = self.starts_on.month - 1 + number * MONTHS[Rhythm(self.rhythm)]
        year, month = self.starts_on.year + months // 12, months % 12 + 1
        last = calendar.monthrange(year, month)[1]
        return date(year, month, min(self.starts_on.day, last))

    def first_after(self, day: date | None) -> date:
        """The first turn later than the day; the very first one where none was dealt with."""
        number = 0
        while day is not None and self.turn(number) <= day:
            number += 1
        return self.turn(number)


class SeriesMeeting(models.Model):
    """One turn of a series: the record it became, or why it was not held."""

    series = models.ForeignKey(Series, models.CASCADE, related_name="meetings")
    planned_on = models.DateField()
    activity = models.OneToOneField(
        Activity, models.CASCADE, null=True, related_name="series_meeting"
    )
    skipped_because = models.CharField("这次为什么不开", max_length=100, blank=True)
    added_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-planned_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "planned_on"],
                name="series_turn_once",
                violation_error_message="这一次刚刚已经有人记了，刷新页面看看",
            ),
            models.CheckConstraint(
                condition=Q(activity__isnull=False, skipped_because="")
                | Q(activity__isnull=True) & ~Q(skipped_because=""),
                name="series_turn_held_or_skipped",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.planned_on}"
