"""The year's work points (工作要点): a document as a tree, and the tasks it asks for."""

from __future__ import annotations

from typing import Any, Self

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from activities.choices import PlanState, TaskScope
from activities.models.kinds import ActivityKind
from committees.choices import SchoolStage
from committees.models import Unit, User
from committees.models.scoping import scope_q
from committees.policy import Can
from portal.kernel.fields import choices_are_known
from portal.kernel.models import StoredFile

SHOWN_NAMES = 3


class WorkPlanQuerySet(models.QuerySet["WorkPlan"]):
    def visible_to(self, user: Any) -> Self:
        """A published plan is for the whole city; a draft for those who may edit it."""
        seen = Q(state=PlanState.PUBLISHED) & scope_q(user, Can.PLAN_VIEW, "city__path")
        return self.filter(seen | scope_q(user, Can.PLAN_EDIT, "city__path"))

    def editable_by(self, user: Any) -> Self:
        return self.filter(scope_q(user, Can.PLAN_EDIT, "city__path"))


@pghistory.track()
class WorkPlan(models.Model):
    """One city's work points of one year."""

    city = models.ForeignKey(Unit, models.PROTECT, related_name="work_plans")
    year = models.PositiveSmallIntegerField("年度")
    title = models.CharField("标题", max_length=120)
    issuer = models.CharField("制发单位", max_length=80, blank=True)
    state = models.CharField(max_length=10, choices=PlanState.choices, default=PlanState.DRAFT)
    version = models.PositiveSmallIntegerField("版本", default=1)
    # The version a mid-year change starts from; what was done for its tasks goes along.
    amends = models.ForeignKey("self", models.PROTECT, null=True, related_name="amended_by")
    source = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    source_name = models.CharField(max_length=200, blank=True)
    published_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = WorkPlanQuerySet.as_manager()

    class Meta:
        constraints = [
            choices_are_known("plan_state_is_known", "state", PlanState),
            models.UniqueConstraint(
                fields=["city", "year"],
                condition=Q(state="published"),
                name="one_published_plan_a_year",
                violation_error_message="这一年的工作要点已经发布过了",
            ),
            models.UniqueConstraint(
                fields=["city", "year"],
                condition=Q(state="draft"),
                name="one_draft_plan_a_year",
                violation_error_message="这一年已经有一份草稿",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(published_at__isnull=False),
                name="published_plan_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def unit(self) -> Unit:
        return self.city


class PlanNode(models.Model):
    """One numbered place of the document, such as 一、 or （二） or 4."""

    plan = models.ForeignKey(WorkPlan, models.CASCADE, related_name="nodes")
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="children")
    position = models.PositiveSmallIntegerField()  # order in the whole document
    level = models.PositiveSmallIntegerField()  # 1 一、 2 （一） 3 1. 4 （1）
    number = models.CharField("编号", max_length=12, blank=True)
    title = models.CharField("标题", max_length=200)
    text = models.TextField("正文", blank=True)
    doubt = models.CharField("请核对", max_length=200, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["plan", "position"], name="node_place_once")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()


class PlanTask(models.Model):
    """One duty found in an item: who, what, until when, with which evidence."""

    node = models.ForeignKey(PlanNode, models.CASCADE, related_name="tasks")
    position = models.PositiveSmallIntegerField(default=0)
    text = models.CharField("任务", max_length=300)
    # Who: a rule over the tree; of schools only these stages, or the named units and no rule.
    scope = models.CharField("责任单位", max_length=20, choices=TaskScope.choices)
    stages = ArrayField(
        models.CharField(max_length=12, choices=SchoolStage.choices), default=list, blank=True
    )
    units = models.ManyToManyField(Unit, related_name="+", verbose_name="指定的单位")
    origin = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    due_on = models.DateField("完成时限", null=True, blank=True)
    evidence = models.CharField("需要的材料", max_length=120, blank=True)
    # Measured by the records of a kind, or by an item of the year's obligations (its code, which
    # every version of the set keeps); by neither, the unit itself tells.
    kind = models.ForeignKey(ActivityKind, models.PROTECT, null=True, related_name="+")
    obligation = models.SlugField(max_length=30, blank=True)
    target = models.CharField("目标数", max_length=20, blank=True)
    doubt = models.CharField("请核对", max_length=200, blank=True)

    class Meta:
        ordering = ["node__position", "position"]
        constraints = [
            choices_are_known("task_scope_is_known", "scope", TaskScope),
            models.CheckConstraint(
                condition=Q(kind__isnull=True) | Q(obligation=""),
                name="task_is_measured_one_way",
                violation_error_message="进度按活动记录算，或者按一项义务算，只能选一种",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def asked(self) -> str:
        """Whom the task asks, in words; of named units the first few."""
        if self.scope == TaskScope.NAMED:
            names = [unit.name for unit in self.units.all()]
            more = f"等 {len(names)} 个单位" if len(names) > SHOWN_NAMES else ""
            return ("、".join(names[:SHOWN_NAMES]) + more) or "还没有指定单位"
        label: str = self.get_scope_display()
        stages = "、".join(SchoolStage(stage).label for stage in self.stages)
        return f"{label}（学校只限{stages}）" if stages else label
