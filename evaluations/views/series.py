"""Setting up and changing a series."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from committees.http import PortalRequest, require
from committees.permissions import home_unit
from evaluations.forms.bulletins import SeriesForm
from evaluations.models import BulletinSeries
from evaluations.permissions import may_make
from evaluations.services.series import change_series, open_series
from evaluations.views.shared import posted, series_for

WHO = "办简报由市局或教办关工委来定"


def new_series(request: PortalRequest) -> HttpResponse:
    unit = home_unit(request.user)
    require(unit is not None and may_make(request.user, unit), WHO)
    assert unit is not None  # noqa: S101 - required above
    form = SeriesForm(
        posted(request),
        instance=BulletinSeries(unit=unit),
        initial={"publisher": f"{unit.name}关工委办公室"},
    )
    if form.is_valid():
        series = open_series(unit, fields=form.cleaned_data, by=request.user)
        messages.success(request, f"《{series.name}》建好了，可以编第一期了")
        return redirect("evaluations:new_issue", series.slug)
    page = {"form": form, "unit": unit}
    return render(request, "evaluations/series.html", page, status=422 if form.errors else 200)


def series(request: PortalRequest, slug: str) -> HttpResponse:
    found = series_for(request, slug)
    require(may_make(request.user, found.unit), WHO)
    form = SeriesForm(posted(request), instance=found)
    if form.is_valid():
        change_series(found, fields=form.cleaned_data, by=request.user)
        messages.success(request, "存好了，以后的各期照这样印")
        return redirect("evaluations:bulletins")
    page = {"form": form, "series": found, "unit": found.unit}
    return render(request, "evaluations/series.html", page, status=422 if form.errors else 200)
