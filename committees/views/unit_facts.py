"""Figures of a unit by school year, its Party contact, and the city's mark for kindergartens."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from committees import figures
from committees.forms.units import ThresholdForm, UnitYearForm
from committees.http import PortalRequest, form_page, require
from committees.models import Unit
from committees.models.unit_changes import kindergarten_threshold
from committees.permissions import city_of, may, may_edit_unit, may_state_year
from committees.policy import Can
from committees.services import coverage, units
from portal.kernel import audit, calendar

BY_KEEPERS = "学生数由本单位秘书、教办或局里填写"
YEARS_BACK = 5


def unit_years(request: PortalRequest, pk: int) -> HttpResponse:
    """Every school year on one page, with the months the unit was open; one form below it."""
    unit = _visible(request, pk)
    today = calendar.today()
    now = calendar.school_year(today)
    may_state = may_state_year(request.user, unit)
    if request.method == "POST":
        require(may_state, BY_KEEPERS)
    choices = list(range(now, now - YEARS_BACK, -1))
    form = UnitYearForm(request.POST or None, years=choices, initial={"year": now})
    if form.is_valid():
        stated = units.state_year(unit, **form.cleaned_data, by=request.user)
        messages.success(request, f"{stated.year}—{stated.year + 1}学年的数已经记下")
        return redirect("committees:unit_years", unit.pk)
    periods = list(unit.periods.order_by("period"))
    page = {
        "unit": unit,
        "form": form if may_state else None,
        "years": unit.years.order_by("-year"),
        "months": [
            (year, figures.open_months(periods, year=year)) for year in (today.year, today.year - 1)
        ],
        "periods": periods,
        "back_url": reverse("committees:unit", args=[unit.pk]),
    }
    status = 422 if form.errors else 200
    return render(request, "committees/unit_years.html", page, status=status)


@require_POST
def party_phone(request: PortalRequest, pk: int) -> HttpResponse:
    """The whole number of the Party organisation; that it was seen stays on record."""
    unit = _visible(request, pk)
    require(may(request.user, Can.PHONE_REVEAL, unit), "党组织的电话由秘书和上级查看")
    audit.record("unit.party_phone_seen", unit, by=request.user)
    page = {"unit": unit, "back_url": reverse("committees:unit", args=[unit.pk])}
    response = render(request, "committees/party_phone.html", page)
    response["Cache-Control"] = "no-store"
    return response


def coverage_threshold(request: PortalRequest) -> HttpResponse:
    city = city_of(request.user)
    require(city is not None and may_edit_unit(request.user, city), "这个标准由局里来定")
    assert city is not None  # noqa: S101 - required above
    form = ThresholdForm(request.POST or None, initial={"children": kindergarten_threshold(city)})
    if form.is_valid():
        coverage.set_threshold(city, **form.cleaned_data, by=request.user)
        messages.success(request, "标准已经改好")
        return redirect(f"{reverse('committees:coverage')}#gardens")
    return form_page(
        request,
        form,
        title="较大幼儿园的标准",
        button="保存",
        back_url=reverse("committees:coverage"),
        back_text="组织覆盖率",
    )


def _visible(request: PortalRequest, pk: int) -> Unit:
    unit: Unit = get_object_or_404(Unit.objects.visible_to(request.user), pk=pk)
    return unit
