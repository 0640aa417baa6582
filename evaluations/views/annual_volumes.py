"""汇编: the books of a year, one being made, stopping it, going on, the file."""

from typing import Any

from django.db.models import Count, Q
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from committees.http import PortalRequest, require
from committees.permissions import home_unit, may_anywhere
from committees.policy import Can
from evaluations.models import AnnualBulletin, AnnualVolume
from evaluations.permissions import may_make_volume
from evaluations.services import volumes
from evaluations.views.shared import job_of, reload_page, work_of
from portal.kernel import files

WHO_BINDS = "汇编由市局或教办关工委来做"
SHOWN = 20


def books(request: PortalRequest, year: int) -> HttpResponse:
    """What has been bound of this year; one button binds what has come by now."""
    user, home = request.user, home_unit(request.user)
    require(may_anywhere(user, Can.ANNUAL_VIEW) and home is not None, WHO_BINDS)
    assert home is not None  # noqa: S101 - required above
    if request.method == "POST":
        require(may_make_volume(user, home), WHO_BINDS)
        made = volumes.make(home, year=year, by=user)
        return redirect("evaluations:annual_volume", made.pk)
    seen = AnnualVolume.objects.visible_to(user).filter(year=year)
    found = seen.select_related("root", "made_by").order_by("-pk")[:SHOWN]
    came = AnnualBulletin.objects.handed_in().filter(year=year, unit__path__startswith=home.path)
    page = {
        "year": year,
        "home": home,
        "volumes": found,
        "came": came.count(),
        "may_make": may_make_volume(user, home),
    }
    return render(request, "evaluations/annual/volumes.html", page)


def _volume(request: PortalRequest, pk: int) -> AnnualVolume:
    seen = AnnualVolume.objects.visible_to(request.user)
    return get_object_or_404(seen.select_related("root", "file", "made_by"), pk=pk)


@require_GET
def book(request: PortalRequest, pk: int) -> HttpResponse:
    """How far it is; htmx asks each second until the page shows the finished book."""
    found = _volume(request, pk)
    job = job_of(found.key)
    work = work_of(job, poll=request.path) if job is not None else None
    if request.headers.get("HX-Request"):
        running = job is not None and job.is_open
        return render(request, "components/progress.html", work) if running else reload_page()
    parts = found.parts.aggregate(all=Count("pk"), done=Count("pk", filter=Q(file__isnull=False)))
    page: dict[str, Any] = {
        "volume": found,
        "work": work,
        "is_open": job is not None and job.is_open,
        "parts": parts,
        "may_make": may_make_volume(request.user, found.root),
        "back_url": reverse("evaluations:annual_volumes", args=[found.year]),
    }
    return render(request, "evaluations/annual/volume.html", page)


@require_POST
def stop(request: PortalRequest, pk: int) -> HttpResponse:
    found = _volume(request, pk)
    require(may_make_volume(request.user, found.root), WHO_BINDS)
    volumes.stop(found, by=request.user)
    return redirect("evaluations:annual_volume", pk)


@require_POST
def go_on(request: PortalRequest, pk: int) -> HttpResponse:
    found = _volume(request, pk)
    require(may_make_volume(request.user, found.root), WHO_BINDS)
    volumes.go_on(found, by=request.user)
    return redirect("evaluations:annual_volume", pk)


@require_GET
def file(request: PortalRequest, pk: int) -> FileResponse:
    found = _volume(request, pk)
    if found.file is None:
        raise Http404
    return files.response(found.file, f"{found}.pdf", inline=True)
