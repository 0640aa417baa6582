"""换人: one role of one unit goes to the next person."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from committees.forms.handovers import HandoverForm
from committees.http import PortalRequest, form_page, require
from committees.models import RoleGrant, User
from committees.permissions import may_hand_over
from committees.services import handovers
from committees.views.accounts import FROM_ABOVE
from portal.kernel import calendar


@never_cache
def hand_over(request: PortalRequest, pk: int) -> HttpResponse:
    """The answer shows the slip of a new account once, and leads to the sheet to print."""
    found = RoleGrant.objects.visible_to(request.user).select_related("user", "unit")
    grant = get_object_or_404(found, pk=pk)
    require(may_hand_over(request.user, grant), FROM_ABOVE)
    form = HandoverForm(
        request.POST or None,
        people=_others(request, grant),
        initial={"on": calendar.today().isoformat()},
    )
    if form.is_valid():
        data = form.cleaned_data
        passed = handovers.hand_over(
            grant, to=data["to"], new_name=data["new_name"], on=data["on"], note=data["note"],
            by=request.user,
        )  # fmt: skip
        if passed.slip is None:
            messages.success(request, f"已经交给{passed.handover.to_user}。下面是交接单，可以打印")
            return redirect("web:handover", passed.handover.pk)
        page = {
            "title": f"已经交给{passed.handover.to_user}",
            "slips": [passed.slip],
            "address": request.build_absolute_uri(reverse("web:login")),
            "next_url": reverse("web:handover", args=[passed.handover.pk]),
            "next_text": "打印交接单",
        }
        return render(request, "committees/account_slips.html", page)
    return form_page(
        request,
        form,
        title=f"{grant.unit}换人",
        lead=f"现在由{grant.user}担任{grant.get_role_display()}",
        button="换人",
        back_url=reverse("committees:accounts"),
        back_text="用户与权限",
    )


def _others(request: PortalRequest, grant: RoleGrant) -> QuerySet[User]:
    """Accounts in reach that are in use: a colleague, or the secretary of a school nearby."""
    seen = RoleGrant.objects.visible_to(request.user).filter(unit__office=grant.unit.office_id)
    return (
        User.objects.filter(grants__in=seen, is_active=True)
        .exclude(pk=grant.user_id)
        .distinct()
        .order_by("name", "pk")
    )
