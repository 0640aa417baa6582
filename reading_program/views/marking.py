"""评委's pages. Nothing here reads an entry, a unit or a child: only codes, texts and marks."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from committees.http import PortalRequest, form_page, require
from committees.permissions import may_anywhere
from committees.policy import Can
from portal.kernel import files
from portal.kernel.errors import BadFile, Refused
from reading_program import exports, imports
from reading_program.choices import RoundState, SheetState
from reading_program.forms.judging import GiveBackForm, MarkForm, ScoreBookForm
from reading_program.models import JudgingRound, ScoreSheet
from reading_program.services import copies
from reading_program.services import judging as services

WITH = ("copy__round__track", "copy__round__group", "copy__round__edition")
FOR_JUDGES = "这里是评委评作品的地方"


@require_GET
def sheets(request: PortalRequest) -> HttpResponse:
    require(may_anywhere(request.user, Can.JUDGE), FOR_JUDGES)
    by_round: dict[int, dict[str, Any]] = {}
    for sheet in _mine(request):
        here = sheet.copy.round
        row = by_round.setdefault(here.pk, {"round": here, "sheets": [], "done": 0, "next": None})
        row["sheets"].append(sheet)
        row["done"] += sheet.state == SheetState.SUBMITTED
        if row["next"] is None and sheet.state == SheetState.DRAFT:
            row["next"] = sheet
    page = {"rounds": list(by_round.values()), "form": ScoreBookForm()}
    return render(request, "reading_program/judging/sheets.html", page)


def sheet(request: PortalRequest, pk: int) -> HttpResponse:
    it = _sheet(request, pk)
    here = it.copy.round
    form = MarkForm(request.POST or None, here=here, initial=MarkForm.initial_of(it))
    if form.is_valid():
        hands_in = "hand_in" in request.POST
        try:
            services.save_sheet(
                it,
                marks=form.marks(),
                comment=form.cleaned_data["comment"],
                version=form.cleaned_data["version"],
                hand_in=hands_in,
                by=request.user,
            )
        except services.MarkedMeanwhile as error:
            now = _sheet(request, pk)
            form = MarkForm(here=here, initial=MarkForm.initial_of(now))
            return _page(request, now, form, warning=str(error), status=409)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request, f"{it.copy.code} 已经{'交分' if hands_in else '存下，还没交'}"
            )
            return redirect(_next(request, it) if hands_in else request.path)
    return _page(request, it, form, status=422 if form.errors else 200)


@require_GET
def sheet_file(request: PortalRequest, pk: int) -> FileResponse:
    """The cleaned file of one's own work, under its code."""
    it = _sheet(request, pk)
    if it.copy.file is None:
        raise Http404
    return files.response(it.copy.file, copies.file_name(it.copy), inline=True)


def sheet_decline(request: PortalRequest, pk: int) -> HttpResponse:
    it = _sheet(request, pk)
    form = GiveBackForm(request.POST or None)
    if form.is_valid():
        services.give_back(it, **form.cleaned_data, by=request.user)
        messages.success(request, f"{it.copy.code} 已经转给别的评委")
        return redirect("reading_program:my_sheets")
    return form_page(
        request,
        form,
        title=f"{it.copy.code} 请求回避",
        button="回避这一件",
        back_url=reverse("reading_program:sheet", args=[it.pk]),
        back_text="接着评",
    )


@require_GET
def score_book(request: PortalRequest, pk: int) -> HttpResponse:
    """One's own sheet of a round, to be filled in without a network."""
    mine = [each for each in _mine(request) if each.copy.round_id == pk]
    here = _round_of(mine)
    return files.made(exports.score_book(here, mine), f"评分表-{here.name}.xlsx")


@require_POST
def score_book_read(request: PortalRequest, pk: int) -> HttpResponse:
    """The filled sheet comes back as drafts; marks already handed in stay as they are."""
    mine = [each for each in _mine(request) if each.copy.round_id == pk]
    here = _round_of(mine)
    form = ScoreBookForm(request.POST, request.FILES)
    if not form.is_valid():
        raise BadFile("选一下填好的评分表再上传")
    rows = imports.read_score_book(files.read_upload(form.cleaned_data["upload"]), here)
    changed = services.keep_rows(here, rows=rows, sheets=mine, by=request.user)
    told = (
        f"读到 {len(rows)} 行，改了 {changed} 份，看过以后逐份交分"
        if changed
        else "分数和已经存下的一样，没有要改的"
    )
    messages.success(request, told)
    return redirect("reading_program:my_sheets")


def _round_of(mine: list[ScoreSheet]) -> JudgingRound:
    """No sheet of mine, no such round."""
    if not mine:
        raise Http404
    return mine[0].copy.round


def _mine(request: PortalRequest) -> list[ScoreSheet]:
    found = ScoreSheet.objects.visible_to(request.user)
    return list(found.select_related(*WITH))


def _sheet(request: PortalRequest, pk: int) -> ScoreSheet:
    found = ScoreSheet.objects.visible_to(request.user)
    return get_object_or_404(
        found.select_related("copy__round__track", "copy__round__group", "copy__file"), pk=pk
    )


def _next(request: PortalRequest, it: ScoreSheet) -> str:
    left = [
        each
        for each in _mine(request)
        if each.state == SheetState.DRAFT and each.copy.round_id == it.copy.round_id
    ]
    following = [each for each in left if each.order > it.order] or left
    if following:
        return reverse("reading_program:sheet", args=[following[0].pk])
    return reverse("reading_program:my_sheets")


def _page(
    request: PortalRequest,
    it: ScoreSheet,
    form: MarkForm,
    *,
    status: int = 200,
    warning: str = "",
) -> HttpResponse:
    mine = [each for each in _mine(request) if each.copy.round_id == it.copy.round_id]
    is_in = it.state == SheetState.SUBMITTED
    page = {
        "sheet": it,
        "copy": it.copy,
        "round": it.copy.round,
        "file_name": copies.file_name(it.copy) if it.copy.file else "",
        "form": form,
        "warning": warning,
        "may_mark": not is_in and it.copy.round.state == RoundState.OPEN,
        "done": sum(each.state == SheetState.SUBMITTED for each in mine),
        "total": len(mine),
        # The others' marks open once one's own are in.
        "others": _others(it) if is_in else [],
        "marks": zip(it.copy.round.criteria, it.marks, strict=False),
    }
    return render(request, "reading_program/judging/sheet.html", page, status=status)


def _others(it: ScoreSheet) -> list[Any]:
    others = it.copy.sheets.filter(state=SheetState.SUBMITTED).exclude(pk=it.pk)
    return list(others.values_list("total", flat=True).order_by("total"))
