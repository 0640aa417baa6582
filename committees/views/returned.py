"""An exported list comes back edited: choose the file, look at every difference, take it over."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from committees.http import PortalRequest, form_page, require
from committees.imports import returned_posts, returning
from committees.imports.returned_units import PARTY_PHONE
from committees.models import ReturnedSheet
from committees.models.handovers import ReturnedKind
from committees.permissions import may_anywhere
from committees.policy import Can
from committees.views.people import BY_SECRETARY
from committees.views.units import ONLY_BUREAU
from portal.kernel import files
from portal.kernel.errors import BadFile
from portal.kernel.returned import EditedRow

BACK = {
    ReturnedKind.PEOPLE: "people",
    ReturnedKind.POSTS: "posts",
    ReturnedKind.UNITS: "units",
}
# Who may hand which list back, and what anybody else is told.
NEEDS = {
    ReturnedKind.PEOPLE: (Can.PEOPLE_EDIT, BY_SECRETARY),
    ReturnedKind.POSTS: (Can.PEOPLE_EDIT, BY_SECRETARY),
    ReturnedKind.UNITS: (Can.UNIT_EDIT, ONLY_BUREAU),
}


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
    if kind not in ReturnedKind:
        raise Http404
    known = ReturnedKind(kind)
    _require(request, known)
    form = ReturnForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            data = files.read_upload(upload)
            sheet = returning.keep(data, name=upload.name, kind=known, by=request.user)
        except BadFile as bad:
            form.add_error("file", str(bad))
        else:
            return redirect("committees:list_returned", sheet.pk)
    return form_page(
        request,
        form,
        title=f"交回改好的“{known.label}”",
        lead="先给您看改了哪些，您看过再保存；没有改的行一律不动",
        button="下一步：看改了哪些",
        back_url=reverse(f"committees:{BACK[known]}"),
        back_text=known.label,
    )


def list_returned(request: PortalRequest, pk: int) -> HttpResponse:
    """Compared anew on each look, so an edit made meanwhile shows as a conflict, never lost."""
    sheet = get_object_or_404(ReturnedSheet.objects.visible_to(request.user), pk=pk)
    _require(request, sheet.kind)
    outcome = None
    if request.method == "POST":
        answers = {
            name.removeprefix("take-"): value == "theirs"
            for name, value in request.POST.items()
            if name.startswith("take-") and value in {"theirs", "ours"}
        }
        at = timezone.now()
        outcome = returning.apply(sheet, answers=answers, at=at, by=request.user)
        sheet.refresh_from_db()
        messages.success(request, f"改了 {outcome.changed} 行，新登记 {outcome.made} 人")
        if not outcome.sentences and not outcome.waiting:
            return redirect("committees:list_returned", sheet.pk)
    found = returning.difference(sheet, by=request.user)
    names = _names(sheet, [row.pk for row in found.changed], request)
    page = {
        "sheet": sheet,
        "found": found,
        "rows": [_row(row, names) for row in found.changed],
        "sentences": outcome.sentences if outcome else [],
        "frozen": [
            f"第 {row} 行的“{'”“'.join(names)}”不在这张表里改，没有动"
            for row, names in found.frozen
        ],
        "may_undo": sheet.applied_at is not None and sheet.undone_at is None and sheet.changes,
        "new": [texts for _, texts in found.new] if sheet.applied_at is None else [],
        "back_url": reverse(f"committees:{BACK[ReturnedKind(sheet.kind)]}"),
        "again_url": reverse("committees:list_return", args=[sheet.kind]),
    }
    return render(request, "committees/list_returned.html", page)


def _require(request: PortalRequest, kind: str) -> None:
    power, sentence = NEEDS[ReturnedKind(kind)]
    require(may_anywhere(request.user, power), sentence)


def _row(row: EditedRow, names: dict[int, str]) -> dict[str, Any]:
    cells = [
        {
            "cell": cell,
            "key": f"take-{row.pk}-{cell.field}",
            "is_phone": cell.field in {"手机", PARTY_PHONE},
        }
        for cell in row.cells
    ]
    return {"row": row, "name": names.get(row.pk, ""), "cells": cells}


def _names(sheet: ReturnedSheet, pks: list[int], request: PortalRequest) -> dict[int, str]:
    if sheet.kind == ReturnedKind.PEOPLE:
        people = returning.editable_people(request.user).filter(pk__in=pks).select_related("unit")
        return {each.pk: f"{each.name}（{each.unit}）" for each in people}
    if sheet.kind == ReturnedKind.UNITS:
        units = returning.editable_units(request.user).filter(pk__in=pks)
        return {each.pk: each.name for each in units}
    posts = returning.editable_posts(request.user).filter(pk__in=pks)
    texts = {post.pk: returned_posts.texts_of(post) for post in posts}
    parts = (returned_posts.COMMITTEE, returned_posts.POSITION, returned_posts.NAME)
    return {pk: "".join(row[part] for part in parts) for pk, row in texts.items()}


@require_POST
def list_returned_undo(request: PortalRequest, pk: int) -> HttpResponse:
    sheet = get_object_or_404(ReturnedSheet.objects.visible_to(request.user), pk=pk)
    _require(request, sheet.kind)
    returning.undo(sheet, at=timezone.now(), by=request.user)
    messages.success(request, f"“{sheet}”改过的都恢复原样了")
    return redirect(f"committees:{BACK[ReturnedKind(sheet.kind)]}")
