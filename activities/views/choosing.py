"""Choosing one of many: which unit a new thing is entered for, found by a few letters."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from committees.http import PortalRequest
from committees.models import Unit
from committees.policy import Can
from portal.kernel import calendar

MOST_FOUND = 20  # beyond this a search is narrowed, not read


def unit_for(request: PortalRequest, can: Can) -> Unit | None:
    """The unit a new thing is entered for: the chosen one, the only one within reach, or none yet.

    A chosen one out of reach is not found.
    """
    reach = Unit.objects.reachable_by(request.user, can).select_related("city", "office")
    chosen = request.GET.get("unit", "")
    if chosen:
        return get_object_or_404(reach, pk=int(chosen) if chosen.isdecimal() else 0)
    first_two = list(reach[:2])
    return first_two[0] if len(first_two) == 1 else None


def pick_unit(request: PortalRequest, can: Can, *, title: str, back_url: str) -> HttpResponse:
    """Search for the unit first: a list of a whole city is no list to choose from."""
    words = request.GET.get("q", "").strip()[:60]
    reach = Unit.objects.reachable_by(request.user, can).open_on(calendar.today())
    found = reach.filter(name__icontains=words).select_related("office").order_by("path")
    page = {
        "title": title,
        "words": words,
        "units": found[:MOST_FOUND],
        "more": found.count() > MOST_FOUND,
        "back_url": back_url,
    }
    return render(request, "activities/pick_unit.html", page)
