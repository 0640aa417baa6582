"""Results: levels (等次) as data, lists decided as pending, what each work was given, honours.

A list is one track and group. Nobody but the bureau sees it before it is published; a result keeps
what the cut gave beside what was decided, so that every change by hand shows with its reason.
"""

from __future__ import annotations

from typing import Any, Self

import pghistory
from django.db import models
from django.db.models import Q
from django.utils import timezone

from committees.models import Unit, User
from committees.models.scoping import scope_q
from committees.policy import Can
from portal.kernel.fields import choices_are_known
from reading_program.choices import HonourKind, ListState, TieAtCut
from reading_program.models.editions import Edition, EntryGroup, Track
from reading_program.models.entries import Entry
from reading_program.models.judging import JudgingRound
from reading_program.models.publicity import Publicity

TOLD = [ListState.PUBLISHED, ListState.FINAL]


class AwardLevel(models.Model):
    """一等奖, 二等奖 … of a track, for one group or (group empty) each that has none of its own."""

    track = models.ForeignKey(Track, models.CASCADE, related_name="levels")
    group = models.ForeignKey(EntryGroup, models.CASCADE, null=True, related_name="+")
    position = models.PositiveSmallIntegerField()
    name = models.CharField("等次", max_length=10)
    percent = models.DecimalField("百分比", max_digits=5, decimal_places=2, null=True)
    places = models.PositiveIntegerField("名额", null=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["track", "group", "position"],
                nulls_distinct=False,
                name="award_level_place_once",
            ),
            models.CheckConstraint(
                condition=Q(percent__isnull=True, places__isnull=False)
                | Q(percent__gte=0, percent__lte=100, places__isnull=True),
                name="award_level_by_share_or_number",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ListQuerySet(models.QuerySet["ResultList"]):
    def visible_to(self, user: Any) -> Self:
        """Those who run the programme; everybody else meets single results once published."""
        return self.filter(scope_q(user, Can.READING_EDIT, "edition__city__path"))


@pghistory.track(exclude=["version"])
class ResultList(models.Model):
    """What one judging of a track and group came to: pending, published with others, final."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="result_lists")
    track = models.ForeignKey(Track, models.PROTECT, related_name="result_lists")
    group = models.ForeignKey(EntryGroup, models.PROTECT, null=True, related_name="+")
    round = models.ForeignKey(JudgingRound, models.PROTECT, related_name="result_lists")
    # The levels as they were when the list was decided: [{"level": pk, "name": …, "count": 3}, …]
    cuts = models.JSONField("各等名额", default=list)
    ties = models.CharField("并列", max_length=5, choices=TieAtCut.choices, default=TieAtCut.DOWN)
    state = models.CharField(max_length=10, choices=ListState.choices, default=ListState.PENDING)
    publicity = models.ForeignKey(Publicity, models.PROTECT, null=True, related_name="lists")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(default=timezone.now, editable=False)
    published_at = models.DateTimeField(null=True, editable=False)
    final_at = models.DateTimeField(null=True, editable=False)

    objects = ListQuerySet.as_manager()

    class Meta:
        constraints = [
            choices_are_known("result_list_state_is_known", "state", ListState),
            choices_are_known("result_list_ties_are_known", "ties", TieAtCut),
            models.UniqueConstraint(
                fields=["track", "group"], nulls_distinct=False, name="result_list_once"
            ),
            models.CheckConstraint(
                condition=Q(state="pending", publicity__isnull=True)
                | Q(publicity__isnull=False, published_at__isnull=False),
                name="published_list_has_its_publicity",
            ),
            models.CheckConstraint(
                condition=~Q(state="final") | Q(final_at__isnull=False),
                name="final_list_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.track.name}{self.group.name if self.group else ''}"

    @property
    def unit(self) -> Unit:
        return self.edition.city


class ResultQuerySet(models.QuerySet["Result"]):
    def visible_to(self, user: Any) -> Self:
        """The bureau's from the first; a school's and an office's own once they are published."""
        told = Q(list__state__in=TOLD) & scope_q(user, Can.ENTRY_VIEW, "entry__unit__path")
        return self.filter(told | scope_q(user, Can.READING_EDIT, "list__edition__city__path"))

    def awarded(self) -> Self:
        return self.filter(level__isnull=False, revoked_at=None)

    def in_order(self) -> Self:
        return self.order_by("list__track__position", "list__group__position", "place", "pk")


@pghistory.track(exclude=["version"])
class Result(models.Model):
    """Where one work came, what the cut gave it, and what it was given."""

    list = models.ForeignKey(ResultList, models.CASCADE, related_name="results")
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="result")
    place = models.PositiveIntegerField("名次")
    value = models.DecimalField("得分", max_digits=7, decimal_places=4)
    tie_rule = models.CharField(max_length=40, blank=True)
    by_cut = models.ForeignKey(AwardLevel, models.PROTECT, null=True, related_name="+")
    level = models.ForeignKey(AwardLevel, models.PROTECT, null=True, related_name="results")
    is_late = models.BooleanField("补授", default=False)
    reason = models.CharField("调整原因", max_length=200, blank=True)
    adjusted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    adjusted_at = models.DateTimeField(null=True, editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)
    revoke_reason = models.CharField("撤销原因", max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ResultQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(adjusted_at__isnull=True) | ~Q(reason=""),
                name="adjusted_result_says_why",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | ~Q(revoke_reason=""),
                name="revoked_result_says_why",
            ),
        ]
        indexes = [models.Index(fields=["list", "place"], name="result_in_order")]

    def __str__(self) -> str:
        return str(self.entry)

    @property
    def unit(self) -> Unit:
        return self.entry.unit


