"""“老园丁”工作室: where elders of one or several units work together, with what a studio needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

import pghistory
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from activities.choices import ActivityState
from activities.models.activities import Activity
from activities.models.partners import Partner
from committees.models import Person, Unit, User
from committees.models.scoping import ScopedQuerySet
from committees.policy import Can
from portal.kernel.models import StoredFile
from portal.kernel.ranges import no_overlap


class StudioRules(models.Model):
    """What a city asks of its studios; a city without a row lives by these defaults."""

    city = models.OneToOneField(Unit, models.PROTECT, related_name="studio_rules")
    least_members = models.PositiveSmallIntegerField("至少几名成员", default=3)
    least_activities = models.PositiveSmallIntegerField("一年至少几次活动", default=4)

    def __str__(self) -> str:
        return f"{self.city} {self.least_members}/{self.least_activities}"


def studio_rules(city: Unit) -> StudioRules:
    """The city's own numbers, or the defaults where it has set none."""
    return StudioRules.objects.filter(city=city).first() or StudioRules(city=city)


class StudioQuerySet(ScopedQuerySet["Studio"]):
    view_power = Can.STUDIO_VIEW

    def in_city(self, city: Unit) -> Self:
        return self.filter(unit__city=city)

    def open(self) -> Self:
        return self.filter(closed_on=None)

    def editable_by(self, user: Any) -> Self:
        return self.reachable_by(user, Can.STUDIO_EDIT)

    def with_year(self, year: int, *, on: date) -> Self:
        """Annotate `member_count` on that day, `done` records of the year, and `has_plan`."""
        members = StudioMember.objects.filter(studio=OuterRef("pk"), period__contains=on)
        done = StudioActivity.objects.filter(
            studio=OuterRef("pk"),
            activity__state=ActivityState.ACCEPTED,
            activity__held_on__year=year,
        )
        plans = StudioPlan.objects.filter(studio=OuterRef("pk"), year=year)
        return self.annotate(
            member_count=_counted(members), done=_counted(done), has_plan=Exists(plans)
        )


def _counted(rows: models.QuerySet[Any]) -> Coalesce:
    count = rows.order_by().values("studio").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(count), 0)


@pghistory.track()
class Studio(models.Model):
    """One studio of a host unit; `is_joint` where several schools of a town share it."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="studios", verbose_name="所在单位")
    name = models.CharField("名称", max_length=60)
    leader = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", verbose_name="领衔人"
    )
    room = models.CharField("场所", max_length=80, blank=True)
    plaque_on = models.DateField("授牌日期", null=True, blank=True)
    founded_on = models.DateField("成立日期", null=True, blank=True)
    rules = models.TextField("制度", blank=True)
    co_sponsor = models.ForeignKey(
        Partner, models.PROTECT, null=True, related_name="studios", verbose_name="协办单位"
    )
    is_joint = models.BooleanField("片区联建", default=False)
    closed_on = models.DateField("停办日期", null=True, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = StudioQuerySet.as_manager()

    class Meta:
        ordering = ["unit__path", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "name"],
                name="studio_name_once_a_unit",
                violation_error_message="这个单位已经有同名的工作室",
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None)
                | Q(founded_on=None)
                | Q(closed_on__gte=F("founded_on")),
                name="studio_closes_after_it_opens",
                violation_error_message="停办日期要在成立日期以后，请核对",
            ),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class StudioMember(models.Model):
    """A person works in the studio in this half-open range; the leader is one of them."""

    studio = models.ForeignKey(Studio, models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, models.PROTECT, related_name="studio_memberships")
    period = DateRangeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            no_overlap(
                "studio_member_once_at_a_time",
                "studio",
                "person",
                message="这位同志这段时间已经是工作室成员",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}（{self.studio}）"

    @property
    def since(self) -> date | None:
        day: date | None = self.period.lower
        return day


class StudioPlan(models.Model):
    """The plan of one year: written here, uploaded, or both."""

    studio = models.ForeignKey(Studio, models.PROTECT, related_name="plans")
    year = models.PositiveSmallIntegerField("年份")
    text = models.TextField("计划", blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    file_name = models.CharField(max_length=200, blank=True)
    saved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(fields=["studio", "year"], name="studio_plan_once_a_year"),
            models.CheckConstraint(
                condition=~Q(text="") | Q(file__isnull=False), name="studio_plan_says_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.studio} {self.year}年计划"


class StudioActivity(models.Model):
    """This record is work of the studio; the unit that wrote it down is the record's own."""

    studio = models.ForeignKey(Studio, models.PROTECT, related_name="work")
    activity = models.OneToOneField(Activity, models.CASCADE, related_name="studio_work")

    def __str__(self) -> str:
        return f"{self.activity}（{self.studio}）"


@dataclass(frozen=True, slots=True)
class Have:
    """One of the 六有: whether it is there, and what was found or is wanting, in words."""

    name: str
    is_met: bool
    found: str


def six_haves(studio: Any, rules: StudioRules) -> list[Have]:
    """The 六有 of a studio that `with_year` annotated; nothing is ticked by hand.

    Source of the six: domain.md 4.3 (有牌子、有场所、有队伍、有制度、有计划、有档案).
    """
    return list(_haves(studio, rules))


def _haves(studio: Any, rules: StudioRules) -> Iterator[Have]:
    plaque = f"{studio.plaque_on.year}年{studio.plaque_on.month}月" if studio.plaque_on else ""
    members, done = studio.member_count, studio.done
    yield Have("有牌子", bool(plaque), f"{plaque}授牌" if plaque else "还没有授牌日期")
    yield Have("有场所", bool(studio.room), studio.room or "还没有写在哪里活动")
    yield Have(
        "有队伍",
        studio.leader_id is not None and members >= rules.least_members,
        f"成员 {members} 人（要求 {rules.least_members} 人）"
        + ("" if studio.leader_id else "，还没有领衔人"),
    )
    yield Have("有制度", bool(studio.rules), "已经写了" if studio.rules else "还没有写制度")
    yield Have(
        "有计划", studio.has_plan, "今年的计划有了" if studio.has_plan else "今年的计划还没有"
    )
    yield Have(
        "有活动档案",
        done >= rules.least_activities,
        f"通过的活动 {done} 次（要求 {rules.least_activities} 次）",
    )
