"""How long an office may keep a record waiting, and what counted by its silence."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import Q
from django.utils import timezone

from activities.models.activities import Activity
from committees.models import Unit, User
from portal.kernel.calendar import date_cn


@pghistory.track()
class ReviewRules(models.Model):
    """After `silent_days` working days without an answer a record counts as accepted (默认通过).

    Off while `silent_days` is empty. It holds for records handed in from `since` on, so that
    switching it on never accepts a pile; those from before wait for a person.
    """

    city = models.OneToOneField(Unit, models.PROTECT, related_name="review_rules")
    silent_days = models.PositiveSmallIntegerField("几个工作日", null=True)
    since = models.DateField(null=True)
    changed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(silent_days__isnull=True, since__isnull=True)
                | Q(silent_days__gte=1, silent_days__lte=60, since__isnull=False),
                name="silence_has_days_and_a_start",
            )
        ]

    def __str__(self) -> str:
        return f"{self.silent_days} 个工作日" if self.silent_days else "没有开通"

    @property
    def unit(self) -> Unit:
        return self.city


class SilentReview(models.Model):
    """One handing-in that nobody answered: when the reviewers were told, and when it counted.

    Of each handing-in one row, so that reviewers are told once and a missed tick is made up once.
    """

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="silent_reviews")
    submitted_at = models.DateTimeField()
    answer_by = models.DateField("最后一天")
    told_on = models.DateField()
    accepted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "submitted_at"], name="silence_told_once_a_handing_in"
            )
        ]
        indexes = [models.Index(fields=["-accepted_at"], name="silence_newest")]

    def __str__(self) -> str:
        return f"{self.activity}：{date_cn(self.answer_by)}"
