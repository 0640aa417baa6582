"""Annexes of an official paper: written, or taken as a list of names."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from committees.http import PortalRequest, form_page, require
from evaluations.forms.papers import AnnexForm, NamesForm
from evaluations.models import Campaign, OfficialPaper
from evaluations.permissions import may_write_paper
from evaluations.services import papers as services
from evaluations.views.papers import CLOSED, paper_for
from evaluations.views.shared import posted
from reading_program.models import Edition

BACK = "返回这份文件"


def _draft(request: PortalRequest, pk: int) -> OfficialPaper:
    found = paper_for(request, pk)
    require(may_write_paper(request.user, found), CLOSED)
    return found


def _url(paper: OfficialPaper) -> str:
    return reverse("evaluations:paper", args=[paper.pk])


def new(request: PortalRequest, pk: int) -> HttpResponse:
    paper = _draft(request, pk)
    form = AnnexForm(posted(request))
    if form.is_valid():
        services.add_annex(paper, **form.cleaned_data, by=request.user)
        messages.success(request, "附件加好了")
        return redirect("evaluations:paper", pk)
    return form_page(
        request, form, title="加一个附件", lead=str(paper), button="加上", back_url=_url(paper),
        back_text=BACK,
    )  # fmt: skip


def edit(request: PortalRequest, pk: int, annex_pk: int) -> HttpResponse:
    paper = _draft(request, pk)
    annex = get_object_or_404(paper.annexes.select_related("paper"), pk=annex_pk)
    form = AnnexForm(posted(request), initial={"title": annex.title, "body": annex.body})
    if form.is_valid():
        services.edit_annex(annex, **form.cleaned_data, by=request.user)
        messages.success(request, "存好了")
        return redirect("evaluations:paper", pk)
    return form_page(
        request, form, title="修改附件", lead=annex.title, button="存好", back_url=_url(paper),
        back_text=BACK,
    )  # fmt: skip


@require_POST
def remove(request: PortalRequest, pk: int, annex_pk: int) -> HttpResponse:
    """From the paper's page; the history keeps what was taken out."""
    paper = _draft(request, pk)
    annex = get_object_or_404(paper.annexes.select_related("paper"), pk=annex_pk)
    services.remove_annex(annex, by=request.user)
    messages.success(request, f"“{annex.title}”拿掉了")
    return redirect("evaluations:paper", pk)


def names(request: PortalRequest, pk: int) -> HttpResponse:
    """A list of names as an annex: from a naming, from a reading edition, or typed and checked."""
    paper, user = _draft(request, pk), request.user
    form = NamesForm(
        posted(request),
        campaigns=Campaign.objects.visible_to(user).order_by("-year", "-pk"),
        editions=Edition.objects.visible_to(user).newest(),
        unit=paper.unit,
    )
    if form.is_valid():
        made = form.annex()
        if made["body"]:
            services.add_annex(paper, **made, by=user)
            messages.success(request, "名单放进附件了，核对一遍")
            return redirect("evaluations:paper", pk)
        form.add_error(None, "那里还没有定下来的名单，公示结束、命名以后再来取")
    return form_page(
        request, form, title="放一份名单做附件", lead=str(paper), button="放进附件",
        back_url=_url(paper), back_text=BACK,
    )  # fmt: skip
