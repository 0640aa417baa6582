"""What others do with a unit's yearly bulletin: read, return, appraise, thank, choose from."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from committees.http import PortalRequest, form_page, require
from committees.permissions import home_unit
from committees.policy import Can
from evaluations.choices import AnnualSection, AnnualState, BulletinState, PeerWord
from evaluations.figures import annual as figures
from evaluations.forms.annual import AppraiseForm, ChooseForm, ReadForm, ReturnForm, WordForm
from evaluations.models import AnnualBulletin, BulletinIssue, BulletinSeries
from evaluations.permissions import (
    may_appraise_annual,
    may_leave_word,
    may_make,
    may_read_annual,
    may_return_annual,
)
from evaluations.services import annual
from evaluations.views.annual import bulletin_for
from evaluations.views.shared import posted


def _back(found: AnnualBulletin) -> dict[str, str]:
    url = reverse("evaluations:annual_bulletin", args=[found.year, found.unit_id])
    return {"back_url": url, "back_text": "返回这份简报"}


def _done(request: PortalRequest, found: AnnualBulletin, sentence: str) -> HttpResponse:
    messages.success(request, sentence)
    return redirect("evaluations:annual_bulletin", found.year, found.unit_id)


def read(request: PortalRequest, year: int, pk: int) -> HttpResponse:
    """The office passes it on, with a word if it has one."""
    found = bulletin_for(request, year, pk)
    asked = annual.round_of(found.unit, year)
    require(may_read_annual(request.user, found, asked), "先看一遍由教办来做")
    form = ReadForm(posted(request))
    if form.is_valid():
        annual.read(found, word=form.cleaned_data["word"], by=request.user)
        return _done(request, found, "转给市局了")
    return form_page(
        request, form, title="看过了，转给市局", lead=str(found), button="转给市局", **_back(found)
    )


def send_back(request: PortalRequest, year: int, pk: int) -> HttpResponse:
    found = bulletin_for(request, year, pk)
    asked = annual.round_of(found.unit, year)
    require(may_return_annual(request.user, found, asked), "退回由看它的教办或市局来做")
    form = ReturnForm(posted(request))
    if form.is_valid():
        annual.send_back(found, note=form.cleaned_data["note"], by=request.user)
        return _done(request, found, "退回去了，学校会收到您写的话")
    return form_page(
        request, form, title="退给学校修改", lead=str(found), button="退回修改", **_back(found)
    )


def appraise(request: PortalRequest, year: int, pk: int) -> HttpResponse:
    """Five sections beside five grades; what is decided here stands."""
    found = bulletin_for(request, year, pk)
    asked = annual.round_of(found.unit, year)
    require(may_appraise_annual(request.user, found, asked), "评议由局关工委工作人员来做")
    assert asked is not None  # noqa: S101 - required above
    form = AppraiseForm(posted(request), grades=asked.grades)
    if form.is_valid():
        word = form.cleaned_data["word"]
        annual.appraise(found, found=form.found(), word=word, by=request.user)
        return _done(request, found, "评好了，学校会看到等次和评语")
    sections = [
        {
            "text": section,
            "grade": form[f"{section.section}_grade"],
            "comment": form[f"{section.section}_comment"],
        }
        for section in figures.sections_of(found)
    ]
    page: dict[str, Any] = {"bulletin": found, "form": form, "sections": sections}
    status = 422 if form.errors else 200
    return render(request, "evaluations/annual/appraise.html", page, status=status)


def word(request: PortalRequest, year: int, pk: int) -> HttpResponse:
    """Thanks or advice from one unit to another; nobody counts them."""
    found = bulletin_for(request, year, pk)
    require(may_leave_word(request.user, found), "别的学校的秘书可以留话，简报要先评议好")
    unit = home_unit(request.user)
    assert unit is not None  # noqa: S101 - a power comes from a grant
    form = WordForm(posted(request))
    if form.is_valid():
        said = form.cleaned_data
        kind = PeerWord(said["kind"])
        annual.say(found, unit=unit, kind=kind, text=said["text"], by=request.user)
        return _done(request, found, f"留好了，{found.unit.name}看得到")
    return form_page(
        request,
        form,
        title=f"给{found.unit.name}留一句话",
        lead="只有他们和上级看得到",
        button="留下这句话",
        **_back(found),
    )


def choose(request: PortalRequest, year: int, pk: int) -> HttpResponse:
    """Take one section into an issue being edited here."""
    found = bulletin_for(request, year, pk)
    makes = may_make(request.user, home_unit(request.user))
    accepted = found.state == AnnualState.ACCEPTED
    require(makes and accepted, "评议过的简报，由编简报的同志来选")
    issues = _open_issues(request)
    form = ChooseForm(posted(request), bulletin=found, issues=issues)
    if form.is_valid():
        issue = form.cleaned_data["issue"]
        section = AnnualSection(form.cleaned_data["section"])
        annual.choose_section(found, section=section, issue=issue, by=request.user)
        messages.success(request, f"选好了，放在{issue}最后一篇，可以再改短")
        return redirect("evaluations:issue", issue.pk)
    note = "" if issues.exists() else "现在没有正在编的简报，先到“工作简报”里编一期"
    return form_page(
        request, form, title="选一栏放进简报", lead=str(found), note=note, button="放进这一期",
        **_back(found),
    )  # fmt: skip


def _open_issues(request: PortalRequest) -> QuerySet[BulletinIssue]:
    mine = BulletinSeries.objects.reachable_by(request.user, Can.BULLETIN_EDIT)
    found = BulletinIssue.objects.filter(series__in=mine, state=BulletinState.DRAFT)
    return found.select_related("series").order_by("-starts_on", "pk")
