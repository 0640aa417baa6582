"""An import as a record: what file, which columns, what it made, so that it can be undone."""

from __future__ import annotations

from django.db import models
from django.db.models import Q, TextChoices
from django.utils import timezone

from committees.models.people import User
from committees.models.scoping import ScopedQuerySet
from committees.models.units import Unit
from committees.policy import Can
from portal.kernel.fields import choices_are_known
from portal.kernel.models import Job, StoredFile


class ImportState(TextChoices):
    CHOSEN = "chosen", "已选文件"
    CHECKED = "checked", "已检查"
    RUNNING = "running", "正在导入"
    DONE = "done", "已导入"
    UNDONE = "undone", "已撤销"
    STOPPED = "stopped", "没有导入"


class ImportMapping(models.Model):
    """Columns a person confirmed for sheets with these headers; offered next time."""

    city = models.ForeignKey(Unit, models.CASCADE, null=True, related_name="+")
    signature = models.CharField(max_length=64)
    sheet_kind = models.CharField(max_length=20)
    columns = models.JSONField(default=dict)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["city", "signature"], name="mapping_once_a_header")
        ]

    def __str__(self) -> str:
        return f"{self.sheet_kind} {self.signature[:8]}"


class ImportRunQuerySet(ScopedQuerySet["ImportRun"]):
    unit_path = "city__path"
    view_power = Can.IMPORT_RUN


class ImportRun(models.Model):
    """One roster import of one city."""

    city = models.ForeignKey(Unit, models.CASCADE, related_name="+")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.CHOSEN)
    mapping = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    findings = models.JSONField(default=list)
    # What was made and what stood there before, in order, for the undo.
    changes = models.JSONField(default=list)
    job = models.ForeignKey(Job, models.PROTECT, null=True, related_name="+")
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        constraints = [
            choices_are_known("import_state_is_known", "state", ImportState),
            models.CheckConstraint(
                condition=~Q(state__in=["done", "undone"]) | Q(ended_at__isnull=False),
                name="ended_import_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name
