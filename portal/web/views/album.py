"""年度相册 on the screen, and its print as a job."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from committees.http import PortalRequest
from committees.models import Unit
from committees.policy import Can
from portal.kernel import calendar
from portal.kernel.errors import Refused
from portal.web import album as albums
from portal.web import tasks


@require_GET
def album(request: PortalRequest, pk: int, year: int) -> HttpResponse:
    """What the unit's committee did that year, to whoever may read its records."""
    unit = _unit(request, pk, year)
    made = albums.album(request.user, unit, year=year)
    years = sorted({year, *albums.years_of(request.user, unit)}, reverse=True)
    page = {
        "unit": unit,
        "album": made,
        "years": [(it, reverse("web:album", args=[unit.pk, it])) for it in years],
        "back_url": reverse("committees:unit", args=[unit.pk]),
        "records_url": f"{reverse('activities:activities')}?unit={unit.pk}&year={year}",
    }
    return render(request, "portal/album.html", page)


@require_POST
def album_print(request: PortalRequest, pk: int, year: int) -> HttpResponse:
    """Lay the album out as PDF in the background."""
    unit = _unit(request, pk, year)
    if not albums.records_of(request.user, unit).in_year(year).exists():
        raise Refused("这一年还没有通过的活动记录，相册里没有内容，先不用打印")
    job = tasks.start_album(unit, year=year, by=request.user)
    return redirect("web:job", job.pk)


def _unit(request: PortalRequest, pk: int, year: int) -> Unit:
    if calendar.year_in(str(year)) is None:
        raise Http404
    seen = Unit.objects.reachable_by(request.user, Can.ACTIVITY_VIEW)
    unit: Unit = get_object_or_404(seen.select_related("city", "office"), pk=pk)
    return unit
