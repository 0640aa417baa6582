"""Which columns of a list one wants to see."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from activities.views.activities import ACTIVITIES
from committees.http import PortalRequest
from committees.views.units import UNITS
from reading_program.views.entries import ENTRIES

TABLES = {table.name: table for table in (UNITS, ACTIVITIES, ENTRIES)}


@require_POST
def columns(request: PortalRequest, table: str) -> HttpResponse:
    """Keep the choice for this session and go back to the list."""
    known = TABLES.get(table)
    if known is None:
        raise Http404
    known.keep(request.session, set(request.POST.getlist("shown")))
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return redirect(target if safe else resolve_url("web:home"))
