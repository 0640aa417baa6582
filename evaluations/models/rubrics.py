"""A table of points as versioned data: a published version never changes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from committees.choices import UnitKind
from committees.models import Unit, User
from committees.models.scoping import STEP, ScopedQuerySet, reaches
from committees.policy import Can
from evaluations.choices import RubricState
from portal.kernel.fields import choices_are_known


class RubricQuerySet(ScopedQuerySet["Rubric"]):
    unit_path = "city__path"
    view_power = Can.FIVE_GOOD_VIEW

    def visible_to(self, user: Any) -> RubricQuerySet:
        """The city's own tables; a draft only for who writes it."""
        roots = {path[:STEP] for _, path in reaches(user, Can.FIVE_GOOD_VIEW)}
        return self.filter(city__path__in=roots).filter(
            Q(state=RubricState.PUBLISHED) | Q(pk__in=self.edited_by(user))
        )

    def edited_by(self, user: Any) -> RubricQuerySet:
        return self.reachable_by(user, Can.FIVE_GOOD_EDIT)


@pghistory.track(exclude=["content"])
class Rubric(models.Model):
    """One version; `content` is what evaluations.scoring reads (scoring.schema.json)."""

    city = models.ForeignKey(Unit, models.PROTECT, related_name="rubrics")
    name = models.CharField("名称", max_length=60)
    version = models.PositiveSmallIntegerField("版本")
    unit_kinds = ArrayField(
        models.CharField(max_length=12, choices=UnitKind.choices), verbose_name="评哪些单位"
    )
    content = models.JSONField()
    state = models.CharField(max_length=9, choices=RubricState.choices, default=RubricState.DRAFT)
    basis = models.CharField("依据", max_length=200, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    published_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True, editable=False)

    objects = RubricQuerySet.as_manager()

    class Meta:
        ordering = ["city__path", "name", "-version"]
        constraints = [
            choices_are_known("rubric_state_is_known", "state", RubricState),
            models.UniqueConstraint(fields=["city", "name", "version"], name="rubric_version_once"),
            models.CheckConstraint(
                condition=Q(state="published", published_at__isnull=False)
                | Q(state="draft", published_at=None),
                name="published_rubric_says_when",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="published_rubric_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state="published"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}（第 {self.version} 版）"

    @property
    def unit(self) -> Unit:
        return self.city

    def grade_name(self, code: str) -> str:
        """优秀 for excellent; an unknown code stays as it is."""
        names = {grade["code"]: grade["name"] for grade in self.content["grades"]}
        return str(names.get(code, code))

    def criteria(self) -> Iterator[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]:
        """(dimension, item, criterion) in the order they are printed."""
        for dimension in self.content["dimensions"]:
            for item in dimension["items"]:
                for criterion in item["criteria"]:
                    yield dimension, item, criterion
