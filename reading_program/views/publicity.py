"""公示 for the bureau: what is shown, objections and how each was handled, the end of it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from committees.http import PortalRequest, form_page, require, site_of
from portal.kernel import audit, calendar
from reading_program.choices import ObjectionState, PublicityState
from reading_program.forms.results import HandleForm, ReasonForm
from reading_program.models import Honour, Objection, Publicity
from reading_program.permissions import may_edit_edition
from reading_program.services import publicity as services
from reading_program.views.editions import BY_BUREAU

TONES = {
    ObjectionState.RECEIVED: "waiting",
    ObjectionState.UPHELD: "returned",
    ObjectionState.DISMISSED: "done",
}


@require_GET
def show(request: PortalRequest, pk: int) -> HttpResponse:
    it = _publicity(request, pk)
    today = calendar.today()
    path = reverse("reading_program:public_list", args=[it.pk])
    found = it.objections.order_by("received_at", "pk")
    page = {
        "publicity": it,
        "edition": it.edition,
        "is_shown": it.is_shown(on=today),
        "is_over": today > it.ends_on,
        "is_open": it.state == PublicityState.OPEN,
        "public_url": f"{site_of(request)}{path}",
        "objections": [{"it": each, "tone": TONES[ObjectionState(each.state)]} for each in found],
        "lists": it.lists.select_related("track", "group").order_by("track__position", "pk"),
        "honours": it.honours.select_related("unit").order_by("kind", "unit__path", "pk"),
    }
    return render(request, "reading_program/results/publicity.html", page)


@require_POST
def end(request: PortalRequest, pk: int) -> HttpResponse:
    it = _publicity(request, pk)
    services.end(it, on=calendar.today(), now=timezone.now(), by=request.user)
    messages.success(request, "结果已经转为正式，可以制作证书了")
    return redirect("reading_program:publicity", it.pk)


@never_cache
def objection(request: PortalRequest, pk: int) -> HttpResponse:
    """Who objects stands here alone; opening it is written down."""
    found = Objection.objects.visible_to(request.user).select_related("publicity__edition__city")
    it = get_object_or_404(found, pk=pk)
    form = HandleForm(request.POST or None)
    if form.is_valid():
        answer = form.cleaned_data["upheld"]
        services.handle(
            it,
            upheld=answer != "no",
            outcome=form.cleaned_data["outcome"],
            revoke=answer == "revoke",
            by=request.user,
        )
        messages.success(request, "处理好了")
        return redirect("reading_program:publicity", it.publicity_id)
    if request.method == "GET":
        audit.record("objection.read", it, by=request.user)
    page = {
        "objection": it,
        "form": form,
        "tone": TONES[ObjectionState(it.state)],
        "waits": it.state == ObjectionState.RECEIVED,
    }
    status = 422 if form.errors else 200
    return render(request, "reading_program/results/objection.html", page, status=status)


def honour_revoke(request: PortalRequest, pk: int) -> HttpResponse:
    found = Honour.objects.visible_to(request.user).select_related("edition__city", "unit")
    it = get_object_or_404(found, pk=pk)
    require(may_edit_edition(request.user, it.edition), BY_BUREAU)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        services.revoke_honour(it, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, "撤销了")
        return redirect("reading_program:publicity", it.publicity_id)
    return form_page(
        request, form, title=f"撤销{it}的{it.get_kind_display()}", button="撤销",
        back_url=reverse("reading_program:publicity", args=[it.publicity_id]), back_text="公示",
    )  # fmt: skip


def _publicity(request: PortalRequest, pk: int) -> Publicity:
    found: Any = Publicity.objects.visible_to(request.user).select_related("edition__city")
    it: Publicity = get_object_or_404(found, pk=pk)
    return it
