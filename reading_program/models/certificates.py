"""证书 and what is recommended upward: made from final results, each under a number of its own."""

from __future__ import annotations

from typing import Any, Self

import pghistory
from django.db import models
from django.db.models import Q
from django.utils import timezone

from committees.models import Unit, User
from committees.models.scoping import scope_q
from committees.policy import Can
from portal.kernel.fields import choices_are_known
from reading_program.choices import CertificateState
from reading_program.models.editions import Edition
from reading_program.models.results import Honour, Result


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def visible_to(self, user: Any) -> Self:
        """A school's and an office's own, once there are any; the bureau's all."""
        return self.filter(
            scope_q(user, Can.ENTRY_VIEW, "unit__path")
            | scope_q(user, Can.READING_EDIT, "edition__city__path")
        )

    def valid(self) -> Self:
        return self.filter(state=CertificateState.VALID)

    def in_order(self) -> Self:
        return self.order_by("year", "serial", "pk")


@pghistory.track(exclude=["holder", "text"])
class Certificate(models.Model):
    """One certificate as it was printed. Its words never change: a wrong one is voided and a new
    one made under a new number, so that what hangs on a wall is what the check page shows."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="certificates")
    result = models.ForeignKey(Result, models.PROTECT, null=True, related_name="certificates")
    honour = models.ForeignKey(Honour, models.PROTECT, null=True, related_name="certificates")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    token = models.CharField("查验码", max_length=12, unique=True)
    holder = models.CharField("获奖者", max_length=200)
    masked = models.CharField(max_length=200)  # what the check page shows of it
    school = models.CharField(max_length=80)
    text = models.JSONField(default=dict)  # the words of the sheet; documents/certificates.py
    award = models.CharField("奖项", max_length=60)
    dated = models.DateField("落款日期")
    state = models.CharField(
        max_length=10, choices=CertificateState.choices, default=CertificateState.VALID
    )
    void_reason = models.CharField("作废原因", max_length=200, blank=True)
    voided_at = models.DateTimeField(null=True, editable=False)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        constraints = [
            choices_are_known("certificate_state_is_known", "state", CertificateState),
            models.UniqueConstraint(
                fields=["edition", "year", "serial"], name="certificate_number_once"
            ),
            # A job run twice, or by two workers, makes no second one.
            models.UniqueConstraint(
                fields=["result"], condition=Q(state="valid"), name="certificate_once_a_result"
            ),
            models.UniqueConstraint(
                fields=["honour"], condition=Q(state="valid"), name="certificate_once_an_honour"
            ),
            models.CheckConstraint(
                condition=Q(result__isnull=False, honour__isnull=True)
                | Q(result__isnull=True, honour__isnull=False),
                name="certificate_is_for_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(state="valid") | (Q(voided_at__isnull=False) & ~Q(void_reason="")),
                name="void_certificate_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        return f"读书〔{self.year}〕{self.serial:04}号"


class RecommendationQuerySet(models.QuerySet["Recommendation"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(scope_q(user, Can.READING_EDIT, "result__list__edition__city__path"))


@pghistory.track()
class Recommendation(models.Model):
    """推荐: a work the city puts forward to the level above it."""

    result = models.OneToOneField(Result, models.PROTECT, related_name="recommendation")
    words = models.TextField("推荐意见", blank=True)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = RecommendationQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.result)

    @property
    def unit(self) -> Unit:
        return self.result.list.edition.city
