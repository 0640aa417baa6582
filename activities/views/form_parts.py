"""Parts of the record's form that are fetched again when the kind or the day changes."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from activities.forms.activities import ActivityForm
from activities.permissions import may_log
from activities.views.pages import prospects
from committees.http import PortalRequest, require
from committees.models import Unit
from committees.permissions import home_unit
from committees.policy import Can
from portal.kernel import calendar

WHO_LOGS = "活动由本单位的秘书来记，教办也可以代填"


def unit_written_for(request: PortalRequest) -> Unit:
    """The unit written for: the chosen one if this user may write there, else the own one."""
    chosen = request.POST.get("unit") or request.GET.get("unit") or ""
    if chosen:
        allowed = Unit.objects.reachable_by(request.user, Can.ACTIVITY_LOG)
        return get_object_or_404(
            allowed.select_related("city"), pk=int(chosen) if chosen.isdigit() else 0
        )
    unit = home_unit(request.user)
    require(unit is not None, "您的账号还没有定在哪个单位，请教办帮您定一下")
    assert unit is not None  # noqa: S101 - required above
    return unit


def own_fields(request: PortalRequest) -> HttpResponse:
    """What only the chosen kind asks, fetched again when the kind changes."""
    unit = unit_written_for(request)
    require(may_log(request.user, unit), WHO_LOGS)
    form = ActivityForm(request.GET, unit=unit, on=calendar.today())
    # Only filled in so far: nothing is wrong yet with what nobody has typed.
    first = {"kind": form["kind"].value(), **{f.html_name: f.value() for f in form.own_fields}}
    fresh = ActivityForm(initial=first, unit=unit, on=calendar.today())
    return render(request, "activities/own_fields.html", {"form": fresh})


def preview(request: PortalRequest) -> HttpResponse:
    """Where such a record would count: the box beside the form, asked again when kind changes."""
    unit = unit_written_for(request)
    require(may_log(request.user, unit), WHO_LOGS)
    form = ActivityForm(request.GET, unit=unit, on=calendar.today())
    form.is_valid()
    day = form.cleaned_data.get("held_on") or calendar.today()
    page = {"prospects": prospects(unit, form.cleaned_data.get("kind"), on=day)}
    return render(request, "activities/prospects.html", page)
