"""Cards of lectures: to send a mentor, to send the next one, to answer, to give, to report."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone

from activities.choices import InvitationState, LectureState
from activities.models import Lecture, LectureInvitation
from committees.permissions import may_anywhere
from committees.policy import Can
from portal.kernel.calendar import date_cn
from portal.kernel.wording import quoted
from portal.web.cards import HORIZON, MOST_OF_A_KIND, Card, units_of


def lectures(user: Any, *, on: date) -> Iterator[Card]:
    """The office sends mentors, the host says how a lecture went."""
    if may_anywhere(user, Can.LECTURE_DISPATCH):
        ended = [InvitationState.DECLINED, InvitationState.EXPIRED]
        fell_out = Exists(LectureInvitation.objects.filter(lecture=OuterRef("pk"), state__in=ended))
        waits = Lecture.objects.dispatched_by(user).filter(state=LectureState.REQUESTED)
        yield from _next_mentors(waits.filter(fell_out), on=on)
        found = waits.exclude(fell_out).order_by("day").values_list("day", flat=True)
        if days := list(found[:1000]):
            yield Card(
                "给点课的单位派导师",
                reverse("activities:lectures"),
                "待安排",
                "waiting",
                f"最早一场想在{date_cn(days[0])}",
                len(days),
                "场",
                minutes=3 * min(len(days), 20),
                at_hand="导师的电话",
                button="去安排",
                due_on=max(days[0], on),
            )
    if may_anywhere(user, Can.LECTURE_REQUEST):
        given = Lecture.objects.filter(
            unit__in=units_of(user), state=LectureState.CONFIRMED, day__lt=on
        )
        for lecture in given.select_related("topic", "course").order_by("day")[:MOST_OF_A_KIND]:
            yield Card(
                f"填一下{quoted(lecture)}来了多少人",
                reverse("activities:lecture_report", args=[lecture.pk]),
                "讲完了",
                "waiting",
                f"{date_cn(lecture.day)}讲的",
                minutes=2,
                at_hand="到场人数",
                button="去填",
            )


def _next_mentors(waits: QuerySet[Lecture], *, on: date) -> Iterator[Card]:
    """Who was asked cannot go: the next one is proposed, and a person says yes to it."""
    found = waits.select_related("unit", "topic", "course").order_by("day", "pk")
    for lecture in found[:MOST_OF_A_KIND]:
        yield Card(
            f"给{lecture.unit}另请一位导师讲{quoted(lecture)}",
            reverse("activities:lecture", args=[lecture.pk]),
            "原来请的去不了",
            "late",
            f"想在{date_cn(lecture.day)}讲，下一位已经排好，看一眼就能定",
            minutes=2,
            at_hand="导师的电话",
            button="去定下一位",
            due_on=max(lecture.day, on),
        )


def mentoring(user: Any, *, on: date) -> Iterator[Card]:
    """A mentor's own: to answer, to go to, to tell that it is done."""
    if not may_anywhere(user, Can.LECTURE_GIVE):
        return
    asked = LectureInvitation.objects.filter(
        mentor__user=user, state=InvitationState.WAITING, period__startswith__gt=timezone.now()
    ).select_related("lecture__unit")
    for one in asked.order_by("expires_at")[:MOST_OF_A_KIND]:
        due = timezone.localtime(one.expires_at).date()
        yield Card(
            f"回一声：{one.lecture.unit}请您去讲课",
            reverse("activities:invitation", args=[one.token]),
            "等您答复",
            "waiting",
            f"{date_cn(due)}前答复",
            minutes=1,
            at_hand="自己的日历",
            button="去答复",
            due_on=due,
        )
    mine = Lecture.objects.filter(mentor__user=user, state=LectureState.CONFIRMED)
    mine = mine.select_related("unit", "topic", "course").order_by("day", "pk")
    for lecture in mine.filter(day__range=(on, on + HORIZON))[:MOST_OF_A_KIND]:
        yield Card(
            f"去{lecture.unit}讲{quoted(lecture)}",
            reverse("activities:lecture", args=[lecture.pk]),
            "已定好",
            "soon",
            f"{date_cn(lecture.day)}，{lecture.place}",
            minutes=60,
            at_hand="讲稿和宣讲单",
            button="看时间地点",
            due_on=lecture.day,
        )
    for lecture in mine.filter(day__lt=on, told_at=None)[:MOST_OF_A_KIND]:
        yield Card(
            f"说一声{quoted(lecture)}讲完了",
            reverse("activities:my_lectures"),
            "讲完了",
            "waiting",
            f"{date_cn(lecture.day)}在{lecture.unit}",
            minutes=1,
            at_hand="不用准备",
            button="去说一声",
        )
