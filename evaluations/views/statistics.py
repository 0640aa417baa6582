"""统计年报: who has reported, one unit's numbers, the rows behind each, paper and workbooks."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from committees.http import PortalRequest, form_page, require
from committees.models import Unit
from committees.permissions import city_of, home_unit, may, may_anywhere, only_own_unit
from committees.policy import Can
from evaluations import exports
from evaluations.choices import ReportState, TableLevel
from evaluations.documents import statistics as sheets
from evaluations.figures import statistics as figures
from evaluations.figures.statistics import Whole
from evaluations.figures.statistics_above import tables_above
from evaluations.figures.statistics_rows import behind
from evaluations.forms.statistics import RoundForm
from evaluations.models import AnnualReport, StatisticsRound, StatisticsTable
from evaluations.permissions import (
    may_correct_statistics,
    may_edit_statistics,
    may_fill_statistics,
    may_gather_statistics,
    may_sign_on_paper,
    may_sign_statistics,
    may_take_back_statistics,
)
from evaluations.services import statistics
from evaluations.views.shared import posted
from portal.kernel import audit, calendar, files
from portal.kernel.calendar import date_cn

READERS = "统计年报由各单位关工委和上级来看"
BY_BUREAU = "统计年报哪天报、用哪张表，由局关工委工作人员来定"
BY_ABOVE = "催报由教办和局关工委工作人员来办"


@require_GET
def now(request: PortalRequest) -> HttpResponse:
    """The year last asked for, else this one."""
    require(may_anywhere(request.user, Can.STATISTICS_VIEW), READERS)
    asked = StatisticsRound.objects.visible_to(request.user).order_by("-year").first()
    return redirect("evaluations:statistics_year", asked.year if asked else calendar.today().year)


@require_GET
def board(request: PortalRequest, year: int) -> HttpResponse:
    """Above: who has reported, office by office. A person of one unit goes to its own."""
    user = request.user
    require(may_anywhere(user, Can.STATISTICS_VIEW), READERS)
    asked = StatisticsRound.objects.visible_to(user).filter(year=year).first()
    home = home_unit(user)
    if asked is not None and home is not None and only_own_unit(user):
        return redirect("evaluations:statistics_report", year, home.pk)
    rows = figures.board(asked, user, on=calendar.today())[0] if asked else []
    places = figures.by_place(rows)
    chosen = request.GET.get("office") or (places[0].key if len(places) == 1 else "")
    page: dict[str, Any] = {
        "year": year,
        "years": _years(year),
        "asked": asked,
        "places": places,
        "chosen": next((place for place in places if place.key == chosen), None),
        "total": len(rows),
        "signed": sum(row.is_signed for row in rows),
        "home": home,
        "may_ask": may_edit_statistics(user, city_of(user)),
        "may_urge": bool(rows) and may_anywhere(user, Can.STATISTICS_GATHER),
    }
    return render(request, "evaluations/statistics/board.html", page)


def _years(year: int) -> list[tuple[int, str]]:
    this = calendar.today().year
    return [
        (one, reverse("evaluations:statistics_year", args=[one]))
        for one in sorted({year, this, this - 1, this - 2}, reverse=True)
    ]


def ask(request: PortalRequest, year: int) -> HttpResponse:
    """The bureau says which version of the form holds for the year, and by when."""
    city = city_of(request.user)
    require(may_edit_statistics(request.user, city), BY_BUREAU)
    assert city is not None  # noqa: S101 - required above
    standing = StatisticsRound.objects.filter(city=city, year=year).first()
    tables = StatisticsTable.objects.visible_to(request.user).published()
    form = RoundForm(
        posted(request), tables=tables.filter(level=TableLevel.CITY).order_by("-pk"),
        standing=standing,
    )  # fmt: skip
    if form.is_valid():
        made = statistics.set_round(city, year=year, **form.cleaned_data, by=request.user)
        messages.success(request, f"布置好了：{date_cn(made.due_on)}前报")
        return redirect("evaluations:statistics_year", year)
    return form_page(
        request,
        form,
        title=f"布置{year}年统计年报",
        lead="系统里有的数各单位打开就填好了，单位只补几项、核对、签字",
        button="布置下去",
        back_url=reverse("evaluations:statistics_year", args=[year]),
        back_text="统计年报",
    )


@require_POST
def urge(request: PortalRequest, year: int) -> HttpResponse:
    """Remind everybody below who has not signed yet."""
    require(may_anywhere(request.user, Can.STATISTICS_GATHER), BY_ABOVE)
    seen = StatisticsRound.objects.visible_to(request.user)
    asked = get_object_or_404(seen, year=year)
    below = Unit.objects.reachable_by(request.user, Can.STATISTICS_GATHER).order_by()
    units = figures.asked_units(asked, on=calendar.today()).filter(pk__in=below.values("pk"))
    count = statistics.urge(asked, units=list(units), by=request.user)
    messages.success(request, f"提醒了 {count} 家" if count else "都报上来了，不用催")
    return redirect("evaluations:statistics_year", year)


@require_GET
def report(request: PortalRequest, year: int, pk: int) -> HttpResponse:
    """One unit's numbers; of an office or the bureau also what stands below it, added up."""
    user = request.user
    asked, unit = asked_for(request, year, pk)
    everybody = "all" in request.GET
    whole = figures.whole(asked, unit, on=calendar.today(), everybody=everybody)
    found = whole.report
    page = {
        "asked": asked,
        "unit": unit,
        "whole": whole,
        "report": found,
        "everybody": everybody,
        "steps": _steps(whole),
        "corrections": _corrections(whole),
        "above": tables_above(unit) if unit.pk == asked.city_id else [],
        "board_url": ""
        if only_own_unit(user)
        else reverse("evaluations:statistics_year", args=[year]),
        "may": {
            "fill": may_fill_statistics(user, unit, found),
            "sign": may_sign_statistics(user, found) or may_sign_on_paper(user, found),
            "take_back": may_take_back_statistics(user, found),
            "gather": may_gather_statistics(user, found),
            "correct": may_correct_statistics(user, found),
        },
    }
    return render(request, "evaluations/statistics/report.html", page)


