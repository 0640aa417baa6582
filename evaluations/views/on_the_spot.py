"""What was seen there on one page, and by one press the city's word."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from committees.http import PortalRequest, require
from evaluations.choices import Column
from evaluations.figures import facts
from evaluations.figures import visits as figures
from evaluations.forms.visits import TakeForm
from evaluations.models import Appraisal
from evaluations.permissions import may_write
from evaluations.services import appraisals, on_the_spot
from evaluations.services.on_the_spot import Taking
from evaluations.views.five_good import BY_TURN, appraisal_for
from evaluations.views.shared import posted
from portal.kernel import calendar
from portal.kernel.errors import Refused


def taking(request: PortalRequest, pk: int) -> HttpResponse:
    """Per criterion self, office, each assessor and the difference; the bureau takes or changes."""
    it = appraisal_for(request, pk)
    require(may_write(request.user, it, Column.CITY), BY_TURN)
    offers = _offers(it)
    if not offers:
        raise Refused("这家单位还没有实地看的分；先请去看的人打分，或者录入纸上的分")
    form = TakeForm(posted(request), offers=offers)
    if form.is_valid():
        given = request.POST.get("version", "")
        version = int(given) if given.isdecimal() else 0
        try:
            count = on_the_spot.take(
                it, offers=offers, wanted=form.wanted(), version=version, by=request.user
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
            it.refresh_from_db()
            offers = _offers(it)
        else:
            messages.success(request, f"{count} 条存进复评了")
            return redirect("evaluations:appraisal", it.pk)
    page = {
        "it": it,
        "form": form,
        "rows": list(form.rows(offers)),
        "assessors": _names(offers),
    }
    status = 422 if form.errors else 200
    return render(request, "evaluations/five_good/taking.html", page, status=status)


def _offers(it: Appraisal) -> list[Taking]:
    known = facts.facts_of([it.unit], year=it.campaign.year, on=calendar.today())[it.unit_id]
    entries = appraisals.entries_of(it)
    start = appraisals.starting_values(it, Column.CITY, known=known, entries=entries)
    seen = figures.seen_there(it)
    return on_the_spot.takings(it, start, seen=seen, entries=entries)


def _names(offers: list[Taking]) -> list[str]:
    found = {mark.assessor_id: mark.assessor.name for one in offers for mark in one.seen.marks}
    return [found[pk] for pk in sorted(found)]
