"""The mentor team (关爱导师、讲师团): who teaches what, how much, how far; and the course menu."""

from __future__ import annotations

import secrets
from typing import Any, Self

import pghistory
from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from activities.choices import (
    CourseState,
    DayPart,
    MentorTeamKind,
    TeachingLevel,
    TravelLimit,
)
from committees.choices import SchoolStage
from committees.models import Person, Unit, User
from committees.models.scoping import ScopedQuerySet, scope_q
from committees.policy import Can
from portal.kernel.fields import choices_are_known
from portal.kernel.models import StoredFile
from portal.kernel.ranges import no_overlap


def new_token() -> str:
    """128 bits nobody guesses, short enough for a QR code."""
    return secrets.token_urlsafe(16)


class LectureTopic(models.Model):
    """One board (板块) of a city's course menu, such as 心理健康."""

    city = models.ForeignKey(Unit, models.PROTECT, related_name="lecture_topics")
    name = models.CharField("专题", max_length=20)
    position = models.PositiveSmallIntegerField("排列", default=100)
    is_open = models.BooleanField("可选", default=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "name"],
                name="topic_once_a_city",
                violation_error_message="本市已经有这个专题",
            )
        ]

    def __str__(self) -> str:
        return self.name


class DispatchRules(models.Model):
    """What a city asks of its dispatching; a city without a row lives by these defaults."""

    city = models.OneToOneField(Unit, models.PROTECT, related_name="dispatch_rules")
    answer_days = models.PositiveSmallIntegerField("几天内答复", default=3)
    most_a_term = models.PositiveSmallIntegerField("一学期最多几场", default=8)
    rest_days = models.PositiveSmallIntegerField("两场之间至少歇几天", default=2)
    asks_next_itself = models.BooleanField("导师去不了时自动请下一位", default=False)

    def __str__(self) -> str:
        return f"{self.city} {self.answer_days}/{self.most_a_term}/{self.rest_days}"


class DispatchSeason(models.Model):
    """Days of every year on which nobody is sent: 高温, 中考. Months and days as 615 or 1231."""

    city = models.ForeignKey(Unit, models.PROTECT, related_name="dispatch_seasons")
    name = models.CharField("名称", max_length=20)
    first = models.PositiveSmallIntegerField("从")
    last = models.PositiveSmallIntegerField("到")
    parts = ArrayField(
        models.CharField(max_length=10, choices=DayPart.choices), verbose_name="不安排的时段"
    )
    stages = ArrayField(
        models.CharField(max_length=12, choices=SchoolStage.choices),
        default=list,
        blank=True,
        verbose_name="只对这些学段",
    )

    class Meta:
        ordering = ["first", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(first__gte=101, last__lte=1231, first__lte=models.F("last")),
                name="season_runs_forward_in_a_year",
            )
        ]

    def __str__(self) -> str:
        return self.name


class MentorTeamQuerySet(ScopedQuerySet["MentorTeam"]):
    view_power = Can.MENTOR_VIEW


@pghistory.track()
class MentorTeam(models.Model):
    """关爱导师团 or 讲师团: mentors who go out under one name, looked after by one unit."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="mentor_teams")
    name = models.CharField("名称", max_length=40)
    kind = models.CharField(
        "是什么团",
        max_length=10,
        choices=MentorTeamKind.choices,
        default=MentorTeamKind.LECTURERS,
    )
    levels = ArrayField(
        models.CharField(max_length=12, choices=TeachingLevel.choices),
        default=list,
        blank=True,
        verbose_name="面向哪些学段",
    )
    closed_on = models.DateField("停办日期", null=True, blank=True)

    objects = MentorTeamQuerySet.as_manager()

    class Meta:
        ordering = ["unit__path", "pk"]
        constraints = [
            choices_are_known("mentor_team_kind_is_known", "kind", MentorTeamKind),
            models.UniqueConstraint(
                fields=["unit", "name"],
                name="team_name_once_a_unit",
                violation_error_message="这个单位已经有同名的讲师团",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class MentorQuerySet(models.QuerySet["Mentor"]):
    def visible_to(self, user: Any) -> Self:
        """The city's mentors to whoever asks for lectures; to a mentor, the own card."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(scope_q(user, Can.MENTOR_VIEW, "person__unit__path") | Q(user=user))

    def in_city(self, city: Unit) -> Self:
        return self.filter(person__unit__city=city)

    def serving(self) -> Self:
        return self.filter(left_on=None)


