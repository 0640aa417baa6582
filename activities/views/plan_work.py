"""A unit tells how far its task is, the bureau answers; a plan begun from another one."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from activities.choices import ActivityState, PlanState
from activities.figures.asked import asks
from activities.forms.plans import ReplyForm, TellForm
from activities.models import Activity, PlanTask, TaskWork, WorkPlan
from activities.permissions import may_log
from activities.services import plan_versions, plan_work
from committees.http import PortalRequest, require
from committees.models import Unit
from committees.permissions import city_of, may
from committees.policy import Can
from portal.kernel import calendar
from portal.kernel.errors import Refused

WHO_TELLS = "这一项由单位自己的秘书或党组织联系人来填，也可以请教办代填"
WHO_REPLIES = "答复由市教育局关工委来写"
WHO_EDITS = "工作要点由市教育局关工委起草和修订"
MOST_RECORDS = 40


@require_http_methods(["GET", "POST"])
def tell(request: PortalRequest, year: int, pk: int, unit: int) -> HttpResponse:
    """How far one unit is with one task, with its own records to show for it."""
    place, task = _asked(request, year, pk, unit)
    require(may_log(request.user, place), WHO_TELLS)
    work = task.works.filter(unit=place).prefetch_related("records").first()
    shown = [each.activity_id for each in work.records.all()] if work else []
    form = TellForm(
        request.POST if request.method == "POST" else None,
        work=work,
        choices=_records(place, year, shown),
    )
    if form.is_valid():
        given = form.cleaned_data
        try:
            plan_work.tell(
                task,
                place,
                told=given["told"],
                feedback=given["feedback"],
                records=list(given["records"]),
                by=request.user,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "填好了，上级现在看得到")
            return redirect("activities:plan_unit", year=year, pk=place.pk)
    return _form(request, form, task=task, place=place, title="填写这一项做到哪一步")


@require_http_methods(["GET", "POST"])
def reply(request: PortalRequest, year: int, pk: int, unit: int) -> HttpResponse:
    place, task = _asked(request, year, pk, unit)
    require(may(request.user, Can.PLAN_EDIT, place), WHO_REPLIES)
    work = get_object_or_404(TaskWork, task=task, unit=place)
    form = ReplyForm(
        request.POST if request.method == "POST" else None, initial={"words": work.reply}
    )
    if form.is_valid():
        plan_work.reply(work, words=form.cleaned_data["words"], by=request.user)
        messages.success(request, f"已答复{place}")
        return redirect("activities:plan_unit", year=year, pk=place.pk)
    return _form(request, form, task=task, place=place, title=f"答复{place}", work=work)


@require_POST
def amend(request: PortalRequest, year: int) -> HttpResponse:
    """Begin the next version; the one in force stays until it is published."""
    plan = _plan_to_edit(request, year)
    plan_versions.amend(plan, by=request.user)
    messages.success(request, "修订稿起好了。改完发布，各单位做过的事都会保留")
    return redirect("activities:plan_draft", year=year)


@require_POST
def copy(request: PortalRequest, year: int) -> HttpResponse:
    """Begin the year after with the same items; what was done stays behind."""
    plan = _plan_to_edit(request, year)
    plan_versions.copy_plan(plan, year=year + 1, by=request.user)
    messages.success(request, f"照{year}年的起好了{year + 1}年的草稿，进度从头算")
    return redirect("activities:plan_draft", year=year + 1)


def _plan_to_edit(request: PortalRequest, year: int) -> WorkPlan:
    city = city_of(request.user)
    require(may(request.user, Can.PLAN_EDIT, city), WHO_EDITS)
    published = WorkPlan.objects.filter(state=PlanState.PUBLISHED).select_related("city", "source")
    return get_object_or_404(published, city=city, year=year)


def _asked(request: PortalRequest, year: int, pk: int, unit: int) -> tuple[Unit, PlanTask]:
    """A unit the user sees, and a task of its city's plan that asks it."""
    seen = Unit.objects.visible_to(request.user).select_related("city")
    place = get_object_or_404(seen, pk=unit)
    tasks = PlanTask.objects.select_related("node__plan").filter(
        node__plan__city=place.city,
        node__plan__year=year,
        node__plan__state=PlanState.PUBLISHED,
    )
    task = get_object_or_404(tasks.prefetch_related("units"), pk=pk)
    if not asks(task, place):
        raise Http404
    return place, task


def _records(place: Unit, year: int, shown: list[int]) -> Any:
    """The unit's newest records of the year, and those shown already."""
    mine = Activity.objects.filter(unit=place, held_on__lte=calendar.today()).in_year(year)
    mine = mine.filter(state__in=[ActivityState.SUBMITTED, ActivityState.ACCEPTED])
    newest = list(mine.newest().values_list("pk", flat=True)[:MOST_RECORDS])
    return mine.filter(pk__in=[*newest, *shown]).newest()


def _form(
    request: PortalRequest, form: Any, *, task: PlanTask, place: Unit, title: str, work: Any = None
) -> HttpResponse:
    page = {
        "form": form,
        "task": task,
        "work": work,
        "title": title,
        "back_url": reverse("activities:plan_unit", args=[task.node.plan.year, place.pk]),
    }
    status = 422 if form.errors else 200
    return render(request, "activities/plans/work_form.html", page, status=status)
