"""Certificates and awards: the school's own, the bureau's all; printing, void, made anew."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from committees.http import PortalRequest, form_page, require, site_of
from committees.models import Unit
from portal.kernel import audit, calendar, files
from portal.kernel.errors import Refused
from portal.kernel.forms import narrow
from portal.kernel.paging import read_page
from reading_program import exports
from reading_program.documents import certificates as documents
from reading_program.figures import results as figures
from reading_program.forms.results import CertificateFilter, MakeForm, VoidForm
from reading_program.models import Certificate, Edition, Honour, Result
from reading_program.models.certificates import CertificateQuerySet
from reading_program.models.results import TOLD
from reading_program.permissions import may_edit_edition, may_see_entries
from reading_program.services import certificates as services
from reading_program.views.editions import BY_BUREAU, visible_edition

WHO_SEES = "获奖情况由学校、教办和局关工委查看"
PER_PAGE = 50


@require_GET
def awards(request: PortalRequest, pk: int) -> HttpResponse:
    """What the schools in reach were given, once it is published."""
    it = _edition(request, pk)
    found = _awarded(request, it)
    seen = Certificate.objects.visible_to(request.user)
    audit.record("awards.read", it, by=request.user)
    page = {
        "edition": it,
        "rows": found,
        "honours": _honours(request, it),
        "has_certificates": seen.filter(edition=it).exists(),
        "final": any(row.list.state == "final" for row in found),
    }
    return render(request, "reading_program/results/awards.html", page)


@require_GET
def awards_xlsx(request: PortalRequest, pk: int) -> HttpResponse:
    it = _edition(request, pk)
    audit.record("awards.exported", it, by=request.user)
    content = exports.awards_workbook(_awarded(request, it), _honours(request, it))
    return files.made(content, f"{it}获奖名单.xlsx")


def _awarded(request: PortalRequest, it: Edition) -> list[Result]:
    told = Result.objects.visible_to(request.user).filter(list__edition=it, list__state__in=TOLD)
    return figures.whole_results(told.awarded())


def _honours(request: PortalRequest, it: Edition) -> list[Honour]:
    found = Honour.objects.visible_to(request.user).filter(edition=it).standing()
    return list(found.select_related("unit").order_by("kind", "unit__path", "pk"))


def certificates(request: PortalRequest, pk: int) -> HttpResponse:
    """The list; a POST queues the printing of what the filter shows."""
    it = _edition(request, pk)
    form, found = _filtered(request, it)
    if request.method == "POST":
        job = services.print_some(
            list(found.valid().only("pk")),
            site=site_of(request),
            form="zip" if request.POST.get("form") == "zip" else "pdf",
            by=request.user,
            return_url=reverse("reading_program:certificates", args=[it.pk]),
        )
        return redirect("web:job", job.pk)
    edits = may_edit_edition(request.user, it)
    shown = read_page(
        found.select_related("unit"),
        by=["year", "serial", "pk"],
        after=request.GET.get("after", ""),
        size=PER_PAGE,
    )
    waiting = services.waiting(it) if edits else ([], [])
    counts = found.aggregate(all=Count("pk"), valid=Count("pk", filter=Q(state="valid")))
    page = {
        "edition": it,
        "filter": form,
        "page": shown,
        "counts": counts,
        "edits": edits,
        "waiting": len(waiting[0]) + len(waiting[1]),
    }
    return render(request, "reading_program/results/certificates.html", page)


def certificates_make(request: PortalRequest, pk: int) -> HttpResponse:
    it = _edition(request, pk)
    require(may_edit_edition(request.user, it), BY_BUREAU)
    form = MakeForm(request.POST or None, initial={"dated": calendar.today().isoformat()})
    back = reverse("reading_program:certificates", args=[it.pk])
    if form.is_valid():
        job = services.make_all(
            it, **form.cleaned_data, site=site_of(request), by=request.user, return_url=back
        )
        return redirect("web:job", job.pk)
    return form_page(
        request, form, title="制作证书", button="编号并排版",
        lead="还没有证书的获奖者接着编号，已经有的编号不变",
        back_url=back, back_text="证书",
    )  # fmt: skip


@require_GET
def certificate(request: PortalRequest, pk: int) -> HttpResponse:
    """One as PDF; a void one is not printed any more."""
    it = _certificate(request, pk)
    if it.state != "valid":
        raise Refused(f"{it.number}已经作废，不能再打印")
    audit.record("certificate.printed", it, by=request.user)
    content = documents.certificates_pdf([it], site=site_of(request))
    return files.made(content, f"certificate-{it.year}-{it.serial:04}.pdf")


def certificate_void(request: PortalRequest, pk: int) -> HttpResponse:
    it = _certificate(request, pk)
    require(may_edit_edition(request.user, it.edition), BY_BUREAU)
    form = VoidForm(request.POST or None)
    if form.is_valid():
        try:
            words = _void(it, form.cleaned_data, by=request.user)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, words)
            return redirect("reading_program:certificates", it.edition_id)
    return form_page(
        request, form, title=f"作废{it.number}", button="作废",
        lead=f"{it.school} {it.holder}，{it.award}",
        back_url=reverse("reading_program:certificates", args=[it.edition_id]), back_text="证书",
    )  # fmt: skip


def _void(it: Certificate, data: dict[str, Any], *, by: Any) -> str:
    if data["again"]:
        made = services.reissue(it, reason=data["reason"], dated=calendar.today(), by=by)
        return f"原来的作废了，新证书是{made.number}"
    services.void(it, reason=data["reason"], by=by)
    return "作废了，扫这份证书的码会看到已作废"


def _filtered(request: PortalRequest, it: Edition) -> tuple[CertificateFilter, CertificateQuerySet]:
    found = Certificate.objects.visible_to(request.user).filter(edition=it)
    form = CertificateFilter(request.GET or None)
    narrow(form, "unit", Unit.objects.filter(pk__in=found.values("unit")).order_by("path"))
    asked: dict[str, Any] = form.cleaned_data if form.is_bound and form.is_valid() else {}
    if asked.get("unit"):
        found = found.filter(unit=asked["unit"])
    if asked.get("state"):
        found = found.filter(state=asked["state"])
    return form, found


def _edition(request: PortalRequest, pk: int) -> Edition:
    it = visible_edition(request, pk)
    require(may_see_entries(request.user), WHO_SEES)
    return it


def _certificate(request: PortalRequest, pk: int) -> Certificate:
    found = Certificate.objects.visible_to(request.user).select_related("edition__city", "unit")
    return get_object_or_404(found, pk=pk)
