"""What is said against a result while it is shown to everybody, and what came of it."""

from __future__ import annotations

from typing import Any

import pghistory
from django.db import models
from django.db.models import Q
from django.utils import timezone

from committees.models import User
from committees.models.scoping import ScopedQuerySet, written_q
from committees.policy import Can
from evaluations.choices import ObjectionState
from evaluations.models.campaigns import Appraisal
from portal.kernel.fields import choices_are_known


class ObjectionQuerySet(ScopedQuerySet["Objection"]):
    unit_path = "appraisal__unit__path"
    view_power = Can.FIVE_GOOD_VIEW

    def visible_to(self, user: Any) -> ObjectionQuerySet:
        """The unit it is about and those above it; who objected reads their own."""
        seen = self.reachable_by(user, Can.FIVE_GOOD_VIEW)
        return seen | self.filter(written_q(user, Can.FIVE_GOOD_VIEW, "noted_by"))


@pghistory.track()
class Objection(models.Model):
    """异议: about one unit's result, by name; answered in words either way."""

    appraisal = models.ForeignKey(Appraisal, models.PROTECT, related_name="objections")
    told_by = models.CharField("谁提的", max_length=60)
    words = models.TextField("异议内容")
    state = models.CharField(
        max_length=9, choices=ObjectionState.choices, default=ObjectionState.WAITING
    )
    answer = models.TextField("核实结果", blank=True)
    noted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    noted_at = models.DateTimeField(default=timezone.now)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        ordering = ["noted_at", "pk"]
        constraints = [
            choices_are_known("five_good_objection_is_known", "state", ObjectionState),
            models.CheckConstraint(
                condition=Q(state="waiting", answered_at=None)
                | ~Q(state="waiting") & ~Q(answer="") & Q(answered_at__isnull=False),
                name="closed_objection_is_answered",
            ),
        ]

    def __str__(self) -> str:
        return f"对{self.appraisal.unit.name}的异议"

    @property
    def unit(self) -> Any:
        return self.appraisal.unit
