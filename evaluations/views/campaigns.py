"""“五好”创建 from above: tables of points, the campaign's board, naming, the wall of titles."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from committees import figures as unit_figures
from committees.http import PortalRequest, form_page, require
from committees.models import Unit
from committees.permissions import city_of, may_anywhere, only_own_unit
from committees.policy import Can
from evaluations import exports, imports
from evaluations.choices import AppraisalState, CampaignState, RubricState, TitleState, Way
from evaluations.figures import campaigns as figures
from evaluations.forms.five_good import (
    CampaignForm,
    InviteForm,
    NamingForm,
    RecheckForm,
    RubricForm,
)
from evaluations.models import Appraisal, Campaign, Rubric, Title
from evaluations.permissions import may_edit_rubrics
from evaluations.services import campaigns, rubrics
from evaluations.views.five_good import TONES
from evaluations.views.shared import BY_BUREAU, campaign_for, posted
from portal.kernel import audit, calendar, files
from portal.kernel.errors import BadFile, Refused

CHANGING = {CampaignState.PREPARING, CampaignState.OPEN}
# What going there is called.
GOING = {Way.ONSITE: "分组实地看", Way.PEER: "推磨互查"}
WHO_READS = "“五好”创建由参加的单位和上级来看"
TITLE_TONES = {TitleState.KEPT: "done", TitleState.WARNED: "soon", TitleState.REVOKED: "void"}


@require_GET
def five_good(request: PortalRequest) -> HttpResponse:
    """The campaigns of the city; a unit goes straight to its newest appraisal."""
    require(may_anywhere(request.user, Can.FIVE_GOOD_VIEW), WHO_READS)
    seen = Campaign.objects.visible_to(request.user).select_related("rubric")
    if only_own_unit(request.user):
        mine = Appraisal.objects.visible_to(request.user).order_by("-campaign__year", "-pk")
        newest = mine.first()
        if newest is not None:
            return redirect("evaluations:appraisal", newest.pk)
    city = city_of(request.user)
    page = {
        "campaigns": seen.annotate(units=Count("appraisals")),
        "rubrics": Rubric.objects.visible_to(request.user),
        "may_edit": may_edit_rubrics(request.user, city),
        "own": only_own_unit(request.user),
    }
    return render(request, "evaluations/five_good/list.html", page)


@require_GET
def rubric(request: PortalRequest, pk: int) -> HttpResponse:
    it = get_object_or_404(Rubric.objects.visible_to(request.user), pk=pk)
    page = {
        "it": it,
        "may_publish": it.state == RubricState.DRAFT and may_edit_rubrics(request.user, it.city),
        "may_copy": may_edit_rubrics(request.user, it.city),
    }
    return render(request, "evaluations/five_good/rubric.html", page)


@require_GET
def rubric_file(request: PortalRequest, pk: int) -> HttpResponse:
    """The table as JSON, to be changed and brought back as the next version."""
    it = get_object_or_404(Rubric.objects.visible_to(request.user), pk=pk)
    answer = HttpResponse(rubrics.as_json(it), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="rubric-{it.pk}-v{it.version}.json"'
    return answer


def rubric_new(request: PortalRequest) -> HttpResponse:
    city = _city(request)
    form = RubricForm(posted(request), request.FILES or None, initial={"unit_kinds": ["school"]})
    if form.is_valid():
        data = form.cleaned_data
        try:
            content = _content(data["file"])
            made = rubrics.draft(
                city, name=data["name"], content=content, unit_kinds=data["unit_kinds"],
                basis=data["basis"], by=request.user,
            )  # fmt: skip
        except (BadFile, Refused) as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("evaluations:rubric", made.pk)
    return form_page(
        request, form, title="新的一版评分表", button="存成草稿",
        back_url=reverse("evaluations:five_good"), lead="先存成草稿看一遍，再发布",
    )  # fmt: skip


def _content(upload: Any) -> dict[str, Any]:
    if upload is None:
        return figures.standard()
    if upload.size > rubrics.MOST_BYTES:
        raise BadFile("评分表文件超过 2 MB，请核对是不是选错了文件")
    return imports.read_rubric(upload.read(), upload.name or "")


@require_POST
def rubric_publish(request: PortalRequest, pk: int) -> HttpResponse:
    it = get_object_or_404(Rubric.objects.visible_to(request.user), pk=pk)
    require(may_edit_rubrics(request.user, it.city), BY_BUREAU)
    rubrics.publish(it, by=request.user)
    messages.success(request, "已经发布。发布以后不再改，要改就另存一版")
    return redirect("evaluations:rubric", it.pk)


def campaign_new(request: PortalRequest) -> HttpResponse:
    city, today = _city(request), calendar.today()
    ready = Rubric.objects.filter(city=city, state=RubricState.PUBLISHED)
    start = {"name": f"{today.year}年“五好”关工委创建"}
    form = CampaignForm(posted(request), rubrics=ready, initial=start)
    if form.is_valid():
        data = form.cleaned_data
        days = {name: data[name] for name in ("self_due", "office_due", "city_due")}
        try:
            made = campaigns.prepare(
                city, year=today.year, name=data["name"], rubric=data["rubric"], days=days,
                by=request.user, asking=data["asking"], share=data["share"], seed=data["seed"],
                way=data["way"],
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("evaluations:campaign", made.pk)
    return form_page(
        request, form, title="新的创建活动", button="存下来",
        back_url=reverse("evaluations:five_good"), lead="存下来以后先看看有哪些单位，再开始",
    )  # fmt: skip


@require_GET
def campaign(request: PortalRequest, pk: int) -> HttpResponse:
    """How far the units are: by office, by grade, and every one of them."""
    it = campaign_for(request, pk)
    rows = figures.rows(it, Appraisal.objects.visible_to(request.user))
    if "xlsx" in request.GET:
        audit.record("campaign.exported", it, by=request.user)
        return files.made(exports.campaign_workbook(it, rows), f"{it.name}.xlsx")
    office, state = request.GET.get("office", ""), request.GET.get("state", "")
    shown = [row for row in rows if office in ("", row.office) and state in ("", row.state)]
    may_edit = may_edit_rubrics(request.user, it.city)
    page = {
        "it": it,
        "rows": [(row, TONES[AppraisalState(row.state)]) for row in shown],
        "offices": figures.by_office(rows),
        "grades": figures.by_grade(rows),
        "office": office,
        "may_edit": may_edit,
        "waiting": _missing(it, rows) if may_edit else 0,
        "going": _going(it),
        "may_change_way": may_edit and it.state in CHANGING,
        "from_above": not only_own_unit(request.user),
        "is_public": it.state in {CampaignState.PUBLIC, CampaignState.CLOSED},
        "named": sum(row.state == AppraisalState.NAMED for row in rows),
    }
    return render(request, "evaluations/five_good/campaign.html", page)


def _going(it: Campaign) -> str:
    """What the page calls going there; on papers there is none but what an older one planned."""
    planned = it.way == Way.DESK and it.teams.exists()
    return GOING[Way.ONSITE] if planned else GOING.get(Way(it.way), "")


def _missing(it: Campaign, rows: list[figures.Row]) -> int:
    """How many of those asked have no appraisal yet."""
    standing = {row.unit for row in rows}
    return sum(unit.name not in standing for unit in _asked(it))


def _asked(it: Campaign) -> list[Unit]:
    return campaigns.chosen(it, units=list(_open_to(it)))


def _open_to(it: Campaign) -> QuerySet[Unit]:
    """Open units of the table's kinds that a committee serves."""
    today = calendar.today()
    found: QuerySet[Unit] = (
        Unit.objects.filter(city=it.city, kind__in=it.rubric.unit_kinds)
        .open_on(today)
        .filter(unit_figures.served_on(today))
    )
    return found.order_by("path")


