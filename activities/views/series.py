"""例会: which meetings come round, which is next, begun with what is known of it."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from activities.exports.records import series_workbook
from activities.figures.series import proposals
from activities.forms.records import SeriesForm, SkipForm
from activities.models import Decision, Series
from activities.permissions import may_edit_series, may_log
from activities.services import series
from activities.views.choosing import pick_unit, unit_for
from committees.http import PortalRequest, form_page, require
from committees.permissions import may_anywhere
from committees.policy import Can
from portal.kernel import calendar, files
from portal.kernel.calendar import date_cn
from portal.kernel.errors import Refused
from portal.kernel.paging import PAGE_SIZE, read_page
from portal.kernel.wording import quoted

WHO_READS = "例会由各单位关工委和上级单位来看"
WHO_KEEPS = "例会由开会的单位来定，教办也可以代办"
EXPORT_LIMIT = 2000
FIELDS = ("name", "kind", "rhythm", "starts_on", "place", "chair", "agenda")


@require_GET
def all_series(request: PortalRequest) -> HttpResponse:
    require(may_anywhere(request.user, Can.ACTIVITY_VIEW), WHO_READS)
    seen = Series.objects.visible_to(request.user).select_related("unit", "kind")
    page = read_page(
        seen.filter(ended_on__isnull=True),
        by=["unit__path", "pk"],
        after=request.GET.get("after", ""),
        size=PAGE_SIZE,
    )
    ended = [] if "after" in request.GET else list(seen.filter(ended_on__isnull=False)[:20])
    context = {
        "rows": proposals(page.rows, on=calendar.today()),
        "ended": ended,
        "older_url": f"?after={page.older}" if page.older else "",
        "newer_url": "" if page.is_first else "?",
        "may_start": may_anywhere(request.user, Can.ACTIVITY_LOG),
    }
    return render(request, "activities/series/list.html", context)


@require_GET
def export(request: PortalRequest) -> HttpResponse:
    """Every series this user sees, running or ended, with each of its turns."""
    require(may_anywhere(request.user, Can.ACTIVITY_VIEW), WHO_READS)
    seen = Series.objects.visible_to(request.user).order_by("unit__path", "pk")
    found = list(seen.select_related("unit__office", "kind")[: EXPORT_LIMIT + 1])
    if len(found) > EXPORT_LIMIT:
        raise Refused(f"一次最多导出 {EXPORT_LIMIT} 个例会，请教办按片区导出")
    today = calendar.today()
    return files.made(series_workbook(found, on=today), f"例会{today.isoformat()}.xlsx")


@require_GET
def one_series(request: PortalRequest, pk: int) -> HttpResponse:
    """The next meeting as it would be, and the ones held or left out."""
    found = _series(request, pk)
    following = proposals([found], on=calendar.today())
    page = {
        "series": found,
        "next": following[0] if following else None,
        "title": series.title_of(found, following[0].day) if following else "",
        "meetings": found.meetings.select_related("activity")[:60],
        "open_decisions": Decision.objects.open().filter(unit=found.unit_id).by_urgency()
        .select_related("activity")[:10],
        "may_edit": may_edit_series(request.user, found),
    }  # fmt: skip
    return render(request, "activities/series/series.html", page)


def new(request: PortalRequest) -> HttpResponse:
    back = reverse("activities:series")
    require(may_anywhere(request.user, Can.ACTIVITY_LOG), WHO_KEEPS)
    unit = unit_for(request, Can.ACTIVITY_LOG)
    if unit is None:
        return pick_unit(request, Can.ACTIVITY_LOG, title="哪个单位的例会？", back_url=back)
    require(may_log(request.user, unit), WHO_KEEPS)
    form = SeriesForm(request.POST or None)
    if form.is_valid():
        try:
            made = series.start(unit, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, f"{quoted(made)}定好了，每次快到的时候“待办”里会提醒")
            return redirect("activities:one_series", made.pk)
    return form_page(
        request, form, title="定一个例会", button="定下来", lead=unit.name, back_url=back,
        back_text="返回例会", cancel="不定了",
    )  # fmt: skip


def edit(request: PortalRequest, pk: int) -> HttpResponse:
    found = _series(request, pk)
    require(may_edit_series(request.user, found), WHO_KEEPS)
    first: dict[str, Any] = {name: getattr(found, name) for name in FIELDS}
    form = SeriesForm(request.POST or None, initial=first)
    if form.is_valid():
        try:
            series.edit(found, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, "改好了，开过的会不受影响")
            return redirect("activities:one_series", found.pk)
    return form_page(
        request, form, title="修改例会", button="保存", lead=f"{found.unit.name} · {found}",
        back_url=reverse("activities:one_series", args=[pk]), cancel="不改了",
    )  # fmt: skip


def end(request: PortalRequest, pk: int) -> HttpResponse:
    found = _series(request, pk)
    require(may_edit_series(request.user, found), WHO_KEEPS)
    if request.method == "POST":
        series.end(found, on=calendar.today(), by=request.user)
        messages.success(request, f"{quoted(found)}停了，开过的会都还在")
        return redirect("activities:series")
    return render(request, "activities/series/end.html", {"series": found})


@require_POST
def hold(request: PortalRequest, pk: int) -> HttpResponse:
    """From the proposal straight into the record, half filled."""
    found = _series(request, pk)
    require(may_edit_series(request.user, found), WHO_KEEPS)
    draft = series.hold(found, planned_on=_next_day(found), by=request.user)
    messages.success(request, "主题、地点、主持人照例会填好了，写上人数和内容就行")
    return redirect("activities:edit", draft.pk)


def skip(request: PortalRequest, pk: int) -> HttpResponse:
    found = _series(request, pk)
    require(may_edit_series(request.user, found), WHO_KEEPS)
    day = _next_day(found)
    form = SkipForm(request.POST or None)
    if form.is_valid():
        series.skip(found, planned_on=day, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, f"记下了，{date_cn(day)}这次不开")
        return redirect("activities:one_series", found.pk)
    return form_page(
        request, form, title=f"{date_cn(day)}这次不开", button="这次不开", lead=str(found),
        back_url=reverse("activities:one_series", args=[pk]), cancel="还是要开",
    )  # fmt: skip


def _next_day(found: Series) -> date:
    following = proposals([found], on=calendar.today())
    if not following:
        raise Refused("这个例会已经停了，不再往下排")
    return following[0].day


def _series(request: PortalRequest, pk: int) -> Series:
    seen = Series.objects.visible_to(request.user)
    return get_object_or_404(seen.select_related("unit__city", "unit__office", "kind"), pk=pk)
