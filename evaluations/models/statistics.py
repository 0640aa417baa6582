"""统计年报: the form as versioned data, what a year asks, one unit's numbers, later corrections."""

from __future__ import annotations

from typing import Any, Self

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from committees.models import Unit, User
from committees.models.scoping import STEP, ScopedQuerySet, reaches, scope_q
from committees.policy import Can
from evaluations.choices import ReportState, TableLevel, TableState
from portal.kernel.fields import choices_are_known

STANDING = (ReportState.SIGNED, ReportState.GATHERED)


class TableQuerySet(ScopedQuerySet["StatisticsTable"]):
    unit_path = "city__path"

    def visible_to(self, user: Any) -> Self:
        """The city's own forms; a draft only for who writes it."""
        roots = {path[:STEP] for _, path in reaches(user, Can.STATISTICS_VIEW)}
        drafts = scope_q(user, Can.STATISTICS_EDIT, "city__path")
        return self.filter(city__path__in=roots).filter(Q(state=TableState.PUBLISHED) | drafts)

    def published(self) -> Self:
        return self.filter(state=TableState.PUBLISHED)


@pghistory.track(exclude=["content"])
class StatisticsTable(models.Model):
    """One version of a form, read by figures/statistics_form.py; published it never changes."""

    city = models.ForeignKey(Unit, models.PROTECT, related_name="statistics_tables")
    name = models.CharField("名称", max_length=60)
    level = models.CharField(max_length=5, choices=TableLevel.choices, default=TableLevel.CITY)
    version = models.PositiveSmallIntegerField("版本")
    content = models.JSONField()
    basis = models.CharField("依据", max_length=200, blank=True)
    state = models.CharField(max_length=9, choices=TableState.choices, default=TableState.DRAFT)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    published_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True, editable=False)

    objects = TableQuerySet.as_manager()

    class Meta:
        ordering = ["city__path", "level", "name", "-version"]
        constraints = [
            choices_are_known("statistics_table_level_is_known", "level", TableLevel),
            choices_are_known("statistics_table_state_is_known", "state", TableState),
            models.UniqueConstraint(
                fields=["city", "name", "version"], name="statistics_table_version_once"
            ),
            models.CheckConstraint(
                condition=Q(state="published", published_at__isnull=False)
                | Q(state="draft", published_at=None),
                name="published_statistics_table_says_when",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="published_statistics_table_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state="published"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}（第 {self.version} 版）"

    @property
    def unit(self) -> Unit:
        return self.city


class RoundQuerySet(ScopedQuerySet["StatisticsRound"]):
    def visible_to(self, user: Any) -> Self:
        roots = {path[:STEP] for _, path in reaches(user, Can.STATISTICS_VIEW)}
        return self.filter(city__path__in=roots)


@pghistory.track()
class StatisticsRound(models.Model):
    """What a city asks of one year: which version of the form, and by when."""

    city = models.ForeignKey(Unit, models.PROTECT, related_name="statistics_rounds")
    year = models.PositiveSmallIntegerField("年度")
    table = models.ForeignKey(StatisticsTable, models.PROTECT, related_name="rounds")
    due_on = models.DateField("哪天前报")

    objects = RoundQuerySet.as_manager()

    class Meta:
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "year"],
                name="statistics_once_a_year",
                violation_error_message="这一年的统计年报刚才已经布置了，刷新页面看看",
            )
        ]

    def __str__(self) -> str:
        return f"{self.year}年统计年报"

    @property
    def unit(self) -> Unit:
        return self.city


class ReportQuerySet(ScopedQuerySet["AnnualReport"]):
    view_power = Can.STATISTICS_VIEW

    def standing(self) -> Self:
        """Signed: what the levels above add up."""
        return self.filter(state__in=STANDING)


# What a signature is put to.
_SIGNED_FACTS = (
    "unit_id", "round_id", "answers", "snapshot", "total", "filled_by_id", "filled_at",
    "signed_by_id", "signed_at", "leader", "on_paper", "first_signed_at",
)  # fmt: skip
_CHANGED = pgtrigger.Q()
for _fact in _SIGNED_FACTS:
    _CHANGED |= pgtrigger.Q(**{f"old__{_fact}__df": pgtrigger.F(f"new__{_fact}")})


@pghistory.track(exclude=["version", "snapshot", "total"])
class AnnualReport(models.Model):
    """One unit's numbers of one year.

    `answers` is what people typed: code → {value, reason, note}; of an indicator that records
    answer it holds a value only where it differs, with the reason. `snapshot` is made by the
    signature: code → {value, records, reason, rows: [[row, amount], …]} of the unit's own;
    `total` by that of an office or the bureau: code → {value, plain, units} of all below it.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="annual_reports")
    round = models.ForeignKey(StatisticsRound, models.PROTECT, related_name="reports")
    answers = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=ReportState.choices, default=ReportState.FILLING)
    return_reason = models.TextField(blank=True, editable=False)
    filled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    filled_at = models.DateTimeField(null=True, editable=False)
    signed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True, editable=False)
    # One that was sent back and came again is as early as it first came.
    first_signed_at = models.DateTimeField(null=True, editable=False)
    leader = models.CharField("负责人", max_length=30, blank=True)
    # The leader has no account: the sheet was signed by hand, and the filler says by whom.
    on_paper = models.BooleanField(default=False)
    snapshot = models.JSONField(null=True)
    total = models.JSONField(null=True)
    gathered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    gathered_at = models.DateTimeField(null=True, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ReportQuerySet.as_manager()

    class Meta:
        constraints = [
            choices_are_known("report_state_is_known", "state", ReportState),
            models.UniqueConstraint(
                fields=["unit", "round"],
                name="report_once_a_unit",
                violation_error_message="这家单位这一年的年报刚才已经有人开始填了，刷新页面看看",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["signed", "gathered"],
                    snapshot__isnull=False,
                    filled_at__isnull=False,
                    signed_at__isnull=False,
                    first_signed_at__isnull=False,
                )
                & ~Q(leader="")
                | ~Q(state__in=["signed", "gathered"])
                & Q(snapshot=None, total=None, signed_at=None),
                name="signed_report_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(signed_at=None) | Q(on_paper=True) | ~Q(signed_by=F("filled_by")),
                name="two_people_answer_for_a_report",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(return_reason=""),
                name="returned_report_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(state="gathered") | Q(gathered_at__isnull=False),
                name="gathered_report_has_its_time",
            ),
        ]
        indexes = [models.Index(fields=["round", "state"], name="report_of_round")]
        triggers = [
            pgtrigger.Protect(
                name="signed_report_stands",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(
                    old__state__in=["signed", "gathered"], new__state__in=["signed", "gathered"]
                )
                & _CHANGED,
            ),
            pgtrigger.Protect(
                name="gathered_report_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state="gathered"),
            ),
            pgtrigger.Protect(
                name="signed_report_is_kept",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__state__in=["signed", "gathered"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit}{self.round}"

    @property
    def is_signed(self) -> bool:
        return self.state in STANDING


class ReportCorrection(models.Model):
    """A signed number was wrong: what it was, what it is, why, who said so and when."""

    report = models.ForeignKey(AnnualReport, models.PROTECT, related_name="corrections")
    code = models.CharField(max_length=10)
    before = models.BigIntegerField(null=True)
    after = models.BigIntegerField("改成")
    reason = models.CharField("为什么改", max_length=200)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="report_correction_says_why"),
            models.CheckConstraint(condition=Q(after__gte=0), name="corrected_number_is_a_count"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="report_corrections_stay", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.report} {self.code}：{self.after}"

    @property
    def unit(self) -> Unit:
        return self.report.unit
