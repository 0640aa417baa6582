"""Steps of an official paper: handed in, checked, signed, withdrawn; printed; received."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from committees.http import PortalRequest, require
from evaluations import tasks
from evaluations.choices import PaperState as S
from evaluations.forms.papers import ReasonForm
from evaluations.models import OfficialPaper, PaperReceipt
from evaluations.permissions import (
    may_approve_paper,
    may_follow_paper,
    may_receive_paper,
    may_send_back_paper,
    may_sign_paper,
    may_withdraw_paper,
    may_write_paper,
)
from evaluations.services import papers as services
from evaluations.views.papers import paper_for
from evaluations.views.shared import job_of, posted, reload_page, work_of
from portal.kernel import calendar


@dataclass(frozen=True, slots=True)
class StepPage:
    """One button of a paper: who may press it, what the page says before and after."""

    allowed: Callable[[Any, OfficialPaper], bool]
    who: str
    sentence: str
    consequence: str
    button: str
    done: str


PAGES = {
    "submit": StepPage(
        may_write_paper, "由拟稿的单位来送审", "把这份文件送去核稿、签发",
        "送审以后不能再改，要改得先退回来", "送审", "送审了，签发的同志会收到消息",
    ),
    "approve": StepPage(
        may_approve_paper, "核稿要由送审人以外的同志来办", "这份文件看过了，没有要改的",
        "下一步由负责同志签发", "核稿通过", "核稿通过了，等签发",
    ),
    "sign": StepPage(
        may_sign_paper, "签发由局领导来办", "签发这份文件",
        "成文日期就是今天。签发时排发文字号，印好马上发给各单位，不能再改", "签发",
        "签发了，正在排印",
    ),
    "send_back": StepPage(
        may_send_back_paper, "退回由核稿或签发的同志来办", "把这份文件退回去修改",
        "拟稿的同志会看到您写的话", "退回修改", "退回去了，拟稿的同志会收到您写的话",
    ),
    "withdraw": StepPage(
        may_withdraw_paper, "撤回由局领导来办", "撤回这份文件",
        "字号不会再给别的文件用；收到的单位会看到已经撤回", "撤回", "撤回了，收到的单位都会知道",
    ),
}  # fmt: skip
WITH_REASON = {"send_back", "withdraw"}


def step(request: PortalRequest, pk: int, name: str) -> HttpResponse:
    """Say what will happen, then do it."""
    paper, page = paper_for(request, pk), PAGES.get(name)
    if page is None:
        raise Http404
    require(page.allowed(request.user, paper), page.who)
    form = ReasonForm(posted(request)) if name in WITH_REASON else None
    if request.method == "POST" and (form is None or form.is_valid()):
        _carry_out(name, paper, note=form.cleaned_data["note"] if form else "", by=request.user)
        messages.success(request, page.done)
        return redirect("evaluations:paper", pk)
    context = {"paper": paper, "page": page, "form": form, "goes_to": _goes_to(name, paper)}
    refused = form is not None and form.errors
    return render(request, "evaluations/papers/step.html", context, status=422 if refused else 200)


def _goes_to(name: str, paper: OfficialPaper) -> list[str]:
    if name not in {"submit", "sign"}:
        return []
    found = tasks.recipients(paper)
    more = [f"等 {len(found)} 家单位"] if len(found) > 10 else []
    return [unit.name for unit in found[:10]] + more


def _carry_out(name: str, paper: OfficialPaper, *, note: str, by: Any) -> None:
    if name == "submit":
        services.submit(paper, by=by)
    elif name == "approve":
        services.approve(paper, by=by)
    elif name == "sign":
        services.sign(paper, on=calendar.today(), by=by)
    elif name == "send_back":
        services.send_back(paper, note=note, by=by)
    else:
        services.withdraw(paper, note=note, by=by)


@require_POST
def print_again(request: PortalRequest, pk: int) -> HttpResponse:
    """Queue the printing of a signed paper again, after it stopped."""
    paper = paper_for(request, pk)
    allowed = paper.state == S.SIGNED and may_follow_paper(request.user, paper)
    require(allowed, "签发以后、还没印好的文件才用再排印")
    services.ask_print(paper, by=request.user)
    return redirect("evaluations:paper", pk)


@require_GET
def progress(request: PortalRequest, pk: int) -> HttpResponse:
    """How far the printing is; htmx asks until the page shows the issued paper."""
    paper = paper_for(request, pk)
    job = job_of(tasks.paper_key(paper))
    if not request.headers.get("HX-Request"):
        return redirect("evaluations:paper", pk)
    if paper.state != S.SIGNED or job is None or not job.is_open:
        return reload_page()
    return render(request, "components/progress.html", work_of(job, poll=request.path))


@require_POST
def receive(request: PortalRequest, pk: int) -> HttpResponse:
    """The unit says that it has the paper."""
    seen = OfficialPaper.objects.visible_to(request.user)
    receipts = PaperReceipt.objects.filter(paper__in=seen).select_related("unit", "paper")
    receipt = get_object_or_404(receipts, pk=pk)
    require(may_receive_paper(request.user, receipt.unit), "由收到文件的单位来点")
    services.receive(receipt, by=request.user)
    messages.success(request, f"记下了：{receipt.unit.name}收到")
    return redirect(reverse("evaluations:paper", args=[receipt.paper_id]))
