"""Handing in, checking, signing; proofs and printing with their progress."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from committees.http import PortalRequest, require
from evaluations import tasks
from evaluations.choices import BulletinState as S
from evaluations.forms.bulletins import SendBackForm
from evaluations.models import BulletinIssue
from evaluations.permissions import (
    may_approve,
    may_edit,
    may_follow,
    may_print,
    may_send_back,
    may_sign,
)
from evaluations.services import bulletins
from evaluations.views.shared import issue_for, job_of, posted, reload_page, work_of
from portal.kernel import calendar, files
from portal.kernel.models import JobState


@dataclass(frozen=True, slots=True)
class StepPage:
    """One button of an issue: who may press it, what the page says before and after."""

    allowed: Callable[[Any, BulletinIssue], bool]
    who: str
    sentence: str
    consequence: str
    button: str
    done: str


PAGES = {
    "submit": StepPage(
        may_edit, "由编辑来送审", "把这一期送去核稿、签发",
        "送审以后不能再改，要改得先退回来", "送审", "送审了。签发的同志会在待办里看到",
    ),
    "approve": StepPage(
        may_approve, "核稿要由送审人以外的同志来办", "这一期看过了，没有要改的",
        "下一步由负责同志签发", "核稿通过", "核稿通过了，等签发",
    ),
    "sign": StepPage(
        may_sign, "签发由局领导来办", "签发这一期",
        "印发日期就是今天。签发后马上编号、排印，印好就不能再改", "签发", "签发了，正在排印",
    ),
    "send_back": StepPage(
        may_send_back, "退回由核稿或签发的同志来办", "把这一期退给编辑修改",
        "编辑会在待办里看到您写的话", "退回修改", "退回去了，编辑会收到您写的话",
    ),
}  # fmt: skip


def step(request: PortalRequest, pk: int, name: str) -> HttpResponse:
    """Say what will happen, then do it."""
    issue = issue_for(request, pk)
    page = PAGES.get(name)
    if page is None:
        raise Http404
    require(page.allowed(request.user, issue), page.who)
    form = SendBackForm(posted(request)) if name == "send_back" else None
    if request.method == "POST" and (form is None or form.is_valid()):
        note = form.cleaned_data["note"] if form else ""
        _carry_out(name, issue, note=note, by=request.user)
        messages.success(request, page.done)
        return redirect("evaluations:issue", pk)
    context = {"issue": issue, "page": page, "form": form, "titles": _titles(issue)}
    refused = form is not None and form.errors
    return render(request, "evaluations/step.html", context, status=422 if refused else 200)


def _carry_out(name: str, issue: BulletinIssue, *, note: str, by: Any) -> None:
    if name == "submit":
        bulletins.submit(issue, by=by)
    elif name == "approve":
        bulletins.approve(issue, by=by)
    elif name == "sign":
        bulletins.sign(issue, on=calendar.today(), by=by)
    else:
        bulletins.send_back(issue, note=note, by=by)


def _titles(issue: BulletinIssue) -> list[str]:
    return [f"《{title}》" for title in issue.articles.values_list("title", flat=True)]


@require_POST
def print_again(request: PortalRequest, pk: int) -> HttpResponse:
    """Queue the printing of a signed issue again, after it stopped."""
    issue = issue_for(request, pk)
    require(may_print(request.user, issue), "签发以后才能排印")
    bulletins.ask_print(issue, by=request.user)
    return redirect("evaluations:issue", pk)


@require_GET
def progress(request: PortalRequest, pk: int) -> HttpResponse:
    """How far the printing is; htmx asks each second until the page has become the issue."""
    issue = issue_for(request, pk)
    job = job_of(tasks.print_key(issue))
    if not request.headers.get("HX-Request"):
        return redirect("evaluations:issue", pk)
    if issue.state != S.SIGNED or job is None or not job.is_open:
        return reload_page()
    return render(request, "components/progress.html", work_of(job, poll=request.path))


def proof(request: PortalRequest, pk: int) -> HttpResponse:
    """The pages as they would be printed: ask for a proof, watch it come, read it."""
    issue = issue_for(request, pk)
    require(may_follow(request.user, issue), "印好以后，大家都能看到")
    if request.method == "POST":
        bulletins.ask_proof(issue, by=request.user)
        return redirect("evaluations:proof", pk)
    job = job_of(tasks.proof_key(issue))
    work = work_of(job, poll=request.path) if job else None
    if request.headers.get("HX-Request"):
        is_running = job is not None and job.is_open
        return render(request, "components/progress.html", work) if is_running else reload_page()
    page = {
        "issue": issue,
        "work": work,
        "made_at": job.ended_at if job else None,
        "file_url": reverse("evaluations:proof_file", args=[pk])
        if job and job.state == JobState.DONE
        else "",
    }
    return render(request, "evaluations/proof.html", page)


@require_GET
def proof_file(request: PortalRequest, pk: int) -> FileResponse:
    issue = issue_for(request, pk)
    require(may_follow(request.user, issue), "印好以后，大家都能看到")
    job = job_of(tasks.proof_key(issue))
    if job is None or job.result_file is None:
        raise Http404
    response = files.response(job.result_file, job.result_name, inline=True)
    response["Cache-Control"] = "private, no-store"  # the next proof has the same address
    return response
