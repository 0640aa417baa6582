"""An exported list comes back edited: choose the file, look at every difference, take it over.

The three pages are the same for every list of every app; `Pages` says whose they are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from committees.http import PortalRequest, form_page, require
from committees.imports import returning
from committees.models import ReturnedSheet
from committees.models.handovers import ReturnedKind
from committees.permissions import may_anywhere
from committees.views.accounts import FROM_ABOVE
from committees.views.five_haves import BY_UNIT
from committees.views.people import BY_SECRETARY
from committees.views.units import ONLY_BUREAU
from portal.kernel import files
from portal.kernel.errors import BadFile
from portal.kernel.returned import EditedRow


@dataclass(frozen=True, slots=True)
class Pages:
    """Lists of one app: the page each is shown on, and what who may not is told."""

    app: str
    lists: returning.Lists
    shown_on: Mapping[str, str]
    refusals: Mapping[str, str]

    def url(self, name: str, *args: object) -> str:
        return reverse(f"{self.app}:{name}", args=args)

    def back_url(self, kind: str) -> str:
        return self.url(self.shown_on[kind])

    def require(self, request: PortalRequest, kind: str) -> None:
        require(may_anywhere(request.user, self.lists[kind].power), self.refusals[kind])


OURS = Pages(
    app="committees",
    lists=returning.LISTS,
    shown_on={
        ReturnedKind.PEOPLE: "people",
        ReturnedKind.POSTS: "posts",
        ReturnedKind.UNITS: "units",
        ReturnedKind.ACCOUNTS: "accounts",
        ReturnedKind.FIVE_HAVES: "five_haves_now",
    },
    refusals={
        ReturnedKind.PEOPLE: BY_SECRETARY,
        ReturnedKind.POSTS: BY_SECRETARY,
        ReturnedKind.UNITS: ONLY_BUREAU,
        ReturnedKind.ACCOUNTS: FROM_ABOVE,
        ReturnedKind.FIVE_HAVES: BY_UNIT,
    },
)


class ReturnForm(forms.Form):
    file = forms.FileField(
        label="改好的表",
        help_text="从“导出表格”得到、在 WPS 或 Excel 里改过的那一份（.xlsx）",
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        error_messages={
            "required": "选一个改好的表",
            "empty": "这个文件是空的（0 字节），请换一个有内容的文件",
        },
    )


def list_return(request: PortalRequest, kind: str) -> HttpResponse:
    return hand_in(request, kind, OURS)


def list_returned(request: PortalRequest, pk: int) -> HttpResponse:
    return look(request, pk, OURS)


@require_POST
def list_returned_undo(request: PortalRequest, pk: int) -> HttpResponse:
    return take_back(request, pk, OURS)


def hand_in(request: PortalRequest, kind: str, pages: Pages) -> HttpResponse:
    if kind not in pages.lists:
        raise Http404
    known = ReturnedKind(kind)
    pages.require(request, known)
    form = ReturnForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            data = files.read_upload(upload)
            sheet = returning.keep(
                data, name=upload.name, kind=known, by=request.user, lists=pages.lists
            )
        except BadFile as bad:
            form.add_error("file", str(bad))
        else:
            return redirect(pages.url("list_returned", sheet.pk))
    return form_page(
        request,
        form,
        title=f"交回改好的{known.label}",
        lead="先给您看改了哪些，您看过再保存；没有改的行一律不动",
        button="下一步：看改了哪些",
        back_url=pages.back_url(known),
        back_text=known.label,
    )


def look(request: PortalRequest, pk: int, pages: Pages) -> HttpResponse:
    """Compared anew on each look, so an edit made meanwhile shows as a conflict, never lost."""
    sheet = _sheet(request, pk, pages)
    outcome = None
    if request.method == "POST":
        outcome = _apply(request, sheet, pages)
        messages.success(request, _told(outcome))
        if not outcome.sentences and not outcome.waiting:
            return redirect(pages.url("list_returned", sheet.pk))
    found = returning.difference(sheet, by=request.user, lists=pages.lists)
    of = pages.lists[sheet.kind]
    stand = of.rows([row.pk for row in found.changed], request.user)
    page = {
        "sheet": sheet,
        "found": found,
        "rows": [_row(row, of.title(stand[row.pk])) for row in found.changed],
        "sentences": outcome.sentences if outcome else [],
        "frozen": [
            f"第 {row} 行的“{'”“'.join(names)}”不在这张表里改，没有动"
            for row, names in found.frozen
        ],
        "may_undo": sheet.applied_at is not None and sheet.undone_at is None and sheet.changes,
        "new": [of.title(texts) for _, texts in found.new] if sheet.applied_at is None else [],
        "back_url": pages.back_url(sheet.kind),
        "undo_url": pages.url("list_returned_undo", sheet.pk),
    }
    return render(request, "committees/list_returned.html", page)


def _apply(request: PortalRequest, sheet: ReturnedSheet, pages: Pages) -> returning.Outcome:
    answers = {
        name.removeprefix("take-"): value == "theirs"
        for name, value in request.POST.items()
        if name.startswith("take-") and value in {"theirs", "ours"}
    }
    outcome = returning.apply(
        sheet, answers=answers, at=timezone.now(), by=request.user, lists=pages.lists
    )
    sheet.refresh_from_db()
    return outcome


def _told(outcome: returning.Outcome) -> str:
    return f"改了 {outcome.changed} 行" + (f"，新登记 {outcome.made} 人" if outcome.made else "")


def _row(row: EditedRow, name: str) -> dict[str, Any]:
    cells = [{"cell": cell, "key": f"take-{row.pk}-{cell.field}"} for cell in row.cells]
    return {"row": row, "name": name, "cells": cells}


def take_back(request: PortalRequest, pk: int, pages: Pages) -> HttpResponse:
    sheet = _sheet(request, pk, pages)
    returning.undo(sheet, at=timezone.now(), by=request.user)
    messages.success(request, f"“{sheet}”改过的都恢复原样了")
    return redirect(pages.back_url(sheet.kind))


def _sheet(request: PortalRequest, pk: int, pages: Pages) -> ReturnedSheet:
    own = ReturnedSheet.objects.visible_to(request.user).filter(kind__in=list(pages.lists))
    sheet = get_object_or_404(own, pk=pk)
    pages.require(request, sheet.kind)
    return sheet
