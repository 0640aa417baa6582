"""A lecture from the order to the rating (点单 → 派单 → 讲 → 评单), and each asking of a mentor."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

import pghistory
from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from activities.choices import (
    AnsweredVia,
    DayPart,
    DeclineReason,
    InvitationState,
    LectureAudience,
    LectureState,
)
from activities.models.activities import Activity
from activities.models.mentors import LectureCourse, LectureTopic, Mentor, new_token
from committees.models import Unit, User
from committees.models.scoping import scope_q, written_q
from committees.policy import Can
from portal.kernel.fields import choices_are_known
from portal.kernel.models import StoredFile
from portal.kernel.ranges import no_overlap

HOLDING = Q(state__in=["waiting", "accepted"])


class LectureQuerySet(models.QuerySet["Lecture"]):
    def visible_to(self, user: Any) -> Self:
        """The host's people and those above; who looks after the mentor; the mentor."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(
            scope_q(user, Can.LECTURE_VIEW, "unit__path")
            | scope_q(user, Can.MENTOR_EDIT, "mentor__person__unit__path")
            | Q(mentor__user=user)
            | written_q(user, Can.LECTURE_VIEW, "created_by")
        )

    def dispatched_by(self, user: Any) -> Self:
        return self.filter(scope_q(user, Can.LECTURE_DISPATCH, "unit__path"))

    def requested_by(self, user: Any) -> Self:
        return self.filter(scope_q(user, Can.LECTURE_REQUEST, "unit__path"))

    def between(self, first: date, last: date) -> Self:
        return self.filter(day__gte=first, day__lte=last)

    def delivered(self) -> Self:
        """Given, and the record that tells of it stands."""
        return self.filter(state=LectureState.DELIVERED).exclude(activity__state="voided")

    def totals(self) -> dict[str, int]:
        """Sessions (场次) and audience (人次); each lecture once, whoever asks, however often."""
        found = self.delivered().order_by()
        ids = found.values("pk")
        counted = Lecture.objects.filter(pk__in=ids).aggregate(
            sessions=models.Count("pk"), audience=models.Sum("activity__attendance")
        )
        return {"sessions": counted["sessions"], "audience": counted["audience"] or 0}