@pghistory.track(exclude=["feed_token"])
class Mentor(models.Model):
    """One person of the register as a mentor: limits are the elder's own and always hold."""

    person = models.OneToOneField(Person, models.PROTECT, related_name="mentor")
    user = models.OneToOneField(User, models.PROTECT, null=True, related_name="mentor")
    team = models.ForeignKey(MentorTeam, models.PROTECT, null=True, related_name="mentors")
    topics = models.ManyToManyField(LectureTopic, related_name="mentors", blank=True)
    about = models.CharField("简介", max_length=300, blank=True)
    travel = models.CharField(
        "能走多远", max_length=10, choices=TravelLimit.choices, default=TravelLimit.CITY
    )
    most_a_term = models.PositiveSmallIntegerField("一学期最多几场", null=True, blank=True)
    rest_days = models.PositiveSmallIntegerField("两场之间至少歇几天", null=True, blank=True)
    joined_on = models.DateField("入团日期", null=True)
    left_on = models.DateField("退出日期", null=True)
    feed_token = models.CharField(max_length=32, unique=True, default=new_token, editable=False)

    objects = MentorQuerySet.as_manager()

    class Meta:
        constraints = [choices_are_known("mentor_travel_is_known", "travel", TravelLimit)]

    def __str__(self) -> str:
        return self.person.name

    @property
    def unit(self) -> Unit:
        return self.person.unit


@pghistory.track()
class MentorTeamTerm(models.Model):
    """届 of a team: who led it in this half-open range."""

    team = models.ForeignKey(MentorTeam, models.CASCADE, related_name="terms")
    number = models.PositiveSmallIntegerField("第几届")
    period = DateRangeField()
    leader = models.ForeignKey(
        Mentor, models.PROTECT, null=True, related_name="+", verbose_name="团长"
    )

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "number"],
                name="team_term_number_once",
                violation_error_message="这一届已经登记过了",
            ),
            no_overlap("one_team_term_at_a_time", "team", message="两届的时间不能重叠"),
        ]

    def __str__(self) -> str:
        return f"{self.team}第{self.number}届"


class MentorPause(models.Model):
    """Days on which the mentor is not to be asked; why is not ours to know."""

    mentor = models.ForeignKey(Mentor, models.CASCADE, related_name="pauses")
    period = DateRangeField()

    class Meta:
        constraints = [
            no_overlap("pause_once_at_a_time", "mentor", message="这几天已经标过不方便了")
        ]

    def __str__(self) -> str:
        return f"{self.mentor} {self.period}"


class LectureCourseQuerySet(models.QuerySet["LectureCourse"]):
    def visible_to(self, user: Any) -> Self:
        """The approved menu to the city; what waits to those who approve, and to its mentor."""
        if not user.is_authenticated:
            return self.none()
        path = "mentor__person__unit__path"
        menu = Q(state=CourseState.APPROVED) & scope_q(user, Can.MENTOR_VIEW, path)
        return self.filter(menu | scope_q(user, Can.MENTOR_EDIT, path) | Q(mentor__user=user))

    def on_menu(self) -> Self:
        return self.filter(state=CourseState.APPROVED, mentor__left_on=None)


@pghistory.track()
class LectureCourse(models.Model):
    """One lecture a mentor offers (制单); on the menu once its outline is approved (审定)."""

    mentor = models.ForeignKey(Mentor, models.PROTECT, related_name="courses")
    topic = models.ForeignKey(LectureTopic, models.PROTECT, related_name="courses")
    title = models.CharField("题目", max_length=60)
    summary = models.CharField("讲什么", max_length=300)
    minutes = models.PositiveSmallIntegerField("多少分钟", default=60)
    outline = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    outline_name = models.CharField(max_length=200)
    state = models.CharField(
        max_length=10, choices=CourseState.choices, default=CourseState.SUBMITTED
    )
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(default=timezone.now)
    reviewed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    return_reason = models.CharField(max_length=200, blank=True)

    objects = LectureCourseQuerySet.as_manager()

    class Meta:
        ordering = ["topic__position", "pk"]
        constraints = [
            choices_are_known("course_state_is_known", "state", CourseState),
            models.UniqueConstraint(
                fields=["mentor", "title"],
                condition=~Q(state="retired"),
                name="course_title_once_a_mentor",
                violation_error_message="这位导师已经有同名的课",
            ),
            models.CheckConstraint(
                condition=Q(minutes__gte=10, minutes__lte=240), name="course_lasts_a_while"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "returned"]) | Q(reviewed_at__isnull=False),
                name="reviewed_course_has_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(return_reason=""),
                name="returned_course_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def unit(self) -> Unit:
        return self.mentor.person.unit
