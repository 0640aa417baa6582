"""An issue out to Word, and what came back of it: each change with a tick."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from committees.http import PortalRequest, require
from evaluations.forms.bulletins import WordReturnForm
from evaluations.models import BulletinIssue, WordReturn
from evaluations.permissions import may_edit
from evaluations.services import word_copies
from evaluations.views.shared import issue_for, posted
from portal.kernel import files
from portal.kernel.blocks import Change, Sheet
from portal.kernel.differences import side_by_side
from portal.kernel.errors import BadFile, Refused

CLOSED = "送审以后不能再从 Word 收稿，要改请先退回修改"
FIELDS = {**word_copies.NAMES, "note": "编者按"}
WORDS = {
    "changed": "改了", "added": "加了一段", "removed": "删了一段", "moved": "挪了地方",
    "order": "文章换了先后",
}  # fmt: skip


@require_POST
def word_out(request: PortalRequest, pk: int) -> HttpResponse:
    """The issue as a Word file; what it says is remembered, to tell changes by."""
    issue = issue_for(request, pk)
    require(may_edit(request.user, issue), "送审以后不能再改，要拿到 WPS 里改请先退回修改")
    content = word_copies.send_out(issue, by=request.user)
    return files.made(content, f"{issue.stem}-{timezone.localtime():%m%d-%H%M}.docx")


def word_back(request: PortalRequest, pk: int) -> HttpResponse:
    issue = issue_for(request, pk)
    require(may_edit(request.user, issue), CLOSED)
    form = WordReturnForm(posted(request), request.FILES or None)
    if form.is_valid():
        try:
            back = word_copies.receive(issue, upload=form.cleaned_data["file"], by=request.user)
        except BadFile as bad:
            form.add_error("file", str(bad))
        else:
            return redirect("evaluations:word_changes", pk, back.pk)
    waiting = issue.word_returns.filter(settled_at=None).select_related("returned_by")
    page = {"issue": issue, "form": form, "waiting": waiting.order_by("-pk")[:10]}
    return render(request, "evaluations/word_back.html", page, status=422 if form.errors else 200)


def word_changes(request: PortalRequest, pk: int, back_pk: int) -> HttpResponse:
    """What came back different, side by side; the ticked ones are taken in."""
    issue = issue_for(request, pk)
    require(may_edit(request.user, issue), CLOSED)
    back = _return_for(issue, back_pk)
    refused = ""
    if request.method == "POST":
        ticked = request.POST.getlist("take")
        try:
            count = word_copies.take(
                back, ticked=ticked, seen=request.POST.get("seen", ""), by=request.user
            )
        except word_copies.MovedOn as moved:
            refused = str(moved)
        except Refused as refusal:
            refused = str(refusal)
        else:
            messages.success(request, f"收了 {count} 处改动" if count else "一处也没有收")
            return redirect("evaluations:issue", pk)
    if back.is_settled:
        messages.info(request, f"这份 Word 已经处理过了，收了 {back.taken} 处")
        return redirect("evaluations:issue", pk)
    now, came, found = word_copies.found_in(back)
    ticked_now = set(request.POST.getlist("take")) if request.method == "POST" else None
    page = {
        "issue": issue,
        "back": back,
        "groups": _grouped(now, came, found, ticked_now),
        "count": len(found),
        "seen": word_copies.seal_of(found),
        "refused": refused,
    }
    return render(request, "evaluations/word_changes.html", page, status=409 if refused else 200)


@require_POST
def word_drop(request: PortalRequest, pk: int, back_pk: int) -> HttpResponse:
    issue = issue_for(request, pk)
    require(may_edit(request.user, issue), CLOSED)
    back = _return_for(issue, back_pk)
    word_copies.drop(back, by=request.user)
    messages.success(request, f"“{back.file_name}”没有收，这一期还是原来的样子")
    return redirect("evaluations:issue", pk)


def _return_for(issue: BulletinIssue, pk: int) -> WordReturn:
    found = issue.word_returns.select_related("copy", "returned_by", "file")
    back: WordReturn = get_object_or_404(found, pk=pk)
    back.issue = issue
    return back


def _grouped(
    now: Sheet, came: Sheet, found: list[Change], ticked: set[str] | None
) -> Iterator[dict[str, Any]]:
    """Changes by article, in the order they came back; conflicts are not ticked beforehand."""
    titles = {part.name: part.fields.get("title", "编者按") for part in now}
    names = ["", *dict.fromkeys([*(part.name for part in came), *(part.name for part in now)])]
    for name in names:
        rows = [
            {
                "change": change,
                "word": _word(change),
                "pairs": _pairs(change, titles),
                "behind": _behind(change, came),
                "ticked": not change.conflict if ticked is None else change.id in ticked,
            }
            for change in found
            if change.part == name
        ]
        if rows:
            yield {"title": titles.get(name, "") if name else "整期", "rows": rows}


def _word(change: Change) -> str:
    if change.id.startswith("drop-"):
        return "整篇拿掉"
    if change.id.startswith("field-"):
        return f"{FIELDS[change.where]}{'删了' if not change.after else '改了'}"
    return WORDS[change.kind]


def _pairs(change: Change, titles: dict[str, str]) -> Any:
    if change.kind == "order":
        listed = "\n".join(titles[name] for name in change.names if name in titles)
        stands = "\n".join(t for name, t in titles.items() if name in change.names)
        return side_by_side(stands, listed)
    return side_by_side(change.before, change.after)


def _behind(change: Change, came: Sheet) -> str:
    """The first words of the paragraph it came back behind."""
    if change.kind not in ("added", "moved"):
        return ""
    for part in came:
        keys = [block.key for block in part.blocks]
        if change.where in keys:
            at = keys.index(change.where)
            first = part.blocks[at - 1].text[:16].rstrip("“《（")
            return f"“{first}…”后面" if at else "最前面"
    return ""
