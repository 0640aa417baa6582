"""Accounts, grants of a role at a unit, and the register of 五老 and other members."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pghistory
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.db import models
from django.db.models import Q

from committees.choices import DatePrecision, ElderCategory, Gender, WorkStatus
from committees.models.scoping import ScopedQuerySet
from committees.models.units import Unit
from committees.policy import Can, Role
from portal.kernel import calendar
from portal.kernel.fields import choices_are_known
from portal.kernel.ranges import no_overlap


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


@pghistory.track(exclude=["password", "last_login", "first_password_until"])
class User(AbstractBaseUser):
    """An account. Pupils have none; what it may do comes from RoleGrant alone."""

    username = models.CharField(
        "登录名", max_length=40, unique=True, error_messages={"unique": "这个登录名已经有人用了"}
    )
    name = models.CharField("姓名", max_length=60)
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)
    first_password_until = models.DateTimeField(null=True)  # after it the slip lets nobody in
    large_type = models.BooleanField("大字版", default=False)

    objects = UserManager()

    USERNAME_FIELD = "username"

    # Today's grants, read once and kept for the life of this instance (one request).
    grants_cache: list[tuple[Role, str, int]] | None = None

    def __str__(self) -> str:
        return self.name

    # Path of a unit of these grants → paths of the closed units it carries on for.
    carries_on: dict[str, list[str]] = {}

    def read_grants(self, on: date | None) -> list[tuple[Role, str, int]]:
        """Read the grants of a day and, in the same query, whom their units carry on for."""
        day = on or calendar.today()
        gone = ArrayAgg(
            "unit__precessions__predecessor__path",
            filter=Q(
                unit__precessions__carries_duties=True, unit__precessions__period__contains=day
            ),
            default=[],
        )
        rows = list(
            self.grants.filter(period__contains=day)
            .annotate(gone=gone)
            .values_list("role", "unit__path", "unit_id", "gone")
            .order_by("pk")
        )
        if on is None:
            self.carries_on = {path: _with_older(gone, day) for _, path, _, gone in rows if gone}
        return [(Role(role), path, unit_id) for role, path, unit_id, _ in rows]


def _with_older(paths: list[str], day: date) -> list[str]:
    """These units and those they had themselves carried on for, down the whole chain."""
    found, level = list(paths), paths
    while level:
        older = Unit.objects.filter(
            successions__successor__path__in=level,
            successions__carries_duties=True,
            successions__period__contains=day,
        )
        level = [path for path in older.values_list("path", flat=True) if path not in found]
        found += level
    return found


class RoleGrantQuerySet(ScopedQuerySet["RoleGrant"]):
    view_power = Can.ACCOUNT_MANAGE


@pghistory.track()
class RoleGrant(models.Model):
    """The user holds this role at this unit in this half-open range."""

    user = models.ForeignKey(User, models.CASCADE, related_name="grants")
    role = models.CharField("角色", max_length=20, choices=Role.choices)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="grants")
    period = DateRangeField()

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        constraints = [
            choices_are_known("grant_role_is_known", "role", Role),
            no_overlap(
                "grant_once_at_a_time",
                "user",
                "unit",
                words=("role",),
                message="这个人这段时间在这个单位已经有这个角色",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_role_display()} {self.unit}"


class PersonQuerySet(ScopedQuerySet["Person"]):
    view_power = Can.PEOPLE_VIEW


class PersonManager(models.Manager.from_queryset(PersonQuerySet)):  # type: ignore[misc]
    """Everybody once: an entry merged into another is kept for the undo, and shown nowhere."""

    def get_queryset(self) -> PersonQuerySet:
        return PersonQuerySet(self.model, using=self._db).filter(merged_into=None)


@pghistory.track()
class Person(models.Model):
    """One person of the register: a 五老, a serving member, a mentor — or all of these.

    No identity number, no address, no health: what is not needed is not asked.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="people", verbose_name="登记单位")
    name = models.CharField("姓名", max_length=60)
    gender = models.CharField("性别", max_length=6, choices=Gender.choices, blank=True)
    born_on = models.DateField("出生年月", null=True, blank=True)
    original_post = models.CharField("原工作单位及职务", max_length=120, blank=True)
    original_unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="原工作单位"
    )
    stepped_back_on = models.DateField("退居二线时间", null=True, blank=True)
    stepped_back_precision = models.CharField(
        max_length=5, choices=DatePrecision.choices, default=DatePrecision.DAY
    )
    retired_on = models.DateField("退休时间", null=True, blank=True)
    retired_precision = models.CharField(
        max_length=5, choices=DatePrecision.choices, default=DatePrecision.DAY
    )
    work_status = models.CharField("状态", max_length=12, choices=WorkStatus.choices, blank=True)
    categories = ArrayField(
        models.CharField(max_length=12, choices=ElderCategory.choices),
        default=list,
        blank=True,
        verbose_name="“五老”类别",
    )
    strengths = models.CharField("特长", max_length=120, blank=True)
    honour = models.CharField("名特优称号", max_length=60, blank=True)
    is_backbone = models.BooleanField("骨干", default=False)
    phone = models.CharField("手机", max_length=30, blank=True)
    is_mentor = models.BooleanField("关爱导师", default=False)

    account = models.OneToOneField(
        User, models.SET_NULL, null=True, blank=True, related_name="person", verbose_name="登录账号"
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="merged"
    )

    objects = PersonManager()

    class Meta:
        constraints = [
            choices_are_known("person_gender_is_known", "gender", Gender, blank=True),
            choices_are_known("person_status_is_known", "work_status", WorkStatus, blank=True),
        ]
        indexes = [models.Index(fields=["unit", "name"], name="person_of_unit")]

    def __str__(self) -> str:
        return self.name

    @property
    def strength_tags(self) -> list[str]:
        """特长 one by one, as they were written with any of the usual separators."""
        return [word for word in re.split(r"[、，,；;\s/]+", self.strengths) if word]
