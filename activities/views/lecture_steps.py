"""派单, answers by telephone, 讲, 评单: one small page or button each."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from activities.choices import AnsweredVia, InvitationState
from activities.documents import letters
from activities.forms.lectures import AnswerForm, DispatchForm, RatingForm, ReportForm, WhyForm
from activities.models import Lecture
from activities.permissions import (
    may_cancel_lecture,
    may_dispatch,
    may_note_answer,
    may_rate_lecture,
    may_report_lecture,
    may_take_back,
)
from activities.services import lectures
from activities.services.dispatch import advice_for
from activities.views.lectures import lecture_for, lecture_page
from committees.http import PortalRequest, form_page, require, site_of
from portal.kernel import calendar, files

BY_OFFICE = "导师由教办或局关工委来安排"


@require_POST
def dispatch(request: PortalRequest, pk: int) -> HttpResponse:
    it = lecture_for(request, pk)
    require(may_dispatch(request.user, it), BY_OFFICE)
    form = DispatchForm(request.POST, advice=advice_for(it))
    if not form.is_valid():
        return lecture_page(request, it, dispatch_form=form)
    mentor, course, slot = form.chosen()
    lectures.invite(
        it, mentor=mentor, course=course, slot=slot, now=timezone.now(), by=request.user
    )
    messages.success(request, f"请了{mentor}，等答复。把下面的链接发给本人，或者打个电话")
    return redirect("activities:lecture", pk)


@require_POST
def note_answer(request: PortalRequest, pk: int) -> HttpResponse:
    """What the mentor said on the telephone, written down by the office."""
    it = lecture_for(request, pk)
    waiting = it.invitations.filter(state=InvitationState.WAITING)
    invitation = waiting.select_related("mentor__person", "lecture__unit").first()
    require(may_note_answer(request.user, invitation), "这一场现在没有等答复的邀请")
    assert invitation is not None  # noqa: S101 - the permission asked
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return lecture_page(request, it, answer_form=form)
    now, via = timezone.now(), AnsweredVia.PHONE
    if form.cleaned_data["answer"] == "yes":
        lectures.accept(invitation, via=via, now=now, by=request.user)
        messages.success(request, f"记下了：{invitation.mentor}答应了")
    else:
        reason = form.cleaned_data["reason"]
        lectures.decline(invitation, reason=reason, via=via, now=now, by=request.user)
        messages.success(request, f"记下了：{invitation.mentor}去不了。请看下一位建议")
    return redirect("activities:lecture", pk)


def take_back(request: PortalRequest, pk: int) -> HttpResponse:
    it = lecture_for(request, pk)
    require(may_take_back(request.user, it), BY_OFFICE)
    return _with_form(
        request, it, WhyForm(request.POST or None),
        lambda data: lectures.take_back(it, note=data["note"], by=request.user),
        title="另行安排", lead=f"不请{it.mentor}了，这一场重新等安排。导师会收到您写的话",
        button="另行安排", done="可以另请一位了",
    )  # fmt: skip


def cancel(request: PortalRequest, pk: int) -> HttpResponse:
    it = lecture_for(request, pk)
    require(may_cancel_lecture(request.user, it), "讲过的和取消了的不能再取消")
    return _with_form(
        request, it, WhyForm(request.POST or None),
        lambda data: lectures.cancel(it, note=data["note"], by=request.user),
        title="取消这一场", lead="取消以后不能恢复，还想听就重新点一场",
        button="取消这一场", done="取消了，导师和学校会收到您写的话",
    )  # fmt: skip


def report(request: PortalRequest, pk: int) -> HttpResponse:
    it = lecture_for(request, pk)
    require(may_report_lecture(request.user, it), "人数由听课的单位来填，答应了的那一场才能填")
    return _with_form(
        request, it, ReportForm(request.POST or None),
        lambda data: lectures.deliver(it, **data, on=calendar.today(), by=request.user),
        title="讲完了，填人数", lead="填好就成了本单位的一条活动记录，交给上级审核，不用再记一次",
        button="填好了，交上去", done="记下了，已经成了本单位的活动记录。有空请评一评这一场",
    )  # fmt: skip


def rate(request: PortalRequest, pk: int) -> HttpResponse:
    it = lecture_for(request, pk)
    require(may_rate_lecture(request.user, it), "评分由听课的单位来评，一场评一次")
    return _with_form(
        request, it, RatingForm(request.POST or None),
        lambda data: lectures.rate(it, **data, by=request.user),
        title="评一评这一场", lead="只用来改进讲课，不排名次",
        button="评好了", done="谢谢您的评分",
    )  # fmt: skip


@require_GET
def slip(request: PortalRequest, pk: int) -> HttpResponse:
    """宣讲单 to take along, on half a sheet."""
    it = lecture_for(request, pk)
    if it.period is None or it.mentor is None:
        raise Http404
    return files.made(letters.slip_pdf(it, site=site_of(request)), f"{it.number}.pdf")


def _with_form(
    request: PortalRequest,
    it: Lecture,
    form: forms.Form,
    act: Callable[[dict[str, Any]], object],
    *,
    title: str,
    lead: str,
    button: str,
    done: str,
) -> HttpResponse:
    if form.is_valid():
        act(form.cleaned_data)
        messages.success(request, done)
        return redirect("activities:lecture", it.pk)
    back = reverse("activities:lecture", args=[it.pk])
    return form_page(
        request, form, title=title, lead=f"{it.number} {it}。{lead}", button=button,
        back_url=back, back_text=it.number,
    )  # fmt: skip
