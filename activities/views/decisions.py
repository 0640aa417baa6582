"""议定事项: of one record, of everybody one looks after, and how each stands."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from activities import exports
from activities.choices import DecisionState
from activities.forms.records import DecisionFilter, DecisionForm, ReportForm
from activities.models import Activity, Decision
from activities.models.decisions import DecisionQuerySet
from activities.permissions import HANDED_IN, may_follow, may_log
from activities.services import decisions
from activities.services.decisions import DecisionEditedMeanwhile
from committees.http import PortalRequest, form_page, require
from committees.models import Unit
from committees.permissions import may_anywhere
from committees.policy import Can
from portal.kernel import calendar, files
from portal.kernel.errors import Refused
from portal.kernel.paging import PAGE_SIZE, read_page

WHO_READS = "议定事项由各单位关工委和上级单位来看"
WHO_FOLLOWS = "进展由定下这件事的单位来写，教办也可以代写"
EXPORT_LIMIT = 5000
SHOWN_OF_UNIT = 6


@require_GET
def all_decisions(request: PortalRequest) -> HttpResponse:
    require(may_anywhere(request.user, Can.ACTIVITY_VIEW), WHO_READS)
    form = DecisionFilter(request.GET)
    found = _filtered(request, form)
    page = read_page(
        found.select_related("unit", "activity").prefetch_related("reports"),
        by=["-activity__held_on", "-pk"],
        after=request.GET.get("after", ""),
        size=PAGE_SIZE,
    )
    query = request.GET.copy()
    query.pop("after", None)
    context = {
        "form": form,
        "rows": [_row(one, request) for one in page.rows],
        "count_sentence": f"共 {found.count()} 件",
        "older_url": _with_after(query, page.older) if page.older else "",
        "newer_url": "" if page.is_first else f"?{query.urlencode()}",
        "export_url": f"{reverse('activities:decisions_export')}?{query.urlencode()}",
        "is_filtered": bool(query),
    }
    return render(request, "activities/decisions/list.html", context)


@require_GET
def export(request: PortalRequest) -> HttpResponse:
    require(may_anywhere(request.user, Can.ACTIVITY_VIEW), WHO_READS)
    found = _filtered(request, DecisionFilter(request.GET)).by_urgency()
    if found[: EXPORT_LIMIT + 1].count() > EXPORT_LIMIT:
        raise Refused(f"一次最多导出 {EXPORT_LIMIT} 件，先用筛选缩小范围")
    rows = found.select_related("unit__office", "activity").prefetch_related("reports")
    return files.made(
        exports.decision_workbook(rows, on=calendar.today()),
        f"议定事项{calendar.today().isoformat()}.xlsx",
    )


@require_GET
def of_unit(request: PortalRequest, pk: int) -> HttpResponse:
    """The unfinished ones on the unit's own page, fetched by it."""
    unit = get_object_or_404(Unit.objects.reachable_by(request.user, Can.ACTIVITY_VIEW), pk=pk)
    open_ones = Decision.objects.visible_to(request.user).open().filter(unit=unit).by_urgency()
    rows = list(open_ones.select_related("activity")[: SHOWN_OF_UNIT + 1])
    page = {
        "unit": unit,
        "rows": [_row(one, request) for one in rows[:SHOWN_OF_UNIT]],
        "more": len(rows) > SHOWN_OF_UNIT,
    }
    return render(request, "activities/decisions/of_unit.html", page)


@require_GET
def of_record(request: PortalRequest, pk: int) -> HttpResponse:
    """What this meeting decided, and what earlier ones decided that it may hear about."""
    record = _record(request, pk)
    own = record.tracked.select_related("unit", "activity").prefetch_related("reports")
    earlier = Decision.objects.before(record).by_urgency()
    page = {
        "activity": record,
        "own": [_row(one, request) for one in own],
        "earlier": [
            _row(one, request)
            for one in earlier.select_related("unit", "activity").prefetch_related("reports")[:30]
        ],
        "told": record.decision_reports.select_related("decision"),
        "may_add": record.state in HANDED_IN and may_log(request.user, record.unit),
        "waits": record.state not in HANDED_IN,
    }
    return render(request, "activities/decisions/of_record.html", page)


