"""Public pages of committees, and where a unit's head says what stands on them."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from committees.http import PortalRequest, require
from committees.models import Unit
from portal.kernel.errors import Refused
from portal.web import faces
from portal.web.forms.faces import FaceForm
from portal.web.models import PublicFace
from portal.web.permissions import may_publish_face
from portal.web.services import faces as services

WHO = "公开哪些内容，由本单位负责人（党组织联系人、教办秘书长）或局关工委来定"
MOST_OFFERED = 60
FRESH = "public, max-age=60"


@login_not_required
@require_GET
def face_list(request: HttpRequest) -> HttpResponse:
    """Every committee with a public page, by city and office; one query."""
    shown = PublicFace.objects.shown().select_related("unit__city", "unit__office")
    page = {"faces": shown.order_by("unit__path")}
    return _public(request, "portal/faces/list.html", page, is_findable=False)


@login_not_required
@require_GET
def face(request: HttpRequest, pk: int) -> HttpResponse:
    shown = PublicFace.objects.shown().select_related("unit__city", "unit__office")
    it = get_object_or_404(shown, unit=pk)
    page = {"unit": it.unit, "parts": faces.kept(it), "changed_at": it.changed_at}
    return _public(request, "portal/faces/face.html", page, is_findable=it.is_findable)


def face_edit(request: PortalRequest, pk: int) -> HttpResponse:
    """Choose, look at it as anybody will, and only then publish."""
    unit: Unit = get_object_or_404(
        Unit.objects.visible_to(request.user).select_related("office", "city"), pk=pk
    )
    require(may_publish_face(request.user, unit), WHO)
    held = PublicFace.objects.filter(unit=unit).first() or PublicFace(unit=unit)
    newest = services.choosable(unit).values("pk")[:MOST_OFFERED]
    form = FaceForm(
        request.POST or None,
        choosable=services.choosable(unit).filter(pk__in=list(newest.values_list("pk", flat=True))),
        initial=_initial(held),
    )
    if form.is_valid():
        if "publish" not in request.POST:
            return _preview(request, unit, form)
        try:
            made = services.publish(unit, by=request.user, **_chosen(form))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            said = "公开了" if made.sections else "收起来了，现在谁也打不开"
            messages.success(request, said)
            return redirect("web:face_edit", unit.pk)
    page = {"form": form, "unit": unit, "held": held if held.sections else None,
            "back_url": reverse("committees:unit", args=[unit.pk])}  # fmt: skip
    status = 422 if form.errors else 200
    return render(request, "portal/faces/edit.html", page, status=status)


def _initial(held: PublicFace) -> dict[str, Any]:
    return {
        "sections": held.sections,
        "records": list(held.records.values_list("pk", flat=True)) if held.pk else [],
        "is_findable": held.is_findable,
        "version": held.version,
    }


def _chosen(form: FaceForm) -> dict[str, Any]:
    data = form.cleaned_data
    return {name: data.get(name) or [] for name in ("sections", "records")} | {
        "is_findable": data["is_findable"], "version": data["version"],
    }  # fmt: skip


def _preview(request: PortalRequest, unit: Unit, form: FaceForm) -> HttpResponse:
    chosen = _chosen(form)
    page = {
        "unit": unit,
        "parts": faces.parts(unit, sections=chosen["sections"], records=chosen["records"]),
        "preview": chosen,
        "takes_down": not chosen["sections"],
        "back_url": reverse("web:face_edit", args=[unit.pk]),
    }
    return render(request, "portal/faces/face.html", page)


def _public(
    request: HttpRequest, template: str, page: dict[str, Any], *, is_findable: bool
) -> HttpResponse:
    answer = render(request, template, page)
    answer["Cache-Control"] = FRESH if not request.user.is_authenticated else "private, no-store"
    if not is_findable:
        answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer
