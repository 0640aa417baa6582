"""宣讲预约: the month, one lecture, and ordering one (点单)."""

import calendar as months
import re
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from activities.choices import InvitationState, LectureState
from activities.exports import returned as returned_exports
from activities.forms.lectures import AnswerForm, DispatchForm, LectureFilter, OrderForm, order_of
from activities.models import Lecture, LectureCourse, LectureInvitation, LectureTopic
from activities.models.lectures import LectureQuerySet
from activities.permissions import (
    is_self,
    may_bring_slides,
    may_cancel_lecture,
    may_change_order,
    may_dispatch,
    may_note_answer,
    may_order,
    may_rate_lecture,
    may_report_lecture,
    may_take_back,
)
from activities.services import lectures
from activities.services.dispatch import Advice, advice_for
from activities.services.mentors import ensure_topics
from activities.workflow import INVITATION, LECTURE
from committees.choices import UnitKind
from committees.http import PortalRequest, form_page, require
from committees.models import Unit
from committees.permissions import city_of, home_unit, may_anywhere
from committees.policy import Can
from committees.views.lists import applied_words
from portal.kernel import audit, calendar, files
from portal.kernel.calendar import date_cn, weekday_cn
from portal.kernel.models import AuditEvent

TONES = {
    LectureState.REQUESTED: "waiting",
    LectureState.INVITED: "soon",
    LectureState.CONFIRMED: "later",
    LectureState.DELIVERED: "done",
    LectureState.CANCELLED: "void",
}
VERBS = {
    "lecture.requested": "点了这一场",
    "lecture.changed": "改了点单",
    "lecture.told_done": "说讲完了",
    "lecture.rated": "评了这一场",
}
MONTH_LIMIT = 400  # a list longer than this is narrowed by a filter first
WHO_ORDERS = "点课由学校（幼儿园）秘书、党组织联系人或教办来办"


@require_GET
def month(request: PortalRequest) -> HttpResponse:
    require(may_anywhere(request.user, Can.LECTURE_VIEW), "宣讲预约给各单位用，导师请看“我的宣讲”")
    first = _month(request)
    form, found = _filtered(request, first)
    rows = [_row(lecture) for lecture in found[:MONTH_LIMIT]]
    page = {
        "first": first,
        "title_words": f"{first.year}年{first.month}月",
        "earlier": f"{first - timedelta(days=1):%Y-%m}",
        "later": f"{_next(first):%Y-%m}",
        "weeks": _weeks(first, rows),
        "weekdays": calendar.WEEKDAYS,
        "rows": rows,
        "form": form,
        # The month is the page itself and no filter: it is kept, and never taken off.
        "applied": [it for it in applied_words(request, form) if not it[0].startswith("月份")],
        "count_sentence": f"这个月 {len(rows)} 场",
        "waiting": _waiting(request),
        "may_order": may_anywhere(request.user, Can.LECTURE_REQUEST),
        "may_set_rules": may_anywhere(request.user, Can.UNIT_EDIT),
    }
    return render(request, "activities/lectures/month.html", page)


@require_GET
def export(request: PortalRequest) -> HttpResponse:
    """The month as the page shows it, with its filters."""
    require(may_anywhere(request.user, Can.LECTURE_VIEW))
    first = _month(request)
    _, found = _filtered(request, first)
    content = returned_exports.lecture_workbook(found)
    return files.made(content, f"宣讲{first:%Y-%m}.xlsx")


@require_GET
def lecture(request: PortalRequest, pk: int) -> HttpResponse:
    it = lecture_for(request, pk)
    return lecture_page(request, it)


def lecture_page(
    request: PortalRequest,
    it: Lecture,
    *,
    dispatch_form: DispatchForm | None = None,
    answer_form: AnswerForm | None = None,
) -> HttpResponse:
    """One lecture with what this person can do next; also shown again with what was not right."""
    user = request.user
    asked = it.invitations.filter(state__in=[InvitationState.WAITING, InvitationState.ACCEPTED])
    invitation = asked.select_related(
        "mentor__person__unit", "lecture__unit", "stands_in_for__person"
    ).first()
    advice = advice_for(it) if may_dispatch(user, it) else []
    may_note = may_note_answer(user, invitation)
    rows = facts_of(it)
    if invitation is not None and invitation.stands_in_for is not None:
        words = f"原定{invitation.stands_in_for}，因故由{it.mentor}替讲"
        rows.append({"label": "替讲", "value": words})
    page = {
        "lecture": it,
        "tone": TONES[LectureState(it.state)],
        "rows": rows,
        "fell_out": _fell_out(it) if advice else None,
        "may_bring_slides": may_bring_slides(user, it),
        "record_facts": _record_facts(it),
        "may_dispatch": bool(may_dispatch(user, it)),
        "advice": advice,
        "dispatch_form": dispatch_form or DispatchForm(advice=advice),
        "refusals": _refusals(advice),
        "invitation": invitation,
        "answer_url": _answer_url(request, invitation) if may_note else "",
        "answer_form": answer_form or AnswerForm(),
        "may_note_answer": may_note,
        "may_see_mentor": may_anywhere(user, Can.PEOPLE_VIEW),
        "may_change": may_change_order(user, it),
        "may_take_back": may_take_back(user, it),
        "may_cancel": may_cancel_lecture(user, it),
        "may_report": may_report_lecture(user, it) and it.day <= calendar.today(),
        "may_rate": may_rate_lecture(user, it),
        "is_mentor": is_self(user, it.mentor),
        "sees_month": may_anywhere(user, Can.LECTURE_VIEW),
        "events": _events(it),
    }
    wrong = [form for form in (dispatch_form, answer_form) if form is not None and form.errors]
    page["wrong_form"] = wrong[0] if wrong else None
    return render(request, "activities/lectures/lecture.html", page, status=422 if wrong else 200)


def new(request: PortalRequest) -> HttpResponse:
    """点单, from the calendar or from a course of the menu (?course=)."""
    require(may_anywhere(request.user, Can.LECTURE_REQUEST), WHO_ORDERS)
    city = city_of(request.user)
    assert city is not None  # noqa: S101 - whoever may order stands in a city
    ensure_topics(city, by=request.user)
    course, home = _course(request, city), home_unit(request.user)
    units = _units(request)
    several = units if units.count() > 1 else None
    form = OrderForm(request.POST or None, city=city, units=several, course=course,
                     initial={"unit": request.GET.get("unit")})  # fmt: skip
    if form.is_valid():
        unit = form.cleaned_data.get("unit") or home
        require(may_order(request.user, unit), WHO_ORDERS)
        assert unit is not None  # noqa: S101 - just asked
        chosen = {"course": course, "topic": course.topic} if course else {}
        made = lectures.request(
            unit, fields=form.order() | chosen, on=calendar.today(), by=request.user
        )
        messages.success(request, f"点好了，编号 {made.number}。安排了导师会告诉您")
        if words := _day_doubts(made):
            messages.warning(request, words)
        return redirect("activities:lecture", made.pk)
    return form_page(
        request,
        form,
        title=f"点一场宣讲：{course}" if course else "点一场宣讲",
        lead=f"{course.mentor}主讲，{course.minutes} 分钟。{course.summary}" if course
        else "导师由教办安排，有了人会告诉您",
        button="点好了，交给教办安排",
        back_url=reverse("activities:courses" if course else "activities:lectures"),
        back_text="课程菜单" if course else "宣讲预约",
    )  # fmt: skip


def edit(request: PortalRequest, pk: int) -> HttpResponse:
    it = lecture_for(request, pk)
    require(may_change_order(request.user, it), "请到导师以后，要改日子请和安排的同志商量")
    form = OrderForm(
        request.POST or None, city=it.city, units=None, course=it.course, initial=order_of(it)
    )
    if form.is_valid():
        lectures.change(it, fields=form.order(), by=request.user)
        messages.success(request, "改好了")
        return redirect("activities:lecture", it.pk)
    return form_page(
        request, form, title=f"修改点单 {it.number}", button="保存",
        back_url=reverse("activities:lecture", args=[it.pk]), back_text=it.number,
    )  # fmt: skip


