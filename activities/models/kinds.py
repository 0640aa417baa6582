"""Kinds of activity as data: 听取汇报, 专题学习培训, 推进会 … each with its own few fields."""

from __future__ import annotations

from datetime import date, datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from activities.choices import FieldType
from portal.kernel.calendar import date_cn
from portal.kernel.fields import choices_are_known

MOST_LETTERS = 200  # of one answer
MOST_FIELDS = 8  # of one kind, those in use; more would be a form, and forms are counted


class ActivityKind(models.Model):
    """One kind; `outline` is offered to whoever does not know how to begin."""

    slug = models.SlugField(max_length=30, unique=True)
    name = models.CharField("名称", max_length=20, unique=True)
    hint = models.CharField("说明", max_length=60, blank=True)
    outline = models.TextField("内容提纲", max_length=600, blank=True, default="")
    position = models.PositiveSmallIntegerField(default=100)
    is_common = models.BooleanField("放在首屏", default=True)
    is_open = models.BooleanField("可选", default=True)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class KindFieldQuerySet(models.QuerySet["KindField"]):
    def in_use(self) -> Self:
        return self.filter(retired_at__isnull=True)

    def on_paper(self, kind_id: int | None, *, printed_at: datetime) -> Self:
        """What a sheet of the kind printed then asks, in an order no later move changes."""
        stood = Q(retired_at__isnull=True) | Q(retired_at__gt=printed_at)
        return self.filter(stood, kind=kind_id, created_at__lte=printed_at).order_by("pk")


class KindField(models.Model):
    """One extra question of a kind, never a condition for a record to count.

    A record keeps the answer in `Activity.extra` under the field's id. A field that is no longer
    asked is retired: what was answered stays readable.
    """

    kind = models.ForeignKey(ActivityKind, models.CASCADE, related_name="fields")
    label = models.CharField("名称", max_length=20)
    field_type = models.CharField("填什么", max_length=8, choices=FieldType.choices)
    answers = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = KindFieldQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            choices_are_known("kind_field_type_is_known", "field_type", FieldType),
            models.UniqueConstraint(
                fields=["kind", "label"],
                condition=Q(retired_at__isnull=True),
                name="kind_field_label_once",
                violation_error_message="这类活动已经有同名的一项，换个名称",
            ),
            models.CheckConstraint(
                condition=~Q(field_type="choice", answers=[]),
                name="choice_field_has_answers",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def key(self) -> str:
        """Where `Activity.extra` holds the answer."""
        return str(self.pk)

    def takes(self, value: object) -> bool:
        """Whether a stored answer is one this field can hold; an answer no longer offered is."""
        if self.field_type == FieldType.NUMBER:
            return isinstance(value, int) and not isinstance(value, bool) and value >= 0
        if not isinstance(value, str) or not value:
            return False
        if self.field_type == FieldType.DATE:
            return _day(value) is not None
        return len(value) <= MOST_LETTERS

    def shown(self, value: object) -> str:
        """A stored answer as a person reads it; empty where there is none."""
        if value in (None, ""):
            return ""
        if self.field_type == FieldType.NUMBER and isinstance(value, int):
            return f"{value:,}"
        if self.field_type == FieldType.DATE and (day := _day(str(value))):
            return date_cn(day)
        return str(value)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
