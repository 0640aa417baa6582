"""会议纪要 of a record: every save is a version, none is ever written over."""

from __future__ import annotations

from typing import Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from activities.models.activities import Activity
from committees.models import User


class MinutesVersionQuerySet(models.QuerySet["MinutesVersion"]):
    def standing(self) -> Self:
        """Versions that stood or stand as the minutes; not those two people wrote at once."""
        return self.filter(is_aside=False)


class MinutesVersion(models.Model):
    """What one person saved, written upon `based_on`.

    Two people who began from the same version both keep their text: the later one is put `aside`
    until somebody chooses or joins the two, which makes a further version.
    """

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="minutes_versions")
    number = models.PositiveSmallIntegerField()
    based_on = models.PositiveSmallIntegerField(default=0)
    text = models.TextField("会议纪要", max_length=40_000)
    is_aside = models.BooleanField(default=False)
    saved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    saved_at = models.DateTimeField(default=timezone.now)

    objects = MinutesVersionQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["activity", "number"], name="minutes_number_once"),
            models.CheckConstraint(
                condition=Q(based_on__lt=F("number")), name="minutes_build_on_earlier"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="minutes_say_something"),
        ]
        triggers = [pgtrigger.Protect(name="keep_versions", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"第 {self.number} 稿"


class MinutesDraft(models.Model):
    """What one person is writing and has not saved as a version; nobody else's words are in it.

    `version` counts the saves, so that a page left open elsewhere writes over nothing newer.
    """

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="minutes_drafts")
    author = models.ForeignKey(User, models.CASCADE, related_name="+")
    text = models.TextField("会议纪要", max_length=40_000, blank=True)
    based_on = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-saved_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["activity", "author"], name="minutes_draft_of_one")
        ]

    def __str__(self) -> str:
        return f"{self.author}还没有存成一稿的纪要"


def current_minutes(activity: Activity) -> MinutesVersion | None:
    """The version that stands, or None while nobody has written minutes."""
    versions = MinutesVersion.objects.filter(activity=activity)
    return versions.standing().order_by("-number").select_related("saved_by").first()
