"""Editions: the list, one on a page, preparing and publishing it."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from committees.http import PortalRequest, form_page, require
from committees.permissions import city_of, home_unit, may, may_anywhere
from committees.policy import Can
from portal.kernel import calendar
from portal.kernel.calendar import date_cn
from reading_program.figures import WORDS, funnel
from reading_program.forms.editions import NewEditionForm, WholeEditionForm
from reading_program.models import Edition, ImplementationPlan
from reading_program.permissions import (
    is_asked,
    may_edit_edition,
    may_see_board,
    may_see_entries,
    may_write_plan,
)
from reading_program.services import editions as services

BY_BUREAU = "读书活动由局关工委安排"


@require_GET
def editions(request: PortalRequest) -> HttpResponse:
    require(may_anywhere(request.user, Can.READING_VIEW))
    today = calendar.today()
    listed = Edition.objects.visible_to(request.user).newest()
    page = {
        "editions": [{"it": each, "word": _word(each, today)} for each in listed],
        "actions": _list_actions(request),
    }
    return render(request, "reading_program/editions.html", page)


@require_GET
def edition(request: PortalRequest, pk: int) -> HttpResponse:
    it = visible_edition(request, pk)
    today = calendar.today()
    page = {
        "edition": it,
        "lead": f"{it.theme}（{it.school_year_label}）",
        "steps": funnel.steps(it, on=today),
        "tracks": it.tracks.all(),
        "groups": it.groups.all(),
        "due": it.plans_due_on and date_cn(it.plans_due_on),
        "mine": _mine(request, it),
        "sees_board": it.published_at is not None and may_see_board(request.user),
        "may_edit": may_edit_edition(request.user, it),
        "sees_awards": may_see_entries(request.user) and it.publicities.exists(),
        "sees_entries": it.published_at is not None and may_see_entries(request.user),
    }
    return render(request, "reading_program/edition.html", page)


def edition_new(request: PortalRequest) -> HttpResponse:
    city = city_of(request.user)
    require(city is not None and may(request.user, Can.READING_EDIT, city), BY_BUREAU)
    assert city is not None  # noqa: S101 - required above
    earlier = Edition.objects.visible_to(request.user).filter(city=city).newest()
    form = NewEditionForm(
        request.POST or None,
        earlier=earlier,
        initial={"name": "“新时代好少年”主题教育读书活动", "like": earlier.first()},
    )
    if form.is_valid():
        made = services.prepare_edition(city, **form.cleaned_data, by=request.user)
        messages.success(request, "已经准备好一届，评选项目和各阶段日期在下面，改好再发布")
        return redirect("reading_program:edition_edit", made.pk)
    return form_page(
        request,
        form,
        title="新办一届读书活动",
        button="下一步：看评选项目和日期",
        back_url=reverse("reading_program:editions"),
        back_text="读书活动",
    )


def edition_edit(request: PortalRequest, pk: int) -> HttpResponse:
    it = visible_edition(request, pk)
    require(may_edit_edition(request.user, it), BY_BUREAU)
    form = WholeEditionForm(request.POST or None, edition=it)
    if form.is_valid():
        services.correct_edition(it, **form.rows(), by=request.user)
        messages.success(request, "已经保存")
        return redirect("reading_program:edition", it.pk)
    return form_page(
        request,
        form,
        title=f"修改{it}",
        button="保存",
        back_url=reverse("reading_program:edition", args=[it.pk]),
        back_text=it.name,
    )


@require_POST
def edition_publish(request: PortalRequest, pk: int) -> HttpResponse:
    it = visible_edition(request, pk)
    require(may_edit_edition(request.user, it), BY_BUREAU)
    services.publish_edition(it, by=request.user)
    messages.success(request, "已经发布，各教办、各学校现在能看到，可以交实施方案了")
    return redirect("reading_program:edition", it.pk)


def visible_edition(request: PortalRequest, pk: int) -> Edition:
    found = Edition.objects.visible_to(request.user).select_related("city")
    return get_object_or_404(found, pk=pk)


def _list_actions(request: PortalRequest) -> list[dict[str, Any]]:
    city = city_of(request.user)
    if city is None or not may(request.user, Can.READING_EDIT, city):
        return []
    url = reverse("reading_program:edition_new")
    return [
        {"label": "新办一届", "url": url, "icon": "plus", "primary": True},
        {"label": "一个学生的材料", "url": reverse("reading_program:children")},
    ]


def _word(it: Edition, today: date) -> tuple[str, str]:
    if it.published_at is None:
        return "还没发布", "draft"
    if today < it.starts_on:
        return "还没开始", "later"
    return ("已经结束", "void") if it.is_over(on=today) else ("正在进行", "waiting")


def _mine(request: PortalRequest, it: Edition) -> dict[str, Any] | None:
    """The card of the user's own plan: what stands and where to go."""
    unit = home_unit(request.user)
    if unit is None or not is_asked(it, unit) or not may_write_plan(request.user, it, unit):
        return None
    plan = ImplementationPlan.objects.filter(edition=it, unit=unit).first()
    word, tone = WORDS[plan.state if plan else ""]
    return {"plan": plan, "word": word, "tone": tone}
