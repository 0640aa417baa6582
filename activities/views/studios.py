"""“老园丁”工作室: the list with the 六有, one page each, members and yearly plans."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from activities.exports import returned as returned_exports
from activities.forms.together import (
    DayForm,
    JoinForm,
    StudioFilter,
    StudioForm,
    StudioPlanForm,
    StudioRulesForm,
)
from activities.models import Activity, Studio, StudioMember, StudioPlan
from activities.models.studios import six_haves, studio_rules
from activities.permissions import may_edit_studio
from activities.services import studios
from activities.views.choosing import MOST_FOUND, pick_unit, unit_for
from activities.views.pages import tone_of
from committees.choices import UnitKind
from committees.http import PortalRequest, form_page, require
from committees.models import Person, Unit
from committees.permissions import city_of, may, may_anywhere
from committees.policy import Can
from committees.views.lists import applied_words
from portal.kernel import calendar, files
from portal.kernel.calendar import date_cn
from portal.kernel.errors import BadFile

WHO_KEEPS = "工作室由所在单位、教办和局关工委来维护"
WHO_RULES = "对工作室的要求由局关工委来定"


@require_GET
def studio_list(request: PortalRequest) -> HttpResponse:
    require(may_anywhere(request.user, Can.STUDIO_VIEW))
    form, rows = _listed(request)
    city = city_of(request.user)
    page = {
        "form": form,
        "applied": applied_words(request, form),
        "count_sentence": f"共 {len(rows)} 个",
        "rows": rows,
        "whole": sum(row["met"] == len(row["haves"]) for row in rows),
        "year": calendar.today().year,
        "rules": studio_rules(city) if city else None,
        "may_add": may_anywhere(request.user, Can.STUDIO_EDIT),
        "may_rule": city is not None and may(request.user, Can.STUDIO_EDIT, city),
        "query": request.GET.urlencode(),
    }
    return render(request, "activities/studios/list.html", page)


@require_GET
def export(request: PortalRequest) -> HttpResponse:
    """The same list, one column for each of the 六有."""
    require(may_anywhere(request.user, Can.STUDIO_VIEW))
    _, rows = _listed(request)
    return files.made(returned_exports.studio_workbook(rows), "老园丁工作室.xlsx")


@require_GET
def studio(request: PortalRequest, pk: int) -> HttpResponse:
    year, today = _year(request), calendar.today()
    it = _studio(request, pk, year)
    members = it.members.select_related("person__unit").order_by("period", "pk")
    work = Activity.objects.visible_to(request.user).filter(studio_work__studio=it)
    page = {
        "studio": it,
        "year": year,
        "this_year": today.year,
        "years": range(today.year, today.year - 4, -1),
        "facts": _facts(it),
        "haves": six_haves(it, studio_rules(it.unit.city or it.unit)),
        "members": [one for one in members if one.period.upper is None],
        "former": [_former(one) for one in members if one.period.upper is not None],
        "plan": it.plans.filter(year=year).first(),
        "work": [
            {"activity": one, "tone": tone_of(one)}
            for one in work.in_year(year).select_related("unit", "kind").newest()
        ],
        "may_edit": may_edit_studio(request.user, it),
    }
    return render(request, "activities/studios/studio.html", page)


def new(request: PortalRequest) -> HttpResponse:
    require(may_anywhere(request.user, Can.STUDIO_EDIT), WHO_KEEPS)
    unit = unit_for(request, Can.STUDIO_EDIT)
    back_url = reverse("activities:studios")
    if unit is None:
        title = "工作室设在哪个单位？"
        return pick_unit(request, Can.STUDIO_EDIT, title=title, back_url=back_url)
    form = StudioForm(request.POST or None, unit=unit)
    if form.is_valid():
        made = studios.open_studio(unit, **form.cleaned_data, by=request.user)
        messages.success(request, f"“{made}”登记好了，接着把成员和今年的计划补上")
        return redirect("activities:studio", made.pk)
    return form_page(
        request, form, title="登记一个工作室", lead=f"设在{unit}", button="登记工作室",
        back_url=back_url, back_text="老园丁工作室",
    )  # fmt: skip


def edit(request: PortalRequest, pk: int) -> HttpResponse:
    it = _editable(request, pk)
    form = StudioForm(request.POST or None, unit=it.unit, studio=it)
    if form.is_valid():
        changed = studios.correct(it, **form.cleaned_data, by=request.user)
        messages.success(request, "已经改好了" if changed else "没有要改的，资料还是原样")
        return redirect("activities:studio", it.pk)
    return form_page(request, form, title=f"修改“{it}”", button="保存", **_back(it))


def plan(request: PortalRequest, pk: int, year: int) -> HttpResponse:
    it = _editable(request, pk)
    known = it.plans.filter(year=year).first()
    form = StudioPlanForm(
        request.POST or None,
        request.FILES or None,
        initial={"text": known.text if known else ""},
        has_file=known is not None and known.file is not None,
    )
    if request.method == "POST" and form.is_valid():
        text, upload = form.cleaned_data["text"], form.cleaned_data["file"]
        try:
            studios.save_plan(it, year=year, text=text, upload=upload, by=request.user)
        except BadFile as refusal:
            form.add_error("file", str(refusal))
        else:
            messages.success(request, f"{year}年的计划存好了")
            return redirect("activities:studio", it.pk)
    return form_page(
        request, form, title=f"“{it}”{year}年计划", button="保存计划",
        lead="写在下面，或者上传文件，有一样就行", **_back(it),
    )  # fmt: skip


@require_GET
def plan_file(request: PortalRequest, pk: int) -> FileResponse:
    visible = StudioPlan.objects.filter(studio__in=Studio.objects.visible_to(request.user))
    it = get_object_or_404(visible.select_related("file"), pk=pk)
    if it.file is None:
        raise Http404
    return files.response(it.file, it.file_name, inline=True)


@require_GET
def candidates(request: PortalRequest, pk: int) -> HttpResponse:
    """People of the register one may invite, found by name or unit."""
    it = _editable(request, pk)
    words = request.GET.get("q", "").strip()[:60]
    found = (
        _people(request)
        .exclude(studio_memberships__in=it.members.filter(period__upper_inf=True))
        .filter(Q(name__icontains=words) | Q(unit__name__icontains=words))
        .select_related("unit")
        .order_by("unit__path", "name")
    )
    page = {
        "studio": it,
        "words": words,
        "people": found[:MOST_FOUND],
        "more": found.count() > MOST_FOUND,
    }
    return render(request, "activities/studios/candidates.html", page)


def join(request: PortalRequest, pk: int, person: int) -> HttpResponse:
    it = _editable(request, pk)
    who = get_object_or_404(_people(request), pk=person)
    form = JoinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        studios.join(it, who, on=form.cleaned_data["on"], by=request.user)
        messages.success(request, f"{who}已经是成员了")
        return redirect("activities:studio", it.pk)
    return form_page(request, form, title=f"{who}加入“{it}”", button="加为成员", **_back(it))


def leave(request: PortalRequest, pk: int) -> HttpResponse:
    member = get_object_or_404(
        StudioMember.objects.filter(
            studio__in=Studio.objects.visible_to(request.user)
        ).select_related("studio__unit", "person"),
        pk=pk,
    )
    require(may_edit_studio(request.user, member.studio), WHO_KEEPS)
    form = DayForm(request.POST or None, initial={"on": calendar.today()})
    if form.is_valid():
        studios.leave(member, on=form.day(), by=request.user)
        messages.success(request, f"{member.person}退出了，以前的还记着")
        return redirect("activities:studio", member.studio_id)
    title = f"{member.person}退出“{member.studio}”"
    return form_page(request, form, title=title, button="办退出", **_back(member.studio))


def close(request: PortalRequest, pk: int) -> HttpResponse:
    it = _editable(request, pk)
    form = DayForm(request.POST or None, initial={"on": calendar.today()})
    if form.is_valid():
        studios.close(it, on=form.day(), by=request.user)
        messages.success(request, f"“{it}”停办了，以前的活动都留着")
        return redirect("activities:studio", it.pk)
    lead = "成员从那天起不再算在内，以前的记录和计划都留着"
    return form_page(request, form, title=f"停办“{it}”", button="停办", lead=lead, **_back(it))


@require_POST
def reopen(request: PortalRequest, pk: int) -> HttpResponse:
    it = _editable(request, pk)
    studios.reopen(it, by=request.user)
    messages.success(request, f"“{it}”恢复了，请把成员重新登记一下")
    return redirect("activities:studio", it.pk)


def rules(request: PortalRequest) -> HttpResponse:
    """What the city asks of every studio."""
    city = city_of(request.user)
    require(city is not None and may(request.user, Can.STUDIO_EDIT, city), WHO_RULES)
    assert city is not None  # noqa: S101 - required above
    known = studio_rules(city)
    form = StudioRulesForm(
        request.POST or None,
        initial={
            "least_members": known.least_members,
            "least_activities": known.least_activities,
        },
    )
    if form.is_valid():
        studios.set_rules(city, **form.cleaned_data, by=request.user)
        messages.success(request, "要求改好了，“六有”已经按它重新看过")
        return redirect("activities:studios")
    return form_page(
        request, form, title="对工作室的要求", button="保存",
        back_url=reverse("activities:studios"), back_text="老园丁工作室",
    )  # fmt: skip


# --- what the views above share -----------------------------------------------------------------


def _listed(request: PortalRequest) -> tuple[StudioFilter, list[dict[str, Any]]]:
    """A city has dozens of studios, not thousands: the list is one page."""
    user, today = request.user, calendar.today()
    offices = Unit.objects.reachable_by(user, Can.STUDIO_VIEW).filter(kind=UnitKind.OFFICE)
    form = StudioFilter(request.GET or None, offices=offices.order_by("path"))
    asked: dict[str, Any] = form.cleaned_data if form.is_bound and form.is_valid() else {}
    found = Studio.objects.visible_to(user).with_year(today.year, on=today)
    if words := asked.get("q", "").strip():
        named = Q(name__icontains=words) | Q(unit__name__icontains=words)
        found = found.filter(named | Q(leader__name__icontains=words))
    if asked.get("office"):
        found = found.filter(unit__path__startswith=asked["office"].path)
    found = found.exclude(closed_on=None) if asked.get("part") == "closed" else found.open()
    city = city_of(user)
    asks = studio_rules(city) if city else None
    rows = []
    for it in found.select_related("unit__office", "leader", "co_sponsor"):
        haves = six_haves(it, asks) if asks else []
        met = sum(have.is_met for have in haves)
        missing = "、".join(have.name for have in haves if not have.is_met)
        rows.append({"studio": it, "haves": haves, "met": met, "missing": missing})
    if asked.get("part") == "short":
        rows = [row for row in rows if row["missing"]]
    return form, rows


def _studio(request: PortalRequest, pk: int, year: int) -> Studio:
    found = Studio.objects.visible_to(request.user).with_year(year, on=calendar.today())
    return get_object_or_404(
        found.select_related("unit__city", "unit__office", "leader", "co_sponsor"), pk=pk
    )


def _editable(request: PortalRequest, pk: int) -> Studio:
    it = _studio(request, pk, calendar.today().year)
    require(may_edit_studio(request.user, it), WHO_KEEPS)
    return it


def _people(request: PortalRequest) -> Any:
    return Person.objects.visible_to(request.user)


def _year(request: PortalRequest) -> int:
    given, today = request.GET.get("year", ""), calendar.today()
    return int(given) if given.isdecimal() and 1990 <= int(given) <= today.year else today.year


def _back(it: Studio) -> dict[str, str]:
    return {"back_url": reverse("activities:studio", args=[it.pk]), "back_text": it.name}


def _former(member: StudioMember) -> str:
    first = date_cn(member.since) if member.since else "早先"
    return f"{member.person}（{first}到{date_cn(member.period.upper)}）"


def _facts(it: Studio) -> list[dict[str, str]]:
    return [
        {"label": "所在单位", "value": it.unit.name + ("（片区联建）" if it.is_joint else "")},
        {"label": "领衔人", "value": str(it.leader or "")},
        {"label": "场所", "value": it.room},
        {"label": "成立", "value": date_cn(it.founded_on) if it.founded_on else ""},
        {"label": "授牌", "value": date_cn(it.plaque_on) if it.plaque_on else ""},
        {"label": "协办单位", "value": str(it.co_sponsor or "")},
        {"label": "制度", "value": it.rules},
    ]
