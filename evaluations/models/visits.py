"""Looking on the spot: teams, their visits by day, what each assessor marked, what is to mend."""

from __future__ import annotations

from typing import Any

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from committees.models import Unit, User
from committees.models.scoping import ScopedQuerySet, scope_q
from committees.policy import Can
from evaluations.choices import MendingState
from evaluations.models.campaigns import Appraisal, Campaign, PointsField
from portal.kernel.codes import Code, Sheet
from portal.kernel.fields import choices_are_known
from portal.kernel.models import StoredFile


class VisitTeam(models.Model):
    """A group of assessors who go round together (第 1 组)."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="teams")
    number = models.PositiveSmallIntegerField("组号")

    class Meta:
        ordering = ["campaign", "number"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "number"], name="team_number_once"),
        ]

    def __str__(self) -> str:
        return f"第 {self.number} 组"


class Assessor(models.Model):
    """One person of a team; `unit` is where they belong, and where they do not go."""

    team = models.ForeignKey(VisitTeam, models.CASCADE, related_name="assessors")
    name = models.CharField("姓名", max_length=30)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["team", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "name", "unit"], name="assessor_once_a_team",
                violation_error_message="这一组已经有这个人",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name


class VisitQuerySet(ScopedQuerySet["Visit"]):
    unit_path = "appraisal__unit__path"

    def visible_to(self, user: Any) -> VisitQuerySet:
        """Those of the units one sees, and those one goes to oneself."""
        seen = scope_q(user, Can.FIVE_GOOD_VIEW, self.unit_path)
        own = Q(team__assessors__user=user) if user.is_authenticated else Q(pk__in=[])
        return self.filter(seen | own).distinct()


@pghistory.track()
class Visit(models.Model):
    """One unit on one day of one team; `place` counts the stops of the day from 1."""

    team = models.ForeignKey(VisitTeam, models.CASCADE, related_name="visits")
    appraisal = models.OneToOneField(Appraisal, models.CASCADE, related_name="visit")
    day = models.DateField("哪一天")
    place = models.PositiveSmallIntegerField("第几站")
    feedback = models.TextField("当场反馈", blank=True)
    told_to = models.CharField("反馈给谁", max_length=60, blank=True)
    told_at = models.DateTimeField(null=True)

    objects = VisitQuerySet.as_manager()

    class Meta:
        ordering = ["day", "team", "place"]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "day", "place"], name="team_is_at_one_place_at_a_time",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=Q(told_at=None) | ~Q(feedback=""), name="told_feedback_has_words"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.team}去{self.appraisal.unit.name}"

    @property
    def unit(self) -> Unit:
        return self.appraisal.unit


@pghistory.track()
class VisitMark(models.Model):
    """What one assessor found of one criterion; nobody writes over another's."""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="marks")
    assessor = models.ForeignKey(Assessor, models.PROTECT, related_name="marks")
    code = models.CharField(max_length=20)
    score = PointsField("得分")
    maximum = PointsField("满分")
    remark = models.CharField("扣分理由", max_length=500, blank=True)
    typed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    typed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["code", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["visit", "assessor", "code"], name="one_mark_an_assessor_and_code"
            ),
            models.CheckConstraint(
                condition=Q(score__gte=0, score__lte=F("maximum")), name="mark_within_its_maximum"
            ),
            models.CheckConstraint(
                condition=Q(score=F("maximum")) | ~Q(remark=""), name="lower_mark_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessor}：{self.code}"


class MarkSheetQuerySet(ScopedQuerySet["MarkSheet"]):
    unit_path = "appraisal__unit__path"

    def visible_to(self, user: Any) -> MarkSheetQuerySet:
        """Those of the units one sees, and one's own."""
        seen = scope_q(user, Can.FIVE_GOOD_VIEW, self.unit_path)
        own = Q(assessor__user=user) if user.is_authenticated else Q(pk__in=[])
        return self.filter(seen | own)


class MarkSheet(models.Model):
    """评分表: one assessor's marks of one unit as one thing, on the screen and on paper.

    Its number is the code on the paper, so it hangs on the appraisal and outlives a route drawn
    again. `version` counts the saves, whoever made them.
    """

    appraisal = models.ForeignKey(Appraisal, models.CASCADE, related_name="mark_sheets")
    assessor = models.ForeignKey(Assessor, models.CASCADE, related_name="mark_sheets")
    version = models.PositiveIntegerField(default=0)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    objects = MarkSheetQuerySet.as_manager()

    class Meta:
        ordering = ["appraisal", "assessor"]
        constraints = [
            models.UniqueConstraint(
                fields=["appraisal", "assessor"], name="one_sheet_a_unit_and_assessor"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessor}给{self.unit.name}的评分表"

    @property
    def unit(self) -> Unit:
        return self.appraisal.unit

    @property
    def code(self) -> Code:
        """What is printed in the corner."""
        return Code(Sheet.MARKS, self.pk)


class MarkSheetPhoto(models.Model):
    """A photo of the paper the marks were typed back from."""

    sheet = models.ForeignKey(MarkSheet, models.CASCADE, related_name="photos")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    name = models.CharField("名称", max_length=200)
    added_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "file"], name="photo_once_a_sheet"),
        ]

    def __str__(self) -> str:
        return self.name


class MendingQuerySet(ScopedQuerySet["Mending"]):
    unit_path = "appraisal__unit__path"
    view_power = Can.FIVE_GOOD_VIEW


@pghistory.track()
class Mending(models.Model):
    """One thing to put right by a day (整改通知书): a task of the unit until it is ticked off."""

    appraisal = models.ForeignKey(Appraisal, models.CASCADE, related_name="mendings")
    code = models.CharField("评分要点", max_length=20, blank=True)
    words = models.CharField("要整改什么", max_length=300)
    due_on = models.DateField("整改到")
    state = models.CharField(max_length=4, choices=MendingState.choices, default=MendingState.OPEN)
    answer = models.TextField("怎么改的", blank=True)
    answered_at = models.DateTimeField(null=True)
    remark = models.CharField("退回原因", max_length=500, blank=True)
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)

    objects = MendingQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            choices_are_known("mending_state_is_known", "state", MendingState),
            models.CheckConstraint(
                condition=Q(state="open") | ~Q(answer="") & Q(answered_at__isnull=False),
                name="mended_thing_says_how",
            ),
        ]

    def __str__(self) -> str:
        return self.words

    @property
    def unit(self) -> Unit:
        return self.appraisal.unit
