"""Where one wants to be told, and whom the messages did not reach."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from committees.figures import mask_phone
from committees.http import PortalRequest, form_page, require
from committees.permissions import home_unit, may_anywhere
from committees.policy import Can
from portal.kernel import audit, calendar, files
from portal.kernel.models import Address
from portal.web import documents
from portal.web.call_list import Call, calls_for
from portal.web.forms.reminders import AddressForm
from portal.web.permissions import may_print_calls
from portal.web.services import reminders

BY_OFFICE = "电话单由教办和局关工委使用"


def address(request: PortalRequest) -> HttpResponse:
    """Everybody's own; nobody else sees or sets it."""
    held = Address.objects.filter(user=request.user).first()
    initial = {"email": held.email, "phone": held.phone} if held else {}
    form = AddressForm(request.POST or None, initial=initial)
    if form.is_valid():
        reminders.set_address(request.user, **form.cleaned_data, by=request.user)
        has_way = any(form.cleaned_data.values())
        messages.success(
            request, "记下了，提醒发到这里" if has_way else "记下了，有事由教办打电话告诉您"
        )
        return redirect("web:todo")
    return form_page(
        request,
        form,
        title="在哪里收提醒",
        lead="两项都可以空着。空着的，由上级打电话告诉您",
        button="保存",
        back_url=reverse("web:todo"),
        back_text="待办",
    )


@require_GET
def calls(request: PortalRequest) -> HttpResponse:
    """The list on screen shows masked numbers; whole ones stand on the printed sheet."""
    require(may_anywhere(request.user, Can.CALL_LIST), BY_OFFICE)
    found = calls_for(request.user, now=timezone.now())
    page = {
        "calls": [_shown(call) for call in found],
        "may_print": may_print_calls(request.user, home_unit(request.user)),
    }
    return render(request, "portal/calls.html", page)


def _shown(call: Call) -> dict[str, Any]:
    masked = [(whose, mask_phone(number)) for whose, number in call.numbers]
    return {"call": call, "numbers": masked}


@require_POST
def calls_pdf(request: PortalRequest) -> HttpResponse:
    """Whole numbers leave the portal here, so who printed how many is kept."""
    require(may_anywhere(request.user, Can.CALL_LIST), BY_OFFICE)
    unit = home_unit(request.user)
    require(may_print_calls(request.user, unit), BY_OFFICE)
    assert unit is not None  # noqa: S101 - a power comes from a grant
    found, on = calls_for(request.user, now=timezone.now()), calendar.today()
    content = documents.call_list_pdf(unit, found, by=request.user, on=on)
    names = "、".join(call.person.name for call in found)
    audit.record("call_list.printed", unit, by=request.user, note=f"{len(found)} 人：{names}")
    return files.made(content, "calls.pdf")
