"""更正: what an accepted record said wrongly, what is right, why, and who agreed."""

from __future__ import annotations

from typing import Any, Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from activities.choices import CorrectionState
from activities.models.activities import Activity
from committees.models import User
from committees.models.scoping import ScopedQuerySet, grants_of
from committees.policy import ROLE_POWERS, Can
from portal.kernel.fields import choices_are_known


class CorrectionQuerySet(ScopedQuerySet["Correction"]):
    view_power = Can.ACTIVITY_VIEW
    unit_path = "activity__unit__path"

    def agreed(self) -> Self:
        return self.filter(state=CorrectionState.AGREED)

    def waiting(self) -> Self:
        return self.filter(state=CorrectionState.ASKED)

    def waiting_for(self, user: Any) -> Self:
        """Those the user's own offices answer, by whom the record was handed to."""
        units = [
            unit_id
            for role, _, unit_id in grants_of(user)
            if Can.ACTIVITY_REVIEW in ROLE_POWERS[role]
        ]
        return self.waiting().filter(activity__receiver__in=units)


class Correction(models.Model):
    """One fact of one accepted record. `old` and `new` as people read them, the values beside.

    The record's own column holds what is true now, so every figure counts that; what stood there
    before stands here for good (ADR 8).
    """

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="corrections")
    field = models.CharField(max_length=40)
    label = models.CharField(max_length=40)
    old = models.TextField(blank=True)
    new = models.TextField(blank=True)
    old_value = models.JSONField(null=True)
    new_value = models.JSONField(null=True)
    reason = models.CharField("为什么要更正", max_length=200)
    state = models.CharField(
        max_length=8, choices=CorrectionState.choices, default=CorrectionState.ASKED
    )
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField("答复", max_length=200, blank=True)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            choices_are_known("correction_state_is_known", "state", CorrectionState),
            models.UniqueConstraint(
                fields=["activity", "field"],
                condition=Q(state="asked"),
                name="one_open_correction_a_field",
                violation_error_message="这一项已经有一条更正在等上级同意，等它有了答复再提",
            ),
            models.CheckConstraint(
                condition=Q(state="asked", answered_at__isnull=True)
                | ~Q(state="asked") & Q(answered_at__isnull=False),
                name="answered_correction_has_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(old_value=F("new_value")), name="correction_changes_something"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="correction_says_why"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="answered_stands",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=~pgtrigger.Q(old__state="asked"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.label}：{self.old or '没有填'} → {self.new or '没有填'}"
