"""The year's work points as everybody reads them: the outline, its tasks, how far they are."""

from itertools import groupby
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from activities import exports
from activities.choices import PlanState
from activities.figures import plan_progress as progress
from activities.figures.asked import asked_among, tasks_of
from activities.models import WorkPlan
from activities.permissions import may_log
from committees.http import PortalRequest, require
from committees.models import Unit
from committees.permissions import city_of, home_unit, may, may_anywhere
from committees.policy import Can
from portal.kernel import calendar, files
from portal.kernel.numbering import han_value

NEEDS_ACCOUNT = "工作要点给局、教办和学校（幼儿园）的关工委看。要看的话，请教办或局里给您的账号开通"
DIRECT = "市直属"
TO_DO_FIRST = ("late", "later", "waiting", "done", "none")  # the tones of UnitTask.words


@require_GET
def plans(request: PortalRequest) -> HttpResponse:
    """Every year's plan this user may read, newest first; editors see drafts too."""
    require(may_anywhere(request.user, Can.PLAN_VIEW), NEEDS_ACCOUNT)
    found = (
        WorkPlan.objects.visible_to(request.user)
        .exclude(state=PlanState.REPLACED)
        .select_related("city")
        .annotate(
            items=Count("nodes", filter=~Q(nodes__number=""), distinct=True),
            tasks=Count("nodes__tasks", distinct=True),
        )
        .order_by("-year", "state", "pk")
    )
    may_edit = may(request.user, Can.PLAN_EDIT, city_of(request.user))
    page = {"rows": [_row(plan) for plan in found], "may_edit": may_edit}
    return render(request, "activities/plans/list.html", page)


@require_GET
def plan(request: PortalRequest, year: int) -> HttpResponse:
    """The published plan: every item beside the tasks it asks for."""
    require(may_anywhere(request.user, Can.PLAN_VIEW), NEEDS_ACCOUNT)
    home = home_unit(request.user)
    plan = _published(request, year).filter(city_id=home.city_id if home else None).first()
    if plan is None:
        return _missing(request, year)
    tasks = list(tasks_of(plan))
    counted = progress.plan_progress(plan, tasks, on=calendar.today())
    mine = may(request.user, Can.UNIT_VIEW, home) and home is not None
    page = {
        "plan": plan,
        "year": year,
        "lines": [
            {
                "node": node,
                "label": number_label(node.number),
                "tasks": [counted[task.pk] for task in tasks if task.node_id == node.pk],
            }
            for node in plan.nodes.all()
        ],
        "figures": _figures(list(counted.values())),
        "my_url": reverse("activities:plan_unit", args=[year, home.pk]) if mine and home else "",
        "my_unit": home,
        "may_edit": may(request.user, Can.PLAN_EDIT, plan.city),
    }
    return render(request, "activities/plans/plan.html", page)


@require_GET
def unit(request: PortalRequest, year: int, pk: int) -> HttpResponse:
    """What the plan asks of one unit, and what it has to show for it."""
    place = get_object_or_404(Unit.objects.visible_to(request.user).select_related("city"), pk=pk)
    plan = _published(request, year).filter(city=place.city).first()
    if plan is None:
        return _missing(request, year)
    stands = progress.unit_tasks(plan, place, on=calendar.today())
    page = {
        "plan": plan,
        "year": year,
        "place": place,
        "stands": sorted(stands, key=lambda row: TO_DO_FIRST.index(row.words[1])),
        "done": sum(stand.is_done for stand in stands),
        "counted": sum(stand.is_measured for stand in stands),
        "may_log": may_log(request.user, place),
        "may_reply": may(request.user, Can.PLAN_EDIT, place),
    }
    return render(request, "activities/plans/unit.html", page)


@require_GET
def task(request: PortalRequest, year: int, pk: int) -> HttpResponse:
    """Who has done one task: by office, or the units of one office, as far as the user sees."""
    plan = get_object_or_404(_published(request, year), city=city_of(request.user))
    task = get_object_or_404(tasks_of(plan).select_related("node__plan__city"), pk=pk)
    units = asked_among(
        task,
        Unit.objects.visible_to(request.user)
        .below(plan.city)
        .open_on(progress.counting_day(plan, on=calendar.today()))
        .select_related("office")
        .order_by("office__path", "path"),
    )
    stands = progress.task_units(task, units, on=calendar.today())
    offices = _by_office(stands)
    chosen = request.GET.get("office", "")
    if chosen and chosen not in {row["key"] for row in offices}:
        raise Http404
    if chosen:
        stands = [stand for stand in stands if str(stand.unit.office_id or "0") == chosen]
    page = {
        "plan": plan,
        "task": task,
        "offices": offices if len(offices) > 1 and not chosen else [],
        "stands": sorted(stands, key=lambda row: row.stand.is_done),
        "office": next((row["label"] for row in offices if row["key"] == chosen), ""),
        "total": progress.plan_progress(plan, [task], on=calendar.today())[task.pk],
    }
    return render(request, "activities/plans/task.html", page)


