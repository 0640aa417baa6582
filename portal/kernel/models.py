"""Tables that know no domain word: audit, jobs, files, notices, counters."""

from typing import Self

import pgtrigger
from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone


class AuditEvent(models.Model):
    """Who did what to which thing, in words that outlive the thing.

    No foreign keys: the log must never hinder the live data, nor vanish with it. What changed in
    the row itself, field by field, stands in the pghistory tables under the same context.
    """

    at = models.DateTimeField(default=timezone.now)
    verb = models.CharField(max_length=60)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=80, blank=True)
    target_type = models.CharField(max_length=60)
    target_id = models.BigIntegerField(null=True)
    target_label = models.CharField(max_length=200, blank=True)
    unit_path = models.CharField(max_length=255, blank=True)
    note = models.TextField(blank=True)
    before = models.CharField(max_length=40, blank=True)
    after = models.CharField(max_length=40, blank=True)
    origin = models.CharField(max_length=60, blank=True)  # network address; "" is the portal itself

    class Meta:
        indexes = [
            models.Index(fields=["target_type", "target_id", "-at"], name="audit_of_target"),
            models.Index(fields=["-at"], name="audit_newest"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.target_label}"


class StoredFile(models.Model):
    """One file by content: the same bytes are kept once, under their SHA-256."""

    sha256 = models.CharField(
        max_length=64, unique=True, validators=[RegexValidator(r"^[0-9a-f]{64}$")]
    )
    size = models.PositiveBigIntegerField()
    content_type = models.CharField(max_length=100)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.sha256[:12]


class JobState(models.TextChoices):
    QUEUED = "queued", "排队中"
    RUNNING = "running", "正在处理"
    DONE = "done", "已完成"
    FAILED = "failed", "没有完成"
    CANCELLED = "cancelled", "已取消"


class JobQuerySet(models.QuerySet["Job"]):
    def open(self) -> Self:
        return self.filter(state__in=[JobState.QUEUED, JobState.RUNNING])


class Job(models.Model):
    """One long work: found again by its key, so that asking twice starts it once."""

    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=120)
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.QUEUED)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    message = models.TextField(blank=True)
    result = models.JSONField(default=dict)
    result_file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    result_name = models.CharField(max_length=120, blank=True)
    cancel_asked = models.BooleanField(default=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    return_url = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    objects = JobQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=JobState.values), name="job_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "running"]) | Q(ended_at__isnull=False),
                name="ended_job_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.state in {JobState.QUEUED, JobState.RUNNING}


class Notice(models.Model):
    """A message to one person inside the portal."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    text = models.CharField(max_length=300)
    link = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["user", "-created_at"], name="notice_unread", condition=Q(read_at=None)
            )
        ]

    def __str__(self) -> str:
        return self.text


class Counter(models.Model):
    """A number that is taken in the transaction which uses it, so it never skips or repeats."""

    key = models.CharField(max_length=80, unique=True)
    value = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.key}={self.value}"


class Address(models.Model):
    """Where one person wants messages; a person without either is telephoned."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="message_address"
    )
    email = models.EmailField("电子邮箱", blank=True)
    phone = models.CharField("收短信的手机", max_length=20, blank=True)

    def __str__(self) -> str:
        return self.email or self.phone


class MessageKind(models.TextChoices):
    WEEKLY = "weekly", "每周提醒"
    URGENT = "urgent", "加急提醒"


class Message(models.Model):
    """What one person was told in one week, all of it in one; the key keeps a second one out.

    `items` are the lines as they stood, `ways` how it left. A week with nothing to say has its
    row too: it was looked at once, and is not looked at again.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="messages_sent"
    )
    week = models.CharField("周", max_length=8)  # ISO, 2023-W42
    kind = models.CharField(max_length=10, choices=MessageKind.choices)
    subject = models.CharField(max_length=120, blank=True)
    body = models.TextField(blank=True)
    items = models.JSONField(default=list)
    notice = models.ForeignKey(Notice, models.SET_NULL, null=True, related_name="+")
    ways = models.JSONField(default=list)
    made_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "week", "kind"], name="one_message_a_person_week_and_kind"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=MessageKind.values), name="message_kind_is_known"
            ),
        ]
        indexes = [
            models.Index(fields=["made_at"], name="message_unsent", condition=Q(sent_at=None))
        ]

    def __str__(self) -> str:
        return f"{self.week} {self.subject}"