@pghistory.track()
class Lecture(models.Model):
    """One lecture of one host. Its audience stands in `activity` and nowhere else.

    `day` is when it is to be: the first wish until a mentor is asked, then the chosen one.
    """

    number = models.CharField("编号", max_length=20)
    city = models.ForeignKey(Unit, models.PROTECT, related_name="+", editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="lectures", verbose_name="点课单位")
    topic = models.ForeignKey(LectureTopic, models.PROTECT, related_name="lectures")
    course = models.ForeignKey(LectureCourse, models.PROTECT, null=True, related_name="lectures")
    audience = models.CharField("讲给谁听", max_length=10, choices=LectureAudience.choices)
    audience_words = models.CharField("具体是谁", max_length=40, blank=True)
    wish1_on = models.DateField("最想哪天")
    wish1_part = models.CharField("时段", max_length=10, choices=DayPart.choices)
    wish2_on = models.DateField("或者哪天", null=True, blank=True)
    wish2_part = models.CharField("时段", max_length=10, choices=DayPart.choices, blank=True)
    place = models.CharField("地点", max_length=60)
    contact = models.CharField("联系人", max_length=40)
    contact_phone = models.CharField("联系电话", max_length=30)

    state = models.CharField(
        max_length=10, choices=LectureState.choices, default=LectureState.REQUESTED
    )
    day = models.DateField("日期")
    mentor = models.ForeignKey(Mentor, models.PROTECT, null=True, related_name="lectures")
    period = DateTimeRangeField(null=True)
    cancel_reason = models.CharField(max_length=200, blank=True)
    slides = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    slides_name = models.CharField("课件", max_length=200, blank=True)
    told_at = models.DateTimeField("导师说讲完了", null=True)
    told_note = models.CharField("导师的话", max_length=200, blank=True)
    activity = models.OneToOneField(Activity, models.PROTECT, null=True, related_name="lecture")
    rated_at = models.DateTimeField(null=True)
    rated_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    rated_content = models.PositiveSmallIntegerField("内容", null=True)
    rated_expression = models.PositiveSmallIntegerField("表达", null=True)
    rated_fit = models.PositiveSmallIntegerField("针对性", null=True)
    rated_words = models.CharField("想说的话", max_length=300, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = LectureQuerySet.as_manager()

    class Meta:
        constraints = [
            choices_are_known("lecture_state_is_known", "state", LectureState),
            choices_are_known("lecture_audience_is_known", "audience", LectureAudience),
            models.UniqueConstraint(fields=["city", "number"], name="lecture_number_once"),
            models.CheckConstraint(
                condition=~Q(state__in=["invited", "confirmed", "delivered"])
                | Q(mentor__isnull=False, period__isnull=False),
                name="dispatched_lecture_has_mentor_and_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="requested") | Q(mentor__isnull=True, period__isnull=True),
                name="requested_lecture_has_nobody_yet",
            ),
            models.CheckConstraint(
                condition=Q(state="delivered", activity__isnull=False)
                | ~Q(state="delivered") & Q(activity__isnull=True),
                name="delivered_lecture_has_its_record",
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(cancel_reason=""),
                name="cancelled_lecture_says_why",
            ),
            models.CheckConstraint(
                condition=Q(rated_at__isnull=True)
                | Q(state="delivered")
                & Q(rated_content__range=(1, 5))
                & Q(rated_expression__range=(1, 5))
                & Q(rated_fit__range=(1, 5)),
                name="rating_is_whole_and_after_the_lecture",
            ),
        ]
        indexes = [
            models.Index(fields=["city", "day"], name="lecture_of_city"),
            models.Index(fields=["unit", "day"], name="lecture_of_unit"),
            models.Index(fields=["mentor", "day"], name="lecture_of_mentor"),
        ]

    def __str__(self) -> str:
        return self.course.title if self.course else f"“{self.topic}”专题宣讲"


@pghistory.track(exclude=["token"])
class LectureInvitation(models.Model):
    """A mentor is asked for one time. While it waits or is accepted it holds that time."""

    lecture = models.ForeignKey(Lecture, models.PROTECT, related_name="invitations")
    mentor = models.ForeignKey(Mentor, models.PROTECT, related_name="invitations")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", editable=False)
    place = models.CharField(max_length=60, editable=False)
    # 替讲: who had agreed to this very time and fell out
    stands_in_for = models.ForeignKey(Mentor, models.PROTECT, null=True, related_name="+")
    period = DateTimeRangeField()
    state = models.CharField(
        max_length=10, choices=InvitationState.choices, default=InvitationState.WAITING
    )
    token = models.CharField(max_length=32, unique=True, default=new_token, editable=False)
    sent_at = models.DateTimeField(default=timezone.now)
    sent_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_via = models.CharField(max_length=10, choices=AnsweredVia.choices, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=10, choices=DeclineReason.choices, blank=True)

    class Meta:
        ordering = ["-sent_at", "-pk"]
        constraints = [
            choices_are_known("invitation_state_is_known", "state", InvitationState),
            choices_are_known("answer_way_is_known", "answered_via", AnsweredVia, blank=True),
            choices_are_known("decline_reason_is_known", "reason", DeclineReason, blank=True),
            models.UniqueConstraint(
                fields=["lecture"],
                condition=HOLDING,
                name="one_mentor_asked_at_a_time",
                violation_error_message="这一场刚刚已经请了别的导师，刷新页面看看",
            ),
            no_overlap(
                "mentor_booked_once_at_a_time",
                "mentor",
                message="这位导师这个时间刚刚被别的单位请走了，换一个时间或另请一位",
                condition=HOLDING,
            ),
            no_overlap(
                "place_booked_once_at_a_time",
                "unit",
                words=("place",),
                message="这个地点这个时间已经安排了另一场宣讲，换一个时间或地点",
                condition=HOLDING,
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["accepted", "declined"])
                | Q(answered_at__isnull=False) & ~Q(answered_via=""),
                name="answer_has_its_time_and_way",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mentor} {self.lecture}"