# --- what the pages above share -----------------------------------------------------------------


def lecture_for(request: PortalRequest, pk: int) -> Lecture:
    wanted = Lecture.objects.visible_to(request.user).select_related(
        "unit__office", "city", "topic", "course", "mentor__person__unit__office", "activity"
    )
    return get_object_or_404(wanted, pk=pk)


def facts_of(it: Lecture) -> list[dict[str, Any]]:
    return [{"label": label, "value": value} for label, value in _facts(it) if value]


def _facts(it: Lecture) -> list[tuple[str, str]]:
    return [
        ("时间", when_of(it)),
        ("地点", f"{it.unit.name} {it.place}"),
        ("专题", it.topic.name),
        ("讲什么", f"《{it.course.title}》，{it.course.minutes} 分钟" if it.course else ""),
        ("讲给谁听", f"{it.get_audience_display()} {it.audience_words}".strip()),
        ("导师", f"{it.mentor}（{it.mentor.person.unit.name}）" if it.mentor else ""),
        ("联系人", f"{it.contact} {it.contact_phone}"),
        ("取消的原因", it.cancel_reason),
    ]


def when_of(it: Lecture) -> str:
    """2023年3月15日（星期三）14:00—15:00, or the wishes while nobody is asked."""
    if it.period is not None:
        start, end = (timezone.localtime(at) for at in (it.period.lower, it.period.upper))
        return f"{date_cn(it.day)}（{weekday_cn(it.day)}）{start:%H:%M}—{end:%H:%M}"
    words = f"{date_cn(it.wish1_on)}（{weekday_cn(it.wish1_on)}）{it.get_wish1_part_display()}"
    if it.wish2_on:
        words += f"，或者{date_cn(it.wish2_on)}{it.get_wish2_part_display()}"
    return words


def _record_facts(it: Lecture) -> list[dict[str, Any]]:
    if it.activity is None:
        return []
    marks = ""
    if it.rated_at:
        marks = f"内容 {it.rated_content}，表达 {it.rated_expression}，针对性 {it.rated_fit}"
    rows = [
        ("到场", f"{it.activity.attendance} 人"),
        ("记录", f"{it.activity.number}，{it.activity.get_state_display()}"),
        ("评分（满分 5）", marks),
        ("学校的话", it.rated_words),
        ("导师的话", it.told_note),
    ]
    return [{"label": label, "value": value} for label, value in rows if value]


def _fell_out(it: Lecture) -> LectureInvitation | None:
    """Who could not go or did not answer, the last one first."""
    ended = it.invitations.filter(state__in=[InvitationState.DECLINED, InvitationState.EXPIRED])
    return ended.select_related("mentor__person").first()


def _refusals(advice: list[Advice]) -> list[tuple[str, str]]:
    """陈老（3月15日下午）: why not; one line where the reason is the same on both days."""
    days: dict[tuple[str, str], list[str]] = {}
    for each in advice:
        for refusal in each.refusals:
            key = (refusal.load.name, "；".join(refusal.words))
            days.setdefault(key, []).append(refusal.slot.label)
    return [
        (name if len(labels) == len(advice) else f"{name}（{labels[0]}）", why)
        for (name, why), labels in days.items()
    ]


def _answer_url(request: HttpRequest, invitation: LectureInvitation | None) -> str:
    if invitation is None:
        return ""
    return request.build_absolute_uri(reverse("activities:invitation", args=[invitation.token]))


def _events(it: Lecture) -> list[dict[str, Any]]:
    return [
        {"at": event.at, "who": event.actor_name, "what": _verb(event), "note": event.note}
        for event in audit.trail_of(it)
    ]


def _verb(event: AuditEvent) -> str:
    name = event.verb.removeprefix("lecture.")
    step = LECTURE.steps.get(name) or INVITATION.steps.get(name)
    return step.label if step is not None else VERBS.get(event.verb, "改动")


