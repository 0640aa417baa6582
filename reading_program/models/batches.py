"""批量登记: a table and a folder of documents, tried out first, then entered in one go."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from committees.models import Unit, User
from committees.models.scoping import scope_q
from committees.policy import Can
from portal.kernel.fields import choices_are_known
from portal.kernel.models import StoredFile
from reading_program.choices import BatchState
from reading_program.models.editions import Edition, Track


class BatchQuerySet(models.QuerySet["EntryBatch"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(
            scope_q(user, Can.READING_SUBMIT, "unit__path"),
            edition__in=Edition.objects.visible_to(user),
        )


class EntryBatch(models.Model):
    """One school's bulk entry in one track, with what it made so that it can be taken back.

    The rows hold children's names only while the batch is on trial; carrying it out empties them.
    """

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="batches")
    track = models.ForeignKey(Track, models.CASCADE, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=BatchState.choices, default=BatchState.TRIAL)
    table_name = models.CharField(max_length=200, blank=True)
    archive_name = models.CharField(max_length=200, blank=True)
    # [{"row": 2, "facts": {…}, "advisers": […], "file": {"sha256": …, "name": …} | null}]
    rows = models.JSONField(default=list)
    # {"rows": [[row, sentence], …], "files": [[name, sentence], …]}
    findings = models.JSONField(default=dict)
    files = models.ManyToManyField(StoredFile, related_name="+")
    entries = models.JSONField(default=list)  # the journal of what was made
    count = models.PositiveIntegerField(default=0)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    done_at = models.DateTimeField(null=True, editable=False)
    undone_at = models.DateTimeField(null=True, editable=False)

    objects = BatchQuerySet.as_manager()

    class Meta:
        constraints = [
            choices_are_known("entry_batch_state_is_known", "state", BatchState),
            models.CheckConstraint(
                condition=Q(state="trial") | Q(done_at__isnull=False),
                name="entry_batch_done_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.track}批量登记 {self.count} 件"
