"""What stands beside a set in force: a unit let off or given longer, a window opened again.

All of it is by year and code of the item, not by its row: a later version of the set keeps it.
"""

from __future__ import annotations

from typing import Any, Self

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from activities.choices import ReliefKind
from committees.models import Unit, User
from committees.models.scoping import scope_q
from committees.policy import Can
from portal.kernel.calendar import date_cn
from portal.kernel.fields import choices_are_known


class ObligationReliefQuerySet(models.QuerySet["ObligationRelief"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(scope_q(user, Can.OBLIGATION_VIEW, "unit__path"))


@pghistory.track()
class ObligationRelief(models.Model):
    """One unit is not asked for one item of the year, or has longer for it; and why."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="reliefs")
    year = models.PositiveSmallIntegerField()
    code = models.SlugField(max_length=30)  # ObligationItem.code
    kind = models.CharField(max_length=10, choices=ReliefKind.choices)
    due_on = models.DateField("延到哪天", null=True)
    reason = models.CharField("原因", max_length=200)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    objects = ObligationReliefQuerySet.as_manager()

    class Meta:
        constraints = [
            choices_are_known("relief_kind_is_known", "kind", ReliefKind),
            models.UniqueConstraint(
                fields=["unit", "year", "code"],
                name="relief_once_an_item",
                violation_error_message="这个单位的这一项刚才已经有人定过，刷新页面看看",
            ),
            models.CheckConstraint(
                condition=Q(kind="extended", due_on__isnull=False)
                | Q(kind="waived", due_on__isnull=True),
                name="only_an_extension_has_a_day",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="relief_says_why"),
        ]
        indexes = [models.Index(fields=["year", "code"], name="relief_of_item")]

    def __str__(self) -> str:
        return f"{self.unit} {self.words}"

    @property
    def words(self) -> str:
        return f"延期到{date_cn(self.due_on)}" if self.due_on else "不要求"


@pghistory.track()
class ObligationWindow(models.Model):
    """After the last day an item is open once more for the whole city: what is held then is on
    time."""

    city = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    code = models.SlugField(max_length=30)
    opens_on = models.DateField("从哪天")
    closes_on = models.DateField("到哪天")
    reason = models.CharField("原因", max_length=200)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["opens_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_on__lte=F("closes_on")), name="window_runs_forward"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="window_says_why"),
            models.UniqueConstraint(
                fields=["city", "year", "code", "opens_on"],
                name="window_once_a_day",
                violation_error_message="这一项从这一天起已经开过补办期",
            ),
        ]

    def __str__(self) -> str:
        return f"{date_cn(self.opens_on)}至{date_cn(self.closes_on)}"

    @property
    def unit(self) -> Unit:
        return self.city
