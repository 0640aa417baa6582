"""The bureau lets one unit off or gives it longer, and opens an item again for everybody."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from activities.forms.obligation_cases import EXTEND, ReliefForm, WindowForm
from activities.models import ObligationRelief, ObligationWindow
from activities.services import obligation_cases as cases
from activities.views.obligations import place_or_404, set_in_force
from committees.http import PortalRequest, form_page, require
from committees.models import ObligationItem, Unit
from committees.permissions import city_of, may
from committees.policy import Can
from portal.kernel.errors import Refused

DECIDED_BY_BUREAU = "延期和不要求由局关工委来定，有事请打电话给局关工委"


@require_http_methods(["GET", "POST"])
def relieve(request: PortalRequest, year: int, code: str, pk: int) -> HttpResponse:
    """Give one unit longer for one item, or do not ask it this year; with the reason."""
    place, item = _cell(request, year, code, pk)
    form = ReliefForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        given = form.cleaned_data
        try:
            if given["kind"] == EXTEND:
                cases.extend(
                    place, item, due_on=given["due_on"], reason=given["reason"], by=request.user
                )
            else:
                cases.waive(place, item, reason=given["reason"], by=request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{place}的“{item}”定好了")
            return redirect("activities:obligation_cell", year=year, code=code, pk=pk)
    title = f"{place}的“{item}”：延期或不要求"
    return _form(request, form, title=title, back_url=_cell_url(year, code, pk))


@require_POST
def end_relief(request: PortalRequest, year: int, code: str, pk: int) -> HttpResponse:
    place, _ = _cell(request, year, code, pk)
    relief = get_object_or_404(ObligationRelief, unit=place, year=year, code=code)
    cases.end_relief(relief, by=request.user)
    messages.success(request, "取消了，这一项又和别的单位一样算")
    return redirect("activities:obligation_cell", year=year, code=code, pk=pk)


@require_http_methods(["GET", "POST"])
def reopen(request: PortalRequest, year: int, code: str) -> HttpResponse:
    """A second window for everybody: what is held in it is on time."""
    city = city_of(request.user)
    item = _item(request, city, year, code)
    assert city is not None  # noqa: S101 - _item() refused without one
    form = WindowForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            cases.reopen(city, item, **form.cleaned_data, by=request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"“{item}”的补办期开好了")
            return redirect("activities:obligation_set", year=year)
    back_url = reverse("activities:obligation_set", args=[year])
    return _form(request, form, title=f"再开一次“{item}”", back_url=back_url)


@require_POST
def close_window(request: PortalRequest, year: int, pk: int) -> HttpResponse:
    city = city_of(request.user)
    require(may(request.user, Can.OBLIGATION_EDIT, city), DECIDED_BY_BUREAU)
    window = get_object_or_404(ObligationWindow, pk=pk, city=city, year=year)
    cases.close_window(window, by=request.user)
    messages.success(request, "这个补办期取消了")
    return redirect("activities:obligation_set", year=year)


def _cell(request: PortalRequest, year: int, code: str, pk: int) -> tuple[Unit, ObligationItem]:
    place = place_or_404(request, pk)
    require(may(request.user, Can.OBLIGATION_EDIT, place), DECIDED_BY_BUREAU)
    return place, _item_of(place, year, code)


def _item(request: PortalRequest, city: Unit | None, year: int, code: str) -> ObligationItem:
    require(may(request.user, Can.OBLIGATION_EDIT, city), DECIDED_BY_BUREAU)
    if city is None:
        raise Http404
    return _item_of(city, year, code)


def _item_of(place: Unit, year: int, code: str) -> ObligationItem:
    current = set_in_force(place, year)
    if current is None:
        raise Http404
    return get_object_or_404(current.items.select_related("obligation_set"), code=code)


def _cell_url(year: int, code: str, pk: int) -> str:
    return reverse("activities:obligation_cell", args=[year, code, pk])


def _form(request: PortalRequest, form: Any, *, title: str, back_url: str) -> HttpResponse:
    return form_page(request, form, title=title, button="保存", back_url=back_url, cancel="不改了")
