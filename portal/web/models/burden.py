"""What the bureau asks of units beside their work, and what that costs them (减负账本)."""

from __future__ import annotations

from typing import Any, Self

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from committees.choices import UnitKind
from committees.models import Unit, User
from committees.models.scoping import ScopedQuerySet, scope_q, written_q
from committees.policy import Can
from portal.kernel.fields import choices_are_known
from portal.web.choices import FieldKind


class DataRequestQuerySet(ScopedQuerySet["DataRequest"]):
    unit_path = "city__path"
    view_power = Can.REQUEST_EDIT

    def visible_to(self, user: Any) -> Self:
        """A sent request to whoever sees a unit it asks; a draft where it may be written."""
        asked = DataAnswer.objects.visible_to(user).values("request")
        written = scope_q(user, Can.REQUEST_EDIT, "city__path")
        return self.filter(written | Q(pk__in=asked, sent_at__isnull=False))


@pghistory.track()
class DataRequest(models.Model):
    """A bureau asks units for figures, words or papers; it names its basis, and its price."""

    city = models.ForeignKey(Unit, models.PROTECT, related_name="data_requests")
    title = models.CharField("要什么", max_length=80)
    basis = models.CharField("依据", max_length=200)
    due_on = models.DateField("哪天前交")
    unit_kinds = ArrayField(
        models.CharField(max_length=12, choices=UnitKind.choices), verbose_name="向谁要"
    )
    sent_at = models.DateTimeField(null=True, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = DataRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(basis=""),
                name="request_names_its_basis",
                violation_error_message="写上依据：哪份文件、哪项任务要求收这些材料",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(sent_at__isnull=False),
                name="only_a_sent_request_closes",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def unit(self) -> Unit:
        return self.city


class DataField(models.Model):
    """One thing asked. With a `source` it is taken from the records and asks nobody."""

    request = models.ForeignKey(DataRequest, models.CASCADE, related_name="fields")
    position = models.PositiveSmallIntegerField()
    label = models.CharField("问什么", max_length=60)
    kind = models.CharField(max_length=6, choices=FieldKind.choices, default=FieldKind.NUMBER)
    source = models.CharField("取自", max_length=30, blank=True)
    reason = models.CharField("为什么要材料", max_length=120, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            choices_are_known("data_field_kind_is_known", "kind", FieldKind),
            models.UniqueConstraint(fields=["request", "position"], name="data_field_place_once"),
            models.CheckConstraint(
                condition=~Q(kind="file") | ~Q(reason=""),
                name="paper_is_asked_with_a_reason",
                violation_error_message="要材料或照片，请写上为什么非要不可",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class DataAnswerQuerySet(ScopedQuerySet["DataAnswer"]):
    view_power = Can.BURDEN_VIEW

    def visible_to(self, user: Any) -> Self:
        """Answers of units in reach, and what one answered before a 换人."""
        own = written_q(user, self.view_power, "answered_by")
        return self.filter(scope_q(user, self.view_power, "unit__path") | own)

    def waiting(self) -> Self:
        return self.filter(answered_at=None, request__closed_at=None)

    def answerable_by(self, user: Any) -> Self:
        return self.reachable_by(user, Can.REQUEST_ANSWER)


@pghistory.track()
class DataAnswer(models.Model):
    """What one unit was asked and what it said. The price is fixed when the request is sent.

    `values` maps the pk of a field, as text, to the answer. A unit that was asked nothing, because
    the records knew it all, has `fields_asked` 0 and is answered from the start.
    """

    request = models.ForeignKey(DataRequest, models.CASCADE, related_name="answers")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="data_answers")
    asked_on = models.DateField()
    fields_asked = models.PositiveSmallIntegerField()
    uploads_asked = models.PositiveSmallIntegerField(default=0)
    minutes = models.PositiveSmallIntegerField()
    values = models.JSONField(default=dict)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = DataAnswerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "unit"], name="asked_once_a_unit"),
            models.CheckConstraint(
                condition=Q(fields_asked__gt=0) | Q(answered_at__isnull=False, minutes=0),
                name="asked_nothing_is_answered",
            ),
        ]
        indexes = [models.Index(fields=["unit", "asked_on"], name="burden_of_unit")]

    def __str__(self) -> str:
        return f"{self.unit} {self.request}"


@pghistory.track()
class BurdenCeiling(models.Model):
    """At most so many minutes a unit and month; a city without a row has no ceiling."""

    city = models.OneToOneField(Unit, models.PROTECT, related_name="burden_ceiling")
    minutes = models.PositiveSmallIntegerField("每单位每月最多几分钟")

    def __str__(self) -> str:
        return f"{self.city} {self.minutes}"