def _course(request: PortalRequest, city: Unit) -> LectureCourse | None:
    wanted = request.GET.get("course", "")
    if not wanted.isdecimal():
        return None
    menu = LectureCourse.objects.visible_to(request.user).on_menu()
    return get_object_or_404(
        menu.select_related("topic", "mentor__person"),
        pk=int(wanted),
        mentor__person__unit__city=city,
    )


def _units(request: PortalRequest) -> QuerySet[Unit]:
    found: QuerySet[Unit] = (
        Unit.objects.reachable_by(request.user, Can.LECTURE_REQUEST)
        .open_on(calendar.today())
        .order_by("path")
    )
    return found


def _day_doubts(it: Lecture) -> str:
    """Warn of a day on which a school may be empty; it may well be meant so."""
    for day in filter(None, (it.wish1_on, it.wish2_on)):
        if day.month in {7, 8}:
            return f"{date_cn(day)}在暑假里，请确认学校有人在"
        if day.weekday() > 4:
            return f"{date_cn(day)}是{weekday_cn(day)}，请确认学校有人在"
    return ""


def _month(request: HttpRequest) -> date:
    """The first day of the month asked for (?month=2023-03), else of this one."""
    found = re.fullmatch(r"(\d{4})-(\d{2})", request.GET.get("month", ""))
    if found and calendar.year_in(found[1]) and 1 <= int(found[2]) <= 12:
        return date(int(found[1]), int(found[2]), 1)
    return calendar.today().replace(day=1)


def _next(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)


def _filtered(request: PortalRequest, first: date) -> tuple[LectureFilter, LectureQuerySet]:
    city = city_of(request.user)
    offices = Unit.objects.reachable_by(request.user, Can.LECTURE_VIEW).filter(kind=UnitKind.OFFICE)
    form = LectureFilter(
        request.GET or None, topics=LectureTopic.objects.filter(city=city), offices=offices
    )
    asked: dict[str, Any] = form.cleaned_data if form.is_bound and form.is_valid() else {}
    found = Lecture.objects.visible_to(request.user).between(
        first, _next(first) - timedelta(days=1)
    )
    if asked.get("state"):
        found = found.filter(state=asked["state"])
    else:
        found = found.exclude(state=LectureState.CANCELLED)
    if asked.get("topic"):
        found = found.filter(topic=asked["topic"])
    if asked.get("office"):
        found = found.filter(unit__path__startswith=asked["office"].path)
    wanted = found.select_related("unit__office", "topic", "course", "mentor__person__unit",
                                  "activity")  # fmt: skip
    return form, wanted.order_by("day", "period", "pk")


def _waiting(request: PortalRequest) -> list[dict[str, Any]]:
    """What this person has to send somebody for, whatever the month; the most pressing first."""
    open_orders = Lecture.objects.dispatched_by(request.user).filter(state=LectureState.REQUESTED)
    found = open_orders.select_related("unit__office", "topic", "course").order_by("wish1_on", "pk")
    return [_row(lecture) | {"when": when_of(lecture)} for lecture in found[:20]]


def _row(it: Lecture) -> dict[str, Any]:
    start = timezone.localtime(it.period.lower) if it.period else None
    return {
        "lecture": it,
        "time": f"{start:%H:%M}" if start else it.get_wish1_part_display(),
        "tone": TONES[LectureState(it.state)],
    }


def _weeks(first: date, rows: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """The grid, Monday first; days of the neighbouring months are there and empty."""
    by_day: dict[date, list[dict[str, Any]]] = {}
    for row in rows:
        by_day.setdefault(row["lecture"].day, []).append(row)
    today = calendar.today()
    return [
        [
            {
                "day": day,
                "inside": day.month == first.month,
                "today": day == today,
                "rows": by_day.get(day, []) if day.month == first.month else [],
            }
            for day in week
        ]
        for week in months.Calendar().monthdatescalendar(first.year, first.month)
    ]