def campaign_invite(request: PortalRequest, pk: int) -> HttpResponse:
    """点名邀请: the units ticked take part; those that do already are not asked again."""
    it = campaign_for(request, pk)
    require(may_edit_rubrics(request.user, it.city), BY_BUREAU)
    form = InviteForm(posted(request), units=_open_to(it).exclude(appraisals__campaign=it))
    back = reverse("evaluations:campaign", args=[it.pk])
    if form.is_valid():
        try:
            new = campaigns.open_for(it, units=list(form.cleaned_data["units"]), by=request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"已经请 {new} 家单位自评")
            return redirect(back)
    return form_page(
        request, form, title="点名邀请", button="请它们自评", back_url=back, lead=it.name
    )


@require_POST
def campaign_open(request: PortalRequest, pk: int) -> HttpResponse:
    it = campaign_for(request, pk)
    require(may_edit_rubrics(request.user, it.city), BY_BUREAU)
    new = campaigns.open_for(it, units=_asked(it), by=request.user)
    messages.success(request, f"已经开始，这次加进 {new} 家单位")
    return redirect("evaluations:campaign", it.pk)


def campaign_name(request: PortalRequest, pk: int) -> HttpResponse:
    """命名: the title for every decided unit of one grade."""
    it = campaign_for(request, pk)
    require(may_edit_rubrics(request.user, it.city), BY_BUREAU)
    decided = it.appraisals.filter(state=AppraisalState.DECIDED)
    counts = dict(decided.order_by().values_list("grade").annotate(n=Count("pk")))
    grades = [
        (grade["code"], f"{grade['name']}：{counts.get(grade['code'], 0)} 家等着命名")
        for grade in it.rubric.content["grades"]
    ]
    form = NamingForm(posted(request), grades=grades)
    back = reverse("evaluations:campaign", args=[it.pk])
    if form.is_valid():
        data = form.cleaned_data
        try:
            made = campaigns.name_units(
                it, grade=data["grade"], title=data["title"], document=data["document"],
                on=calendar.today(), by=request.user,
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"已命名 {len(made)} 家")
            return redirect(back)
    return form_page(request, form, title="命名", button="命名", back_url=back, lead=it.name)


