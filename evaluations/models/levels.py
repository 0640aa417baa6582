"""抓两头促中间: coaching of the units in between, and whom the city puts forward above."""

from __future__ import annotations

from typing import Any

import pghistory
from django.db import models
from django.utils import timezone

from committees.models import Unit, User
from committees.models.scoping import ScopedQuerySet
from committees.policy import Can
from evaluations.choices import RecommendationState
from evaluations.models.campaigns import Appraisal
from portal.kernel.fields import choices_are_known


class CoachingQuerySet(ScopedQuerySet["Coaching"]):
    unit_path = "appraisal__unit__path"
    view_power = Can.FIVE_GOOD_VIEW


class Coaching(models.Model):
    """One visit of help to a unit on its way: who came, what was looked at, what comes next."""

    appraisal = models.ForeignKey(Appraisal, models.CASCADE, related_name="coachings")
    day = models.DateField("哪一天")
    who = models.CharField("谁去的", max_length=60)
    words = models.CharField("看了什么、帮了什么", max_length=300)
    written_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField(default=timezone.now)

    objects = CoachingQuerySet.as_manager()

    class Meta:
        ordering = ["-day", "-pk"]

    def __str__(self) -> str:
        return f"到{self.appraisal.unit.name}走访帮扶"


class UpperListQuerySet(ScopedQuerySet["UpperList"]):
    unit_path = "city__path"
    view_power = Can.FIVE_GOOD_EDIT


@pghistory.track()
class UpperList(models.Model):
    """How many units the city means to bring to the level above in one year (宁波市级)."""

    city = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField("年度")
    level = models.CharField("上一级", max_length=30)
    target = models.PositiveSmallIntegerField("目标数")
    quota = models.PositiveSmallIntegerField("推荐名额", null=True)
    least = models.DecimalField("推荐的最低分", max_digits=5, decimal_places=2)

    objects = UpperListQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "level"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "year", "level"], name="upper_list_once_a_year",
                violation_error_message="这一年已经有这一级的名单",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.year}年{self.level}“五好”推荐名单"

    @property
    def unit(self) -> Unit:
        return self.city


class RecommendationQuerySet(ScopedQuerySet["Recommendation"]):
    unit_path = "upper__city__path"
    view_power = Can.FIVE_GOOD_EDIT


@pghistory.track()
class Recommendation(models.Model):
    """One unit put forward, with the words of the form (推荐表)."""

    upper = models.ForeignKey(UpperList, models.CASCADE, related_name="recommendations")
    appraisal = models.ForeignKey(Appraisal, models.PROTECT, related_name="recommendations")
    words = models.TextField("主要事迹", blank=True)
    state = models.CharField(
        max_length=8, choices=RecommendationState.choices, default=RecommendationState.PROPOSED
    )
    written_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField(default=timezone.now)

    objects = RecommendationQuerySet.as_manager()

    class Meta:
        ordering = ["upper", "-appraisal__city_total", "appraisal__unit__path"]
        constraints = [
            choices_are_known("recommendation_state_is_known", "state", RecommendationState),
            models.UniqueConstraint(
                fields=["upper", "appraisal"], name="unit_once_a_list",
                violation_error_message="这家单位已经在名单上",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"推荐{self.appraisal.unit.name}"

    @property
    def unit(self) -> Any:
        return self.appraisal.unit
