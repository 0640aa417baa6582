"""Who was there: one list a record, whichever of three ways filled it; and sheets of paper.

The tick list, the photo of the signed sheet and the QR code stand beside each other as equals;
none of them is a condition for a record to count.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

import pghistory
from django.core.signing import BadSignature, Signer
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from activities.choices import AttendeeVia
from activities.models.activities import Activity
from activities.models.kinds import ActivityKind
from committees.models import Person, Unit, User
from committees.models.scoping import scope_q
from committees.policy import Can
from portal.kernel.fields import choices_are_known

SIGNER = Signer(salt="activities.sign-in")


class SignInQuerySet(models.QuerySet["SignIn"]):
    def by_token(self, token: str) -> SignIn | None:
        """The hours a signed address stands for; a forged one never reaches the table."""
        try:
            pk, _, key = SIGNER.unsign(token).partition(".")
        except BadSignature:
            return None
        wanted = self.select_related("activity__unit")
        return wanted.filter(pk=int(pk), key=key).exclude(activity__state="voided").first()


class SignIn(models.Model):
    """The hours in which people sign themselves in by QR code, half open: [opens_at, closes_at).

    `key` goes into the signed address; a new key makes every printed code of the old one void.
    """

    activity = models.OneToOneField(Activity, models.CASCADE, related_name="sign_in")
    key = models.CharField(max_length=16)
    starts_at = models.DateTimeField("几点开始")
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField(default=timezone.now)

    objects = SignInQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gte=F("opens_at")), name="sign_in_closes_after_it_opens"
            )
        ]

    def __str__(self) -> str:
        return f"{self.activity} 扫码签到"

    @property
    def token(self) -> str:
        return SIGNER.sign(f"{self.pk}.{self.key}")

    def is_open(self, now: datetime) -> bool:
        return self.opens_at <= now < self.closes_at


@pghistory.track()
class Attendee(models.Model):
    """One person at one activity: of the register, or a guest by name.

    `is_late` marks an entry made after the list was closed: it shows when, and by whom.
    """

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="attendee_list")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="attended")
    name = models.CharField("姓名", max_length=60)
    place = models.CharField("单位", max_length=80, blank=True)
    via = models.CharField(max_length=8, choices=AttendeeVia.choices)
    is_late = models.BooleanField("补签", default=False)
    added_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["added_at", "pk"]
        constraints = [
            choices_are_known("attendee_via_is_known", "via", AttendeeVia),
            models.UniqueConstraint(
                fields=["activity", "person"],
                condition=Q(person__isnull=False),
                name="person_once_at_an_activity",
            ),
            models.UniqueConstraint(
                fields=["activity", "name", "place"],
                condition=Q(person=None),
                name="guest_once_at_an_activity",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="attendee_has_a_name"),
            models.CheckConstraint(
                condition=Q(is_late=False) | Q(added_by__isnull=False),
                name="late_attendee_says_who_added",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.place}）" if self.place else self.name


class PaperFormQuerySet(models.QuerySet["PaperForm"]):
    def visible_to(self, user: Any) -> Self:
        """Whoever may write for the unit may type its sheet back."""
        return self.filter(scope_q(user, Can.ACTIVITY_LOG, "unit__path"))


class PaperForm(models.Model):
    """A printed record form. Its code names it; typed back once or twice, it is one record."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    kind = models.ForeignKey(ActivityKind, models.PROTECT, null=True, related_name="+")
    title = models.CharField("主题", max_length=120, blank=True)
    activity = models.OneToOneField(
        Activity, models.CASCADE, null=True, related_name="paper_form", editable=False
    )
    printed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    printed_at = models.DateTimeField(default=timezone.now)

    objects = PaperFormQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.unit}的活动记录表"
