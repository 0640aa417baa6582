"""What an article's paragraphs rest on, and issues that travelled through Word."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone

from activities.models import Activity
from committees.models import User
from evaluations.choices import AnnualSection
from evaluations.models.bulletins import BulletinArticle, BulletinIssue
from portal.kernel.fields import choices_are_known
from portal.kernel.models import StoredFile

FREEZE_SOURCES = """
    IF EXISTS (
        SELECT 1 FROM evaluations_bulletinarticle AS article
        JOIN evaluations_bulletinissue AS issue ON issue.id = article.issue_id
        WHERE issue.state = 'issued'
        AND article.id = CASE WHEN TG_OP = 'INSERT' THEN NEW.article_id ELSE OLD.article_id END
    ) THEN
        RAISE EXCEPTION 'the sources of an issued bulletin are frozen';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
"""


class ArticleSource(models.Model):
    """What one paragraph was made from: a record, or a section of a yearly bulletin.

    A paragraph without any is the editor's own. Rows of a paragraph that was cut stay, for the day
    it is put back.
    """

    article = models.ForeignKey(BulletinArticle, models.CASCADE, related_name="sources")
    key = models.CharField(max_length=12)
    activity = models.ForeignKey(Activity, models.PROTECT, null=True, related_name="+")
    annual = models.ForeignKey(
        "evaluations.AnnualBulletin", models.PROTECT, null=True, related_name="+"
    )
    section = models.CharField(max_length=11, choices=AnnualSection.choices, blank=True)

    class Meta:
        ordering = ["article", "pk"]
        constraints = [
            choices_are_known(
                "article_source_section_is_known", "section", AnnualSection, blank=True
            ),
            models.CheckConstraint(
                condition=Q(activity__isnull=False, annual=None, section="")
                | Q(activity=None, annual__isnull=False) & ~Q(section=""),
                name="paragraph_source_is_one_thing",
            ),
            models.UniqueConstraint(
                fields=["article", "key", "activity", "annual", "section"],
                nulls_distinct=False,
                name="paragraph_source_once",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="issued_sources_are_frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=FREEZE_SOURCES,
            )
        ]

    def __str__(self) -> str:
        if self.activity is not None:
            return f"{self.activity.held_label} {self.activity.unit}：{self.activity.title}"
        return f"{self.annual}“{self.get_section_display()}”"


class WordCopy(models.Model):
    """An issue as it went out to Word: what the paragraphs said then, to tell changes by."""

    issue = models.ForeignKey(BulletinIssue, models.CASCADE, related_name="word_copies")
    sheet = models.JSONField()
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.issue}的 Word 稿"


class WordReturn(models.Model):
    """A Word file that came back; it waits until an editor has ticked what to take of it."""

    issue = models.ForeignKey(BulletinIssue, models.CASCADE, related_name="word_returns")
    copy = models.ForeignKey(WordCopy, models.CASCADE, null=True, related_name="returns")
    sheet = models.JSONField()
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=120)
    returned_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    returned_at = models.DateTimeField(default=timezone.now, editable=False)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True, editable=False)
    taken = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_settled(self) -> bool:
        return self.settled_at is not None

    @property
    def base(self) -> Any:
        """What the file went out with; None when it says nowhere which copy it is."""
        return self.copy.sheet if self.copy is not None else None
