"""发文: the two lists, one paper to read or to work on, writing it, its prints."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from committees.http import PortalRequest, require
from committees.permissions import home_unit, may_anywhere
from committees.policy import Can
from evaluations import exports, tasks
from evaluations.choices import PaperState as S
from evaluations.documents import papers as sheets
from evaluations.forms.papers import PaperForm
from evaluations.models import OfficialPaper, PaperReceipt
from evaluations.permissions import (
    may_approve_paper,
    may_follow_paper,
    may_make_paper,
    may_receive_paper,
    may_send_back_paper,
    may_sign_paper,
    may_withdraw_paper,
    may_write_paper,
)
from evaluations.services import papers as services
from evaluations.services.papers import PaperWrittenMeanwhile
from evaluations.views.shared import job_of, posted, work_of
from portal.kernel import audit, files, gongwen
from portal.kernel.paging import read_page

PAGE = 30
WHO_SEES = "文件发给各单位关工委的同志"
WHO_WRITES = "文件由发文单位的关工委工作人员来拟"
CLOSED = "送审以后不能再改，要改请先退回来"
TONES = {
    S.DRAFT: "draft", S.REVIEWING: "waiting", S.SIGNING: "waiting", S.SIGNED: "soon",
    S.ISSUED: "done", S.WITHDRAWN: "void",
}  # fmt: skip
STEPS = [("拟稿", S.DRAFT), ("核稿", S.REVIEWING), ("签发", S.SIGNING), ("排印", S.SIGNED)]
VERBS = {
    "paper.drafted": "拟了这份文件", "paper.submit": "送审", "paper.approve": "核稿通过",
    "paper.sign": "签发", "paper.send_back": "退回修改", "paper.issue": "印发",
    "paper.withdraw": "撤回",
}  # fmt: skip


def paper_for(request: PortalRequest, pk: int) -> OfficialPaper:
    seen = OfficialPaper.objects.visible_to(request.user)
    return get_object_or_404(seen.select_related("unit", "pdf", "replaces"), pk=pk)


@require_GET
def papers(request: PortalRequest) -> HttpResponse:
    """What came and is not confirmed yet, what came, and what one's own unit issues."""
    user = request.user
    require(may_anywhere(user, Can.UNIT_VIEW), WHO_SEES)
    seen = OfficialPaper.objects.visible_to(user).select_related("unit")
    page = read_page(seen, by=["-pk"], after=request.GET.get("after", ""), size=PAGE)
    context = {
        "rows": [{"paper": paper, "tone": TONES[S(paper.state)]} for paper in page.rows],
        "waiting": _waiting(user),
        "older": page.older,
        "is_first": page.is_first,
        "may_make": may_make_paper(user, home_unit(user)),
    }
    return render(request, "evaluations/papers/list.html", context)


def _waiting(user: Any) -> list[PaperReceipt]:
    """Receipts of the user's own unit that nobody confirmed."""
    home = home_unit(user)
    if home is None or not may_receive_paper(user, home):
        return []
    found = PaperReceipt.objects.filter(unit=home, received_at=None, paper__state=S.ISSUED)
    return list(found.select_related("paper__unit").order_by("-paper__issued_at", "pk")[:PAGE])


@require_GET
def register(request: PortalRequest) -> HttpResponse:
    """发文登记簿: every paper the asker may see that has its number."""
    require(may_anywhere(request.user, Can.UNIT_VIEW), WHO_SEES)
    found = OfficialPaper.objects.visible_to(request.user).filter(number__isnull=False)
    counted = found.annotate(
        sent=Count("receipts"),
        came=Count("receipts", filter=Q(receipts__received_at__isnull=False)),
    )
    rows = counted.select_related("unit", "signed_by").order_by(
        "unit__path", "year", "code", "number"
    )
    shown = [(paper, may_follow_paper(request.user, paper)) for paper in rows]
    return files.made(exports.papers_workbook(shown), "发文登记簿.xlsx")


def new(request: PortalRequest) -> HttpResponse:
    unit = home_unit(request.user)
    require(may_make_paper(request.user, unit), WHO_WRITES)
    assert unit is not None  # noqa: S101 - required above
    form = PaperForm(posted(request), unit=unit)
    if form.is_valid():
        made = services.draft(
            unit, fields=form.fields_of(), chosen=form.cleaned_data["units"], by=request.user
        )
        messages.success(request, "拟好了，看一遍再送审")
        return redirect("evaluations:paper", made.pk)
    page = {"form": form, "title": "拟一份文件", "back_url": reverse("evaluations:papers")}
    return render(request, "evaluations/papers/form.html", page, status=422 if form.errors else 200)


@never_cache
def edit(request: PortalRequest, pk: int) -> HttpResponse:
    found = paper_for(request, pk)
    require(may_follow_paper(request.user, found), WHO_WRITES)
    require(may_write_paper(request.user, found), CLOSED)
    form = PaperForm(posted(request), unit=found.unit, paper=found)
    if form.is_valid():
        try:
            services.edit(
                found,
                fields=form.fields_of(),
                chosen=form.cleaned_data["units"],
                version=_version(request),
                by=request.user,
            )
        except PaperWrittenMeanwhile as meanwhile:
            return _both(request, form, meanwhile.current)
        messages.success(request, "存好了")
        return redirect("evaluations:paper", pk)
    page = {
        "form": form,
        "title": "修改文件",
        "version": found.version,
        "back_url": reverse("evaluations:paper", args=[pk]),
    }
    return render(request, "evaluations/papers/form.html", page, status=422 if form.errors else 200)