@require_GET
def offices(request: PortalRequest, year: int) -> HttpResponse:
    """All tasks by office, over the units this user sees; as a page or a workbook."""
    require(may_anywhere(request.user, Can.UNIT_VIEW), NEEDS_ACCOUNT)
    plan = _published(request, year).filter(city=city_of(request.user)).first()
    if plan is None:
        return _missing(request, year)
    today = calendar.today()
    units = Unit.objects.visible_to(request.user).below(plan.city)
    units = units.open_on(progress.counting_day(plan, on=today))
    found = progress.office_progress(plan, tasks_of(plan), units, on=today)
    names = Unit.objects.in_bulk([row.office for row in found if row.office])
    rows = [(_office_name(row.office, names, plan), row) for row in found]
    rows.sort(key=lambda pair: (-pair[1].late, pair[1].percent, pair[0]))
    if "xlsx" in request.GET:
        workbook = exports.plan_offices_workbook(plan, rows)
        return files.made(workbook, f"{plan.title}-各片区进度.xlsx")
    page = {"plan": plan, "year": year, "rows": rows}
    return render(request, "activities/plans/offices.html", page)


def _office_name(office: int | None, names: dict[int, Unit], plan: WorkPlan) -> str:
    return names[office].name if office in names else f"{plan.city.name}和市直属单位"


@require_GET
def export(request: PortalRequest, year: int) -> HttpResponse:
    """How far every task is, as a workbook with what is counted."""
    plan = get_object_or_404(_published(request, year), city=city_of(request.user))
    tasks = list(tasks_of(plan))
    counted = progress.plan_progress(plan, tasks, on=calendar.today())
    lines = [
        [
            str(task.node),
            task.text,
            task.asked,
            task.due_on,
            counted[task.pk].words[0],
            counted[task.pk].expected,
            counted[task.pk].done,
            counted[task.pk].left,
        ]
        for task in tasks
    ]
    workbook = exports.plan_workbook(plan, lines)
    return files.made(workbook, f"{plan.title}-进度.xlsx")


@require_GET
def source(request: PortalRequest, pk: int) -> FileResponse:
    """The document the plan was read from."""
    plan = get_object_or_404(
        WorkPlan.objects.visible_to(request.user).filter(source__isnull=False), pk=pk
    )
    assert plan.source is not None  # noqa: S101 - filtered above
    return files.response(plan.source, plan.source_name or "工作要点.docx", inline=False)


def _published(request: PortalRequest, year: int) -> QuerySet[WorkPlan]:
    seen = WorkPlan.objects.visible_to(request.user).select_related("city", "source")
    return seen.filter(year=year, state=PlanState.PUBLISHED)


def _missing(request: PortalRequest, year: int) -> HttpResponse:
    """The year picker leads here in years without a plan: say so, and what can be done."""
    may_edit = may(request.user, Can.PLAN_EDIT, city_of(request.user))
    page = {"year": year, "may_edit": may_edit}
    return render(request, "activities/plans/missing.html", page)


def number_label(number: str) -> str:
    """The number as documents print it before a title: 第一部分 一、 （一） 1."""
    if number.isdigit():
        return f"{number}. "
    if number.endswith("部分"):
        return f"{number} "
    return f"{number}、" if han_value(number) else number


def _row(plan: Any) -> dict[str, Any]:
    is_draft = plan.state == PlanState.DRAFT
    name = "activities:plan_draft" if is_draft else "activities:plan"
    return {
        "plan": plan,
        "url": reverse(name, args=[plan.year]),
        "word": plan.get_state_display(),
        "tone": "draft" if is_draft else "done",
        "detail": f"{plan.items} 条，{plan.tasks} 项任务",
    }


def _figures(counted: list[progress.TaskProgress]) -> dict[str, int]:
    """How many tasks of the plan stand where; the parts add up to `all`."""
    measured = [row for row in counted if row.is_measured and row.expected]
    done = sum(not row.left for row in measured)
    late = sum(row.words[1] == "late" for row in measured)
    return {
        "all": len(counted),
        "done": done,
        "late": late,
        "open": len(measured) - done - late,
        "unmeasured": len(counted) - len(measured),
    }


def _by_office(stands: list[progress.UnitStand]) -> list[dict[str, Any]]:
    """One row for each office with done and expected; units of no office stand together."""
    rows = []
    for key, group in groupby(stands, key=lambda row: row.unit.office_id or 0):
        units = list(group)
        office = units[0].unit.office
        done = sum(row.stand.is_done for row in units)
        rows.append(
            {
                "key": str(key),
                "label": str(office) if office else DIRECT,
                "done": done,
                "expected": len(units),
                "left": len(units) - done,
            }
        )
    return rows
