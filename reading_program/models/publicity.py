"""公示: what was shown to everybody, frozen as it was shown, and the objections raised to it.

The rows hold masked names only. Who objects is known to the bureau alone and kept out of history.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Self

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from committees.models import Unit, User
from committees.models.scoping import scope_q
from committees.policy import Can
from portal.kernel.fields import choices_are_known
from reading_program.choices import ObjectionState, PublicityState
from reading_program.models.editions import Edition


class PublicityQuerySet(models.QuerySet["Publicity"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(scope_q(user, Can.READING_EDIT, "edition__city__path"))

    def shown(self, *, on: date) -> Self:
        """Lists the public may read today; they withdraw themselves when their days are over."""
        return self.filter(starts_on__lte=on, ends_on__gte=on, state=PublicityState.OPEN)


@pghistory.track()
class Publicity(models.Model):
    """One publication of results, for so many working days."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="publicities")
    starts_on = models.DateField("从")
    ends_on = models.DateField("到")
    working_days = models.PositiveSmallIntegerField("几个工作日", default=5)
    # [{"ref": "result:12", "section": 读书征文小学高段, "level": 一等奖, "name": 张*, "school": …,
    #   "title": …}, …] as shown; what is revoked later is left out when it is shown.
    rows = models.JSONField(default=list)
    state = models.CharField(
        max_length=10, choices=PublicityState.choices, default=PublicityState.OPEN
    )
    published_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(default=timezone.now, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)

    objects = PublicityQuerySet.as_manager()

    class Meta:
        constraints = [
            choices_are_known("publicity_state_is_known", "state", PublicityState),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="publicity_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(state="open") | Q(ended_at__isnull=False),
                name="ended_publicity_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition}获奖名单"

    @property
    def unit(self) -> Unit:
        return self.edition.city

    def is_shown(self, *, on: date) -> bool:
        return self.state == PublicityState.OPEN and self.starts_on <= on <= self.ends_on


class ReportedQuerySet(models.QuerySet["Objection"]):
    def visible_to(self, user: Any) -> Self:
        """The bureau alone: who objects is told to nobody else."""
        return self.filter(scope_q(user, Can.READING_EDIT, "publicity__edition__city__path"))

    def waiting(self) -> Self:
        return self.filter(state=ObjectionState.RECEIVED)


@pghistory.track(exclude=["name", "organisation", "phone", "facts"])
class Objection(models.Model):
    """A signed objection (实名异议) to one row of a published list."""

    publicity = models.ForeignKey(Publicity, models.PROTECT, related_name="objections")
    ref = models.CharField(max_length=30)  # which row, as Publicity.rows names it
    about = models.CharField("对哪一项", max_length=200)
    name = models.CharField("姓名", max_length=20)
    organisation = models.CharField("单位", max_length=60)
    phone = models.CharField("电话", max_length=20)
    facts = models.TextField("事实和依据")
    state = models.CharField(
        max_length=10, choices=ObjectionState.choices, default=ObjectionState.RECEIVED
    )
    received_at = models.DateTimeField(default=timezone.now, editable=False)
    handled_at = models.DateTimeField(null=True, editable=False)
    handled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    outcome = models.TextField("处理意见", blank=True)

    objects = ReportedQuerySet.as_manager()

    class Meta:
        ordering = ["received_at", "pk"]
        constraints = [
            choices_are_known("objection_state_is_known", "state", ObjectionState),
            models.CheckConstraint(
                condition=Q(state="received") | (Q(handled_at__isnull=False) & ~Q(outcome="")),
                name="handled_objection_says_how",
            ),
        ]

    def __str__(self) -> str:
        return self.about

    @property
    def unit(self) -> Unit:
        return self.publicity.edition.city
