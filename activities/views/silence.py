"""默认通过 and the days worked: what the bureau decided, and which records counted so."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from activities.forms.silence import OFF, ON, SilenceForm, SpecialDaysForm
from activities.models import SilentReview
from activities.services import silence
from committees.http import PortalRequest, form_page, require
from committees.models import SpecialDay, Unit
from committees.permissions import city_of, may
from committees.policy import Can
from committees.services import workdays
from portal.kernel import audit, calendar
from portal.kernel.calendar import weekday_cn
from portal.kernel.errors import Refused

DECIDED_BY_BUREAU = "多久没有答复算通过，由局关工委来定"
NEWEST = 50
FIRST_YEAR, LAST_YEAR = 2000, 2999


@require_GET
def rules(request: PortalRequest) -> HttpResponse:
    """The rule, the special days of a year, and what came of it."""
    city = _city(request)
    year = _year(request)
    accepted = SilentReview.objects.filter(activity__city=city, accepted_at__isnull=False)
    page = {
        "rules": silence.rules_of(city),
        "year": year,
        "spans": _spans(city, year),
        "may_fill": year in workdays.PUBLISHED,
        "earlier_url": f"?year={year - 1}",
        "later_url": f"?year={year + 1}",
        "accepted": accepted.select_related("activity__unit").order_by("-accepted_at")[:NEWEST],
        "accepted_count": accepted.count(),
        "changes": audit.trail_of(city).filter(verb="silence.set")[:10],
    }
    return render(request, "activities/silence/rules.html", page)


@require_http_methods(["GET", "POST"])
def edit(request: PortalRequest) -> HttpResponse:
    city = _city(request)
    now = silence.rules_of(city)
    initial = {"switch": ON if now.silent_days else OFF, "silent_days": now.silent_days or 5}
    form = SilenceForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        days = form.cleaned_data["silent_days"]
        silence.set_rules(city, silent_days=days, on=calendar.today(), by=request.user)
        return _done(request, "改好了" if days else "关上了，没有答复的记录一直等着")
    return _form(request, form, "没有答复的记录怎么算", "保存")


@require_http_methods(["GET", "POST"])
def days_new(request: PortalRequest) -> HttpResponse:
    city = _city(request)
    form = SpecialDaysForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            workdays.add_days(city, **form.cleaned_data, by=request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _done(request, "加上了", year=form.cleaned_data["first"].year)
    return _form(request, form, "加一段放假或调休的日子", "加上")


@require_POST
def days_fill(request: PortalRequest, year: int) -> HttpResponse:
    """The year's published holidays at once."""
    count = workdays.fill_year(_city(request), year=year, by=request.user)
    words = (
        f"{year}年的放假和调休预填了 {count} 天，请照国务院办公厅的通知核对一遍"
        if count
        else f"{year}年的早就填好了"
    )
    return _done(request, words, year=year)


@require_POST
def day_remove(request: PortalRequest, pk: int) -> HttpResponse:
    """The whole neighbouring stretch of the same name goes with the day."""
    special = get_object_or_404(SpecialDay.objects.filter(city=_city(request)), pk=pk)
    workdays.remove_span(special, by=request.user)
    return _done(request, f"“{special.name}”去掉了", year=special.day.year)


def _spans(city: Unit, year: int) -> list[dict[str, Any]]:
    """The year's special days, neighbours of one name as one stretch."""
    spans: list[dict[str, Any]] = []
    for special in SpecialDay.objects.filter(city=city, day__year=year).order_by("day"):
        before = spans[-1] if spans else None
        if before and workdays.continues(before["last"], special):
            before["last"] = special
        else:
            spans.append({"first": special, "last": special})
    for span in spans:
        first, last = span["first"].day, span["last"].day
        days = (last - first).days + 1
        until = f"至{last.month}月{last.day}日" if days > 1 else weekday_cn(first)
        span["days"] = f"{first.month}月{first.day}日{until}"
        span["count"] = days
    return spans


def _year(request: PortalRequest) -> int:
    given = request.GET.get("year", "")
    year = int(given) if given.isdecimal() and len(given) == 4 else calendar.today().year
    return min(max(year, FIRST_YEAR), LAST_YEAR)


def _city(request: PortalRequest) -> Unit:
    city = city_of(request.user)
    require(may(request.user, Can.OBLIGATION_EDIT, city), DECIDED_BY_BUREAU)
    assert city is not None  # noqa: S101 - may() says no without a city
    return city


def _done(request: PortalRequest, words: str, *, year: int | None = None) -> HttpResponse:
    messages.success(request, words)
    url = reverse("activities:silence")
    return redirect(f"{url}?year={year}" if year else url)


def _form(request: PortalRequest, form: forms.Form, title: str, button: str) -> HttpResponse:
    return form_page(
        request, form, title=title, button=button, back_url=reverse("activities:silence"),
        back_text="审核期限和工作日", cancel="不改了",
    )  # fmt: skip
