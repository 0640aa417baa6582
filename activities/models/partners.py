"""Social partners and practice platforms (实践育人平台), and what was agreed with them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Self

import pghistory
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from activities.choices import PartnerKind
from activities.models.activities import Activity
from committees.models import Unit, User
from committees.models.scoping import ScopedQuerySet
from committees.policy import Can
from portal.kernel.fields import choices_are_known
from portal.kernel.models import StoredFile

AGREEMENT_NOTICE_DAYS = 60  # how long before its end an agreement is listed for renewal


class PartnerQuerySet(ScopedQuerySet["Partner"]):
    view_power = Can.PARTNER_VIEW

    def in_city(self, city: Unit) -> Self:
        return self.filter(unit__city=city)

    def open(self) -> Self:
        return self.filter(ended_on=None)


@pghistory.track()
class Partner(models.Model):
    """A community, base or association that one unit keeps the contact with; all may use it."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="partners", verbose_name="联系单位")
    name = models.CharField("名称", max_length=80)
    kind = models.CharField("类别", max_length=12, choices=PartnerKind.choices)
    place = models.CharField("地址", max_length=80, blank=True)
    offers = models.CharField("能提供什么", max_length=200, blank=True)
    contact = models.CharField("联系人", max_length=60, blank=True)
    phone = models.CharField("电话", max_length=30, blank=True)
    ended_on = models.DateField("停止合作日期", null=True, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = PartnerQuerySet.as_manager()

    class Meta:
        ordering = ["unit__path", "pk"]
        constraints = [
            choices_are_known("partner_kind_is_known", "kind", PartnerKind),
            models.UniqueConstraint(
                fields=["unit", "name"],
                name="partner_once_a_unit",
                violation_error_message="这个单位已经登记过同名的合作伙伴",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AgreementQuerySet(models.QuerySet["PartnerAgreement"]):
    def current(self, on: date) -> Self:
        return self.filter(period__contains=on)

    def expiring(self, on: date) -> Self:
        """In force on that day and over within AGREEMENT_NOTICE_DAYS, with none to follow it."""
        following = PartnerAgreement.objects.filter(
            partner=models.OuterRef("partner"), period__endswith__gt=models.OuterRef("until")
        )
        # The end of a period is the day after the last one.
        end = on + timedelta(days=AGREEMENT_NOTICE_DAYS + 1)
        soon = self.current(on).filter(period__endswith__lte=end)
        return soon.annotate(until=models.F("period__endswith")).filter(
            ~models.Exists(following), partner__ended_on=None
        )


@pghistory.track(exclude=["noticed_at"])
class PartnerAgreement(models.Model):
    """共建协议: for a time, with the paper itself where somebody uploaded it."""

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="agreements")
    period = DateRangeField()
    summary = models.CharField("约定了什么", max_length=200, blank=True)
    document = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    document_name = models.CharField(max_length=200, blank=True)
    noticed_at = models.DateTimeField(null=True, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(period__startswith__isnull=False, period__endswith__isnull=False),
                name="agreement_has_a_term",
            ),
            models.UniqueConstraint(
                fields=["partner", "period"],
                name="agreement_term_once",
                violation_error_message="这一段期限的协议已经登记过了",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner} {self.first_day}"

    @property
    def first_day(self) -> date:
        day: date = self.period.lower
        return day

    @property
    def last_day(self) -> date:
        day: date = self.period.upper
        return day - timedelta(days=1)


class PartnerActivity(models.Model):
    """The partner had a hand in this record: a place, a guide, a speaker."""

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="work")
    activity = models.ForeignKey(Activity, models.CASCADE, related_name="partner_work")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["partner", "activity"], name="partner_once_a_record")
        ]

    def __str__(self) -> str:
        return f"{self.activity}（{self.partner}）"
