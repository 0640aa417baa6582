"""Units in their tree, and the dated links that tell how the tree stood on another day.

The path answers "now", the rows of UnitMembership and UnitPeriod answer "then"; the reasons
stand in docs/adr/0001-tree-now-links-then.md.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Self

import pghistory
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import Q
from treebeard.mp_tree import MP_Node, MP_NodeManager, MP_NodeQuerySet

from committees.choices import SchoolStage, UnitKind
from committees.models.scoping import scope_q
from committees.policy import Can
from portal.kernel.fields import choices_are_known
from portal.kernel.ranges import no_overlap


class UnitQuerySet(MP_NodeQuerySet):
    """Units as a person may see them, and as they were on a day."""

    def visible_to(self, user: Any) -> Self:
        return self.reachable_by(user, Can.UNIT_VIEW)

    def reachable_by(self, user: Any, can: Can) -> Self:
        return self.filter(scope_q(user, can, "path"))

    def below(self, unit: Unit) -> Self:
        """The unit and everything under it, as the tree stands now."""
        return self.filter(path__startswith=unit.path)

    def institutions(self) -> Self:
        """Schools and kindergartens: what coverage and most duties count."""
        return self.filter(kind__in=[UnitKind.SCHOOL, UnitKind.KINDERGARTEN])

    def open_on(self, day: date) -> Self:
        return self.filter(
            models.Exists(
                UnitPeriod.objects.filter(unit=models.OuterRef("pk"), period__contains=day)
            )
        )


class UnitManager(MP_NodeManager.from_queryset(UnitQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> UnitQuerySet:
        # treebeard's manager names its own queryset here, which would hide ours.
        return UnitQuerySet(self.model, using=self._db).order_by("path")


@pghistory.track()
class Unit(MP_Node):
    """A bureau, a 教办, a school or a kindergarten."""

    kind = models.CharField("类别", max_length=12, choices=UnitKind.choices)
    stage = models.CharField("学段", max_length=12, choices=SchoolStage.choices, blank=True)
    code = models.CharField("单位代码", max_length=20, blank=True)
    name = models.CharField("单位名称", max_length=80)
    is_central = models.BooleanField("镇（街道）中心园", default=False)
    party_org = models.CharField("党组织名称", max_length=120, blank=True)
    # The Party organisation is whom the committee answers to; its number is shown masked.
    party_secretary = models.CharField("党组织书记", max_length=60, blank=True)
    party_phone = models.CharField("党组织联系电话", max_length=30, blank=True)
    phone = models.CharField("联系电话", max_length=30, blank=True)
    # Kept beside the path because lists filter and boards group by them (see facts on scale).
    city = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", editable=False)
    office = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", editable=False)

    objects = UnitManager()

    class Meta:
        constraints = [
            choices_are_known("unit_kind_is_known", "kind", UnitKind),
            choices_are_known("unit_stage_is_known", "stage", SchoolStage, blank=True),
            models.UniqueConstraint(
                fields=["city", "code"],
                condition=~Q(code=""),
                name="unit_code_once_a_city",
                violation_error_message="这个单位代码已经有单位用了",
            ),
            models.UniqueConstraint(
                fields=["city", "name"],
                name="unit_name_once_a_city",
                violation_error_message="本市已经有同名的单位",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_institution(self) -> bool:
        return self.kind in {UnitKind.SCHOOL, UnitKind.KINDERGARTEN}


class UnitPeriod(models.Model):
    """The unit was open in this half-open range; a unit may close and open again."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="periods")
    period = DateRangeField()

    class Meta:
        constraints = [
            no_overlap("unit_open_once_at_a_time", "unit", message="开办时间与已有的一段重叠")
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.period}"


@pghistory.track()
class UnitMembership(models.Model):
    """The unit stood under this parent in this half-open range."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="memberships")
    parent = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    period = DateRangeField()

    class Meta:
        constraints = [
            no_overlap("unit_one_parent_at_a_time", "unit", message="同一天只能隶属一个上级单位")
        ]

    def __str__(self) -> str:
        return f"{self.unit} → {self.parent}"


class UnitYear(models.Model):
    """Figures of one unit for one school year (2022 is 2022-09-01 to 2023-08-31)."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="years")
    year = models.PositiveSmallIntegerField("学年")
    students = models.PositiveIntegerField("学生数", null=True)
    classes = models.PositiveIntegerField("班级数", null=True)
    staff = models.PositiveIntegerField("教职工数", null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "year"], name="unit_figures_once_a_year")
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.year}"
