"""简报: a series of a unit, its issues, and the articles put together from accepted records."""

from __future__ import annotations

from typing import Any, Self

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from activities.models import Activity, ActivityFile
from committees.models import Unit, User
from committees.models.scoping import ScopedQuerySet, scope_q
from committees.policy import Can
from evaluations.choices import AnnualSection, BulletinState, Cadence
from portal.kernel.blocks import Block, blocks_of
from portal.kernel.calendar import parse_period
from portal.kernel.fields import choices_are_known
from portal.kernel.models import StoredFile


class SeriesQuerySet(ScopedQuerySet["BulletinSeries"]):
    view_power = Can.BULLETIN_VIEW


@pghistory.track()
class BulletinSeries(models.Model):
    """A bulletin one unit brings out again and again, such as 教育关工简报 of a bureau."""

    slug = models.CharField(
        "代号",
        max_length=40,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9-]+$", "代号只用小写字母、数字和短横线")],
        error_messages={"unique": "这个代号已经有简报用了，换一个"},
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="bulletins", verbose_name="单位")
    name = models.CharField("简报名称", max_length=40)
    publisher = models.CharField("编印单位", max_length=60)
    cadence = models.CharField("多久一期", max_length=7, choices=Cadence.choices)
    report_to = models.CharField("报", max_length=200, blank=True)
    send_to = models.CharField("送", max_length=200, blank=True)
    issue_to = models.CharField("发", max_length=200, blank=True)
    copies = models.PositiveIntegerField("共印份数", default=0)
    earlier_issues = models.PositiveIntegerField("以前已印期数", default=0)
    # On this day after a period ends its issue opens by itself; none: an editor opens each.
    opens_day = models.PositiveSmallIntegerField("一期结束后第几天开编", null=True, blank=True)
    # The first period opened so is the one that holds this day.
    automatic_from = models.DateField(null=True, editable=False)
    # Who of the unit gets the work of an issue; nobody named: everyone there who may edit.
    editors = models.ManyToManyField(User, blank=True, related_name="+", verbose_name="编辑")

    objects = SeriesQuerySet.as_manager()

    class Meta:
        ordering = ["unit__path", "pk"]
        constraints = [
            choices_are_known("bulletin_cadence_is_known", "cadence", Cadence),
            models.UniqueConstraint(
                fields=["unit", "name"],
                name="bulletin_name_once_a_unit",
                violation_error_message="这个单位已经有同名的简报",
            ),
            models.CheckConstraint(
                condition=Q(opens_day__isnull=True, automatic_from__isnull=True)
                | Q(opens_day__gte=1, opens_day__lte=28, automatic_from__isnull=False),
                name="automatic_series_has_day_and_start",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class IssueQuerySet(models.QuerySet["BulletinIssue"]):
    def visible_to(self, user: Any) -> Self:
        """Printed issues of the whole city; unfinished ones only where they are made or signed."""
        path = "series__unit__path"
        printed = scope_q(user, Can.BULLETIN_VIEW, path) & Q(state=BulletinState.ISSUED)
        making = scope_q(user, Can.BULLETIN_EDIT, path) | scope_q(user, Can.BULLETIN_SIGN, path)
        return self.filter(printed | making)

    def newest(self) -> Self:
        return self.order_by("-starts_on", "-pk")


@pghistory.track(exclude=["content"])
class BulletinIssue(models.Model):
    """One issue for one period, and supplements (增刊) beside it, which count by themselves.

    Its number is taken in the transaction that prints it. `content` is what was signed and then
    printed, as documents.bulletin_page made it; records may change afterwards, it never does.
    """

    series = models.ForeignKey(BulletinSeries, models.PROTECT, related_name="issues")
    period = models.CharField("期间", max_length=7)
    year = models.PositiveSmallIntegerField(editable=False)
    starts_on = models.DateField(editable=False)
    ends_on = models.DateField(editable=False)
    is_supplement = models.BooleanField(default=False, editable=False)
    topic = models.CharField("增刊的主题", max_length=40, blank=True)
    editor_note = models.TextField("编者按", blank=True)
    # Of the editor's note; each article has its own.
    version = models.PositiveIntegerField(default=1, editable=False)
    state = models.CharField(
        max_length=9, choices=BulletinState.choices, default=BulletinState.DRAFT
    )
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    signed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    dated_on = models.DateField("印发日期", null=True)
    issue_no = models.PositiveIntegerField("期号", null=True)
    total_no = models.PositiveIntegerField("总期号", null=True)
    supplement_no = models.PositiveIntegerField("增刊期号", null=True)
    pdf = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    content = models.JSONField(default=dict)
    issued_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = IssueQuerySet.as_manager()

    class Meta:
        constraints = [
            choices_are_known("bulletin_state_is_known", "state", BulletinState),
            models.UniqueConstraint(
                fields=["series", "period"],
                condition=Q(is_supplement=False),
                name="one_issue_a_period",
                violation_error_message="这一期已经建好了",
            ),
            models.UniqueConstraint(
                fields=["series", "year", "issue_no"], name="bulletin_number_once_a_year"
            ),
            models.UniqueConstraint(fields=["series", "total_no"], name="bulletin_total_once"),
            models.UniqueConstraint(
                fields=["series", "year", "supplement_no"], name="supplement_number_once_a_year"
            ),
            models.CheckConstraint(
                condition=Q(state="issued", dated_on__isnull=False, pdf__isnull=False)
                & Q(issued_at__isnull=False)
                & (
                    Q(is_supplement=False, supplement_no=None)
                    & Q(issue_no__gte=1, total_no__gte=F("issue_no"))
                    | Q(is_supplement=True, supplement_no__gte=1, issue_no=None, total_no=None)
                )
                | ~Q(state="issued")
                & Q(issue_no=None, total_no=None, supplement_no=None, pdf=None, issued_at=None),
                name="issued_bulletin_is_whole_and_no_other_is_numbered",
            ),
            models.CheckConstraint(
                condition=Q(is_supplement=False, topic="") | Q(is_supplement=True) & ~Q(topic=""),
                name="supplement_has_its_topic",
            ),
            models.CheckConstraint(
                condition=~Q(state="signed") | Q(dated_on__isnull=False),
                name="signed_bulletin_has_its_date",
            ),
            models.CheckConstraint(
                condition=Q(starts_on__lte=F("ends_on")), name="bulletin_period_runs_forward"
            ),
        ]
        indexes = [models.Index(fields=["series", "-starts_on"], name="bulletin_newest")]
        triggers = [
            pgtrigger.Protect(
                name="issued_is_frozen",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state="issued"),
            )
        ]

    def __str__(self) -> str:
        what = f"增刊：{self.topic}" if self.is_supplement else self.period_label
        return f"{self.series}（{what}）"

    @property
    def unit(self) -> Unit:
        """Where the bulletin is made, as the audit trail asks of everything."""
        return self.series.unit

    @property
    def period_label(self) -> str:
        return parse_period(self.period).label

    @property
    def number_label(self) -> str:
        """第1期（总第5期）, 增刊第1期; an issue not printed yet has no number."""
        if self.supplement_no is not None:
            return f"{self.year}年增刊第{self.supplement_no}期"
        if self.issue_no is None:
            return "还没编号"
        return f"{self.year}年第{self.issue_no}期（总第{self.total_no}期）"

    @property
    def file_name(self) -> str:
        return f"{self.stem}.pdf"

    @property
    def stem(self) -> str:
        """What files made of it are called."""
        return f"{self.series.name}{f'增刊-{self.topic}' if self.is_supplement else self.period}"


FREEZE_ARTICLES = """
    IF EXISTS (
        SELECT 1 FROM evaluations_bulletinissue
        WHERE state = 'issued'
        AND id IN (
            CASE WHEN TG_OP = 'INSERT' THEN NEW.issue_id ELSE OLD.issue_id END,
            CASE WHEN TG_OP = 'DELETE' THEN OLD.issue_id ELSE NEW.issue_id END
        )
    ) THEN
        RAISE EXCEPTION 'the articles of an issued bulletin are frozen';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
"""


@pghistory.track()
class BulletinArticle(models.Model):
    """One article; `source` is the record it was made from, none for an editor's own text.

    `keys` name the paragraphs of `body` one by one, so that a paragraph keeps its sources
    (ArticleSource) while the text around it is shortened, put in another order or comes back from
    Word. `original` is the text as it came in, kept with its own keys.
    """

    issue = models.ForeignKey(BulletinIssue, models.CASCADE, related_name="articles")
    position = models.PositiveSmallIntegerField()
    title = models.CharField("标题", max_length=120)
    comment = models.TextField("按语", blank=True)
    body = models.TextField("正文")
    contributor = models.CharField("供稿", max_length=80, blank=True)
    keys = ArrayField(models.CharField(max_length=12), default=list, editable=False)
    original = models.TextField(blank=True, editable=False)
    original_keys = ArrayField(models.CharField(max_length=12), default=list, editable=False)
    # The article of an issue printed before that this one puts right (更正).
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="corrections", editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    changed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    source = models.ForeignKey(
        Activity, models.PROTECT, null=True, related_name="bulletin_articles"
    )
    # Or the section of a unit's yearly bulletin it was taken from.
    annual = models.ForeignKey(
        "evaluations.AnnualBulletin", models.PROTECT, null=True, related_name="articles"
    )
    section = models.CharField(max_length=11, choices=AnnualSection.choices, blank=True)
    photos = models.ManyToManyField(ActivityFile, blank=True, related_name="+")

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["issue", "position"],
                name="article_place_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.UniqueConstraint(
                fields=["issue", "source"],
                condition=Q(source__isnull=False),
                name="record_once_an_issue",
            ),
            models.UniqueConstraint(
                fields=["issue", "annual", "section"],
                condition=Q(annual__isnull=False),
                name="annual_section_once_an_issue",
                violation_error_message="这一栏已经在这一期里了",
            ),
            models.CheckConstraint(
                condition=Q(annual=None, section="")
                | Q(annual__isnull=False, source=None) & ~Q(section=""),
                name="article_has_one_source",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="issued_articles_are_frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=FREEZE_ARTICLES,
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def blocks(self) -> list[Block]:
        return blocks_of(self.body, self.keys, stem=f"{self.pk}n")

    @property
    def is_shortened(self) -> bool:
        return bool(self.original) and len(self.body) < len(self.original)
