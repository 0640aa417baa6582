"""年度简报: a unit's year in five fixed sections, what it was drafted from, and its 评议."""

from __future__ import annotations

from typing import Any, Self

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from activities.models import Activity
from committees.models import Unit, User
from committees.models.scoping import ScopedQuerySet, scope_q, written_q
from committees.policy import Can
from evaluations.choices import AnnualSection, AnnualState, PeerWord, SourceKind
from portal.kernel.fields import choices_are_known
from portal.kernel.models import StoredFile


def usual_grades() -> list[str]:
    return ["优秀", "良好", "合格", "内容不足"]


class AnnualRoundQuerySet(ScopedQuerySet["AnnualRound"]):
    unit_path = "city__path"
    view_power = Can.ANNUAL_APPRAISE


@pghistory.track()
class AnnualRound(models.Model):
    """What a city asks of one year's bulletins: by when, who reads first, the words of the 评议.

    A section graded `missing_grade` counts as one that is not there, in the 五好 findings.
    """

    city = models.ForeignKey(Unit, models.PROTECT, related_name="annual_rounds")
    year = models.PositiveSmallIntegerField("年度")
    due_on = models.DateField("哪天前交")
    office_reads = models.BooleanField("教办先看一遍", default=False)
    grades = ArrayField(models.CharField(max_length=10), default=usual_grades, size=8)
    missing_grade = models.CharField("算作缺栏的等次", max_length=10, blank=True)

    objects = AnnualRoundQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["city", "year"], name="annual_round_once_a_year"),
            models.CheckConstraint(
                condition=Q(missing_grade="") | Q(grades__contains=[models.F("missing_grade")]),
                name="missing_grade_is_on_the_scale",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}年度简报"

    @property
    def unit(self) -> Unit:
        return self.city


class AnnualQuerySet(ScopedQuerySet["AnnualBulletin"]):
    view_power = Can.ANNUAL_VIEW

    def visible_to(self, user: Any) -> Self:
        """Appraised ones for the whole city; those on their way for the levels above; one's own."""
        above = scope_q(user, Can.ANNUAL_VIEW, "unit__path")
        above |= written_q(user, Can.ANNUAL_VIEW, "submitted_by")
        above &= ~Q(state=AnnualState.DRAFT)
        peers = scope_q(user, Can.BULLETIN_VIEW, "unit__path") & Q(state=AnnualState.ACCEPTED)
        return self.filter(above | peers | scope_q(user, Can.ANNUAL_WRITE, "unit__path"))

    def handed_in(self) -> Self:
        return self.filter(
            state__in=[AnnualState.SUBMITTED, AnnualState.READ, AnnualState.ACCEPTED]
        )


@pghistory.track(exclude=["version"])
class AnnualBulletin(models.Model):
    """One unit's year. A section is plain text, a paragraph a line; accepted, nothing changes."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="annual_bulletins")
    year = models.PositiveSmallIntegerField("年度")
    team = models.TextField("班子建设", blank=True)
    main_work = models.TextField("主要工作", blank=True)
    highlights = models.TextField("特色亮点", blank=True)
    innovation = models.TextField("创新业绩", blank=True)
    role_models = models.TextField("先进典范", blank=True)
    state = models.CharField(max_length=9, choices=AnnualState.choices, default=AnnualState.DRAFT)
    return_reason = models.TextField(blank=True, editable=False)
    submitted_at = models.DateTimeField(null=True, editable=False)
    # One that was sent back and came again is as early as it first came.
    first_submitted_at = models.DateTimeField(null=True, editable=False)
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    read_at = models.DateTimeField(null=True, editable=False)
    read_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    office_word = models.CharField("教办意见", max_length=300, blank=True)
    accepted_at = models.DateTimeField(null=True, editable=False)
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    review_word = models.TextField("总的评语", blank=True)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = AnnualQuerySet.as_manager()

    class Meta:
        constraints = [
            choices_are_known("annual_state_is_known", "state", AnnualState),
            models.UniqueConstraint(
                fields=["unit", "year"],
                name="annual_bulletin_once_a_year",
                violation_error_message="这家单位这一年的简报已经开始写了",
            ),
            models.CheckConstraint(
                condition=Q(state="draft")
                | Q(submitted_at__isnull=False, first_submitted_at__isnull=False),
                name="handed_in_annual_has_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(return_reason=""),
                name="returned_annual_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state="accepted", accepted_at__isnull=False)
                | ~Q(state="accepted") & Q(accepted_at=None),
                name="accepted_annual_has_its_time",
            ),
        ]
        indexes = [models.Index(fields=["year", "state"], name="annual_of_year")]
        triggers = [
            pgtrigger.Protect(
                name="accepted_annual_is_frozen",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state="accepted"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit}{self.year}年度简报"

    @property
    def file_name(self) -> str:
        return f"{self}.pdf"

    def filled(self) -> list[AnnualSection]:
        return [section for section in AnnualSection if getattr(self, section).strip()]


FREEZE_REVIEWS = """
    IF EXISTS (
        SELECT 1 FROM evaluations_annualbulletin
        WHERE state = 'accepted'
        AND id = CASE WHEN TG_OP = 'DELETE' THEN OLD.bulletin_id ELSE NEW.bulletin_id END
    ) THEN
        RAISE EXCEPTION 'the appraisal of an accepted bulletin is frozen';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
