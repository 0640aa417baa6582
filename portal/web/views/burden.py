"""减负账本: what was asked of each unit, month by month."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from committees.choices import UnitKind
from committees.http import PortalRequest, form_page, require
from committees.models import Unit
from committees.permissions import city_of, may, may_anywhere
from committees.policy import Can
from committees.views.lists import pager_urls
from portal.kernel import calendar, files
from portal.kernel.paging import read_page
from portal.web import exports
from portal.web.burden_figures import (
    Asked,
    LedgerRow,
    StandingRow,
    hours_words,
    ledger,
    standing_asks,
)
from portal.web.forms.requests import CeilingForm
from portal.web.models import BurdenCeiling, DataAnswer
from portal.web.services import requests as services


@require_GET
def burden(request: PortalRequest) -> HttpResponse:
    require(may_anywhere(request.user, Can.BURDEN_VIEW))
    year, city = _year(request), city_of(request.user)
    page = read_page(_units(request), by=["path"], after=request.GET.get("after", ""))
    whole = ledger(DataAnswer.objects.visible_to(request.user), _units(request), year=year)
    stands = request.GET.get("of") == "standing" and city is not None
    ceiling = BurdenCeiling.objects.filter(city=city).first()
    total: Asked = sum((row.total for row in whole), Asked())
    context: dict[str, Any] = {
        "year": year,
        "stands": stands,
        "total": total,
        "total_words": hours_words(total.minutes),
        "ceiling": ceiling,
        "may_ask": may(request.user, Can.REQUEST_EDIT, city),
        **pager_urls(request, page),
    }
    if stands and city is not None:
        standing = standing_asks(city, page.rows, year=year)
        context |= {
            "rows": [_standing(row) for row in standing],
            "columns": _columns("记录和反馈"),
        }
    else:
        rows = ledger(DataAnswer.objects.visible_to(request.user), page.rows, year=year)
        context |= {"rows": [_shown(row) for row in rows], "columns": _columns()}
    return render(request, "portal/burden.html", context)


def _columns(first: str = "次数") -> list[dict[str, Any]]:
    figures = [{"label": word, "number": True} for word in (first, "项数", "材料", "分钟")]
    return [{"label": "单位"}, *figures, {"label": "哪几个月"}]


def _standing(row: StandingRow) -> dict[str, Any]:
    """The same cells for what the year's obligations and plan ask."""
    return _shown(row, first="记录和反馈", nothing="没有要求")


def _shown(
    row: LedgerRow | StandingRow, *, first: str = "次数", nothing: str = "没有要过"
) -> dict[str, Any]:
    total = row.total
    months = [
        f"{number}月 {month.fields} 项 {month.minutes} 分钟"
        for number, month in enumerate(row.months, start=1)
        if month.requests
    ]
    figures = [total.requests, total.fields, total.uploads, total.minutes]
    return {
        "cells": [
            {"text": row.unit.name, "main": True},
            *(
                {"text": str(figure), "number": True, "label": label}
                for figure, label in zip(figures, (first, "项数", "材料", "分钟"), strict=True)
            ),
            {"text": "；".join(months) or nothing, "label": "哪几个月"},
        ]
    }


@require_GET
def burden_export(request: PortalRequest) -> HttpResponse:
    require(may_anywhere(request.user, Can.BURDEN_VIEW))
    year = _year(request)
    rows = ledger(DataAnswer.objects.visible_to(request.user), _units(request), year=year)
    city = city_of(request.user)
    standing = standing_asks(city, _units(request), year=year) if city else []
    workbook = exports.ledger_workbook(rows, standing, year=year)
    return files.made(workbook, f"减负账本{year}.xlsx")


def ceiling(request: PortalRequest) -> HttpResponse:
    city = city_of(request.user)
    require(may(request.user, Can.REQUEST_EDIT, city), "上限由局关工委来定")
    assert city is not None  # noqa: S101 - the power is over a city
    held = BurdenCeiling.objects.filter(city=city).first()
    form = CeilingForm(request.POST or None, initial={"minutes": held.minutes if held else None})
    if form.is_valid():
        services.set_ceiling(city, minutes=form.cleaned_data["minutes"], by=request.user)
        messages.success(request, "上限改好了")
        return redirect("web:burden")
    return form_page(
        request,
        form,
        title="给各单位的负担设一个上限",
        button="保存",
        back_url=reverse("web:burden"),
        back_text="减负账本",
    )


def _year(request: HttpRequest) -> int:
    return calendar.year_in(request.GET.get("year", "")) or calendar.today().year


def _units(request: PortalRequest) -> QuerySet[Unit]:
    """Units one may see the burden of; the bureau itself is asked nothing."""
    found: QuerySet[Unit] = (
        Unit.objects.reachable_by(request.user, Can.BURDEN_VIEW)
        .open_on(calendar.today())
        .exclude(kind=UnitKind.BUREAU)
        .order_by("path")
    )
    return found
