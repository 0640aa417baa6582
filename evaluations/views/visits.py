"""Going there: the board of teams and days, one visit with everybody's marks, feedback, papers."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from committees.http import PortalRequest, form_page, require
from evaluations.choices import CampaignState, Way
from evaluations.figures import visits as figures
from evaluations.forms.visits import (
    FeedbackForm,
    MarksForm,
    MoveForm,
    PlanForm,
    RingForm,
    TeamForm,
    WayForm,
    with_others,
)
from evaluations.models import Assessor, Campaign, MarkSheetPhoto, Visit, VisitTeam
from evaluations.permissions import (
    may_ask_mending,
    may_edit_rubrics,
    may_feed_back,
    may_mark_as,
)
from evaluations.services import campaigns, mark_sheets
from evaluations.services import visits as services
from evaluations.services.mark_sheets import MarkedMeanwhile
from evaluations.views.shared import BY_BUREAU, campaign_for, posted
from portal.kernel.errors import Refused

BY_TEAM = "得分由去看的人填，纸上写的由市局录入"


@require_GET
def visits(request: PortalRequest, pk: int) -> HttpResponse:
    """Teams, and the route of each day as far as this person may see it."""
    it = campaign_for(request, pk)
    seen = Visit.objects.visible_to(request.user).filter(team__campaign=it)
    found = seen.select_related("team", "appraisal__unit__office").order_by(
        "day", "team__number", "place"
    )
    routes = figures.routes(found)
    people = Prefetch("assessors", Assessor.objects.select_related("unit").order_by("pk"))
    may_edit = may_edit_rubrics(request.user, it.city)
    may_arrange = may_edit and it.state == CampaignState.OPEN
    own = it.teams.filter(assessors__user=request.user).values_list("pk", flat=True)
    own_teams = set(own)
    page = {
        "it": it,
        "routes": routes,
        "teams": it.teams.prefetch_related(people).order_by("number"),
        "may_edit": may_edit,
        "may_arrange": may_arrange,
        "own_teams": own_teams,
        "may_type": it.state == CampaignState.OPEN and (may_edit or own_teams),
        "onsite": it.way == Way.ONSITE,
        "peer": it.way == Way.PEER,
    }
    return render(request, "evaluations/five_good/visits.html", page)


def team_new(request: PortalRequest, pk: int) -> HttpResponse:
    it = _arranged(request, pk)
    form = TeamForm(posted(request), city=it.city)
    back = reverse("evaluations:visits", args=[it.pk])
    if form.is_valid():
        try:
            services.add_team(it, people=form.cleaned_data["people"], by=request.user)
        except Refused as refusal:
            form.add_error("people", str(refusal))
        else:
            return redirect(back)
    return form_page(request, form, title="添一个组", button="添上", back_url=back, lead=it.name)


@require_POST
def team_remove(request: PortalRequest, pk: int) -> HttpResponse:
    team = get_object_or_404(
        VisitTeam.objects.filter(campaign__in=Campaign.objects.visible_to(request.user))
        .select_related("campaign__city"), pk=pk,
    )  # fmt: skip
    require(may_edit_rubrics(request.user, team.campaign.city), BY_BUREAU)
    services.remove_team(team, by=request.user)
    return redirect("evaluations:visits", team.campaign_id)


def plan(request: PortalRequest, pk: int) -> HttpResponse:
    """Draw the routes of every team on the days given."""
    it = _arranged(request, pk)
    form = PlanForm(posted(request))
    back = reverse("evaluations:visits", args=[it.pk])
    if form.is_valid():
        try:
            count = services.draw(it, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"排好了 {count} 家，哪家不合适可以一家一家移")
            return redirect(back)
    return form_page(
        request, form, title="排路线", button="排一遍", back_url=back,
        lead="同一个教办的排在一起，不派人去自己单位；原来排的会换掉",
    )  # fmt: skip


def ring(request: PortalRequest, pk: int) -> HttpResponse:
    """推磨互查: every unit looks at another one."""
    it = _arranged(request, pk)
    form = RingForm(posted(request))
    back = reverse("evaluations:visits", args=[it.pk])
    if form.is_valid():
        try:
            count = services.draw_ring(it, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{count} 家单位排成一圈，每家看下一家")
            return redirect(back)
    return form_page(
        request, form, title="推磨互查", button="抽签排成一圈", back_url=back,
        lead="一家看一家，谁都不看看自己的那一家；原来的分组会换掉",
    )  # fmt: skip


def way(request: PortalRequest, pk: int) -> HttpResponse:
    """看材料、分组实地看 or 推磨互查: what the pages of the campaign then offer."""
    it = _arranged(request, pk)
    form = WayForm(posted(request), initial={"way": it.way})
    back = reverse("evaluations:campaign", args=[it.pk])
    if form.is_valid():
        try:
            campaigns.change_way(it, way=form.cleaned_data["way"], by=request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"这次创建改成“{it.get_way_display()}”")
            return redirect(back)
    return form_page(
        request, form, title="怎么看", button="存好", back_url=back, lead=it.name,
        note="改了以后，原来的分组和日程会撤掉" if it.way != Way.DESK and it.teams.exists() else "",
    )  # fmt: skip


def _arranged(request: PortalRequest, pk: int) -> Campaign:
    it = campaign_for(request, pk)
    require(may_edit_rubrics(request.user, it.city), BY_BUREAU)
    return it


def visit_for(request: PortalRequest, pk: int) -> Visit:
    seen = Visit.objects.visible_to(request.user).select_related(
        "team__campaign", "appraisal__campaign__rubric", "appraisal__campaign__city",
        "appraisal__unit__office",
    )  # fmt: skip
    return get_object_or_404(seen, pk=pk)


@require_GET
def visit(request: PortalRequest, pk: int) -> HttpResponse:
    it = visit_for(request, pk)
    assessors = list(it.team.assessors.select_related("unit").order_by("pk"))
    parts = figures.lines(it, assessors)
    page = {
        "it": it,
        "assessors": assessors,
        "parts": parts,
        "totals": figures.totals(parts),
        "apart": [line for _, own in parts for line in own if line.apart],
        "typing": [one for one in assessors if may_mark_as(request.user, it, one)],
        "first_part": parts[0][0]["code"],
        "may_move": may_edit_rubrics(request.user, it.appraisal.campaign.city)
        and it.team.campaign.state == "open",
        "may_feed_back": may_feed_back(request.user, it),
        "may_ask": may_ask_mending(request.user, it.appraisal),
        "mendings": it.appraisal.mendings.order_by("due_on", "pk"),
        "photos": MarkSheetPhoto.objects.filter(sheet__appraisal=it.appraisal_id)
        .select_related("sheet__assessor")
        .order_by("sheet", "pk"),
    }
    return render(request, "evaluations/five_good/visit.html", page)


def visit_move(request: PortalRequest, pk: int) -> HttpResponse:
    it = visit_for(request, pk)
    require(may_edit_rubrics(request.user, it.appraisal.campaign.city), BY_BUREAU)
    form = MoveForm(
        posted(request), teams=it.team.campaign.teams.order_by("number"),
        initial={"team": it.team_id, "day": it.day},
    )  # fmt: skip
    if form.is_valid():
        try:
            services.move(it, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("evaluations:visits", it.team.campaign_id)
    back = reverse("evaluations:visit", args=[it.pk])
    return form_page(
        request, form, title=f"移一移：{it.unit.name}", button="移过去", back_url=back,
        lead="排到那一组那一天的最后一站",
    )  # fmt: skip


def marks(request: PortalRequest, pk: int, assessor_pk: int, code: str) -> HttpResponse:
    """One assessor's points of one dimension, on the telephone."""
    it = visit_for(request, pk)
    assessor = get_object_or_404(it.team.assessors.select_related("unit"), pk=assessor_pk)
    require(may_mark_as(request.user, it, assessor), BY_TEAM)
    dimensions = it.appraisal.campaign.rubric.content["dimensions"]
    codes = [one["code"] for one in dimensions]
    if code not in codes:
        raise Http404
    criteria = [c for d, _, c in it.appraisal.campaign.rubric.criteria() if d["code"] == code]
    filled = marks_form(request, MarksForm, it, assessor, criteria)
    form, version = kept(request, filled, it, assessor)
    if form is None:
        place = codes.index(code) + 1
        if "next" in request.POST and place < len(codes):
            return redirect("evaluations:visit_marks", it.pk, assessor.pk, codes[place])
        messages.success(request, "已经存好")
        return redirect("evaluations:visit", it.pk)
    page = {
        "it": it,
        "form": form,
        "version": version,
        "groups": list(form.groups()),
        "assessor": assessor,
        "name": dimensions[codes.index(code)]["name"],
        "place": codes.index(code) + 1,
        "of": len(codes),
        "is_last": code == codes[-1],
    }
    status = 422 if form.errors else 200
    return render(request, "evaluations/five_good/marks.html", page, status=status)


