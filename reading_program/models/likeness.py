"""Which essays share passages: a print of each, and the pairs that were found. It only advises."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import connection, models
from django.db.models import F, Q
from django.utils import timezone

from committees.models import User
from reading_program.models.entries import Entry

# One look-up a bucket: asked with && for all of them at once, the planner expects half the table
# and reads it from end to end.
NEAREST = """
    SELECT p.entry_id FROM unnest(%s::bigint[]) AS wanted(bucket)
      JOIN reading_program_essayprint p ON p.buckets @> ARRAY[wanted.bucket]
     WHERE p.entry_id <> %s
     GROUP BY p.entry_id ORDER BY count(*) DESC, p.entry_id LIMIT %s
"""


class PrintQuerySet(models.QuerySet["EssayPrint"]):
    def nearest(self, buckets: Sequence[int], *, but: int, most: int) -> list[int]:
        """The ids of the entries that share most buckets with these, most first."""
        with connection.cursor() as cursor:
            cursor.execute(NEAREST, [list(buckets), but, most])
            return [entry for (entry,) in cursor.fetchall()]


class EssayPrint(models.Model):
    """The bucket numbers of one essay (portal.kernel.similarity), kept over the editions."""

    entry = models.OneToOneField(Entry, models.CASCADE, related_name="essay_print")
    buckets = ArrayField(models.BigIntegerField())
    # Of the text the buckets were made of: a text changed since is seen to be so.
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=timezone.now)

    objects = PrintQuerySet.as_manager()

    class Meta:
        indexes = [GinIndex(fields=["buckets"], name="essay_print_buckets", fastupdate=False)]

    def __str__(self) -> str:
        return f"{self.entry_id}"


class LikenessQuerySet(models.QuerySet["Likeness"]):
    def visible_to(self, user: Any) -> Self:
        """A pair is seen by who may see the later essay of the two, of which it is told."""
        return self.filter(entry__in=Entry.objects.visible_to(user))


class Likeness(models.Model):
    """An essay that shares passages with an earlier one; a person says what it amounts to."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="likenesses")
    other = models.ForeignKey(Entry, models.CASCADE, related_name="+")
    percent = models.PositiveSmallIntegerField("相同的占几成")  # of the essay's own characters
    longest = models.PositiveIntegerField("最长的一段")  # characters
    found_at = models.DateTimeField(default=timezone.now)
    note = models.CharField("看过以后", max_length=200, blank=True)
    looked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    looked_at = models.DateTimeField(null=True, editable=False)

    objects = LikenessQuerySet.as_manager()

    class Meta:
        ordering = ["-percent", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "other"], name="likeness_once"),
            models.CheckConstraint(
                condition=~Q(entry=F("other")), name="likeness_is_with_another_essay"
            ),
            models.CheckConstraint(condition=Q(percent__lte=100), name="likeness_is_a_share"),
            models.CheckConstraint(
                condition=Q(looked_at__isnull=True) | ~Q(note=""),
                name="looked_at_likeness_says_what",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry}"
