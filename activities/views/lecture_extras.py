"""替讲, 课件, and where the code printed on the slip leads."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from activities.forms.lectures import SlidesForm, StandInForm
from activities.models import Lecture
from activities.permissions import (
    may_bring_slides,
    may_rate_lecture,
    may_report_lecture,
    may_take_back,
)
from activities.services import lecture_slides, lectures
from activities.services.dispatch import Advice, advice_for, slot_of
from activities.views.lecture_steps import BY_OFFICE
from activities.views.lectures import lecture_for, when_of
from committees.http import PortalRequest, form_page, require
from portal.kernel import calendar, files
from portal.kernel.errors import BadFile


def stand_in(request: PortalRequest, pk: int) -> HttpResponse:
    it = lecture_for(request, pk)
    require(may_take_back(request.user, it), BY_OFFICE)
    form = StandInForm(request.POST or None, advice=_advice(it))
    if form.is_valid():
        found = form.offered[form.cleaned_data["choice"]]
        lectures.stand_in(
            it,
            mentor=found.load.mentor,
            course=found.course,
            reason=form.cleaned_data["reason"],
            has_agreed=form.cleaned_data["has_agreed"],
            now=timezone.now(),
            by=request.user,
        )
        messages.success(request, f"改由{found.load.name}替讲，学校和原来的导师都会收到消息")
        return redirect("activities:lecture", pk)
    nobody = "" if form.offered else "这个时间没有别的导师能去，请点“另行安排”，和学校商量换日子。"
    return form_page(
        request,
        form,
        title=f"请人替{it.mentor}讲",
        lead=f"{it.unit.name}，{when_of(it)}，时间地点都不变。{nobody}",
        button="请这位替讲",
        back_url=reverse("activities:lecture", args=[pk]),
        back_text=it.number,
    )


def _advice(it: Lecture) -> list[Advice]:
    """Who could take over at the time it holds, without the one who falls out."""
    (found,) = advice_for(it, [slot_of(it)])
    others = tuple(one for one in found.suggestions if one.load.mentor.pk != it.mentor_id)
    return [Advice(found.slot, found.closed, others, found.refusals)]


def slides(request: PortalRequest, pk: int) -> HttpResponse:
    """The mentor leaves the slides with the lecture, for the host to open on the day."""
    it = lecture_for(request, pk)
    require(may_bring_slides(request.user, it), "课件由讲课的导师或者照管导师的教办来传")
    form = SlidesForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            lecture_slides.bring(it, upload=form.cleaned_data["upload"], by=request.user)
        except BadFile as error:
            form.add_error("upload", str(error))
        else:
            messages.success(request, "课件传好了，学校也看得到")
            return redirect("activities:lecture", pk)
    return form_page(
        request,
        form,
        title="传课件",
        lead=f"{it.unit.name}，{when_of(it)}",
        note=f"已经传了“{it.slides_name}”，再传就换掉" if it.slides_name else "",
        button="传上去",
        back_url=reverse("activities:lecture", args=[pk]),
        back_text=it.number,
    )


@require_GET
def slides_file(request: PortalRequest, pk: int) -> FileResponse:
    it = lecture_for(request, pk)
    if it.slides is None:
        raise Http404
    return files.response(it.slides, it.slides_name, inline=True)


@require_GET
def feedback(request: PortalRequest, pk: int) -> HttpResponse:
    """The code on the slip: to the numbers, then to the rating, else to the lecture itself."""
    it = lecture_for(request, pk)
    if may_report_lecture(request.user, it) and it.day <= calendar.today():
        return redirect("activities:lecture_report", pk)
    if may_rate_lecture(request.user, it):
        return redirect("activities:lecture_rate", pk)
    return redirect("activities:lecture", pk)
