"""议定事项: what a meeting decided, who sees to it by when, what the next meeting heard of it."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from activities.choices import ActivityState, DecisionState
from activities.models.activities import Activity
from committees.models import Unit, User
from committees.models.scoping import ScopedQuerySet
from committees.policy import Can
from portal.kernel.fields import choices_are_known


class DecisionQuerySet(ScopedQuerySet["Decision"]):
    view_power = Can.ACTIVITY_VIEW

    def editable_by(self, user: Any) -> Self:
        return self.reachable_by(user, Can.ACTIVITY_LOG)

    def in_force(self) -> Self:
        """Of records that were handed in and not voided."""
        return self.filter(activity__state__in=[ActivityState.SUBMITTED, ActivityState.ACCEPTED])

    def open(self) -> Self:
        return self.in_force().filter(state=DecisionState.OPEN)

    def before(self, meeting: Activity) -> Self:
        """Unfinished ones of the same unit's earlier meetings: what this one hears about."""
        earlier = self.open().filter(unit=meeting.unit_id).exclude(activity=meeting.pk)
        if meeting.held_on is not None:
            earlier = earlier.filter(activity__held_on__lte=meeting.held_on)
        return earlier

    def by_urgency(self) -> Self:
        return self.order_by(F("due_on").asc(nulls_last=True), "activity__held_on", "position")


@pghistory.track(exclude=["version"])
class Decision(models.Model):
    """One thing decided at a meeting; it comes up at the next until it is done or dropped."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="tracked")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="decisions")
    position = models.PositiveSmallIntegerField(default=0)
    text = models.CharField("定了什么", max_length=300)
    who = models.CharField("谁来办", max_length=60, blank=True)
    due_on = models.DateField("哪天以前办完", null=True, blank=True)
    state = models.CharField(
        max_length=8, choices=DecisionState.choices, default=DecisionState.OPEN
    )
    closed_at = models.DateTimeField(null=True, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["activity", "position", "pk"]
        constraints = [
            choices_are_known("decision_state_is_known", "state", DecisionState),
            models.UniqueConstraint(
                fields=["activity", "text"],
                name="decision_once_a_record",
                violation_error_message="这件事已经在单子上了",
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True)
                | ~Q(state="open") & Q(closed_at__isnull=False),
                name="closed_decision_has_its_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["unit", "due_on"], name="decision_open_of_unit", condition=Q(state="open")
            )
        ]

    def __str__(self) -> str:
        return self.text

    def is_late(self, *, on: date) -> bool:
        return self.state == DecisionState.OPEN and self.due_on is not None and self.due_on < on


class DecisionReport(models.Model):
    """What was said of a decision, at a meeting or between two; kept in order, never changed."""

    decision = models.ForeignKey(Decision, models.CASCADE, related_name="reports")
    text = models.CharField("办得怎么样", max_length=300)
    state = models.CharField(max_length=8, choices=DecisionState.choices)
    told_at = models.ForeignKey(
        Activity, models.SET_NULL, null=True, related_name="decision_reports"
    )
    told_on = models.DateField()
    added_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["added_at", "pk"]
        constraints = [
            choices_are_known("decision_report_state_is_known", "state", DecisionState),
            models.CheckConstraint(condition=~Q(text=""), name="decision_report_says_something"),
        ]

    def __str__(self) -> str:
        return self.text
