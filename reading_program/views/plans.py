"""实施方案: writing, handing in, looking at it, and the board of who has and who has not."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from committees.choices import UnitKind
from committees.http import PortalRequest, form_page, require
from committees.models import Unit
from committees.models.scoping import scope_q
from committees.permissions import home_unit
from committees.policy import Can
from portal.kernel import audit, calendar, files
from portal.kernel.errors import BadFile
from reading_program import figures
from reading_program.forms.plans import PlanForm, SendBackForm
from reading_program.models import Edition, ImplementationPlan
from reading_program.permissions import (
    may_change_plan,
    may_review_plan,
    may_see_board,
    may_send_back_plan,
    may_withdraw_plan,
    may_write_plan,
)
from reading_program.services import plans as services
from reading_program.services.plans import EditedMeanwhile
from reading_program.views.editions import visible_edition

BY_UNIT = "实施方案由本单位秘书或主管教办来写"
BY_ABOVE = "方案由上一级审核"
VERBS = {
    "reading_plan.submit": "交了方案",
    "reading_plan.withdraw": "撤回了方案",
    "reading_plan.accept": "通过了方案",
    "reading_plan.send_back": "退回了方案",
}


def plan(request: PortalRequest, pk: int) -> HttpResponse:
    """Write the plan of one's own unit, or as an office that of a school of it (?unit=)."""
    edition = visible_edition(request, pk)
    unit = _unit(request)
    require(may_write_plan(request.user, edition, unit), BY_UNIT)
    existing = ImplementationPlan.objects.filter(edition=edition, unit=unit).first()
    if existing is not None and not may_change_plan(request.user, existing):
        return redirect("reading_program:plan", existing.pk)
    if request.method != "POST":
        return _write_page(request, edition, unit, _form_of(existing), existing)
    form = PlanForm(request.POST, request.FILES)
    if not form.is_valid():
        return _write_page(request, edition, unit, form, existing, status=422)
    data = form.cleaned_data
    try:
        saved = services.save_plan(
            edition, unit=unit, **data, drop_file="drop_file" in request.POST, by=request.user
        )
    except BadFile as error:
        form.add_error("upload", str(error))
        return _write_page(request, edition, unit, form, existing, status=422)
    except EditedMeanwhile as error:
        return _both_versions(request, edition, unit, form, error.current)
    if "hand_in" in request.POST:
        services.submit(saved, by=request.user)
        messages.success(request, "实施方案已经交上去了，审核以后会在待办里告诉您")
        return redirect("reading_program:plan", saved.pk)
    messages.success(request, "草稿已经保存，还没有交")
    return redirect(request.get_full_path())


@require_GET
def show(request: PortalRequest, pk: int) -> HttpResponse:
    it = _visible(request, pk)
    word, tone = figures.WORDS[it.state]
    page = {
        "plan": it,
        "word": word,
        "tone": tone,
        "events": [
            {"at": event.at, "who": event.actor_name, "what": VERBS[event.verb], "note": event.note}
            for event in audit.trail_of(it)
            if event.verb in VERBS
        ],
        "write_url": _write_url(it),
        "may_change": may_change_plan(request.user, it),
        "may_withdraw": may_withdraw_plan(request.user, it),
        "may_review": may_review_plan(request.user, it),
        "may_send_back": may_send_back_plan(request.user, it),
        "sees_board": may_see_board(request.user),
        "sees_edition": Edition.objects.visible_to(request.user).filter(pk=it.edition_id).exists(),
    }
    return render(request, "reading_program/plan.html", page)


@require_GET
def plan_file(request: PortalRequest, pk: int) -> FileResponse:
    it = get_object_or_404(
        ImplementationPlan.objects.visible_to(request.user)
        .exclude(file=None)
        .select_related("file"),
        pk=pk,
    )
    assert it.file is not None  # noqa: S101 - excluded above
    return files.response(it.file, it.file_name, inline=True)


@require_POST
def plan_withdraw(request: PortalRequest, pk: int) -> HttpResponse:
    it = _visible(request, pk)
    require(may_withdraw_plan(request.user, it), "已经审核过的方案不能撤回，要改请告诉上一级退回")
    services.withdraw(it, by=request.user)
    messages.success(request, "方案已经撤回，改好再交")
    return redirect(_write_url(it))


