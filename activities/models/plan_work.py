"""What a unit tells about a task of the plan, and which records it shows for it."""

from __future__ import annotations

from typing import Any, Self

import pghistory
from django.db import models
from django.db.models import Q
from django.utils import timezone

from activities.choices import ToldState
from activities.models.activities import Activity
from activities.models.plans import PlanTask
from committees.models import Unit, User
from committees.models.scoping import scope_q
from committees.policy import Can
from portal.kernel.fields import choices_are_known


class TaskWorkQuerySet(models.QuerySet["TaskWork"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(scope_q(user, Can.UNIT_VIEW, "unit__path"))


@pghistory.track()
class TaskWork(models.Model):
    """One task of one unit: what the unit says of it, and what the bureau answers.

    `told` counts only for tasks no kind of record and no obligation measures; the others are
    computed.
    """

    task = models.ForeignKey(PlanTask, models.CASCADE, related_name="works")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="task_works")
    told = models.CharField(max_length=12, choices=ToldState.choices, default=ToldState.NOT_STARTED)
    feedback = models.CharField("反馈", max_length=500, blank=True)
    told_at = models.DateTimeField(null=True)
    told_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reply = models.CharField("答复", max_length=500, blank=True)
    replied_at = models.DateTimeField(null=True)
    replied_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = TaskWorkQuerySet.as_manager()

    class Meta:
        constraints = [
            choices_are_known("told_state_is_known", "told", ToldState),
            models.UniqueConstraint(fields=["task", "unit"], name="task_work_once"),
            models.CheckConstraint(
                condition=Q(reply="") | Q(replied_at__isnull=False), name="reply_has_its_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit}：{self.task}"


class TaskRecord(models.Model):
    """A record the unit shows for the task."""

    work = models.ForeignKey(TaskWork, models.CASCADE, related_name="records")
    activity = models.ForeignKey(Activity, models.PROTECT, related_name="task_records")
    added_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["work", "activity"], name="record_shown_once_a_task")
        ]

    def __str__(self) -> str:
        return str(self.activity)
