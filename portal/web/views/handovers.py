"""The handover sheet (交接单): on screen and, printed, for two signatures."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from committees.http import PortalRequest
from committees.models import Handover
from committees.permissions import may_anywhere
from committees.policy import Can
from portal.kernel import calendar
from portal.web.handovers import sheet_of, written_by


@require_GET
def handover(request: PortalRequest, pk: int) -> HttpResponse:
    found = Handover.objects.visible_to(request.user).select_related(
        "unit__office", "unit__city", "from_user", "to_user"
    )
    it = get_object_or_404(found, pk=pk)
    today = calendar.today()
    manages = may_anywhere(request.user, Can.ACCOUNT_MANAGE)
    page = {
        "handover": it,
        "sheet": sheet_of(it, on=today),
        "today": today,
        "back_url": reverse("committees:accounts") if manages else reverse("web:todo"),
        "back_text": "用户与权限" if manages else "待办",
    }
    return render(request, "portal/handover.html", page)


@require_GET
def written(request: PortalRequest) -> HttpResponse:
    """我经手过的: what one entered, also after the post has gone to another."""
    page = {
        "rows": written_by(request.user),
        "handed": Handover.objects.filter(from_user=request.user)
        .select_related("unit", "to_user")
        .order_by("-on", "-pk"),
    }
    return render(request, "portal/written.html", page)
