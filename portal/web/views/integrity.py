"""The checks of the organisation as a page: what does not agree, each with the way to mend it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from committees.http import PortalRequest, require
from committees.permissions import city_of, may_edit_unit
from portal.kernel import calendar
from portal.web.integrity import examine

ONLY_BUREAU = "数据核对由局关工委工作人员来办"
SHOWN = 50


@require_GET
def integrity(request: PortalRequest) -> HttpResponse:
    city = city_of(request.user)
    require(city is not None and may_edit_unit(request.user, city), ONLY_BUREAU)
    assert city is not None  # noqa: S101 - required above
    found = examine(city, on=calendar.today())
    page = {
        "checks": [(check, doubts[:SHOWN], len(doubts)) for check, doubts in found],
        "total": sum(len(doubts) for _, doubts in found),
        "now": timezone.localtime(),
    }
    return render(request, "portal/integrity.html", page)