@require_POST
def plan_accept(request: PortalRequest, pk: int) -> HttpResponse:
    it = _visible(request, pk)
    require(may_review_plan(request.user, it), BY_ABOVE)
    services.accept(it, by=request.user)
    messages.success(request, f"“{it}”已通过")
    return redirect("reading_program:board", it.edition_id)


def plan_send_back(request: PortalRequest, pk: int) -> HttpResponse:
    it = _visible(request, pk)
    require(may_send_back_plan(request.user, it), BY_ABOVE)
    form = SendBackForm(request.POST or None)
    if form.is_valid():
        services.send_back(it, **form.cleaned_data, by=request.user)
        messages.success(request, f"“{it}”已退回，对方会看到要补什么")
        return redirect("reading_program:board", it.edition_id)
    return form_page(
        request,
        form,
        title=f"退回{it}",
        button="退回，请对方补",
        back_url=reverse("reading_program:plan", args=[it.pk]),
        back_text="先不退回",
    )


@require_GET
def board(request: PortalRequest, pk: int) -> HttpResponse:
    """By office for the bureau, unit by unit for one office (?office=)."""
    edition = visible_edition(request, pk)
    require(may_see_board(request.user))
    rows = figures.board(
        edition, under=scope_q(request.user, Can.UNIT_VIEW, "path"), on=calendar.today()
    )
    tallies = figures.tally(rows)
    chosen = request.GET.get("office", "")
    shown = [row for row in rows if str(row.unit.office_id or "direct") == chosen]
    if not shown and len(tallies) <= 1:
        shown = rows
    page = {
        "edition": edition,
        "tallies": tallies,
        "rows": sorted(shown, key=lambda row: figures.ORDER[row.state]),
        "shown_name": _shown_name(shown),
        "lead": f"要交 {len(rows)} 家，交了 {_handed_in(rows)} 家",
    }
    return render(request, "reading_program/board.html", page)


def _handed_in(rows: list[figures.BoardRow]) -> int:
    return sum(row.state in figures.HANDED_IN for row in rows)


def _shown_name(shown: list[figures.BoardRow]) -> str:
    if not shown:
        return ""
    office = shown[0].unit.office
    return office.name if office else "市直属学校"


def _visible(request: PortalRequest, pk: int) -> ImplementationPlan:
    found = ImplementationPlan.objects.visible_to(request.user).select_related(
        "edition__city", "unit", "file", "submitted_by"
    )
    return get_object_or_404(found, pk=pk)


def _unit(request: PortalRequest) -> Unit:
    """The unit the plan is for; a unit out of reach is not there."""
    wanted = request.GET.get("unit", "")
    if not wanted.isdecimal():
        home = home_unit(request.user)
        require(home is not None, BY_UNIT)
        assert home is not None  # noqa: S101 - required above
        return home
    unit: Unit = get_object_or_404(Unit.objects.visible_to(request.user), pk=wanted)
    return unit


def _write_url(it: ImplementationPlan) -> str:
    url = reverse("reading_program:plan_write", args=[it.edition_id])
    return f"{url}?unit={it.unit_id}"


def _form_of(existing: ImplementationPlan | None) -> PlanForm:
    if existing is None:
        return PlanForm(initial={"version": 0})
    return PlanForm(initial={"text": existing.text, "version": existing.version})


def _write_page(
    request: PortalRequest,
    edition: Edition,
    unit: Unit,
    form: PlanForm,
    existing: ImplementationPlan | None,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    receiver = "市教育局关工委" if unit.kind == UnitKind.OFFICE else unit.office or "市教育局关工委"
    page = {
        "edition": edition,
        "unit": unit,
        "form": form,
        "plan": existing,
        "receiver": receiver,
        **more,
    }
    return render(request, "reading_program/plan_write.html", page, status=status)


def _both_versions(
    request: PortalRequest,
    edition: Edition,
    unit: Unit,
    form: PlanForm,
    current: ImplementationPlan,
) -> HttpResponse:
    """409: the typed text stays in the form, what stands now is shown beside it."""
    typed = PlanForm(initial={"text": form.cleaned_data["text"], "version": current.version})
    return _write_page(request, edition, unit, typed, current, status=409, theirs=current.text)
