"""The steps of a 统计年报: filled in, handed over, signed, taken in, sent back, corrected."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from committees.http import PortalRequest, form_page, require
from evaluations.figures import statistics as figures
from evaluations.figures.statistics import Whole
from evaluations.forms.statistics import CorrectionForm, FillForm, LeaderForm, ReturnForm
from evaluations.models import AnnualReport
from evaluations.permissions import (
    may_correct_statistics,
    may_fill_statistics,
    may_gather_statistics,
    may_sign_on_paper,
    may_sign_statistics,
    may_take_back_statistics,
)
from evaluations.services import statistics
from evaluations.services.statistics import WrittenMeanwhile
from evaluations.views.shared import posted
from evaluations.views.statistics import asked_for, report_for
from portal.kernel import calendar
from portal.kernel.errors import Refused

CLOSED = "交给负责人以后不能再改，要改请先退回填表人"
WHO_SIGNS = "由本单位负责人来审签，填表人自己不能签"
WHO_GATHERS = "报上来的年报由教办和局关工委工作人员来收"
WHO_CORRECTS = "签字以后的更正由本单位填表人来写"


@never_cache
def fill(request: PortalRequest, year: int, pk: int) -> HttpResponse:
    """What the records know stands there; people type what only they know."""
    asked, unit = asked_for(request, year, pk)
    whole = figures.whole(asked, unit, on=calendar.today())
    require(may_fill_statistics(request.user, unit, whole.report), CLOSED)
    form = FillForm(posted(request), whole=whole)
    if request.method == "POST" and form.is_valid():
        answers = form.answers()
        try:
            statistics.save(
                asked, unit, answers=answers, version=_version(request), by=request.user
            )
        except WrittenMeanwhile as meanwhile:
            return _both(request, whole, answers, meanwhile.current)
        messages.success(request, "存好了")
        return redirect("evaluations:statistics_report", year, pk)
    page = {
        "asked": asked,
        "unit": unit,
        "form": form,
        "typed": form.typed(),
        "known": list(form.known()),
        "version": _version(request)
        if request.method == "POST"
        else whole.report.version
        if whole.report
        else 0,
        "report": whole.report,
    }
    status = 422 if form.errors else 200
    return render(request, "evaluations/statistics/fill.html", page, status=status)


def _version(request: PortalRequest) -> int:
    given = request.POST.get("version", "")
    return int(given) if given.isdecimal() and len(given) < 10 else 0


def _both(
    request: PortalRequest,
    whole: Whole,
    mine: Mapping[str, Mapping[str, Any]],
    current: AnnualReport,
) -> HttpResponse:
    """Two people typed at once: both are shown, and nothing of either is lost."""
    theirs = current.answers
    both = [
        {
            "label": f"{line.indicator.code} {line.indicator.label}",
            "mine": _words(mine.get(line.indicator.code, {})),
            "theirs": _words(theirs.get(line.indicator.code, {})),
            "differs": mine.get(line.indicator.code) != theirs.get(line.indicator.code),
        }
        for line in whole.lines()
        if line.indicator.code in {*mine, *theirs}
    ]
    page = {
        "report": current,
        "both": both,
        "fields": [
            (f"{code}_{key}", value) for code, kept in mine.items() for key, value in kept.items()
        ],
        "may_write": may_fill_statistics(request.user, current.unit, current),
    }
    return render(request, "evaluations/statistics/both.html", page, status=409)


def _words(answer: Mapping[str, Any]) -> str:
    number = answer.get("value")
    said = [f"{number:,}" if isinstance(number, int) else ""]
    said += [str(answer.get("reason", "")), str(answer.get("note", ""))]
    return "，".join(word for word in said if word)


def hand_over(request: PortalRequest, year: int, pk: int) -> HttpResponse:
    """What is still to be looked at; nothing left, it goes to who signs."""
    found = report_for(request, year, pk)
    require(may_fill_statistics(request.user, found.unit, found), CLOSED)
    if request.method == "POST":
        statistics.hand_over(found, on=calendar.today(), by=request.user)
        messages.success(request, "交给负责人了，签字以后就报上去")
        return redirect("evaluations:statistics_report", year, pk)
    page = {"report": found, "whole": _whole(found)}
    return render(request, "evaluations/statistics/hand_over.html", page)


def _whole(found: AnnualReport) -> Whole:
    return figures.whole(found.round, found.unit, on=calendar.today())


def sign(request: PortalRequest, year: int, pk: int) -> HttpResponse:
    """The second person; where the unit's leader has no account, whose name the sheet bears."""
    found = report_for(request, year, pk)
    on_paper = may_sign_on_paper(request.user, found)
    require(on_paper or may_sign_statistics(request.user, found), WHO_SIGNS)
    form = LeaderForm(posted(request)) if on_paper else None
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            if form is None:
                statistics.sign(found, on=calendar.today(), by=request.user)
            else:
                leader = form.cleaned_data["leader"]
                statistics.sign_on_paper(found, leader=leader, on=calendar.today(), by=request.user)
        except Refused as refusal:
            if form is None:
                raise
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "签好了，报上去了。数字从现在起不再变")
            return redirect("evaluations:statistics_report", year, pk)
    page = {"report": found, "whole": _whole(found), "form": form}
    status = 422 if form is not None and form.errors else 200
    return render(request, "evaluations/statistics/sign.html", page, status=status)


def send_back(request: PortalRequest, year: int, pk: int) -> HttpResponse:
    """The signer or the filler before the signature, the level above after it."""
    found = report_for(request, year, pk)
    require(
        may_take_back_statistics(request.user, found) or may_gather_statistics(request.user, found),
        WHO_GATHERS,
    )
    form = ReturnForm(posted(request))
    if form.is_valid():
        statistics.send_back(found, note=form.cleaned_data["note"], by=request.user)
        messages.success(request, "退回给填表人了")
        return redirect("evaluations:statistics_report", year, pk)
    return form_page(
        request,
        form,
        title="退回填表人",
        lead=str(found),
        button="退回",
        back_url=reverse("evaluations:statistics_report", args=[year, pk]),
        back_text="返回年报",
        note="签过的字不再算，改好以后要重新审签" if found.is_signed else "",
    )


@require_POST
def gather(request: PortalRequest, year: int, pk: int) -> HttpResponse:
    found = report_for(request, year, pk)
    require(may_gather_statistics(request.user, found), WHO_GATHERS)
    statistics.gather(found, by=request.user)
    messages.success(request, f"收下了{found.unit}的年报")
    return redirect("evaluations:statistics_report", year, pk)


def correct(request: PortalRequest, year: int, pk: int) -> HttpResponse:
    """A signed number was wrong: the right one, the day and the reason stand beside it."""
    found = report_for(request, year, pk)
    require(may_correct_statistics(request.user, found), WHO_CORRECTS)
    form = CorrectionForm(posted(request), whole=_whole(found))
    if form.is_valid():
        try:
            statistics.correct(found, **form.cleaned_data, on=calendar.today(), by=request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "更正好了，上级会看到")
            return redirect("evaluations:statistics_report", year, pk)
    return form_page(
        request,
        form,
        title="更正一个数",
        lead=str(found),
        button="更正",
        back_url=reverse("evaluations:statistics_report", args=[year, pk]),
        back_text="返回年报",
        note="签过字的数不改动，正确的数连同日期、原因写在旁边，合计按更正以后的算",
    )
