"""聘任: a mentor serves a unit in a role for a term, under a number that never skips."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Self

import pghistory
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from activities.choices import AppointmentEnd, MentorRole
from activities.models.mentors import Mentor
from committees.models import Unit, User
from committees.models.scoping import scope_q
from committees.policy import Can
from portal.kernel.fields import choices_are_known
from portal.kernel.ranges import no_overlap

NOTICE_DAYS = 60  # how long before its end an appointment is listed for renewal


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def visible_to(self, user: Any) -> Self:
        """Those of the units and the mentors one looks after; a mentor's own."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(
            scope_q(user, Can.LECTURE_VIEW, "unit__path")
            | scope_q(user, Can.MENTOR_EDIT, "mentor__person__unit__path")
            | Q(mentor__user=user)
        )

    def current(self, on: date) -> Self:
        return self.filter(period__contains=on)

    def expiring(self, on: date) -> Self:
        """In force on that day and over within NOTICE_DAYS, with none to follow it."""
        following = Appointment.objects.filter(
            mentor=models.OuterRef("mentor"),
            unit=models.OuterRef("unit"),
            role=models.OuterRef("role"),
            period__fully_gt=models.OuterRef("period"),
        )
        # The end of a period is the day after the last one.
        end = on + timedelta(days=NOTICE_DAYS + 1)
        soon = self.current(on).filter(period__endswith__lte=end)
        return soon.filter(~models.Exists(following))

    def cross_unit(self) -> Self:
        """跨校: somewhere else than where the person comes from."""
        return self.exclude(unit=F("home"))

    def cross_office(self) -> Self:
        """跨片区: under another office; the bureau's own people belong to none."""
        neither = Q(unit__office=None, home__office=None)
        return self.cross_unit().exclude(Q(unit__office=F("home__office")) | neither)


@pghistory.track(exclude=["noticed_at"])
class Appointment(models.Model):
    """One 聘书. `home` is where the person belonged on the day, for the share of 跨校受聘."""

    mentor = models.ForeignKey(Mentor, models.PROTECT, related_name="appointments")
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="mentor_appointments", verbose_name="受聘单位"
    )
    home = models.ForeignKey(Unit, models.PROTECT, related_name="+", editable=False)
    issuer = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="聘任单位")
    role = models.CharField("聘为", max_length=12, choices=MentorRole.choices)
    period = DateRangeField()
    year = models.PositiveSmallIntegerField(editable=False)
    serial = models.PositiveIntegerField(editable=False)
    ended_because = models.CharField(max_length=10, choices=AppointmentEnd.choices, blank=True)
    noticed_at = models.DateTimeField(null=True, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "-serial"]
        constraints = [
            choices_are_known("appointment_role_is_known", "role", MentorRole),
            choices_are_known(
                "appointment_end_is_known", "ended_because", AppointmentEnd, blank=True
            ),
            models.UniqueConstraint(
                fields=["issuer", "year", "serial"], name="letter_number_once_an_issuer"
            ),
            no_overlap(
                "appointed_once_at_a_time",
                "mentor",
                "unit",
                words=("role",),
                message="这位导师这段时间在这个单位已经有同样的聘任",
            ),
            models.CheckConstraint(
                condition=Q(period__startswith__isnull=False, period__endswith__isnull=False),
                name="appointment_has_a_term",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mentor} {self.get_role_display()}（{self.unit}）"

    @property
    def number(self) -> str:
        """聘字〔2023〕第0012号, counted for each issuer and year."""
        return f"聘字〔{self.year}〕第{self.serial:04}号"

    @property
    def first_day(self) -> date:
        day: date = self.period.lower
        return day

    @property
    def last_day(self) -> date:
        day: date = self.period.upper
        return day - timedelta(days=1)

    @property
    def is_cross_unit(self) -> bool:
        return self.unit_id != self.home_id

    @property
    def is_cross_office(self) -> bool:
        """The same question as `cross_office` of the queryset; needs unit and home selected."""
        return self.is_cross_unit and self.unit.office_id != self.home.office_id
