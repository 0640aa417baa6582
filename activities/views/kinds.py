"""活动类型: the bureau's editor of kinds and of what each asks beside the first questions."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from activities.forms.kinds import FieldForm, KindForm, NewFieldForm
from activities.models import ActivityKind, KindField
from activities.services import kinds
from committees.http import PortalRequest, form_page, require
from committees.permissions import may_anywhere
from committees.policy import Can
from portal.kernel.errors import Refused
from portal.kernel.wording import quoted

DECIDED_BY_BUREAU = "活动类型由局关工委来定"
KIND_FIELDS = ("name", "hint", "outline", "is_common", "is_open")


@require_GET
def all_kinds(request: PortalRequest) -> HttpResponse:
    _require(request)
    found = ActivityKind.objects.prefetch_related("fields")
    rows = [
        {
            "kind": kind,
            "fields": [str(field) for field in kind.fields.all() if field.retired_at is None],
        }
        for kind in found
    ]
    return render(request, "activities/kinds/list.html", {"rows": rows})


@require_GET
def kind(request: PortalRequest, pk: int) -> HttpResponse:
    """One kind: its words, what it asks in order, and what it asks no more."""
    _require(request)
    found = _kind(pk)
    fields = list(found.fields.all())
    page = {
        "kind": found,
        "fields": [field for field in fields if field.retired_at is None],
        "retired": [field for field in fields if field.retired_at is not None],
    }
    return render(request, "activities/kinds/kind.html", page)


def new(request: PortalRequest) -> HttpResponse:
    _require(request)
    form = KindForm(request.POST or None)
    if form.is_valid():
        try:
            made = kinds.add_kind(by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, f"{quoted(made)}加好了，各单位记活动时就能选")
            return redirect("activities:kind", made.pk)
    return form_page(
        request, form, title="加一类活动", button="加上", back_url=reverse("activities:kinds"),
        back_text="返回活动类型", cancel="不加了",
    )  # fmt: skip


def edit(request: PortalRequest, pk: int) -> HttpResponse:
    _require(request)
    found = _kind(pk)
    first = {name: getattr(found, name) for name in KIND_FIELDS}
    form = KindForm(request.POST or None, initial=first)
    if form.is_valid():
        try:
            kinds.edit_kind(found, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, "改好了，以前的记录还是这一类")
            return redirect("activities:kind", found.pk)
    return form_page(
        request, form, title="修改这类活动", button="保存", lead=found.name,
        back_url=_kind_url(found.pk), cancel="不改了",
    )  # fmt: skip


def add_field(request: PortalRequest, pk: int) -> HttpResponse:
    _require(request)
    found = _kind(pk)
    form = NewFieldForm(request.POST or None)
    if form.is_valid():
        try:
            kinds.add_field(found, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("label", str(refusal))
        else:
            messages.success(request, "加好了。它是选填的，不填也能交")
            return redirect("activities:kind", found.pk)
    return form_page(
        request, form, title="加一项补充", button="加上", lead=found.name,
        note="多一项，每个单位每次记这类活动都要多看一眼。记录里已经有的（地点、主持人、人数等）不用再加",
        back_url=_kind_url(found.pk), cancel="不加了",
    )  # fmt: skip


def edit_field(request: PortalRequest, pk: int) -> HttpResponse:
    _require(request)
    field = _field(pk)
    form = FieldForm(request.POST or None, field=field)
    if form.is_valid():
        try:
            kinds.edit_field(field, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("label", str(refusal))
        else:
            messages.success(request, "改好了，以前填的内容不变")
            return redirect("activities:kind", field.kind_id)
    return form_page(
        request, form, title=f"修改{quoted(field)}", button="保存",
        lead=f"{field.kind} · 填{field.get_field_type_display()}",
        back_url=_kind_url(field.kind_id), cancel="不改了",
    )  # fmt: skip


@require_POST
def move_field(request: PortalRequest, pk: int) -> HttpResponse:
    _require(request)
    field = _field(pk)
    kinds.move_field(field, up=request.POST.get("to") == "up", by=request.user)
    return redirect(f"{_kind_url(field.kind_id)}#fields")


@require_POST
def retire_field(request: PortalRequest, pk: int) -> HttpResponse:
    _require(request)
    field = _field(pk)
    kinds.retire_field(field, by=request.user)
    messages.success(request, f"{quoted(field)}停用了，以前填的还看得到")
    return redirect("activities:kind", field.kind_id)


@require_POST
def reopen_field(request: PortalRequest, pk: int) -> HttpResponse:
    _require(request)
    field = _field(pk)
    kinds.reopen_field(field, by=request.user)
    messages.success(request, f"{quoted(field)}又可以填了")
    return redirect("activities:kind", field.kind_id)


def _require(request: PortalRequest) -> None:
    require(may_anywhere(request.user, Can.KIND_EDIT), DECIDED_BY_BUREAU)


def _kind(pk: int) -> ActivityKind:
    return get_object_or_404(ActivityKind, pk=pk)


def _field(pk: int) -> KindField:
    return get_object_or_404(KindField.objects.select_related("kind"), pk=pk)


def _kind_url(pk: int) -> str:
    return reverse("activities:kind", args=[pk])
