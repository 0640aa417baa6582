"""“五好”创建: a campaign of one year, one unit's appraisal in it, and its three columns."""

from __future__ import annotations

from typing import Any

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from activities.models import Activity
from committees.models import Unit, User
from committees.models.scoping import STEP, ScopedQuerySet, reaches
from committees.policy import Can
from evaluations.choices import AppraisalState, Asking, CampaignState, Column, TitleState, Way
from evaluations.models.rubrics import Rubric
from portal.kernel.fields import choices_are_known
from portal.kernel.models import StoredFile


class PointsField(models.DecimalField[Any, Any]):
    """Points with halves and hundredths, never a binary float."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_digits": 6, "decimal_places": 2, **kwargs})


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def visible_to(self, user: Any) -> CampaignQuerySet:
        """The campaigns of one's own city; one being prepared only where it is prepared."""
        roots = {path[:STEP] for _, path in reaches(user, Can.FIVE_GOOD_VIEW)}
        editing = {path[:STEP] for _, path in reaches(user, Can.FIVE_GOOD_EDIT)}
        begun = Q(city__path__in=roots) & ~Q(state=CampaignState.PREPARING)
        return self.filter(begun | Q(city__path__in=editing))


@pghistory.track()
class Campaign(models.Model):
    """One year's appraisal by one table of points. The year is what is proved, not the day."""

    city = models.ForeignKey(Unit, models.PROTECT, related_name="campaigns")
    year = models.PositiveSmallIntegerField("年度")
    name = models.CharField("名称", max_length=60)
    rubric = models.ForeignKey(Rubric, models.PROTECT, related_name="campaigns")
    self_due = models.DateField("自评截止")
    office_due = models.DateField("教办初评截止")
    city_due = models.DateField("市局复评截止")
    asking = models.CharField(
        "评哪些单位", max_length=7, choices=Asking.choices, default=Asking.ALL
    )
    share = models.PositiveSmallIntegerField("抽查比例", null=True)  # per cent
    seed = models.CharField("抽签种子", max_length=40, blank=True)
    way = models.CharField("怎么看", max_length=6, choices=Way.choices, default=Way.DESK)
    public_from = models.DateField("公示开始", null=True)
    public_until = models.DateField("公示到", null=True)
    state = models.CharField(
        max_length=9, choices=CampaignState.choices, default=CampaignState.PREPARING
    )
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "pk"]
        constraints = [
            choices_are_known("campaign_state_is_known", "state", CampaignState),
            models.UniqueConstraint(
                fields=["city", "year", "name"],
                name="campaign_name_once_a_year",
                violation_error_message="这一年已经有同名的创建活动",
            ),
            models.CheckConstraint(
                condition=Q(self_due__lte=F("office_due"), office_due__lte=F("city_due")),
                name="campaign_days_follow_each_other",
                violation_error_message="自评、初评、复评的截止日期要一个比一个晚",
            ),
            choices_are_known("campaign_asking_is_known", "asking", Asking),
            choices_are_known("campaign_way_is_known", "way", Way),
            models.CheckConstraint(
                condition=~Q(state="public")
                | Q(public_from__isnull=False, public_until__gte=F("public_from")),
                name="publicity_has_its_days",
                violation_error_message="公示要有开始和结束的日期",
            ),
            models.CheckConstraint(
                condition=~Q(asking__in=["sample", "strata"]) | Q(share__gte=1, share__lte=100),
                name="sample_has_a_share",
                violation_error_message="抽查要写明比例，1 到 100",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def unit(self) -> Unit:
        return self.city


class AppraisalQuerySet(ScopedQuerySet["Appraisal"]):
    view_power = Can.FIVE_GOOD_VIEW


@pghistory.track()
class Appraisal(models.Model):
    """One unit in a campaign. The totals are the engine's, written with the last change."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="appraisals")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="appraisals")
    state = models.CharField(
        max_length=11, choices=AppraisalState.choices, default=AppraisalState.OPEN
    )
    self_total = PointsField("自评", null=True)
    office_total = PointsField("初评", null=True)
    city_total = PointsField("复评", null=True)
    grade = models.CharField("等次", max_length=20, blank=True)  # a code; of the last column
    agreed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    agreed_at = models.DateTimeField(null=True)
    signed_name = models.CharField("签名人", max_length=30, blank=True)
    submitted_at = models.DateTimeField(null=True)
    return_reason = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = AppraisalQuerySet.as_manager()

    class Meta:
        ordering = ["unit__path"]
        constraints = [
            choices_are_known("appraisal_state_is_known", "state", AppraisalState),
            models.UniqueConstraint(fields=["campaign", "unit"], name="one_appraisal_a_campaign"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "returned"])
                | Q(agreed_at__isnull=False, submitted_at__isnull=False) & ~Q(signed_name=""),
                name="handed_in_appraisal_is_agreed_and_signed",
            ),
        ]
        indexes = [models.Index(fields=["campaign", "state"], name="appraisal_state")]

    def __str__(self) -> str:
        return f"{self.unit.name}{self.campaign}"

    @property
    def grade_name(self) -> str:
        return self.campaign.rubric.grade_name(self.grade) if self.grade else ""


@pghistory.track()
class AppraisalEntry(models.Model):
    """What one column says of one criterion, bonus or veto, and what the engine makes of it.

    `values` are the findings of scoring-contract.md: {"minutes": true, "meetings": 3}; for a bonus
    {"count": 1}, for a veto {"stands": true}.
    """

    appraisal = models.ForeignKey(Appraisal, models.CASCADE, related_name="entries")
    column = models.CharField(max_length=6, choices=Column.choices)
    code = models.CharField(max_length=20)
    values = models.JSONField(default=dict)
    applies = models.BooleanField(default=True)
    score = PointsField()
    maximum = PointsField()
    reason = models.TextField("扣分理由", blank=True)
    changed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["code"]
        constraints = [
            choices_are_known("appraisal_column_is_known", "column", Column),
            models.UniqueConstraint(
                fields=["appraisal", "column", "code"], name="one_entry_a_column_and_code"
            ),
            models.CheckConstraint(
                condition=Q(score__gte=0, score__lte=F("maximum")), name="score_within_its_maximum"
            ),
            # 杭州 form, column 扣分理由: who takes points off says why (domain.md 1.4).
            models.CheckConstraint(
                condition=Q(column="self")
                | Q(score=F("maximum"))
                | Q(applies=False)
                | ~Q(reason=""),
                name="points_taken_off_have_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_column_display()} {self.code}"


class AppraisalEvidence(models.Model):
    """A record or a paper behind a criterion; `proves_on` is the day it proves, not of upload."""

    appraisal = models.ForeignKey(Appraisal, models.CASCADE, related_name="evidence")
    code = models.CharField(max_length=20)
    activity = models.ForeignKey(Activity, models.PROTECT, null=True, related_name="+")
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    name = models.CharField("名称", max_length=200)
    proves_on = models.DateField("能证明哪一天的事")
    added_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["proves_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(activity__isnull=False, file=None)
                | Q(activity=None, file__isnull=False),
                name="evidence_is_a_record_or_a_paper",
            ),
            models.UniqueConstraint(
                fields=["appraisal", "code", "activity"], name="record_proves_a_line_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TitleQuerySet(ScopedQuerySet["Title"]):
    view_power = Can.FIVE_GOOD_VIEW


@pghistory.track()
class Title(models.Model):
    """“五好”关工委 as a unit holds it; it lapses where the yearly recheck says so (动态管理)."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="titles")
    name = models.CharField("称号", max_length=60)
    appraisal = models.OneToOneField(Appraisal, models.PROTECT, null=True, related_name="title")
    document = models.CharField("命名文件", max_length=60, blank=True)
    named_on = models.DateField("命名日期")
    state = models.CharField(max_length=7, choices=TitleState.choices, default=TitleState.KEPT)
    checked_on = models.DateField("最近复核", null=True)
    note = models.CharField("说明", max_length=200, blank=True)
    mend_by = models.DateField("整改到", null=True)

    objects = TitleQuerySet.as_manager()

    class Meta:
        ordering = ["unit__path", "-named_on"]
        constraints = [
            choices_are_known("title_state_is_known", "state", TitleState),
            models.UniqueConstraint(
                fields=["unit", "name"],
                condition=~Q(state="revoked"),
                name="one_living_title_of_a_name",
                violation_error_message="这个单位已经有这个称号",
            ),
            models.CheckConstraint(
                condition=Q(state="warned", mend_by__isnull=False) | ~Q(state="warned"),
                name="warning_has_a_day_to_mend_by",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit.name}“{self.name}”"