@require_GET
def titles(request: PortalRequest) -> HttpResponse:
    """The wall of titles; the yearly recheck starts here."""
    require(may_anywhere(request.user, Can.FIVE_GOOD_VIEW), WHO_READS)
    seen = Title.objects.visible_to(request.user).select_related("unit__office")
    year_start = date(calendar.today().year, 1, 1)
    due = seen.exclude(state=TitleState.REVOKED).filter(
        Q(checked_on=None, named_on__lt=year_start) | Q(checked_on__lt=year_start)
    )
    page = {
        "rows": [(one, TITLE_TONES[TitleState(one.state)]) for one in seen],
        "due": set(due.values_list("pk", flat=True)),
        "may_edit": may_edit_rubrics(request.user, city_of(request.user)),
    }
    return render(request, "evaluations/five_good/titles.html", page)


def recheck(request: PortalRequest, pk: int) -> HttpResponse:
    it = get_object_or_404(Title.objects.visible_to(request.user).select_related("unit"), pk=pk)
    require(may_edit_rubrics(request.user, it.unit), BY_BUREAU)
    form = RecheckForm(posted(request))
    if form.is_valid():
        data: dict[str, Any] = form.cleaned_data
        try:
            campaigns.recheck(it, on=calendar.today(), by=request.user, **data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("evaluations:titles")
    return form_page(
        request, form, title="年度复核", button="存下复核结果",
        back_url=reverse("evaluations:titles"), lead=str(it),
    )  # fmt: skip


def _city(request: PortalRequest) -> Unit:
    city = city_of(request.user)
    require(may_edit_rubrics(request.user, city), BY_BUREAU)
    assert city is not None  # noqa: S101 - a power comes from a grant
    return city
