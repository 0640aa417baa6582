"""实施方案: every office and school says how it will run the programme."""

from __future__ import annotations

from typing import Any, Self

import pghistory
from django.db import models
from django.db.models import Q
from django.utils import timezone

from committees.models import Unit, User
from committees.models.scoping import ScopedQuerySet, scope_q, written_q
from committees.policy import Can
from portal.kernel.fields import choices_are_known
from portal.kernel.models import StoredFile
from reading_program.choices import PlanState
from reading_program.models.editions import Edition


class PlanQuerySet(ScopedQuerySet["ImplementationPlan"]):
    def visible_to(self, user: Any) -> Self:
        """Own and lower units' plans, and what one handed in before a 换人.

        A draft is seen only where it may be written.
        """
        seen = scope_q(user, Can.UNIT_VIEW, "unit__path") & ~Q(state=PlanState.DRAFT)
        written = scope_q(user, Can.READING_SUBMIT, "unit__path")
        in_reach = (seen | written) & Q(edition__in=Edition.objects.visible_to(user))
        handed_in = written_q(user, Can.UNIT_VIEW, "submitted_by") & ~Q(state=PlanState.DRAFT)
        return self.filter(in_reach | handed_in)


@pghistory.track(exclude=["version"])
class ImplementationPlan(models.Model):
    """One unit's plan for one edition: typed here, or a Word or PDF file."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="plans")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="reading_plans")
    text = models.TextField("方案", blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    file_name = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=PlanState.choices, default=PlanState.DRAFT)
    submitted_at = models.DateTimeField(null=True, editable=False)
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, editable=False)
    reviewed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    return_reason = models.TextField(blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = PlanQuerySet.as_manager()

    class Meta:
        constraints = [
            choices_are_known("reading_plan_state_is_known", "state", PlanState),
            models.UniqueConstraint(fields=["edition", "unit"], name="one_plan_a_unit"),
            models.CheckConstraint(
                condition=Q(state="draft")
                | (Q(submitted_at__isnull=False) & (~Q(text="") | Q(file__isnull=False))),
                name="plan_past_draft_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["accepted", "returned"]) | Q(reviewed_at__isnull=False),
                name="reviewed_plan_has_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(return_reason=""),
                name="returned_plan_says_why",
            ),
            models.CheckConstraint(
                condition=Q(file__isnull=True) | ~Q(file_name=""), name="plan_file_has_a_name"
            ),
        ]
        indexes = [models.Index(fields=["edition", "state"], name="reading_plan_state")]

    def __str__(self) -> str:
        return f"{self.unit}实施方案"