def marks_form(
    request: PortalRequest, form_class: type[MarksForm], it: Visit, assessor: Assessor,
    criteria: Sequence[Mapping[str, Any]], data: QueryDict | None = None,
) -> MarksForm:  # fmt: skip
    own = {mark.code: mark for mark in it.marks.filter(assessor=assessor)}
    return form_class(
        posted(request) if data is None else data, criteria=criteria, own=own,
        told=figures.own_scores(it),
    )  # fmt: skip


def kept(
    request: PortalRequest, form: MarksForm, it: Visit, assessor: Assessor
) -> tuple[MarksForm | None, int]:
    """(None, …) once the marks are saved, else the form to show with the version it stands on."""
    version = mark_sheets.version_of(it, assessor)
    if request.method != "POST":
        return form, version
    given = request.POST.get("version", "")
    shown_with = int(given) if given.isdecimal() else 0
    if not form.is_valid():
        return form, shown_with
    try:
        mark_sheets.fill(
            it, assessor=assessor, marks=form.marks(), version=shown_with, by=request.user
        )
    except MarkedMeanwhile as meanwhile:
        both = with_others(request.POST, meanwhile)
        shown = marks_form(request, type(form), it, assessor, form.criteria, both)
        shown.name_others(meanwhile)
        return shown, meanwhile.sheet.version
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return form, shown_with
    return None, version


def feedback(request: PortalRequest, pk: int) -> HttpResponse:
    it = visit_for(request, pk)
    require(may_feed_back(request.user, it), BY_TEAM)
    form = FeedbackForm(posted(request), initial={"words": it.feedback, "told_to": it.told_to})
    back = reverse("evaluations:visit", args=[it.pk])
    if form.is_valid():
        data: dict[str, Any] = form.cleaned_data
        try:
            services.feed_back(it, at=timezone.now(), by=request.user, **data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(back)
    return form_page(
        request, form, title="当场反馈", button="记下反馈", back_url=back, lead=it.unit.name
    )
