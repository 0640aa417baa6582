"""Committees, whom they serve, their terms, and who holds which post when."""

from __future__ import annotations

from typing import Any, Self

import pghistory
from django.contrib.postgres.fields import DateRangeField
from django.db import models

from committees.choices import DatePrecision, Position
from committees.models.people import Person
from committees.models.scoping import ScopedQuerySet
from committees.models.units import Unit
from committees.policy import Can
from portal.kernel.fields import choices_are_known
from portal.kernel.ranges import no_overlap


class CommitteeQuerySet(ScopedQuerySet["Committee"]):
    unit_path = "host__path"
    view_power = Can.UNIT_VIEW


@pghistory.track()
class Committee(models.Model):
    """A 关工委, hosted by one unit and serving one or many (联合关工委)."""

    host = models.ForeignKey(Unit, models.PROTECT, related_name="committees", verbose_name="设在")
    name = models.CharField("名称", max_length=100)
    is_joint = models.BooleanField("联合关工委", default=False)
    established_on = models.DateField("成立时间", null=True, blank=True)
    established_precision = models.CharField(
        max_length=5, choices=DatePrecision.choices, default=DatePrecision.DAY
    )
    founding_document = models.CharField("成立文件", max_length=120, blank=True)
    dissolved_on = models.DateField("撤销时间", null=True, blank=True)

    objects = CommitteeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["host"],
                condition=models.Q(dissolved_on=None),
                name="one_living_committee_a_host",
                violation_error_message="这个单位已经有关工委了",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def unit(self) -> Unit:
        """Where the committee stands, as the audit trail asks of everything."""
        return self.host


@pghistory.track()
class CommitteeService(models.Model):
    """The committee serves this unit in this half-open range; coverage counts these rows."""

    committee = models.ForeignKey(Committee, models.CASCADE, related_name="services")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="served_by")
    period = DateRangeField()

    class Meta:
        constraints = [
            no_overlap(
                "unit_served_once_at_a_time", "unit", message="这个单位同一时间已由别的关工委覆盖"
            )
        ]

    def __str__(self) -> str:
        return f"{self.committee} → {self.unit}"


class CommitteeTerm(models.Model):
    """届; five years by the working rules of the ministry's committee."""

    committee = models.ForeignKey(Committee, models.CASCADE, related_name="terms")
    number = models.PositiveSmallIntegerField("第几届")
    period = DateRangeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["committee", "number"], name="term_number_once"),
            no_overlap("one_term_at_a_time", "committee", message="两届的时间不能重叠"),
        ]

    def __str__(self) -> str:
        return f"{self.committee}第{self.number}届"


class PostQuerySet(models.QuerySet["Post"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(committee__in=Committee.objects.visible_to(user))


@pghistory.track()
class Post(models.Model):
    """The person holds this position in this half-open range (职务)."""

    committee = models.ForeignKey(Committee, models.CASCADE, related_name="posts")
    person = models.ForeignKey(Person, models.PROTECT, related_name="posts")
    position = models.CharField("职务", max_length=26, choices=Position.choices)
    period = DateRangeField()

    objects = PostQuerySet.as_manager()

    class Meta:
        constraints = [
            choices_are_known("post_position_is_known", "position", Position),
            no_overlap(
                "post_once_at_a_time",
                "committee",
                "person",
                words=("position",),
                message="这个人这段时间在本关工委已经有这个职务",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.committee} {self.get_position_display()} {self.person}"