class HonourRules(models.Model):
    """By what rule 指导奖 and 组织奖 follow from the results of an edition."""

    edition = models.OneToOneField(Edition, models.CASCADE, related_name="honour_rules")
    # A work of a level up to this position brings its advisers the award; 0: there is none.
    adviser_levels = models.PositiveSmallIntegerField("指导奖到几等奖", default=1)
    organisations = models.PositiveSmallIntegerField("组织奖名额", default=5)
    # What a work of the first, second … level counts for its school.
    points = models.JSONField("各等奖计分", default=list)

    def __str__(self) -> str:
        return f"{self.edition}奖项规则"

    @property
    def unit(self) -> Unit:
        return self.edition.city


class HonourQuerySet(models.QuerySet["Honour"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(
            scope_q(user, Can.ENTRY_VIEW, "unit__path")
            | scope_q(user, Can.READING_EDIT, "edition__city__path")
        )

    def standing(self) -> Self:
        return self.filter(revoked_at=None)


@pghistory.track()
class Honour(models.Model):
    """指导奖 of a teacher or 组织奖 of a school, made when the results were published."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="honours")
    kind = models.CharField(max_length=12, choices=HonourKind.choices)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    name = models.CharField("姓名", max_length=80, blank=True)  # empty for a unit
    basis = models.CharField("依据", max_length=200)
    points = models.PositiveIntegerField("积分", default=0)
    publicity = models.ForeignKey(Publicity, models.PROTECT, related_name="honours")
    revoked_at = models.DateTimeField(null=True, editable=False)
    revoke_reason = models.CharField(max_length=200, blank=True)

    objects = HonourQuerySet.as_manager()

    class Meta:
        constraints = [
            choices_are_known("honour_kind_is_known", "kind", HonourKind),
            models.UniqueConstraint(fields=["edition", "kind", "unit", "name"], name="honour_once"),
            models.CheckConstraint(
                condition=Q(kind="organisation", name="") | (Q(kind="adviser") & ~Q(name="")),
                name="honour_names_its_holder",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | ~Q(revoke_reason=""),
                name="revoked_honour_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.unit.name
