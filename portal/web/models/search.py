"""One row for each thing that can be found, kept by triggers on the tables it tells of.

The triggers and the function that cuts a text stand in the migration: no code path can forget
them. The row says nothing about who may see it; that is asked of the thing itself, each time.
"""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from portal.web.choices import Found


class SearchEntry(models.Model):
    """`target_id` is the row that holds the words, `page_id` the row whose page shows them."""

    kind = models.PositiveSmallIntegerField(choices=Found.choices)
    target_id = models.BigIntegerField()
    page_id = models.BigIntegerField()
    day = models.DateField()  # 1949-10-01 for what has no date
    title = models.TextField()
    text = models.TextField(blank=True)
    words = SearchVectorField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "target_id"], name="found_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=Found.values), name="found_kind_is_known"
            ),
        ]
        indexes = [
            GinIndex(fields=["words"], name="search_words"),
            models.Index(fields=["kind", "-day", "-id"], name="search_newest"),
        ]

    def __str__(self) -> str:
        return self.title
