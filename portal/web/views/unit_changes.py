"""Wizards for units: choose, see every effect, confirm, and take it back in one step."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from committees.choices import UnitChangeKind, UnitKind
from committees.http import PortalRequest, require
from committees.models import Unit, UnitChange
from committees.permissions import may_anywhere, may_edit_unit
from committees.policy import Can
from portal.kernel import calendar
from portal.kernel.errors import Refused
from portal.kernel.paging import read_page
from portal.web.forms.unit_changes import (
    ChangeForm,
    CloseForm,
    MergeForm,
    MoveForm,
    ReopenForm,
    SplitForm,
)
from portal.web.unit_changes.carrying_out import carry_out, undo, undo_refusal
from portal.web.unit_changes.trial import Trial, try_out

ONLY_BUREAU = "单位的合并、分设、撤销和改换主管，由局关工委工作人员来办。请打电话告诉局里"
FORMS: dict[UnitChangeKind, type[ChangeForm]] = {
    UnitChangeKind.MOVE: MoveForm,
    UnitChangeKind.MERGE: MergeForm,
    UnitChangeKind.SPLIT: SplitForm,
    UnitChangeKind.CLOSE: CloseForm,
    UnitChangeKind.REOPEN: ReopenForm,
}
WHAT_IT_IS = {
    UnitChangeKind.MOVE: "换到另一个教办，或改为市直属",
    UnitChangeKind.MERGE: "并入另一家，或几家合成一家新单位",
    UnitChangeKind.SPLIT: "分出新单位，原来的继续办或不再办",
    UnitChangeKind.CLOSE: "不再办学，也没有单位承接",
    UnitChangeKind.REOPEN: "停办过的单位又办起来了",
}
CHANGES_A_PAGE = 30


@require_GET
def unit_changes(request: PortalRequest) -> HttpResponse:
    """What was changed, newest first; each can be looked at and the last ones taken back."""
    require(may_anywhere(request.user, Can.UNIT_EDIT), ONLY_BUREAU)
    found = UnitChange.objects.visible_to(request.user).defer("entries", "effects")
    page = read_page(found, by=["-pk"], after=request.GET.get("after", ""), size=CHANGES_A_PAGE)
    return render(request, "portal/unit_changes/list.html", {"page": page})


@require_GET
def unit_change_new(request: PortalRequest, pk: int) -> HttpResponse:
    """Which of the five is it?"""
    unit = _unit(request, pk)
    page = {
        "unit": unit,
        "kinds": [
            (kind.label, WHAT_IT_IS[kind], reverse("web:unit_change_plan", args=[pk, kind.value]))
            for kind in _kinds(unit)
        ],
        "changes": unit.changes.defer("entries", "effects"),
    }
    return render(request, "portal/unit_changes/choose.html", page)


def unit_change_plan(request: PortalRequest, pk: int, kind: str) -> HttpResponse:
    """The questions; with answers in the address the preview; a POST carries it out."""
    unit = _unit(request, pk)
    if kind not in _kinds(unit):
        raise Http404
    answers = request.POST if request.method == "POST" else request.GET
    form = FORMS[UnitChangeKind(kind)](
        None if "again" in answers else answers or None,
        initial={name: answers.getlist(name) for name in answers if name == "grants"}
        | {name: value for name, value in answers.items() if name != "grants"},
        unit=unit,
        units=_institutions(request),
        parents=_parents(request),
    )
    if not form.is_valid():
        return _form_page(request, form, unit, kind)
    try:
        trial = try_out(form.wish(), on=calendar.today(), by=request.user)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _form_page(request, form, unit, kind)
    if request.method == "POST" and request.POST.get("seen") == trial.fingerprint:
        change = carry_out(form.wish(), by=request.user)
        messages.success(request, f"办好了：{change}")
        return redirect("web:unit_change", change.pk)
    return _preview(request, unit, kind, trial, answers)


@require_GET
def unit_change(request: PortalRequest, pk: int) -> HttpResponse:
    """What was done, and whether it can still be taken back."""
    change = _change(request, pk)
    page = {
        "change": change,
        "units": change.units.order_by("path"),
        "refusal": undo_refusal(change),
        "back_url": reverse("web:unit_changes"),
    }
    return render(request, "portal/unit_changes/change.html", page)


def unit_change_undo(request: PortalRequest, pk: int) -> HttpResponse:
    change = _change(request, pk)
    if request.method == "POST":
        undo(change, at=timezone.now(), by=request.user)
        messages.success(request, "已经撤回，单位、记录和账号都恢复到变动以前")
        return redirect("web:unit_change", pk)
    back = reverse("web:unit_change", args=[pk])
    if why := undo_refusal(change):
        raise Refused(why)
    page = {
        "title": "撤回这次变动",
        "sentence": f"撤回“{change}”？",
        "consequence": "下面列出的各项都恢复原样；变动以后另外新记的内容不受影响。",
        "button": "撤回",
        "back_url": back,
    }
    return render(request, "committees/confirm_page.html", page)


def _preview(
    request: PortalRequest, unit: Unit, kind: str, trial: Trial, answers: Any
) -> HttpResponse:
    kept = [
        (name, value)
        for name in answers
        if name not in {"csrfmiddlewaretoken", "seen"}
        for value in answers.getlist(name)
    ]
    page = {
        "unit": unit,
        "trial": trial,
        "kept": kept,
        "moved_on": request.method == "POST",
        "back_url": f"{_plan_url(unit, kind)}?{urlencode([*kept, ('again', '1')])}",
        "action_url": _plan_url(unit, kind),
        "button": UnitChangeKind(kind).label,
    }
    return render(request, "portal/unit_changes/preview.html", page)


def _form_page(request: PortalRequest, form: ChangeForm, unit: Unit, kind: str) -> HttpResponse:
    page = {
        "form": form,
        "title": f"{unit}：{UnitChangeKind(kind).label}",
        "lead": WHAT_IT_IS[UnitChangeKind(kind)],
        "back_url": reverse("web:unit_change_new", args=[unit.pk]),
        "names": _institutions(request).values_list("name", flat=True) if kind == "merge" else [],
    }
    status = 422 if form.errors else 200
    return render(request, "portal/unit_changes/form.html", page, status=status)


def _plan_url(unit: Unit, kind: str) -> str:
    return reverse("web:unit_change_plan", args=[unit.pk, kind])


def _kinds(unit: Unit) -> list[UnitChangeKind]:
    if not unit.periods.filter(period__upper_inf=True).exists():
        return [UnitChangeKind.REOPEN]
    if not unit.is_institution:
        return [UnitChangeKind.CLOSE]
    return [kind for kind in UnitChangeKind if kind != UnitChangeKind.REOPEN]


def _unit(request: PortalRequest, pk: int) -> Unit:
    seen = Unit.objects.visible_to(request.user).exclude(kind=UnitKind.BUREAU)
    unit: Unit = get_object_or_404(seen.select_related("city", "office"), pk=pk)
    require(may_edit_unit(request.user, unit), ONLY_BUREAU)
    return unit


def _change(request: PortalRequest, pk: int) -> UnitChange:
    seen = UnitChange.objects.visible_to(request.user).select_related("city", "done_by")
    return get_object_or_404(seen, pk=pk)


def _parents(request: PortalRequest) -> QuerySet[Unit]:
    found: QuerySet[Unit] = (
        Unit.objects.reachable_by(request.user, Can.UNIT_EDIT)
        .filter(kind__in=[UnitKind.BUREAU, UnitKind.OFFICE])
        .open_on(calendar.today())
        .order_by("path")
    )
    return found


def _institutions(request: PortalRequest) -> QuerySet[Unit]:
    found: QuerySet[Unit] = (
        Unit.objects.reachable_by(request.user, Can.UNIT_EDIT)
        .institutions()
        .open_on(calendar.today())
        .order_by("path")
    )
    return found