def _steps(whole: Whole) -> list[dict[str, str]]:
    state = ReportState(whole.report.state) if whole.report is not None else ReportState.FILLING
    names = ["填写", "负责人审签", "上级收下"]
    at = {"filling": 0, "returned": 0, "filled": 1, "signed": 2, "gathered": 3}[state]
    if whole.unit.pk == whole.unit.city_id:
        names = names[:2]
    return [
        {"label": label, "state": "done" if n < at else "current" if n == at else "later"}
        for n, label in enumerate(names)
    ]


def _corrections(whole: Whole) -> list[dict[str, Any]]:
    if whole.report is None or not whole.report.is_signed:
        return []
    return [
        {"it": one, "line": whole.find(one.code)}
        for one in whole.report.corrections.select_related("by").order_by("at", "pk")
    ]


@require_GET
def figure(request: PortalRequest, year: int, pk: int, code: str) -> HttpResponse:
    """One number: the rows behind it, and of a level what each unit below gives to it."""
    asked, unit = asked_for(request, year, pk)
    everybody = "all" in request.GET
    whole = figures.whole(asked, unit, on=calendar.today(), everybody=everybody)
    line = whole.find(code)
    if line is None:
        raise Http404
    rows = line.added.rows if line.added is not None else line.figure.rows
    shown = behind(line.indicator, rows, request.user, after=request.GET.get("after", ""))
    query = "all=1&" if everybody else ""
    page = {
        "asked": asked,
        "unit": unit,
        "line": line,
        "one": line.indicator,
        "everybody": everybody,
        "count": len(rows),
        "behind": shown,
        "newer_url": "" if shown.is_first else f"?{query}",
        "older_url": f"?{query}after={shown.older}" if shown.older else "",
        "units": [(below, found[code]) for below, found in whole.counted],
        "back_url": report_url(asked, unit, everybody=everybody),
    }
    return render(request, "evaluations/statistics/figure.html", page)


@require_GET
def sheet(request: PortalRequest, year: int, pk: int) -> HttpResponse:
    """A4 with room for both names and the seal."""
    asked, unit = asked_for(request, year, pk)
    whole = figures.whole(asked, unit, on=calendar.today())
    return files.made(sheets.statistics_pdf(asked, whole), f"{unit.name}{asked}.pdf")


@require_GET
def export(request: PortalRequest, year: int, pk: int) -> HttpResponse:
    """The report with its 口径; of a level also a sheet of unit by indicator."""
    asked, unit = asked_for(request, year, pk)
    whole = figures.whole(asked, unit, on=calendar.today(), everybody="all" in request.GET)
    audit.record("statistics.exported", unit, by=request.user, note=str(year))
    content = exports.statistics_workbook(asked, whole)
    return files.made(content, f"{unit.name}{asked}.xlsx")


# --- what the pages of a report share ----------------------------------------------------------


def asked_for(request: PortalRequest, year: int, pk: int) -> tuple[StatisticsRound, Unit]:
    """The year's round and a unit of it within reach."""
    seen = Unit.objects.reachable_by(request.user, Can.STATISTICS_VIEW)
    unit = get_object_or_404(seen.select_related("city", "office"), pk=pk)
    rounds = StatisticsRound.objects.visible_to(request.user).select_related("table", "city")
    asked = get_object_or_404(rounds, city=unit.city_id, year=year)
    if not may(request.user, Can.STATISTICS_VIEW, unit):
        raise Http404
    return asked, unit


def report_for(request: PortalRequest, year: int, pk: int) -> AnnualReport:
    seen = AnnualReport.objects.visible_to(request.user).select_related(
        "unit__office", "unit__city", "round__table", "round__city", "filled_by"
    )
    return get_object_or_404(seen, round__year=year, unit=pk)


def report_url(asked: StatisticsRound, unit: Unit, *, everybody: bool = False) -> str:
    url = reverse("evaluations:statistics_report", args=[asked.year, unit.pk])
    return f"{url}?all=1" if everybody else url
