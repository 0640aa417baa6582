"""台账: who has what in which box, one unit's ten boxes, the index and the archive."""

from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from committees.http import PortalRequest, require
from committees.models import Unit
from committees.models.scoping import reaches
from committees.permissions import home_unit, may_anywhere
from committees.policy import Can, Reach
from committees.views.lists import pager_urls
from evaluations import exports, tasks
from evaluations.figures.ledger import Box, FilledBox, boxes, counts_of, ledger_of
from evaluations.models import Ledger
from evaluations.permissions import may_close_year, may_make_ledger
from evaluations.services import ledgers, years
from evaluations.views.shared import job_of, reload_page, work_of
from portal.kernel import calendar, files
from portal.kernel.calendar import date_cn
from portal.kernel.paging import read_page

SHOWN = 6  # entries of a section the page lists; the index has them all
ONLY_MAKERS = "台账由本单位秘书或上级关工委来生成"


def _units(request: PortalRequest) -> QuerySet[Unit]:
    found: QuerySet[Unit] = Unit.objects.reachable_by(request.user, Can.LEDGER_VIEW)
    return found.order_by("path")


def _unit(request: PortalRequest, pk: int) -> Unit:
    wanted = Unit.objects.reachable_by(request.user, Can.LEDGER_VIEW).select_related("city")
    return get_object_or_404(wanted, pk=pk)


@require_GET
def now(request: PortalRequest) -> HttpResponse:
    """This year's ledgers: of the own unit, or of all one looks after."""
    require(may_anywhere(request.user, Can.LEDGER_VIEW))
    year, home = calendar.today().year, home_unit(request.user)
    if _sees_one(request) and home is not None:
        return redirect("evaluations:ledger", year, home.pk)
    return redirect("evaluations:ledgers_of", year)


@require_GET
def ledgers_of(request: PortalRequest, year: int) -> HttpResponse:
    """One line a unit: how many boxes have something, when the ledger was made."""
    require(may_anywhere(request.user, Can.LEDGER_VIEW))
    page = read_page(_units(request), by=["path"], after=request.GET.get("after", ""))
    counts = counts_of(page.rows, year=year)
    made = {
        one.unit_id: one
        for one in Ledger.objects.filter(unit__in=page.rows, year=year).order_by("made_at")
    }
    home = home_unit(request.user)
    context = {
        "year": year,
        "rows": [_line(unit, counts[unit.pk], made.get(unit.pk), year) for unit in page.rows],
        "columns": [
            {"label": "单位"}, {"label": "有材料的盒", "number": True},
            {"label": "还空着的"}, {"label": "台账"},
        ],
        "closing": years.holding(home.city or home, year=year) if home else None,
        "may_close": may_close_year(request.user, home),
        **pager_urls(request, page),
    }  # fmt: skip
    return render(request, "evaluations/ledgers/list.html", context)


def _line(unit: Unit, counts: list[int], made: Ledger | None, year: int) -> dict[str, Any]:
    empty = [box.name for box, count in zip(boxes(), counts, strict=True) if not count]
    return {
        "cells": [
            {
                "text": unit.name,
                "url": reverse("evaluations:ledger", args=[year, unit.pk]),
                "main": True,
            },
            {"text": f"{len(counts) - len(empty)}/{len(counts)}", "number": True,
             "label": "有材料的盒"},
            {"text": "、".join(empty) or "没有", "label": "还空着的"},
            {"text": _made_words(made), "label": "台账"},
        ]
    }  # fmt: skip


def _made_words(made: Ledger | None) -> str:
    if made is None:
        return "还没生成"
    return f"{date_cn(made.made_at.date())}{'封存' if made.close_id else '生成'}"


@require_GET
def ledgers_export(request: PortalRequest, year: int) -> HttpResponse:
    require(may_anywhere(request.user, Can.LEDGER_VIEW))
    units = list(_units(request))
    content = exports.ledgers_workbook(units, counts_of(units, year=year), year=year)
    return files.made(content, f"{year}年台账各盒材料.xlsx")


@require_GET
def ledger(request: PortalRequest, year: int, pk: int) -> HttpResponse:
    """One unit's ten boxes; beside an empty one, where its papers are entered."""
    unit = _unit(request, pk)
    job = job_of(tasks.ledger_key(unit, year))
    poll = reverse("evaluations:ledger_progress", args=[year, pk])
    filled = ledger_of(unit, year=year)
    may_make = may_make_ledger(request.user, unit)
    context = {
        "unit": unit,
        "year": year,
        "filled": [_box(one, unit, year) for one in filled],
        "full_count": sum(1 for one in filled if one.count),
        "made": list(_copies(unit, year)),
        "closing": years.holding(unit.city or unit, year=year),
        "may_make": may_make,
        "many": not _sees_one(request),
        "work": work_of(job, poll=poll) if job and (job.is_open or not job.result_file) else None,
        "job": job if job and job.is_open and job.owner_id == request.user.pk else None,
    }
    return render(request, "evaluations/ledgers/ledger.html", context)


def _sees_one(request: PortalRequest) -> bool:
    return all(reach is Reach.HERE for reach, _ in reaches(request.user, Can.LEDGER_VIEW))


def _copies(unit: Unit, year: int) -> QuerySet[Ledger]:
    return (
        Ledger.objects.filter(unit=unit, year=year)
        .select_related("archive", "pdf", "made_by", "close", "unit")
        .order_by("-made_at")
    )


def _box(one: FilledBox, unit: Unit, year: int) -> dict[str, Any]:
    return {
        "box": one.box,
        "count": one.count,
        "enter_url": _entry_url(one.box, unit, year),
        "sections": [
            {
                "name": section.name,
                "count": section.count,
                "unit": "行" if section.rows else "件",
                "entries": section.entries[:SHOWN],
                "names": "、".join(row[0] for row in section.rows[:SHOWN]),
                "more": max(0, section.count - SHOWN),
            }
            for section in one.filled
        ],
    }


def _entry_url(box: Box, unit: Unit, year: int) -> str:
    known = {"unit": unit.pk, "year": year}
    return reverse(box.enter, args=[known[name] for name in box.takes])


@require_POST
def make(request: PortalRequest, year: int, pk: int) -> HttpResponse:
    unit = _unit(request, pk)
    require(may_make_ledger(request.user, unit), ONLY_MAKERS)
    ledgers.ask_ledger(unit, year=year, by=request.user)
    return redirect("evaluations:ledger", year, pk)


@require_GET
def progress(request: PortalRequest, year: int, pk: int) -> HttpResponse:
    unit = _unit(request, pk)
    job = job_of(tasks.ledger_key(unit, year))
    if not request.headers.get("HX-Request"):
        return redirect("evaluations:ledger", year, pk)
    if job is None or not job.is_open:
        return reload_page()
    return render(request, "components/progress.html", work_of(job, poll=request.path))


@require_GET
def copy_file(request: PortalRequest, pk: int, form: str) -> FileResponse:
    """The index to read, or the archive to keep."""
    wanted = Ledger.objects.visible_to(request.user).select_related("unit", "pdf", "archive")
    made = get_object_or_404(wanted, pk=pk)
    if form not in {"pdf", "zip"}:
        raise Http404
    stored = made.pdf if form == "pdf" else made.archive
    answer = files.response(stored, f"{made.stem}.{form}", inline=form == "pdf")
    answer["Cache-Control"] = "private, no-store"  # a newer one has the same address
    return answer