def add(request: PortalRequest, pk: int) -> HttpResponse:
    record = _record(request, pk)
    require(may_log(request.user, record.unit), WHO_FOLLOWS)
    if record.state not in HANDED_IN:
        raise Refused("这条记录还没有交上去。先把议定事项写在记录里，交的时候会自动列出来")
    form = DecisionForm(request.POST or None)
    if form.is_valid():
        try:
            decisions.add(record, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("text", str(refusal))
        else:
            messages.success(request, "加上了，下次开会会提出来")
            return redirect("activities:record_decisions", record.pk)
    return form_page(
        request, form, title="加一件议定的事", button="加上", lead=str(record),
        back_url=reverse("activities:record_decisions", args=[record.pk]), cancel="不加了",
    )  # fmt: skip


def edit(request: PortalRequest, pk: int) -> HttpResponse:
    """Who and by when, which the minutes seldom say."""
    decision = _decision(request, pk)
    require(may_follow(request.user, decision), WHO_FOLLOWS)
    if decision.state != DecisionState.OPEN:
        raise Refused("这件事已经了结。要接着办的话，先重新打开")
    first = {name: getattr(decision, name) for name in ("text", "who", "due_on")}
    form = DecisionForm(request.POST or None, initial=first)
    given = request.POST.get("version") or request.GET.get("version") or ""
    version = int(given) if given.isdecimal() and len(given) < 9 else decision.version
    if form.is_valid():
        try:
            decisions.edit(decision, version=version, by=request.user, **form.cleaned_data)
        except DecisionEditedMeanwhile as meanwhile:
            now = f"现在写的是：{decision.text}（{decision.who or '没写谁来办'}）"
            form.add_error(None, f"{meanwhile}。{now}")
            version = decision.version
        except Refused as refusal:
            form.add_error("text", str(refusal))
        else:
            messages.success(request, "改好了")
            return redirect("activities:decision", decision.pk)
    page = {"form": form, "decision": decision, "version": version}
    return render(
        request, "activities/decisions/edit.html", page, status=422 if form.errors else 200
    )


def decision(request: PortalRequest, pk: int) -> HttpResponse:
    """One thing with all that was said of it; `?at=` is the meeting that hears of it now."""
    one = _decision(request, pk)
    may = may_follow(request.user, one)
    at = _meeting(request, one)
    form = ReportForm(request.POST or None)
    if request.method == "POST":
        require(may, WHO_FOLLOWS)
        if form.is_valid():
            decisions.report(one, at=at, on=calendar.today(), by=request.user, **form.cleaned_data)
            messages.success(request, "记下了")
            if at is not None:
                return redirect("activities:record_decisions", at.pk)
            return redirect("activities:decision", one.pk)
    page = {
        "row": _row(one, request),
        "decision": one,
        "reports": one.reports.select_related("told_at", "added_by"),
        "form": form if may and one.state == DecisionState.OPEN else None,
        "at": at,
        "may_follow": may,
    }
    status = 422 if form.errors else 200
    return render(request, "activities/decisions/decision.html", page, status=status)


@require_POST
def reopen(request: PortalRequest, pk: int) -> HttpResponse:
    one = _decision(request, pk)
    require(may_follow(request.user, one), WHO_FOLLOWS)
    decisions.reopen(one, by=request.user)
    messages.success(request, "重新打开了，下次开会会再提出来")
    return redirect("activities:decision", one.pk)


# --- what the views above share -----------------------------------------------------------------


def _row(one: Decision, request: PortalRequest) -> dict[str, Any]:
    late = one.is_late(on=calendar.today())
    reports = list(one.reports.all())
    return {
        "decision": one,
        "word": "过了日子" if late else one.get_state_display(),
        "tone": "late" if late else {"open": "waiting", "done": "done"}.get(one.state, "void"),
        "last": reports[-1] if reports else None,
        "may_follow": one.state == DecisionState.OPEN and may_follow(request.user, one),
    }


def _filtered(request: PortalRequest, form: DecisionFilter) -> DecisionQuerySet:
    form.is_valid()
    asked = form.cleaned_data
    found = Decision.objects.visible_to(request.user).in_force()
    state = asked.get("state", "")
    if state == "late":
        found = found.filter(state=DecisionState.OPEN, due_on__lt=calendar.today())
    elif state != "all":
        found = found.filter(state=state or DecisionState.OPEN)
    if words := asked.get("q", "").strip():
        named = Q(text__icontains=words) | Q(who__icontains=words)
        found = found.filter(named | Q(unit__name__icontains=words))
    if asked.get("unit"):
        found = found.filter(unit=asked["unit"])
    return found


def _with_after(query: Any, after: str) -> str:
    further = query.copy()
    further["after"] = after
    return f"?{further.urlencode()}"


def _meeting(request: PortalRequest, one: Decision) -> Activity | None:
    given = request.GET.get("at", "")
    if not given:
        return None
    meetings = Activity.objects.visible_to(request.user).filter(unit=one.unit_id)
    return get_object_or_404(meetings, pk=int(given) if given.isdecimal() else 0)


def _record(request: PortalRequest, pk: int) -> Activity:
    records = Activity.objects.visible_to(request.user)
    return get_object_or_404(records.select_related("unit", "kind"), pk=pk)


def _decision(request: PortalRequest, pk: int) -> Decision:
    seen = Decision.objects.visible_to(request.user)
    return get_object_or_404(seen.select_related("unit", "activity"), pk=pk)
