"""盲评: rounds of judging, the copies judges see, who judges, and the score sheets.

A judge reaches works through score sheets alone, and a sheet leads to a blind copy: code, title and
text after the registrar has looked at them. Nothing a judge is given names a child or a school.
"""

from __future__ import annotations

from typing import Any, Self

import pghistory
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from committees.models import Unit, User
from committees.models.scoping import scope_q
from committees.policy import Can
from portal.kernel.fields import choices_are_known
from portal.kernel.models import StoredFile
from reading_program.choices import CopyState, RoundState, ScoreRule, SheetState
from reading_program.models.editions import Edition, EntryGroup, Track
from reading_program.models.entries import Entry


class RoundQuerySet(models.QuerySet["JudgingRound"]):
    def visible_to(self, user: Any) -> Self:
        """The people who run the programme; judges have their score sheets instead."""
        return self.filter(scope_q(user, Can.READING_EDIT, "edition__city__path"))


@pghistory.track()
class JudgingRound(models.Model):
    """One judging (初评, 复评, 终评) of a track, of one group or all of them."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="rounds")
    track = models.ForeignKey(Track, models.PROTECT, related_name="rounds")
    group = models.ForeignKey(EntryGroup, models.PROTECT, null=True, related_name="rounds")
    name = models.CharField("轮次", max_length=10)
    # [{"name": 主题思想, "most": "30"}, …]: the mark of a work is their sum, 100 at most.
    criteria = models.JSONField("评分项")
    rule = models.CharField("算分办法", max_length=10, choices=ScoreRule.choices)
    judges_each = models.PositiveSmallIntegerField(
        "每件几位评委", default=3, validators=[MinValueValidator(1)]
    )
    # Two marks further apart than this call a third judge; empty: none is called.
    gap = models.DecimalField("差多少分请第三位评委", max_digits=5, decimal_places=2, null=True)
    seed = models.PositiveIntegerField(editable=False)
    state = models.CharField(
        max_length=10, choices=RoundState.choices, default=RoundState.PREPARING
    )
    opened_at = models.DateTimeField(null=True, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = RoundQuerySet.as_manager()

    class Meta:
        constraints = [
            choices_are_known("round_state_is_known", "state", RoundState),
            choices_are_known("round_rule_is_known", "rule", ScoreRule),
            models.UniqueConstraint(
                fields=["track", "group", "name"],
                nulls_distinct=False,
                name="round_once",
                violation_error_message="这个项目、这个组别已经有同名的一轮评审",
            ),
            models.CheckConstraint(
                condition=Q(state="preparing") | Q(opened_at__isnull=False),
                name="open_round_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.track.name}{self.group.name if self.group else ''}{self.name}"

    @property
    def unit(self) -> Unit:
        return self.edition.city


class Judge(models.Model):
    """评委 of one edition, with what keeps them from some works."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="judges")
    account = models.ForeignKey(User, models.PROTECT, related_name="judgeships")
    school = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    former_schools = models.ManyToManyField(Unit, related_name="+")
    # Had to stop on the way: gets no more works, and what was not marked went to others.
    left_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "account"],
                name="judge_once",
                violation_error_message="这位评委已经在名单里了",
            )
        ]

    def __str__(self) -> str:
        return str(self.account)

    @property
    def unit(self) -> Unit:
        return self.edition.city


class CopyQuerySet(models.QuerySet["BlindCopy"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(scope_q(user, Can.READING_EDIT, "round__edition__city__path"))


class BlindCopy(models.Model):
    """What judges see of an entry in one round. The code is drawn anew in each round."""

    round = models.ForeignKey(JudgingRound, models.CASCADE, related_name="copies")
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="copies")
    code = models.CharField("编号", max_length=8)
    title = models.CharField(max_length=60, blank=True)
    text = models.TextField(blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    video_url = models.URLField(max_length=300, blank=True)
    # The work's own file has still to be cleaned; until then no judge is given anything.
    file_waits = models.BooleanField(default=False)
    # What the cleaning could not put right, as a sentence for the registrar.
    file_problem = models.CharField(max_length=300, blank=True)
    # Words that would tell whose it is and stand in the text; empty once they are looked at.
    words = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=CopyState.choices, default=CopyState.WAITING)
    cleared_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    cleared_at = models.DateTimeField(null=True, editable=False)

    objects = CopyQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        constraints = [
            choices_are_known("blind_copy_state_is_known", "state", CopyState),
            models.UniqueConstraint(fields=["round", "code"], name="blind_code_once"),
            models.UniqueConstraint(fields=["round", "entry"], name="blind_copy_once"),
            models.CheckConstraint(
                condition=~Q(state="cleared") | Q(file_waits=False, file_problem=""),
                name="cleared_copy_has_a_clean_file",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def unit(self) -> Unit:
        return self.round.edition.city


class SheetQuerySet(models.QuerySet["ScoreSheet"]):
    def visible_to(self, user: Any) -> Self:
        """One's own sheets of rounds that have begun, those given back left out."""
        if not user.is_authenticated:
            return self.none()
        begun = ~Q(copy__round__state=RoundState.PREPARING) & ~Q(state=SheetState.DECLINED)
        return self.filter(
            begun, scope_q(user, Can.JUDGE, "judge__edition__city__path"), judge__account=user
        )


class ScoreSheet(models.Model):
    """One judge's marks for one copy; `order` is that judge's own random order."""

    copy = models.ForeignKey(BlindCopy, models.CASCADE, related_name="sheets")
    judge = models.ForeignKey(Judge, models.PROTECT, related_name="sheets")
    order = models.PositiveSmallIntegerField()
    marks = models.JSONField(default=list)  # one decimal string a criterion, "" where none yet
    total = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    comment = models.CharField("评语", max_length=300, blank=True)
    is_third = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=SheetState.choices, default=SheetState.DRAFT)
    submitted_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = SheetQuerySet.as_manager()

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            choices_are_known("score_sheet_state_is_known", "state", SheetState),
            models.UniqueConstraint(fields=["copy", "judge"], name="score_sheet_once"),
            models.CheckConstraint(
                condition=~Q(state="submitted")
                | Q(total__isnull=False, submitted_at__isnull=False),
                name="submitted_sheet_has_its_total",
            ),
            models.CheckConstraint(
                condition=Q(total__isnull=True) | Q(total__gte=0, total__lte=100),
                name="score_within_a_hundred",
            ),
        ]

    def __str__(self) -> str:
        return str(self.copy)

    @property
    def unit(self) -> Unit:
        return self.judge.edition.city
