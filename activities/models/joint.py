"""共办: other units that held an activity together with the one that wrote it down."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import Q
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
