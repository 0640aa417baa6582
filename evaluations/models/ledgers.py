"""台账 of a unit and year, and the closing of a year that seals what it is made from."""

from __future__ import annotations

from typing import Self

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from committees.models import Unit, User
from committees.models.scoping import ScopedQuerySet
from committees.policy import Can
from evaluations.choices import YearState
from portal.kernel.fields import choices_are_known
from portal.kernel.models import Job, StoredFile


class YearCloseQuerySet(ScopedQuerySet["YearClose"]):
    unit_path = "city__path"
    view_power = Can.LEDGER_VIEW

    def holding(self) -> Self:
        """Closings that keep their year shut today."""
        return self.exclude(state=YearState.REOPENED)


@pghistory.track()
class YearClose(models.Model):
    """One closing of one city's work year.

    From SEALING on, triggers refuse every change of the year's records, credits and evidence
    (evaluations/migrations/0002_seals.py); the archives are made after that, so that none of them
    is older than the seal. `open_at_close` is what was unfinished, as the bureau saw and accepted.
    """

    city = models.ForeignKey(Unit, models.PROTECT, related_name="year_closes")
    year = models.PositiveSmallIntegerField("年度")
    state = models.CharField(max_length=8, choices=YearState.choices, default=YearState.SEALING)
    open_at_close = models.JSONField(default=dict)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(default=timezone.now)
    sealed_at = models.DateTimeField(null=True)
    reopened_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reopened_at = models.DateTimeField(null=True)
    reopen_reason = models.CharField("为什么重新打开", max_length=200, blank=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")

    objects = YearCloseQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "-pk"]
        constraints = [
            choices_are_known("year_state_is_known", "state", YearState),
            models.UniqueConstraint(
                fields=["year", "city"],
                condition=~Q(state="reopened"),
                name="year_closed_once",
                violation_error_message="这一年已经结转了",
            ),
            models.CheckConstraint(
                condition=~Q(state="sealed") | Q(sealed_at__isnull=False),
                name="sealed_year_has_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="reopened")
                | Q(reopened_at__isnull=False) & ~Q(reopen_reason=""),
                name="reopened_year_says_when_and_why",
            ),
        ]
        triggers = [pgtrigger.Protect(name="closing_stays", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.year}年度结转"

    @property
    def unit(self) -> Unit:
        return self.city


class LedgerQuerySet(ScopedQuerySet["Ledger"]):
    view_power = Can.LEDGER_VIEW


class Ledger(models.Model):
    """One made 台账: the index as PDF, the files as ZIP. With a `close` it is the sealed one.

    A unit and year has one working copy, made anew as often as wanted, and one for each closing.
    `counts` holds how many things lie in each box, in the order of the boxes.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="ledgers")
    year = models.PositiveSmallIntegerField("年度")
    close = models.ForeignKey(YearClose, models.PROTECT, null=True, related_name="ledgers")
    pdf = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    archive = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    counts = ArrayField(models.PositiveIntegerField())
    file_count = models.PositiveIntegerField()
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = LedgerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "year", "close"],
                name="ledger_once_a_closing",
                nulls_distinct=False,
            )
        ]
        indexes = [models.Index(fields=["year", "unit"], name="ledger_of_year")]
        triggers = [
            pgtrigger.Protect(
                name="sealed_ledger_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__close__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit}{self.year}年台账"

    @property
    def stem(self) -> str:
        return f"{self.unit.name}{self.year}年关工委台账"
