"""会议纪要: read, write, two versions side by side, two people's texts brought together."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from activities.forms.records import MinutesForm
from activities.models import Activity, MinutesVersion
from activities.models.minutes import current_minutes
from activities.permissions import may_write_minutes
from activities.services import minutes
from committees.http import PortalRequest, require
from portal.kernel.differences import side_by_side

WHO_WRITES = "纪要由开会的单位来写，教办也可以代写"


@require_GET
def read(request: PortalRequest, pk: int) -> HttpResponse:
    record = _record(request, pk)
    versions = list(record.minutes_versions.select_related("saved_by"))
    standing = next((one for one in versions if not one.is_aside), None)
    page = {
        "activity": record,
        "standing": standing,
        "versions": [
            {
                "version": one,
                "stands": one == standing,
                "compare_url": _compare_url(record, one, standing, versions),
            }
            for one in versions
        ],
        "aside": [one for one in versions if one.is_aside and standing is not None
                  and one.number > standing.number],
        "may_write": may_write_minutes(request.user, record),
    }  # fmt: skip
    return render(request, "activities/minutes/read.html", page)


@never_cache
def write(request: PortalRequest, pk: int) -> HttpResponse:
    """One save, one version; where somebody else saved meanwhile, both are shown."""
    record = _record(request, pk)
    require(may_write_minutes(request.user, record), WHO_WRITES)
    standing = current_minutes(record)
    first = standing.text if standing else minutes.first_text(record)
    form = MinutesForm(request.POST or None, initial={"text": first})
    based_on = _number(request.POST.get("based_on", ""))
    if request.method == "POST" and form.is_valid():
        saved = minutes.save(
            record, text=form.cleaned_data["text"], based_on=based_on, by=request.user
        )
        if saved.is_aside:
            return redirect("activities:minutes_both", record.pk, saved.number)
        messages.success(request, f"存好了，这是{saved}")
        return redirect("activities:minutes", record.pk)
    page = {
        "activity": record,
        "form": form,
        "based_on": based_on if request.method == "POST" else standing.number if standing else 0,
        "standing": standing,
    }
    return render(
        request, "activities/minutes/write.html", page, status=422 if form.errors else 200
    )


@never_cache
def both(request: PortalRequest, pk: int, number: int) -> HttpResponse:
    """A text that was put aside, beside the one that stands; the chosen or joined one is saved."""
    record = _record(request, pk)
    mine = get_object_or_404(record.minutes_versions.filter(is_aside=True), number=number)
    standing = current_minutes(record)
    if standing is None:
        raise Http404
    page = {
        "activity": record,
        "mine": mine,
        "standing": standing,
        "pairs": side_by_side(mine.text, standing.text),
        "form": MinutesForm(initial={"text": mine.text}),
        "may_write": may_write_minutes(request.user, record),
    }
    return render(request, "activities/minutes/both.html", page, status=409)


@require_GET
def compare(request: PortalRequest, pk: int) -> HttpResponse:
    """?from=1&to=3: what one version changed of another."""
    record = _record(request, pk)
    before, after = (
        get_object_or_404(
            record.minutes_versions.select_related("saved_by"),
            number=_number(request.GET.get(name, "")),
        )
        for name in ("from", "to")
    )
    page = {
        "activity": record,
        "before": before,
        "after": after,
        "left": str(before),
        "right": str(after),
        "pairs": side_by_side(before.text, after.text),
    }
    return render(request, "activities/minutes/compare.html", page)


def _compare_url(
    record: Activity,
    one: MinutesVersion,
    standing: MinutesVersion | None,
    versions: list[MinutesVersion],
) -> str:
    """An aside beside what stands, any other beside the version it was built upon."""
    here = reverse("activities:minutes_compare", args=[record.pk])
    if one.is_aside and standing is not None:
        return f"{here}?from={one.number}&to={standing.number}"
    known = {each.number for each in versions}
    return f"{here}?from={one.based_on}&to={one.number}" if one.based_on in known else ""


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 6 else 0


def _record(request: HttpRequest, pk: int) -> Activity:
    records = Activity.objects.visible_to(request.user)
    return get_object_or_404(records.select_related("unit", "city", "kind"), pk=pk)
