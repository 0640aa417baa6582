"""发文: official papers of a bureau or an office, their annexes, and who has received them."""

from __future__ import annotations

from typing import Any, Self

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone

from committees.models import Unit, User
from committees.models.scoping import ScopedQuerySet, scope_q
from committees.policy import Can
from evaluations.choices import Audience, PaperKind, PaperState
from portal.kernel.fields import choices_are_known
from portal.kernel.models import StoredFile

TOLD = [PaperState.ISSUED, PaperState.WITHDRAWN]
_WORDS = ("unit", "kind", "code", "year", "number", "title", "addressees", "body", "note",
          "copy_to", "copies", "dated_on", "signed_by")  # fmt: skip


def _changes_a_word() -> pgtrigger.Q:
    changed = pgtrigger.Q()
    for name in _WORDS:
        changed |= pgtrigger.Q(**{f"old__{name}__df": pgtrigger.F(f"new__{name}")})
    return changed


class PaperQuerySet(ScopedQuerySet["OfficialPaper"]):
    def visible_to(self, user: Any) -> Self:
        """Unfinished ones where they are made or signed; issued ones where they went as well."""
        making = scope_q(user, Can.BULLETIN_EDIT, "unit__path")
        making |= scope_q(user, Can.BULLETIN_SIGN, "unit__path")
        return self.filter(making | Q(state__in=TOLD) & self._reached(user))

    def received_by(self, user: Any) -> Self:
        """Those that came to a unit the user sees."""
        return self.filter(self._came_to(user), state__in=TOLD)

    def newest(self) -> Self:
        return self.order_by("-created_at", "-pk")

    @staticmethod
    def _came_to(user: Any) -> Q:
        came = PaperReceipt.objects.filter(scope_q(user, Can.UNIT_VIEW, "unit__path"))
        return Q(pk__in=came.values("paper"))

    def _reached(self, user: Any) -> Q:
        return self._came_to(user) | scope_q(user, Can.UNIT_VIEW, "unit__path")


@pghistory.track(exclude=["content", "version"])
class OfficialPaper(models.Model):
    """One paper. `body` is plain text, a paragraph a line, headings as 一、 and （一）.

    `code` (机关代字), `year` and `number` together are the 发文字号; the number is taken in the
    transaction that signs. `content` is what was printed, as documents.papers made it.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="official_papers")
    kind = models.CharField("种类", max_length=12, choices=PaperKind.choices)
    code = models.CharField("机关代字", max_length=20)
    title = models.CharField("标题", max_length=120)
    audience = models.CharField("发给谁", max_length=7, choices=Audience.choices)
    chosen = models.ManyToManyField(Unit, blank=True, related_name="+", verbose_name="点名的单位")
    addressees = models.CharField("主送", max_length=200)
    body = models.TextField("正文")
    note = models.CharField("附注", max_length=60, blank=True)
    copy_to = models.CharField("抄送", max_length=200, blank=True)
    copies = models.PositiveIntegerField("共印份数", default=0)
    # Numbers this code had this year before the portal; asked for the first paper alone.
    earlier = models.PositiveIntegerField("此前已发到几号", default=0)
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by",
        verbose_name="代替哪一份",
    )  # fmt: skip
    state = models.CharField(
        max_length=9, choices=PaperState.choices, default=PaperState.DRAFT, editable=False
    )
    year = models.PositiveSmallIntegerField(null=True, editable=False)
    number = models.PositiveIntegerField(null=True, editable=False)
    dated_on = models.DateField("成文日期", null=True, editable=False)
    submitted_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+"
    )
    signed_by = models.ForeignKey(User, models.PROTECT, null=True, editable=False, related_name="+")
    issued_at = models.DateTimeField(null=True, editable=False)
    pdf = models.ForeignKey(StoredFile, models.PROTECT, null=True, editable=False, related_name="+")
    content = models.JSONField(default=dict, editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    withdraw_reason = models.CharField(max_length=300, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = PaperQuerySet.as_manager()

    class Meta:
        constraints = [
            choices_are_known("paper_kind_is_known", "kind", PaperKind),
            choices_are_known("paper_state_is_known", "state", PaperState),
            choices_are_known("paper_audience_is_known", "audience", Audience),
            models.UniqueConstraint(
                fields=["unit", "code", "year", "number"], name="paper_number_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "reviewing", "signing"], number=None, year=None)
                | Q(number__gte=1, year__isnull=False, dated_on__isnull=False),
                name="signed_paper_has_its_number",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["issued", "withdrawn"])
                | Q(pdf__isnull=False, issued_at__isnull=False),
                name="issued_paper_has_its_print",
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn")
                | Q(withdrawn_at__isnull=False) & ~Q(withdraw_reason=""),
                name="withdrawn_paper_says_why",
            ),
        ]
        indexes = [models.Index(fields=["unit", "-created_at"], name="paper_newest")]
        triggers = [
            pgtrigger.Protect(
                name="signed_paper_stands",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__in=["signed", "issued", "withdrawn"])
                & _changes_a_word(),
            ),
            pgtrigger.Protect(
                name="numbered_paper_stays",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__state__in=["signed", "issued", "withdrawn"]),
            ),
        ]

    def __str__(self) -> str:
        return "".join(self.title.split())

    @property
    def number_label(self) -> str:
        """云教关委〔2023〕1号; a paper not signed yet has none."""
        return f"{self.code}〔{self.year}〕{self.number}号" if self.number else "签发时编号"

    @property
    def stem(self) -> str:
        return f"{self.number_label if self.number else '草稿'} {self}"


FREEZE_ANNEXES = """
    IF EXISTS (
        SELECT 1 FROM evaluations_officialpaper
        WHERE state IN ('signed', 'issued', 'withdrawn')
        AND id = CASE WHEN TG_OP = 'DELETE' THEN OLD.paper_id ELSE NEW.paper_id END
    ) THEN
        RAISE EXCEPTION 'the annexes of a signed paper are frozen';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
"""


@pghistory.track()
class PaperAnnex(models.Model):
    """附件: text behind the paper, such as a list of names; `source` says where that came from."""

    paper = models.ForeignKey(OfficialPaper, models.CASCADE, related_name="annexes")
    position = models.PositiveSmallIntegerField()
    title = models.CharField("附件标题", max_length=80)
    body = models.TextField("附件内容")
    source = models.CharField(max_length=120, blank=True, editable=False)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["paper", "position"],
                name="annex_place_once",
                deferrable=models.Deferrable.DEFERRED,
            )
        ]
        triggers = [
            pgtrigger.Trigger(
                name="signed_annexes_stand",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=FREEZE_ANNEXES,
            )
        ]

    def __str__(self) -> str:
        return self.title


class PaperReceipt(models.Model):
    """One unit an issued paper went to. That somebody opened it is not noted, only 收到."""

    paper = models.ForeignKey(OfficialPaper, models.CASCADE, related_name="receipts")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="paper_receipts")
    received_at = models.DateTimeField(null=True)
    received_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["paper", "unit"], name="receipt_once_a_unit")
        ]
        indexes = [
            models.Index(fields=["unit"], condition=Q(received_at=None), name="receipt_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.unit}收到{self.paper}"
