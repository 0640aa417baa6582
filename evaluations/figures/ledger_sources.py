"""Where the boxes of a 台账 take their papers from: one source, one queryset, one way to read it.

A source is asked twice: how many rows each of many units has (for the list), and what one unit's
rows say (for its page, its index and its archive). Both ask the same queryset.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from activities.models import Activity, Appointment, ObligationCell, TaskWork, WorkPlan
from committees.choices import CheckState, CommitteePaper
from committees.models import (
    Committee,
    CommitteeDocument,
    FiveHavesCheck,
    ObligationSet,
    Person,
    Post,
)
from evaluations.choices import BulletinState, TitleState
from evaluations.figures import ledger_reading as read
from evaluations.figures.ledger_reading import Entry, Section
from evaluations.models import Appraisal, BulletinArticle, BulletinIssue, Title
from reading_program.choices import PlanState as ReadingPlanState
from reading_program.models import ImplementationPlan

MEETINGS = (
    "promotion_meeting", "training", "report_heard", "full_meeting",
    "party_study", "party_deploy", "party_assess",
)  # fmt: skip
READING = ("reading",)


@dataclass(frozen=True, slots=True)
class Source:
    """`found` takes a year; `unit` is the path to the unit a row belongs to.

    What belongs to the whole city (`is_citys`) lies in every unit's box. What is computed from
    other boxes (`is_computed`) fills none.
    """

    name: str
    found: Callable[[int], QuerySet[Any]]
    unit: str
    read: Callable[[Sequence[Any]], tuple[Entry, ...] | tuple[tuple[str, ...], ...]]
    headings: tuple[str, ...] = ()
    is_citys: bool = False
    is_computed: bool = False

    def section(self, rows: Iterable[Any]) -> Section:
        told: Any = self.read(list(rows))
        if self.headings:
            return Section(self.name, headings=self.headings, rows=told)
        return Section(self.name, entries=told)


def _overlapping(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year + 1, 1, 1)


def _accepted(year: int) -> QuerySet[Activity]:
    return (
        Activity.objects.accepted()
        .in_year(year)
        .select_related("kind")
        .prefetch_related("files__file")
        .order_by("held_on", "pk")
    )


def _published(year: int) -> QuerySet[WorkPlan]:
    return WorkPlan.objects.filter(year=year, state="published").select_related("source")


def _papers(*kinds: str) -> Callable[[int], QuerySet[CommitteeDocument]]:
    return lambda year: (
        CommitteeDocument.objects.filter(paper__in=kinds, added_at__year__lte=year)
        .select_related("file")
        .order_by("added_at", "pk")
    )


SOURCES: dict[str, Source] = {
    "plans": Source("上级工作要点", _published, "city", read.plans, is_citys=True),
    "duties_asked": Source(
        "上级义务要求",
        lambda year: ObligationSet.objects.filter(year=year, published_at__isnull=False)
        .prefetch_related("items")
        .order_by("version"),
        "city", read.asked, is_citys=True,
    ),
    "own_papers": Source(
        "本单位发文",
        lambda year: _papers(CommitteePaper.ADJUSTMENT)(year).filter(added_at__year=year),
        "committee__host", read.committee_papers,
    ),
    "committee": Source(
        "关工委",
        lambda year: Committee.objects.filter(dissolved_on=None).order_by("pk"),
        "host", read.committees,
    ),
    "founding_papers": Source(
        "成立、换届文件", _papers(CommitteePaper.FOUNDING, CommitteePaper.TERM),
        "committee__host", read.committee_papers,
    ),
    "posts": Source(
        "班子花名册",
        lambda year: Post.objects.filter(period__overlap=_overlapping(year))
        .select_related("person")
        .order_by("position", "pk"),
        "committee__host", read.posts, ("职务", "姓名", "原工作单位及职务", "任职时间"),
    ),
    "elders": Source(
        "“五老”名册",
        lambda year: Person.objects.exclude(categories=[]).order_by("name", "pk"),
        "unit", read.elders, ("姓名", "性别", "原工作单位及职务", "“五老”类别", "特长"),
    ),
    "appointments": Source(
        "聘书登记",
        lambda year: Appointment.objects.filter(period__overlap=_overlapping(year))
        .select_related("mentor__person")
        .order_by("year", "serial"),
        "unit", read.appointments, ("聘书编号", "姓名", "聘为", "聘期"),
    ),
    "meetings": Source(
        "会议和学习",
        lambda year: _accepted(year).filter(kind__slug__in=MEETINGS),
        "unit", read.records,
    ),
    "deeds": Source(
        "活动",
        lambda year: _accepted(year).exclude(kind__slug__in=[*MEETINGS, *READING]),
        "unit", read.records,
    ),
    "reading": Source(
        "读书活动记录",
        lambda year: _accepted(year).filter(kind__slug__in=READING), "unit", read.records,
    ),
    "reading_plans": Source(
        "实施方案",
        lambda year: ImplementationPlan.objects.filter(
            state__in=[ReadingPlanState.SUBMITTED, ReadingPlanState.ACCEPTED],
            submitted_at__year=year,
        ).select_related("edition", "file").order_by("submitted_at", "pk"),
        "unit", read.reading_plans,
    ),
    "issues": Source(
        "编印的简报",
        lambda year: BulletinIssue.objects.filter(year=year, state=BulletinState.ISSUED)
        .select_related("series", "pdf")
        .order_by("starts_on", "pk"),
        "series__unit", read.issues,
    ),
    "articles": Source(
        "被采用的文章",
        lambda year: BulletinArticle.objects.filter(
            issue__year=year, issue__state=BulletinState.ISSUED
        ).select_related("issue__series").order_by("issue__starts_on", "position"),
        "source__unit", read.articles,
    ),
    "five_haves": Source(
        "“五有”自查",
        lambda year: FiveHavesCheck.objects.filter(year=year)
        .exclude(state=CheckState.DRAFT)
        .prefetch_related("answers__file"),
        "unit", read.five_haves,
    ),
    "honours": Source(
        "五老和关工同志得到的称号",
        lambda year: Person.objects.exclude(honour="").order_by("name", "pk"),
        "unit", read.honours, ("姓名", "称号", "原工作单位及职务"),
    ),
    "appraisals": Source(
        "“五好”申报和评定",
        lambda year: Appraisal.objects.filter(campaign__year=year, submitted_at__isnull=False)
        .select_related("campaign__rubric")
        .prefetch_related("evidence__file", "evidence__activity")
        .order_by("submitted_at", "pk"),
        "unit", read.appraisals,
    ),
    "titles": Source(
        "单位得到的称号",
        lambda year: Title.objects.filter(named_on__year__lte=year)
        .exclude(state=TitleState.REVOKED, checked_on__year__lte=year)
        .order_by("named_on", "pk"),
        "unit", read.titles, ("称号", "命名文件", "命名日期", "复核情况"),
    ),
    "tasks": Source(
        "工作要点完成情况",
        lambda year: TaskWork.objects.filter(
            task__node__plan__year=year, task__node__plan__state="published"
        ).select_related("task").order_by("task__node__position", "task__position"),
        "unit", read.tasks, ("任务", "进展", "反馈", "答复"),
    ),
    "duties": Source(
        "年度要求完成情况",
        lambda year: ObligationCell.objects.filter(
            item__obligation_set__year=year, item__obligation_set__published_at__isnull=False,
            counted__gt=0,
        ).select_related("item").order_by("item__position", "pk"),
        "unit", read.duties, ("项目", "要求", "已计入", "做满的日期"),
    ),
    "totals": Source(
        "全年活动统计", _accepted, "unit", read.totals,
        ("类型", "次数", "参加人次", "“五老”人次", "青少年人次"), is_computed=True,
    ),
}  # fmt: skip
