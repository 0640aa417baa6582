"""One dated record of what was done; everything else takes from it."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone

from activities.choices import ActivitySource, ActivityState, FileRole
from activities.models.kinds import ActivityKind
from committees.choices import DatePrecision
from committees.models import Unit, User
from committees.models.scoping import STEP, ScopedQuerySet, reaches, scope_q, written_q
from committees.policy import Can
from portal.kernel.calendar import date_cn
from portal.kernel.fields import choices_are_known
from portal.kernel.models import StoredFile


def _cohosted(user: Any) -> Q:
    """Records that name a unit within reach as co-host; nothing new to who sees a whole city."""
    if any(len(path) == STEP for _, path in reaches(user, Can.ACTIVITY_VIEW)):
        return Q(pk__in=[])
    named = scope_q(user, Can.ACTIVITY_VIEW, "cohosts__unit__path")
    return Q(pk__in=Activity.objects.filter(named).values("pk"))


class ActivityQuerySet(ScopedQuerySet["Activity"]):
    view_power = Can.ACTIVITY_VIEW

    def visible_to(self, user: Any) -> Self:
        """Records of own and lower units, those they were named co-hosts of, and one's own.

        A draft is seen only where it may be written.
        """
        seen = scope_q(user, Can.ACTIVITY_VIEW, "unit__path") | _cohosted(user)
        seen |= written_q(user, Can.ACTIVITY_VIEW, "created_by")
        seen &= ~Q(state=ActivityState.DRAFT)
        return self.filter(seen | scope_q(user, Can.ACTIVITY_LOG, "unit__path"))

    def in_year(self, year: int) -> Self:
        return self.filter(held_on__gte=date(year, 1, 1), held_on__lte=date(year, 12, 31))

    def accepted(self) -> Self:
        return self.filter(state=ActivityState.ACCEPTED)

    def newest(self) -> Self:
        return self.order_by("-held_on", "-pk")

    def for_list(self) -> Self:
        return self.select_related("unit", "office", "kind").annotate(
            photo_count=models.Count("files", filter=Q(files__role=FileRole.PHOTO)),
            is_joint=models.Exists(
                Activity.objects.filter(pk=models.OuterRef("pk"), cohosts__state="confirmed")
            ),
        )


# What an accepted record says stands; only a correction (services/corrections.py) moves it.
FACTS = (
    "kind", "title", "held_on", "place", "host", "chair", "speakers", "attendance", "elders",
    "youth", "attendees", "minutes", "decisions", "extra",
)  # fmt: skip
# For pgtrigger.ignore, where a correction or a sheet brought in anew may move them.
FACTS_STAND = "activities.Activity:accepted_facts_stand"
_CHANGED = pgtrigger.Q()
for _fact in FACTS:
    _CHANGED |= pgtrigger.Q(**{f"old__{_fact}__df": pgtrigger.F(f"new__{_fact}")})


@pghistory.track(exclude=["version"])
class Activity(models.Model):
    """A meeting, lecture, reading or care activity of one unit.

    `office` and `city` are where the unit stood on the day it was held, so that a report by the
    hierarchy of that time needs no history query; the unit's own row tells where it stands now.
    """

    number = models.CharField("编号", max_length=20, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="activities", verbose_name="单位")
    office = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", editable=False)
    city = models.ForeignKey(Unit, models.PROTECT, related_name="+", editable=False)
    kind = models.ForeignKey(ActivityKind, models.PROTECT, null=True, verbose_name="类型")
    title = models.CharField("主题", max_length=120, blank=True)
    held_on = models.DateField("日期", null=True, blank=True)
    held_precision = models.CharField(
        max_length=5, choices=DatePrecision.choices, default=DatePrecision.DAY
    )
    place = models.CharField("地点", max_length=80, blank=True)
    host = models.CharField("主办", max_length=80, blank=True)
    chair = models.CharField("主持人", max_length=60, blank=True)
    speakers = models.CharField("主讲人", max_length=120, blank=True)
    attendance = models.PositiveIntegerField("到场人数", null=True, blank=True)
    elders = models.PositiveIntegerField("其中“五老”人次", null=True, blank=True)
    youth = models.PositiveIntegerField("受教育青少年人次", null=True, blank=True)
    attendees = models.TextField("到场名单", blank=True)
    minutes = models.TextField("内容", blank=True)
    decisions = models.TextField("议定事项", blank=True)
    # What the kind's own fields ask: KindField id → text, whole number or ISO date.
    extra = models.JSONField("这类活动的补充项", default=dict, blank=True)
    for_bulletin = models.BooleanField("推荐给简报", default=False)

    state = models.CharField(
        max_length=10, choices=ActivityState.choices, default=ActivityState.DRAFT
    )
    source = models.CharField(
        max_length=10, choices=ActivitySource.choices, default=ActivitySource.LOGGED
    )
    receiver = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", editable=False)
    submitted_at = models.DateTimeField(null=True, editable=False)
    reviewed_at = models.DateTimeField(null=True, editable=False)
    reviewed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    return_reason = models.TextField(blank=True, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        constraints = [
            choices_are_known("activity_state_is_known", "state", ActivityState),
            choices_are_known("activity_source_is_known", "source", ActivitySource),
            models.UniqueConstraint(
                fields=["city", "number"], condition=~Q(number=""), name="activity_number_once"
            ),
            models.CheckConstraint(
                condition=Q(state="draft")
                | Q(
                    kind__isnull=False,
                    held_on__isnull=False,
                    attendance__isnull=False,
                    submitted_at__isnull=False,
                )
                & ~Q(title="")
                & ~Q(number=""),
                name="activity_past_draft_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["accepted", "returned"]) | Q(reviewed_at__isnull=False),
                name="reviewed_activity_has_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(return_reason=""),
                name="returned_activity_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["city", "-held_on", "-id"], name="activity_city_newest"),
            models.Index(fields=["office", "-held_on", "-id"], name="activity_office_newest"),
            models.Index(
                fields=["office", "state", "-held_on", "-id"], name="activity_office_state"
            ),
            models.Index(fields=["unit", "-held_on", "-id"], name="activity_unit_newest"),
            models.Index(
                fields=["receiver", "submitted_at"],
                name="activity_queue",
                condition=Q(state="submitted"),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="accepted_facts_stand",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state="accepted", new__state="accepted") & _CHANGED,
            )
        ]

    def __str__(self) -> str:
        return self.title or "还没写主题的记录"

    @property
    def held_label(self) -> str:
        return date_cn(self.held_on, self.held_precision) if self.held_on else ""


class ActivityFile(models.Model):
    """A photo or a document of one record; never a condition for the record to count."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="files")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    role = models.CharField(max_length=10, choices=FileRole.choices)
    name = models.CharField(max_length=200)
    caption = models.CharField("说明", max_length=80, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    added_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            choices_are_known("activity_file_role_is_known", "role", FileRole),
            models.UniqueConstraint(fields=["activity", "file"], name="same_file_once_a_record"),
        ]

    def __str__(self) -> str:
        return self.name
