"""五有: the yearly look at whether a unit has people, tasks, conditions, resources, enthusiasm."""

from __future__ import annotations

from typing import Any, Self

import pghistory
from django.db import models
from django.db.models import Q
from django.utils import timezone

from committees.choices import CheckState, Have, HaveResult
from committees.models.people import User
from committees.models.scoping import ScopedQuerySet, scope_q, written_q
from committees.models.units import Unit
from committees.policy import Can
from portal.kernel.fields import choices_are_known
from portal.kernel.models import StoredFile


@pghistory.track()
class FiveHavesRound(models.Model):
    """By when a city wants the checks of one work year; a year without a row has no last day."""

    city = models.ForeignKey(Unit, models.PROTECT, related_name="five_haves_rounds")
    year = models.PositiveSmallIntegerField("年度")
    due_on = models.DateField("哪天前交")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["city", "year"], name="five_haves_due_once_a_year")
        ]

    def __str__(self) -> str:
        return f"{self.city}{self.year}年“五有”自查"


class FiveHavesCheckQuerySet(ScopedQuerySet["FiveHavesCheck"]):
    view_power = Can.FIVE_HAVES_VIEW

    def visible_to(self, user: Any) -> Self:
        """What was handed in; what is being written is seen where it may be written."""
        seen = scope_q(user, Can.FIVE_HAVES_VIEW, "unit__path")
        seen |= written_q(user, Can.FIVE_HAVES_VIEW, "submitted_by")
        seen &= ~Q(state=CheckState.DRAFT)
        return self.filter(seen | scope_q(user, Can.FIVE_HAVES_FILL, "unit__path"))


@pghistory.track()
class FiveHavesCheck(models.Model):
    """One unit in one work year: its own words and the reviewer's stand side by side."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="five_haves")
    year = models.PositiveSmallIntegerField("年度")
    state = models.CharField(max_length=10, choices=CheckState.choices, default=CheckState.DRAFT)
    own_word = models.TextField("本单位小结", blank=True)
    reviewer_word = models.TextField("复核意见", blank=True)
    return_reason = models.TextField(blank=True, editable=False)
    submitted_at = models.DateTimeField(null=True, editable=False)
    # A check sent back and completed is as early as it first came; a withdrawn one never came.
    first_submitted_at = models.DateTimeField(null=True, editable=False)
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, editable=False)
    reviewed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = FiveHavesCheckQuerySet.as_manager()

    class Meta:
        constraints = [
            choices_are_known("five_haves_state_is_known", "state", CheckState),
            models.UniqueConstraint(
                fields=["unit", "year"],
                name="five_haves_once_a_year",
                violation_error_message="这家单位这一年已经填过“五有”自查了",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(submitted_at__isnull=False),
                name="handed_in_check_has_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["returned", "confirmed"]) | Q(reviewed_at__isnull=False),
                name="reviewed_check_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit}{self.year}年“五有”自查"


@pghistory.track()
class FiveHavesAnswer(models.Model):
    """One of the five: what the unit says and shows, and what the reviewer found."""

    check_of = models.ForeignKey(FiveHavesCheck, models.CASCADE, related_name="answers")
    have = models.CharField("五有", max_length=10, choices=Have.choices)
    own_result = models.CharField("自查", max_length=6, choices=HaveResult.choices, blank=True)
    evidence = models.TextField("有什么依据", blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    file_name = models.CharField(max_length=200, blank=True)
    result = models.CharField("复核", max_length=6, choices=HaveResult.choices, blank=True)
    reviewer_note = models.CharField("复核说明", max_length=200, blank=True)

    class Meta:
        constraints = [
            choices_are_known("five_haves_have_is_known", "have", Have),
            choices_are_known("five_haves_own_is_known", "own_result", HaveResult, blank=True),
            choices_are_known("five_haves_result_is_known", "result", HaveResult, blank=True),
            models.UniqueConstraint(fields=["check_of", "have"], name="each_have_once_a_check"),
        ]

    def __str__(self) -> str:
        return f"{self.check_of} {self.get_have_display()}"
