"""One year's “新时代好少年”主题教育读书活动: its theme, days, tracks and groups, all as data."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from committees.models import Unit, User
from committees.models.scoping import scope_q
from committees.policy import Can
from portal.kernel.calendar import years_later
from portal.kernel.fields import choices_are_known
from reading_program.choices import STANDARD_CRITERIA, Nominee, StageEnd, TrackKind
from reading_program.rules import Limits, read_limits

YEARS_KEPT = 3


class EditionQuerySet(models.QuerySet["Edition"]):
    def visible_to(self, user: Any) -> Self:
        """A published edition is for the whole city; one in preparation for those who edit it."""
        seen = Q(published_at__isnull=False) & scope_q(user, Can.READING_VIEW, "city__path")
        return self.filter(seen | scope_q(user, Can.READING_EDIT, "city__path"))

    def newest(self) -> Self:
        return self.order_by("-starts_on", "-pk")


@pghistory.track()
class Edition(models.Model):
    """One run of the programme in one city; it follows the school year, not the work year."""

    city = models.ForeignKey(Unit, models.PROTECT, related_name="reading_editions")
    name = models.CharField("活动名称", max_length=80)
    theme = models.CharField("主题", max_length=40)
    # The year the school year starts in: 2023 is 2023-09-01 to 2024-08-31.
    school_year = models.PositiveSmallIntegerField("学年")
    starts_on = models.DateField("开始")
    ends_on = models.DateField("结束")
    plans_due_on = models.DateField("实施方案交齐", null=True, blank=True)
    asks_kindergartens = models.BooleanField("幼儿园也参加", default=False)
    # Until when names and works are kept; empty: three years after the end (domain.md 6).
    keep_until = models.DateField("姓名和作品保留到", null=True, blank=True)
    published_at = models.DateTimeField(null=True, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = EditionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["city", "school_year", "name"],
                name="edition_once_a_school_year",
                violation_error_message="这个学年已经有同名的读书活动",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="edition_ends_after_it_starts",
                violation_error_message="结束日期要在开始日期以后",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def unit(self) -> Unit:
        """Where the edition stands, as the audit trail asks of everything."""
        return self.city

    @property
    def school_year_label(self) -> str:
        return f"{self.school_year}—{self.school_year + 1}学年"

    @property
    def kept_until(self) -> date:
        return self.keep_until or years_later(self.ends_on, YEARS_KEPT)

    def is_over(self, *, on: date) -> bool:
        return on > self.ends_on


class Stage(models.Model):
    """One stretch of an edition, such as 校级评选, with its first and last day."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="stages")
    position = models.PositiveSmallIntegerField()
    name = models.CharField("阶段", max_length=20)
    starts_on = models.DateField("从")
    ends_on = models.DateField("到")
    closes = models.CharField("截止", max_length=10, choices=StageEnd.choices, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            choices_are_known("stage_end_is_known", "closes", StageEnd, blank=True),
            models.UniqueConstraint(fields=["edition", "position"], name="stage_place_once"),
            models.UniqueConstraint(
                fields=["edition", "closes"],
                condition=~Q(closes=""),
                name="stage_end_once",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="stage_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return self.name


# Once somebody has entered, nobody changes what was asked of them; a label stays free.
FREEZE_RULES = """
    IF EXISTS (SELECT 1 FROM reading_program_entry WHERE track_id = OLD.id) THEN
        RAISE EXCEPTION 'track % has entries', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'track_rules_frozen';
    END IF;
    RETURN NEW;
"""


class Track(models.Model):
    """One of the award tracks (评选项目); its label is the city's to choose."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="tracks")
    position = models.PositiveSmallIntegerField()
    code = models.SlugField(max_length=30)
    name = models.CharField("项目", max_length=20)
    kind = models.CharField("表格", max_length=12, choices=TrackKind.choices)
    nominee = models.CharField("推荐对象", max_length=15, choices=Nominee.choices)
    rules = models.CharField("要求", max_length=200, blank=True)
    limits = models.JSONField(default=dict, blank=True)  # rules.py says what may stand in it
    # [{"name": 主题思想, "most": "30"}, …] as a round begins with; empty: those usual for the kind.
    criteria = models.JSONField("评分项", default=list, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "code"], name="track_code_once"),
            choices_are_known("track_nominee_is_known", "nominee", Nominee),
            choices_are_known("track_kind_is_known", "kind", TrackKind),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="freeze_rules",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.kind IS DISTINCT FROM NEW.kind OR OLD.limits IS DISTINCT FROM NEW.limits"
                    " OR OLD.nominee IS DISTINCT FROM NEW.nominee"
                    " OR OLD.criteria IS DISTINCT FROM NEW.criteria"
                ),
                func=FREEZE_RULES,
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def limit(self) -> Limits:
        """The rules as values; what stands in the database was checked when it was saved."""
        return read_limits(self.kind, self.limits)

    @property
    def marked_by(self) -> list[dict[str, str]]:
        usual = [{"name": name, "most": str(most)} for name, most in STANDARD_CRITERIA[self.kind]]
        return self.criteria or usual


class EntryGroup(models.Model):
    """A group entries compete in (组别), such as 小学高段 四至六年级."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="groups")
    position = models.PositiveSmallIntegerField()
    name = models.CharField("组别", max_length=20)
    grades = models.CharField("年级", max_length=40, blank=True)
    # 1 to 12, by which a grade is known to belong here; empty means any.
    first_grade = models.PositiveSmallIntegerField("从几年级", null=True, blank=True)
    last_grade = models.PositiveSmallIntegerField("到几年级", null=True, blank=True)
    asks_birth_month = models.BooleanField("要写出生年月", default=False)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "name"],
                name="group_name_once",
                violation_error_message="这一届已经有同名的组别",
            ),
            models.CheckConstraint(
                condition=Q(first_grade__isnull=True, last_grade__isnull=True)
                | Q(first_grade__gte=1, last_grade__lte=12, last_grade__gte=F("first_grade")),
                name="group_grades_run_up",
                violation_error_message="年级写 1 到 12，后面的不能比前面的小",
            ),
        ]

    def __str__(self) -> str:
        return self.name