"""


def _frozen(name: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=FREEZE_REVIEWS,
    )


class AnnualSource(models.Model):
    """What a drafted paragraph was made of. The paragraph keeps it while it still reads alike."""

    bulletin = models.ForeignKey(AnnualBulletin, models.CASCADE, related_name="sources")
    section = models.CharField(max_length=11, choices=AnnualSection.choices)
    position = models.PositiveSmallIntegerField()
    drafted = models.TextField()
    kind = models.CharField(max_length=9, choices=SourceKind.choices)
    label = models.CharField(max_length=160)
    activity = models.ForeignKey(Activity, models.PROTECT, null=True, related_name="+")
    # Of a number: pk and amount of each record or person it counted when it was drafted.
    rows = models.JSONField(default=list)

    class Meta:
        ordering = ["bulletin", "section", "position", "pk"]
        constraints = [
            choices_are_known("annual_source_section_is_known", "section", AnnualSection),
            choices_are_known("annual_source_kind_is_known", "kind", SourceKind),
            models.CheckConstraint(
                condition=Q(kind="activity", activity__isnull=False)
                | ~Q(kind="activity") & Q(activity=None),
                name="annual_source_names_its_record",
            ),
        ]
        triggers = [_frozen("accepted_sources_are_frozen")]

    def __str__(self) -> str:
        return self.label


@pghistory.track()
class AnnualReview(models.Model):
    """The bureau's word on one section: a grade of the year's scale, and why."""

    bulletin = models.ForeignKey(AnnualBulletin, models.CASCADE, related_name="reviews")
    section = models.CharField(max_length=11, choices=AnnualSection.choices)
    grade = models.CharField("等次", max_length=10)
    comment = models.CharField("评语", max_length=300, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["bulletin", "pk"]
        constraints = [
            choices_are_known("annual_review_section_is_known", "section", AnnualSection),
            models.UniqueConstraint(
                fields=["bulletin", "section"], name="annual_section_reviewed_once"
            ),
            models.CheckConstraint(condition=~Q(grade=""), name="annual_review_has_a_grade"),
        ]
        triggers = [_frozen("accepted_reviews_are_frozen")]

    def __str__(self) -> str:
        return f"{self.bulletin} {self.get_section_display()} {self.grade}"


class AnnualWord(models.Model):
    """A short word of thanks or advice from another unit that read it. Nothing is counted."""

    bulletin = models.ForeignKey(AnnualBulletin, models.CASCADE, related_name="words")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=6, choices=PeerWord.choices)
    text = models.CharField("想说的话", max_length=200)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["bulletin", "-at", "-pk"]
        constraints = [
            choices_are_known("annual_word_kind_is_known", "kind", PeerWord),
            models.UniqueConstraint(
                fields=["bulletin", "unit", "kind"],
                name="one_word_of_a_kind_a_unit",
                violation_error_message="您单位已经留过这样的话了",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class AnnualVolumeQuerySet(ScopedQuerySet["AnnualVolume"]):
    unit_path = "root__path"
    view_power = Can.ANNUAL_VIEW


class AnnualVolume(models.Model):
    """汇编: every bulletin of an office or a city in one PDF, printed in parts and joined.

    A part is stored as soon as it is printed: work that was stopped goes on after the last one.
    """

    root = models.ForeignKey(Unit, models.PROTECT, related_name="annual_volumes")
    year = models.PositiveSmallIntegerField("年度")
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    made_at = models.DateTimeField(null=True, editable=False)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    pages = models.PositiveIntegerField(default=0)

    objects = AnnualVolumeQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(file=None, made_at=None)
                | Q(file__isnull=False, made_at__isnull=False, pages__gte=1),
                name="made_volume_is_whole",
            )
        ]

    def __str__(self) -> str:
        return f"{self.root}{self.year}年度简报汇编"

    @property
    def unit(self) -> Unit:
        return self.root

    @property
    def key(self) -> str:
        """The job that makes it, one for ever."""
        return f"annual-volume:{self.pk}"


class AnnualVolumePart(models.Model):
    """Some bulletins of a volume. `starts` says on which page of the part each begins, from 0."""

    volume = models.ForeignKey(AnnualVolume, models.CASCADE, related_name="parts")
    position = models.PositiveSmallIntegerField()
    bulletins = ArrayField(models.BigIntegerField())
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    pages = models.PositiveIntegerField(default=0)
    starts = ArrayField(models.PositiveIntegerField(), default=list)

    class Meta:
        ordering = ["volume", "position"]
        constraints = [
            models.UniqueConstraint(fields=["volume", "position"], name="volume_part_once")
        ]

    def __str__(self) -> str:
        return f"{self.volume}（{self.position}）"
