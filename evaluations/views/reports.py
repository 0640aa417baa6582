"""What a campaign says once it is filled in: reports, and what to look at twice."""

from decimal import Decimal, InvalidOperation

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from committees.http import PortalRequest, require
from committees.permissions import only_own_unit
from evaluations import exports
from evaluations.documents import reports as documents
from evaluations.figures import reports as figures
from evaluations.figures import xray as xray_figures
from evaluations.models import Appraisal
from evaluations.views.shared import campaign_for
from portal.kernel import audit, calendar, files

FROM_ABOVE = "汇总由教办和市局来看，本单位的得分在自己的评分表里"


@require_GET
def report(request: PortalRequest, pk: int, form: str = "") -> HttpResponse:
    """Matrix, offices, change against last year, the hardest criteria: page, .xlsx and PDF."""
    it = campaign_for(request, pk)
    require(not only_own_unit(request.user), FROM_ABOVE)
    made = figures.report(it, Appraisal.objects.visible_to(request.user))
    if form == "xlsx":
        audit.record("campaign.reported", it, by=request.user)
        return files.made(exports.report_workbook(it, made), f"{it.name}报告.xlsx")
    if form == "pdf":
        audit.record("campaign.reported", it, by=request.user)
        return files.made(documents.report_pdf(it, made), f"{it.name}报告.pdf")
    if form:
        raise Http404
    lines = [(one, [one.points.get(d["code"]) for d in made.dimensions]) for one in made.units]
    offices = [(one, [one.shares.get(d["code"]) for d in made.dimensions]) for one in made.offices]
    page = {"it": it, "report": made, "lines": lines, "offices": offices}
    return render(request, "evaluations/five_good/report.html", page)


@require_GET
def xray(request: PortalRequest, pk: int) -> HttpResponse:
    """透视: what does not go together, each with the way to its page."""
    it = campaign_for(request, pk)
    require(not only_own_unit(request.user), FROM_ABOVE)
    far = _far(request.GET.get("far", ""))
    seen = Appraisal.objects.visible_to(request.user)
    found = xray_figures.xray(it, seen, on=calendar.today(), far=far)
    if "xlsx" in request.GET:
        audit.record("campaign.xrayed", it, by=request.user)
        return files.made(exports.xray_workbook(found), f"{it.name}透视.xlsx")
    kind = request.GET.get("kind", "")
    page = {
        "it": it,
        "found": [one for one in found if kind in ("", one.kind)],
        "kinds": xray_figures.by_kind(found),
        "kind": kind,
        "far": far,
    }
    return render(request, "evaluations/five_good/xray.html", page)


def _far(text: str) -> Decimal:
    """The points asked for, or two where nothing readable was asked."""
    try:
        asked = Decimal(text)
    except InvalidOperation:
        return xray_figures.FAR
    return asked if asked.is_finite() and 0 <= asked <= 100 else xray_figures.FAR
