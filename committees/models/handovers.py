"""What was passed on: a post's account to the next holder, two entries into one, a sheet back."""

from __future__ import annotations

from typing import Any, Self

import pghistory
from django.db import models
from django.db.models import Q, TextChoices
from django.utils import timezone

from committees.models.people import Person, User
from committees.models.scoping import ScopedQuerySet, grants_of, scope_q
from committees.models.units import Unit
from committees.policy import Can, Role
from portal.kernel.fields import choices_are_known
from portal.kernel.models import StoredFile


class HandoverQuerySet(ScopedQuerySet["Handover"]):
    view_power = Can.ACCOUNT_MANAGE

    def visible_to(self, user: Any) -> Self:
        """Whoever manages accounts there, and the new holder for as long as the role is theirs.

        The sheet tells how the unit stands now, so the one who left does not read it.
        """
        if not user.is_authenticated:
            return self.none()
        held = [unit_id for _, _, unit_id in grants_of(user)]
        own = Q(to_user=user, unit__in=held)
        return self.filter(scope_q(user, self.view_power, "unit__path") | own)


class Handover(models.Model):
    """On this day the role at the unit went from one account to another (换人)."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="handovers")
    role = models.CharField("角色", max_length=20, choices=Role.choices)
    from_user = models.ForeignKey(User, models.PROTECT, related_name="+")
    to_user = models.ForeignKey(User, models.PROTECT, related_name="+")
    on = models.DateField("交接日期")
    note = models.TextField("交代的事", blank=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(default=timezone.now)

    objects = HandoverQuerySet.as_manager()

    class Meta:
        constraints = [
            choices_are_known("handover_role_is_known", "role", Role),
            models.CheckConstraint(
                condition=~Q(from_user=models.F("to_user")), name="handover_to_somebody_else"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.from_user} → {self.to_user}"


class PersonMergeQuerySet(ScopedQuerySet["PersonMerge"]):
    unit_path = "kept__unit__path"
    view_power = Can.PEOPLE_EDIT


class PersonMerge(models.Model):
    """Two entries of the register were one person; `changes` is what the undo needs."""

    kept = models.ForeignKey(Person, models.PROTECT, related_name="+")
    merged = models.ForeignKey(Person, models.PROTECT, related_name="+")
    changes = models.JSONField(default=list)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True)

    objects = PersonMergeQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.merged} → {self.kept}"


class DistinctPeopleQuerySet(ScopedQuerySet["DistinctPeople"]):
    unit_path = "first__unit__path"
    view_power = Can.PEOPLE_EDIT

    def visible_to(self, user: Any) -> Self:
        """Whoever may correct both entries: a pair is looked for among those alone."""
        other = scope_q(user, self.view_power, "second__unit__path")
        return self.reachable_by(user, self.view_power).filter(other)


@pghistory.track()
class DistinctPeople(models.Model):
    """不是同一个人: two entries that look like one and are not; `first` is the older entry."""

    first = models.ForeignKey(Person, models.CASCADE, related_name="+")
    second = models.ForeignKey(Person, models.CASCADE, related_name="+")
    marked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    marked_at = models.DateTimeField(default=timezone.now)

    objects = DistinctPeopleQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["first", "second"],
                name="distinct_pair_once",
                violation_error_message="这两位已经标过“不是同一个人”了",
            ),
            models.CheckConstraint(
                condition=Q(first__lt=models.F("second")), name="distinct_pair_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first}、{self.second}"

    @property
    def unit(self) -> Unit:
        return self.first.unit


class ReturnedKind(TextChoices):
    PEOPLE = "people", "五老名册"
    POSTS = "posts", "班子名单"
    UNITS = "units", "单位名单"
    ACCOUNTS = "accounts", "账号名单"
    FIVE_HAVES = "five_haves", "“五有”自查"
    STUDIOS = "studios", "老园丁工作室"
    COURSES = "courses", "课程菜单"
    LECTURES = "lectures", "宣讲预约"
    APPOINTMENTS = "appointments", "聘任"
    TEAMS = "teams", "讲师团"


class ReturnedSheetQuerySet(models.QuerySet["ReturnedSheet"]):
    def visible_to(self, user: Any) -> Self:
        """One's own: the sheet holds what its owner could see when exporting it."""
        return self.filter(created_by=user) if user.is_authenticated else self.none()


class ReturnedSheet(models.Model):
    """An exported list that came back edited; compared anew each time until it is applied."""

    kind = models.CharField(max_length=12, choices=ReturnedKind.choices)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    created_by = models.ForeignKey(User, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    applied_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    changes = models.JSONField(default=list)

    objects = ReturnedSheetQuerySet.as_manager()

    class Meta:
        constraints = [choices_are_known("returned_kind_is_known", "kind", ReturnedKind)]

    def __str__(self) -> str:
        return self.file_name