def _version(request: PortalRequest) -> int:
    given = request.POST.get("version", "")
    return int(given) if given.isdecimal() and len(given) < 10 else 0


def _both(request: PortalRequest, form: PaperForm, current: OfficialPaper) -> HttpResponse:
    """Both texts side by side; nothing of either is lost."""
    theirs = PaperForm(unit=current.unit, paper=current).initial
    both: list[dict[str, Any]] = [
        {
            "label": str(field.label),
            "mine": str(request.POST.get(name, "")),
            "theirs": str(theirs.get(name) or ""),
        }
        for name, field in form.fields.items()
        if name in ("title", "code", "chosen", "addressees", "body", "note", "copy_to")
    ]
    answers = [
        (name, value)
        for name, value in request.POST.items()
        if name not in ("csrfmiddlewaretoken", "version")
    ]
    page = {
        "paper": current,
        "both": [row | {"differs": row["mine"].split() != row["theirs"].split()} for row in both],
        "answers": answers,
        "may_write": may_write_paper(request.user, current),
    }
    return render(request, "evaluations/papers/both.html", page, status=409)


@require_GET
def paper(request: PortalRequest, pk: int) -> HttpResponse:
    """One paper: the text, where it stands, and for its issuer who has received it."""
    found, user = paper_for(request, pk), request.user
    follows = may_follow_paper(user, found)
    page: dict[str, Any] = {
        "paper": found,
        "tone": TONES[S(found.state)],
        "blocks": gongwen.blocks(found.body),
        "annexes": found.annexes.all(),
        "steps": _steps(found),
        "follows": follows,
        "events": _events(found) if follows else [],
        "receipts": _receipts(found) if follows else None,
        "own": _own_receipts(request, found),
        "goes_to": _goes_to(found),
        "work": _print_work(found),
        "may": {
            "write": may_write_paper(user, found),
            "approve": may_approve_paper(user, found),
            "sign": may_sign_paper(user, found),
            "send_back": may_send_back_paper(user, found),
            "withdraw": may_withdraw_paper(user, found),
        },
    }
    return render(request, "evaluations/papers/paper.html", page)


def _print_work(paper: OfficialPaper) -> dict[str, Any] | None:
    job = job_of(tasks.paper_key(paper)) if paper.state == S.SIGNED else None
    if job is None:
        return None
    return work_of(job, poll=reverse("evaluations:paper_progress", args=[paper.pk]))


def _steps(paper: OfficialPaper) -> list[dict[str, Any]]:
    order = [state for _, state in STEPS]
    at = order.index(S(paper.state)) if paper.state in order else len(order)
    return [
        {"label": label, "state": "done" if n < at else "current" if n == at else "later"}
        for n, (label, _) in enumerate(STEPS)
    ]


def _events(paper: OfficialPaper) -> list[dict[str, Any]]:
    trail = audit.trail_of(paper).filter(verb__in=VERBS)[:PAGE]
    return [
        {"at": event.at, "who": event.actor_name, "what": VERBS[event.verb], "note": event.note}
        for event in trail
    ]


def _receipts(paper: OfficialPaper) -> dict[str, Any]:
    found = paper.receipts.select_related("unit").order_by("unit__path")
    waiting = [one.unit.name for one in found if one.received_at is None]
    return {"all": len(found), "came": len(found) - len(waiting), "waiting": waiting}


def _own_receipts(request: PortalRequest, paper: OfficialPaper) -> list[PaperReceipt]:
    """Receipts this person may confirm, the unit's own first; an office has one for each school."""
    mine = PaperReceipt.objects.filter(paper=paper, received_at=None).select_related("unit")
    home = home_unit(request.user)
    if home is None or paper.state != S.ISSUED or not may_receive_paper(request.user, home):
        return []
    return list(mine.filter(unit=home))


def _goes_to(paper: OfficialPaper) -> str:
    if paper.state in {S.ISSUED, S.WITHDRAWN}:
        return f"{paper.receipts.count()} 家单位"
    return f"{paper.get_audience_display()}，现在是 {len(tasks.recipients(paper))} 家"


@require_GET
def sheet(request: PortalRequest, pk: int) -> HttpResponse | FileResponse:
    """The print as it was issued, or a proof of what is written so far."""
    found = paper_for(request, pk)
    if found.pdf is not None:
        return files.response(found.pdf, f"{found.stem}.pdf", inline=True)
    return files.made(sheets.paper_pdf(_said(found)), f"校样 {found.stem}.pdf")


@require_GET
def word(request: PortalRequest, pk: int) -> HttpResponse:
    found = paper_for(request, pk)
    return files.made(sheets.paper_docx(_said(found)), f"{found.stem}.docx")


def _said(paper: OfficialPaper) -> dict[str, Any]:
    """What was printed, or would be now."""
    kept: dict[str, Any] = paper.content
    return kept or sheets.paper_page(paper, number=paper.number_label, dated_on=paper.dated_on)
