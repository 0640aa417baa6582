"""What of a committee anybody may read: nothing until the unit's head says so, part by part."""

from __future__ import annotations

from typing import Any, Self

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from activities.models import Activity
from committees.models import Unit, User
from committees.models.scoping import ScopedQuerySet
from committees.policy import Can
from portal.kernel import calendar
from portal.web.choices import FaceSection


class FaceQuerySet(ScopedQuerySet["PublicFace"]):
    view_power = Can.UNIT_VIEW

    def shown(self) -> Self:
        """Faces anybody may open today: something is switched on, and the unit is open."""
        there = Unit.objects.open_on(calendar.today())
        return self.exclude(sections=[]).filter(unit__in=there.order_by())


@pghistory.track(exclude=["version"])
class PublicFace(models.Model):
    """One unit's public page. Records are shown one by one as chosen, never all by themselves."""

    unit = models.OneToOneField(Unit, models.PROTECT, related_name="public_face")
    sections = ArrayField(
        models.CharField(max_length=10, choices=FaceSection.choices), default=list, blank=True
    )
    records = models.ManyToManyField(Activity, related_name="+", blank=True)
    is_findable = models.BooleanField("允许搜索网站收录", default=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    changed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = FaceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sections__contained_by=FaceSection.values),
                name="face_sections_are_known",
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit}公开页"

    def shows(self, section: Any) -> bool:
        return section in self.sections
