"""参评作品: what a school puts forward in one track, from its draft to the city's desk.

Of a child: name, school, grade, class, and the birth month only where a group asks. No telephone,
no address, no identity number. The row history leaves names and texts out, so that deleting them
later deletes them.
"""

from __future__ import annotations

from typing import Any, Self

import pghistory
import pgtrigger
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from committees.models import Person, Unit, User
from committees.models.scoping import ScopedQuerySet, scope_q, written_q
from committees.policy import Can
from portal.kernel.fields import choices_are_known
from portal.kernel.models import StoredFile
from portal.kernel.numbering import han_numeral
from reading_program.choices import HOLDING, EntryState, FileRole, Nominee
from reading_program.models.editions import Edition, EntryGroup, Track
from reading_program.models.quotas import TAKE_A_PLACE


class EntryQuerySet(ScopedQuerySet["Entry"]):
    def visible_to(self, user: Any) -> Self:
        """A school's own; above it what has been handed in, the drafts of nobody else.

        An office that may enter for a school sees the drafts it can write.
        """
        handed_in = ~Q(state=EntryState.DRAFT)
        seen = scope_q(user, Can.ENTRY_VIEW, "unit__path") & handed_in
        written = scope_q(user, Can.READING_SUBMIT, "unit__path")
        in_reach = (seen | written) & Q(edition__in=Edition.objects.visible_to(user))
        return self.filter(in_reach | (written_q(user, Can.ENTRY_VIEW, "submitted_by") & handed_in))

    def holding(self) -> Self:
        """Those that take a place."""
        return self.filter(state__in=HOLDING)

    def kept_under(self, user: Any) -> Self:
        """Every entry of the city, drafts included, for who answers for the children's data."""
        return self.filter(scope_q(user, Can.READING_EDIT, "city__path"))

    def naming(self, name: str) -> Self:
        """Those a person of exactly this name is put forward in, alone or with others."""
        return self.filter(Q(nominee_name=name) | Q(members__contains=[name]))

    def of_people(self) -> Self:
        """Those whose `is_of_people` is true."""
        return self.exclude(track__nominee=Nominee.CLASS).exclude(nominee_name=F("unit__name"))

    def in_rank(self) -> Self:
        """As the school ranks them: unranked last, first written first."""
        return self.order_by(models.F("rank").asc(nulls_last=True), "pk")


@pghistory.track(
    exclude=["version", "body", "title", "nominee_name", "class_name", "members", "born", "extra"]
)
class Entry(models.Model):
    """One work, class, pupil, scheme or unit put forward by a school (or entered for it)."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="entries")
    track = models.ForeignKey(Track, models.PROTECT, related_name="entries")
    group = models.ForeignKey(EntryGroup, models.PROTECT, null=True, related_name="entries")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="reading_entries")
    # The office of the day it was handed in; empty for schools directly under the bureau.
    office = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    city = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField("编号", null=True, editable=False)
    title = models.CharField("题目", max_length=60, blank=True)
    nominee_name = models.CharField("姓名", max_length=40)
    members = models.JSONField("其他作者", default=list, blank=True)  # names
    grade = models.PositiveSmallIntegerField("年级", null=True)
    class_name = models.CharField("班级", max_length=20, blank=True)
    born = models.CharField("出生年月", max_length=7, blank=True)  # 2012-05, where asked
    body = models.TextField("正文", blank=True)
    characters = models.PositiveIntegerField("字数", default=0)
    seconds = models.PositiveIntegerField("时长", null=True)
    video_url = models.URLField("视频网址", max_length=300, blank=True)
    video_sha256 = models.CharField(
        "视频校验码", max_length=64, blank=True, validators=[RegexValidator(r"^[0-9a-f]{64}$")]
    )
    extra = models.JSONField(default=dict, blank=True)  # answers to the track's own questions
    pledge = models.BooleanField("原创承诺", default=False)
    consent = models.BooleanField("监护人书面同意", default=False)
    # One a person in this track: taken from the track when the entry was made.
    is_sole = models.BooleanField(default=False, editable=False)
    rank = models.PositiveSmallIntegerField("校内名次", null=True)
    state = models.CharField(max_length=10, choices=EntryState.choices, default=EntryState.DRAFT)
    submitted_at = models.DateTimeField(null=True, editable=False)
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, editable=False)
    reviewed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    return_reason = models.TextField(blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    # Names and texts were taken out: the years of keeping were over, or the family asked.
    erased_at = models.DateTimeField(null=True, editable=False)

    objects = EntryQuerySet.as_manager()

    class Meta:
        constraints = [
            choices_are_known("entry_state_is_known", "state", EntryState),
            models.UniqueConstraint(fields=["edition", "number"], name="entry_number_once"),
            models.UniqueConstraint(
                fields=["track", "unit", "grade", "class_name", "nominee_name"],
                condition=Q(is_sole=True) & ~Q(state="withdrawn"),
                nulls_distinct=False,
                name="entry_one_a_person",
                violation_error_message="这个项目每人（每班）只收一件，已经登记过一件了。"
                "要换，请先撤下原来的那件",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"])
                | Q(number__isnull=False, submitted_at__isnull=False, pledge=True),
                name="entry_past_draft_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["returned", "declined"]) | ~Q(return_reason=""),
                name="returned_entry_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(state="city") | Q(reviewed_at__isnull=False),
                name="entry_at_the_city_was_reviewed",
            ),
            models.CheckConstraint(
                condition=Q(grade__isnull=True) | Q(grade__gte=1, grade__lte=12),
                name="entry_grade_is_a_grade",
            ),
        ]
        indexes = [
            models.Index(fields=["edition", "state"], name="entry_state"),
            models.Index(fields=["track", "unit", "state"], name="entry_of_unit"),
            models.Index(fields=["office", "track", "state"], name="entry_of_office"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="take_a_place",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Condition("NEW.state IN ('submitted', 'returned', 'city')"),
                declare=[
                    ("holder", "bigint"),
                    ("seat", "bigint"),
                    ("free", "numeric"),
                    ("asks_consent", "boolean"),
                ],
                func=TAKE_A_PLACE,
            )
        ]

    def __str__(self) -> str:
        return self.title or self.nominee_name

    @property
    def grade_label(self) -> str:
        """三年级, and 高一 from the tenth on."""
        if self.grade is None:
            return ""
        if self.grade > 9:
            return f"高{han_numeral(self.grade - 9)}"
        return f"{han_numeral(self.grade)}年级"

    @property
    def is_of_people(self) -> bool:
        """A class or a unit is no person, and its name tells of none."""
        return self.track.nominee != Nominee.CLASS and self.nominee_name != self.unit.name

    @property
    def class_label(self) -> str:
        return f"{self.grade_label}{self.class_name}"


class EntryAdviser(models.Model):
    """指导老师; linked to a person or account where known, so that no judge meets their own."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="advisers")
    position = models.PositiveSmallIntegerField()
    name = models.CharField("指导老师", max_length=20)
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    account = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "position"], name="adviser_place_once")
        ]

    def __str__(self) -> str:
        return self.name


class EntryFile(models.Model):
    """A file of an entry under the name it came with; served only through a view that asks."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="files")
    role = models.CharField(max_length=10, choices=FileRole.choices, default=FileRole.WORK)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    added_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["role", "pk"]
        constraints = [choices_are_known("entry_file_role_is_known", "role", FileRole)]

    def __str__(self) -> str:
        return self.name
