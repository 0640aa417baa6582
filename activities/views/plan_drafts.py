"""From a file to a published plan: upload, review item by item, publish."""

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from activities.choices import PlanState
from activities.forms.plans import NodeForm, PlanHeadingForm, PlanUploadForm, task_formset
from activities.imports.work_points import MAX_FILE, content_type_of, read_work_points
from activities.models import PlanNode, WorkPlan
from activities.services import plans
from activities.views.plans import number_label
from committees.http import PortalRequest, require
from committees.models import Unit
from committees.permissions import city_of, may
from committees.policy import Can
from portal.kernel import files
from portal.kernel.errors import BadFile

WHO_CAN = "工作要点由市教育局关工委上传和发布，有事请打电话给局关工委"


@require_http_methods(["GET", "POST"])
def upload(request: PortalRequest) -> HttpResponse:
    """Read a document into the year's draft; a file that cannot be read changes nothing."""
    city = city_of(request.user)
    require(may(request.user, Can.PLAN_EDIT, city), WHO_CAN)
    assert city is not None  # noqa: S101 - may() says no without a city
    form = PlanUploadForm(_posted(request), request.FILES)
    if form.is_valid():
        plan = _drafted(city, form, request)
        if plan is not None:
            return redirect("activities:plan_draft", year=plan.year)
    years = list(WorkPlan.objects.filter(city=city).order_by("-year").values_list("year", "state"))
    page = {
        "form": form,
        "drafts": [year for year, state in years if state == PlanState.DRAFT],
        "published": [year for year, state in years if state == PlanState.PUBLISHED],
    }
    return render(request, "activities/plans/upload.html", page)


def _drafted(city: Unit, form: PlanUploadForm, request: PortalRequest) -> WorkPlan | None:
    """Draft the plan of a valid form, or put the reason beside the field."""
    chosen: UploadedFile = form.cleaned_data["file"]
    name = chosen.name or ""
    try:
        data = files.read_upload(chosen, limit=MAX_FILE)
        reading = read_work_points(data, name)
    except BadFile as refusal:
        form.add_error("file", str(refusal))
        return None
    year = form.cleaned_data["year"] or reading.year
    if year is None:
        form.add_error("year", "文件里没有读出是哪一年的，填写年度，例如 2023")
        return None
    plan = plans.draft_plan(
        city,
        reading=reading,
        year=year,
        source=files.store(data, content_type_of(name)),
        source_name=name,
        by=request.user,
    )
    doubts = plans.doubts_of(plan)
    asked = f"，有 {doubts} 处标着“请核对”" if doubts else ""
    messages.success(request, f"读好了：{plan.nodes.count()} 条{asked}。核对完再发布")
    return plan


@require_GET
def draft(request: PortalRequest, year: int) -> HttpResponse:
    """The whole draft on one page, with every doubt where it belongs."""
    plan = draft_or_404(request, year)
    nodes = list(plan.nodes.prefetch_related("tasks__kind", "tasks__units"))
    doubtful = [
        node for node in nodes if node.doubt or any(task.doubt for task in node.tasks.all())
    ]
    page = {
        "plan": plan,
        "lines": [{"node": node, "label": number_label(node.number)} for node in nodes],
        "tasks": sum(len(node.tasks.all()) for node in nodes),
        "doubtful": doubtful,
        "other": plan.amends_id is not None,
    }
    return render(request, "activities/plans/draft.html", page)


@require_http_methods(["GET", "POST"])
def heading(request: PortalRequest, year: int) -> HttpResponse:
    plan = draft_or_404(request, year)
    form = PlanHeadingForm(_posted(request), initial={"title": plan.title, "issuer": plan.issuer})
    if form.is_valid():
        plans.edit_plan(plan, **form.cleaned_data, by=request.user)
        return redirect("activities:plan_draft", year=year)
    return render(request, "activities/plans/heading.html", {"plan": plan, "form": form})


@require_http_methods(["GET", "POST"])
def node(request: PortalRequest, pk: int) -> HttpResponse:
    """One item with its tasks; saving it says that it has been checked."""
    node = node_or_404(request, pk)
    form = NodeForm.of(node, _posted(request))
    tasks = task_formset(node, _posted(request))
    if form.is_valid() and tasks.is_valid():
        plans.edit_node(node, **form.cleaned_data, tasks=tasks.drafts(), by=request.user)
        messages.success(request, f"“{node}”存好了")
        return redirect(_place(node))
    page = {
        "node": node,
        "plan": node.plan,
        "form": form,
        "tasks": tasks,
        "task_errors": [
            f"第 {place} 项：{sentence}"
            for place, task in enumerate(tasks.forms, start=1)
            for sentences in task.errors.values()
            for sentence in sentences
        ]
        + list(tasks.non_form_errors()),
        "back_url": _place(node),
    }
    return render(request, "activities/plans/node.html", page)


@require_POST
def node_checked(request: PortalRequest, pk: int) -> HttpResponse:
    node = node_or_404(request, pk)
    plans.settle_doubts(node, by=request.user)
    return redirect(_place(node))


@require_POST
def node_add(request: PortalRequest, pk: int) -> HttpResponse:
    added = plans.add_node(node_or_404(request, pk), by=request.user)
    return redirect("activities:plan_node", pk=added.pk)


@require_POST
def node_merge(request: PortalRequest, pk: int) -> HttpResponse:
    node = node_or_404(request, pk)
    before = plans.merge_node(node, by=request.user)
    messages.success(request, f"已并到“{before}”的正文里")
    return redirect(_place(before))


@require_http_methods(["GET", "POST"])
def publish(request: PortalRequest, year: int) -> HttpResponse:
    """Say what follows, then put the plan in force."""
    plan = draft_or_404(request, year)
    if request.method == "POST":
        plans.publish_plan(plan, by=request.user)
        messages.success(request, f"“{plan}”已发布，全市各单位现在都能看到自己的任务")
        return redirect("activities:plan", year=year)
    page = {"plan": plan, "doubts": plans.doubts_of(plan)}
    return render(request, "activities/plans/publish.html", page)


@require_http_methods(["GET", "POST"])
def discard(request: PortalRequest, year: int) -> HttpResponse:
    plan = draft_or_404(request, year)
    if request.method == "POST":
        plans.discard_draft(plan, by=request.user)
        messages.success(request, f"{year}年的草稿已删去")
        return redirect("activities:plans")
    return render(request, "activities/plans/discard.html", {"plan": plan})


def draft_or_404(request: PortalRequest, year: int) -> WorkPlan:
    return get_object_or_404(
        WorkPlan.objects.editable_by(request.user).select_related("city", "source"),
        city=city_of(request.user),
        year=year,
        state=PlanState.DRAFT,
    )


def node_or_404(request: PortalRequest, pk: int) -> PlanNode:
    """An item of a draft the user may edit; the services refuse one of a published plan."""
    editable = WorkPlan.objects.editable_by(request.user)
    return get_object_or_404(
        PlanNode.objects.select_related("plan__city"), pk=pk, plan__in=editable
    )


def _posted(request: PortalRequest) -> QueryDict | None:
    """What was sent, even when nothing was filled in; None for a first look."""
    return request.POST if request.method == "POST" else None


def _place(node: PlanNode) -> str:
    """The item on the review page."""
    return f"{reverse('activities:plan_draft', args=[node.plan.year])}#node-{node.pk}"
