"""年度结转: the city's years, what is open in one, closing it and opening it again."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from committees.http import PortalRequest, form_page, require
from committees.models import Unit
from committees.permissions import city_of, may
from committees.policy import Can
from evaluations.forms.years import CloseForm, ReopenForm
from evaluations.models import Ledger, YearClose
from evaluations.permissions import may_close_year
from evaluations.services import years
from evaluations.views.shared import posted, reload_page, work_of
from portal.kernel import calendar, jobs

YEARS_BACK = 4
ONLY_BUREAU = "年度结转由局关工委工作人员来办"


def _city(request: PortalRequest) -> Unit:
    """The bureau itself: who sees only a part of the city has nothing to look at here."""
    city = city_of(request.user)
    require(city is not None and may(request.user, Can.LEDGER_VIEW, city), ONLY_BUREAU)
    assert city is not None  # noqa: S101 - just required
    return city


@require_GET
def year_list(request: PortalRequest) -> HttpResponse:
    """The last years and how each stands."""
    city, this = _city(request), calendar.today().year
    held = {one.year: one for one in YearClose.objects.filter(city=city).order_by("pk")}
    rows = [_line(year, held.get(year), this) for year in range(this, this - YEARS_BACK - 1, -1)]
    context = {"rows": rows, "columns": [{"label": "年度"}, {"label": "现在"}, {"label": "经过"}]}
    return render(request, "evaluations/years/list.html", context)


def _line(year: int, closing: YearClose | None, this: int) -> dict[str, Any]:
    word, tone = _stands(year, closing, this)
    when = ""
    if closing is not None:
        when = f"{calendar.date_cn(closing.closed_at.date())}由{closing.closed_by or '系统'}结转"
        if closing.reopen_reason:
            when += f"；后来重新打开：{closing.reopen_reason}"
    return {
        "cells": [
            {"text": f"{year}年", "url": reverse("evaluations:year", args=[year]), "main": True},
            {"status": word, "tone": tone, "label": "现在"},
            {"text": when or "—", "label": "经过"},
        ]
    }


def _stands(year: int, closing: YearClose | None, this: int) -> tuple[str, str]:
    if closing is not None:
        tones = {"sealing": "waiting", "sealed": "done", "reopened": "soon"}
        return closing.get_state_display(), tones[closing.state]
    return ("正在进行", "draft") if year >= this else ("还没结转", "soon")


@require_GET
def year(request: PortalRequest, year: int) -> HttpResponse:
    """One year: what is unfinished, or how it was sealed."""
    city = _city(request)
    closing = years.holding(city, year=year)
    past = YearClose.objects.filter(city=city, year=year).select_related("closed_by", "reopened_by")
    job = jobs.look(closing.job) if closing and closing.job else None
    poll = reverse("evaluations:year_progress", args=[year])
    context = {
        "year": year,
        "closing": closing,
        "past": past,
        "open": years.unfinished(city, year=year),
        "is_over": year < calendar.today().year,
        "unit_count": years.units_of(city, year=year).count(),
        "packed": Ledger.objects.filter(close=closing).count() if closing else 0,
        "may_close": may_close_year(request.user, city),
        "work": work_of(job, poll=poll) if job and closing and closing.state == "sealing" else None,
        "job": job if job and job.is_open and job.owner_id == request.user.pk else None,
    }
    return render(request, "evaluations/years/year.html", context)


def close(request: PortalRequest, year: int) -> HttpResponse:
    """Say what is sealed and what comes next, then do it."""
    city = _city(request)
    require(may_close_year(request.user, city), ONLY_BUREAU)
    left = years.unfinished(city, year=year)
    form = CloseForm(posted(request))
    if left.is_nothing:
        form.fields.pop("seen")
    if request.method == "POST" and form.is_valid():
        years.close(city, year=year, by=request.user)
        messages.success(request, f"{year}年封上了，正在装各单位的台账")
        return redirect("evaluations:year", year)
    return form_page(
        request,
        form,
        title=f"结转{year}年",
        button="封存这一年",
        back_url=reverse("evaluations:year", args=[year]),
        back_text=f"{year}年",
        lead=f"封存以后，{year}年的记录、计入和材料都不能再改，只能作有日期的更正；"
        f"同时装好每家单位的台账，照今年的样子起草{year + 1}年的工作要点和义务。",
        note="封错了可以重新打开，要写明原因。",
    )


def reopen(request: PortalRequest, year: int) -> HttpResponse:
    city = _city(request)
    require(may_close_year(request.user, city), ONLY_BUREAU)
    closing = years.holding(city, year=year)
    if closing is None:
        messages.info(request, f"{year}年现在没有封存")
        return redirect("evaluations:year", year)
    form = ReopenForm(posted(request))
    if request.method == "POST" and form.is_valid():
        years.reopen(closing, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, f"{year}年重新打开了，改完以后请再结转一次")
        return redirect("evaluations:year", year)
    return form_page(
        request,
        form,
        title=f"重新打开{year}年",
        button="重新打开",
        back_url=reverse("evaluations:year", args=[year]),
        back_text=f"{year}年",
        lead="打开以后各单位又能改这一年的记录。已经封存的台账照原样保留。",
    )


@require_GET
def progress(request: PortalRequest, year: int) -> HttpResponse:
    city = _city(request)
    closing = years.holding(city, year=year)
    if not request.headers.get("HX-Request"):
        return redirect("evaluations:year", year)
    job = jobs.look(closing.job) if closing and closing.job else None
    if job is None or not job.is_open:
        return reload_page()
    return render(request, "components/progress.html", work_of(job, poll=request.path))
