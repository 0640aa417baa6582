"""Units: the list, opening one, correcting one; the one-screen profile is profile.py."""

from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from committees import exports, figures
from committees.choices import UnitKind
from committees.forms.units import NewUnitForm, UnitFilterForm, UnitForm
from committees.http import PortalRequest, form_page, require
from committees.models import Unit
from committees.permissions import (
    city_of,
    home_unit,
    may_anywhere,
    may_edit_unit,
    only_own_unit,
)
from committees.policy import Can
from committees.services import units as unit_services
from committees.views.lists import (
    Action,
    action,
    applied_words,
    pager_urls,
)
from portal.kernel import audit, calendar, files
from portal.kernel.calendar import date_cn
from portal.kernel.columns import Column, Table

UNITS = Table(
    "units",
    (
        Column("unit", "单位", by="path", fixed=True),
        Column("stage", "学段", by="stage"),
        Column("above", "主管"),
        Column("served", "关工委", by="is_served"),
        Column("leaders", "负责人"),
        Column("students", "学生数", by="students", number=True),
    ),
    usual=("path",),
)
ONLY_BUREAU = "单位的资料由局关工委工作人员维护。要改的话，请打电话告诉局里"


@require_GET
def units(request: PortalRequest) -> HttpResponse:
    require(may_anywhere(request.user, Can.UNIT_VIEW))
    if only_own_unit(request.user):
        home = home_unit(request.user)
        assert home is not None  # noqa: S101 - a power comes from a grant, a grant has a unit
        return redirect("committees:unit", home.pk)
    today = calendar.today()
    form = _filter_form(request)
    found = _filtered(request, form)
    page = UNITS.read(figures.for_list(found, on=today), request)
    root = _root(request)
    context = {
        "form": form,
        "applied": applied_words(request, form),
        "count_sentence": f"共 {found.count()} 家单位",
        "coverage": figures.coverage(root, on=today),
        "root": root,
        "page": page,
        "rows": _rows(page.rows),
        "chosen_office": request.GET.get("office", ""),
        "lead": f"{date_cn(today)}的情况",
        "all_url": reverse("committees:units"),
        "actions": _list_actions(request, root),
        **UNITS.page(request),
        **pager_urls(request, page),
    }
    return render(request, "committees/units.html", context)


def _list_actions(request: PortalRequest, root: Unit) -> list[Action]:
    export = action("导出表格", "units_export", icon="download")
    export["url"] += f"?{request.GET.urlencode()}" if request.GET else ""
    actions = [
        action("组织覆盖率", "coverage", icon="chart"),
        action("班子空缺", "vacancies", icon="warning"),
        action("班子名单", "posts", icon="people"),
        export,
    ]
    if may_edit_unit(request.user, root):
        actions.append(action("交回改好的表", "list_return", "units", icon="upload"))
        actions.append(action("登记新单位", "unit_new", icon="plus", primary=True))
    return actions


def _rows(units: list[Unit]) -> list[dict[str, Any]]:
    leaders = figures.with_leaders(units, on=calendar.today())
    return [
        {
            "unit": unit,
            "stage": unit.get_stage_display() or unit.get_kind_display(),
            "above": _above(unit),
            "word": "有" if unit.is_served else "没有",
            "tone": "done" if unit.is_served else "late",
            "leaders": leaders.get(unit.pk, ""),
            "students": unit.students,
        }
        for unit in units
    ]


def _above(unit: Unit) -> str:
    if unit.kind == UnitKind.OFFICE:
        return "市教育局"
    return unit.office.name if unit.office else figures.DIRECT


@require_GET
def units_export(request: PortalRequest) -> HttpResponse:
    """The same list with the same filter, whole."""
    require(may_anywhere(request.user, Can.UNIT_VIEW))
    today = calendar.today()
    form = _filter_form(request)
    found = figures.for_list(_filtered(request, form), on=today).order_by("path")
    words = "；".join(word for word, _ in applied_words(request, form))
    rows = list(found)
    content = exports.units_workbook(
        rows, leaders=figures.with_leaders(rows, on=today), on=today, filtered=words
    )
    audit.record("units.exported", _root(request), by=request.user, note=f"{len(rows)} 家 {words}")
    return files.made(content, f"单位名单{today.isoformat()}.xlsx")


def unit_new(request: PortalRequest) -> HttpResponse:
    city = city_of(request.user)
    require(city is not None and may_edit_unit(request.user, city), ONLY_BUREAU)
    assert city is not None  # noqa: S101 - required above
    form = NewUnitForm(
        request.POST or None,
        city=city,
        parents=_parents(request),
        initial={"parent": request.GET.get("parent", "")},
    )
    if form.is_valid():
        made = unit_services.open_unit(**form.cleaned_data, by=request.user)
        messages.success(request, f"“{made}”已经登记好了。接下来可以登记关工委，再给它开通账号")
        return redirect("committees:unit", made.pk)
    return form_page(
        request,
        form,
        title="登记一家新单位",
        button="登记这家单位",
        back_url=reverse("committees:units"),
        back_text="单位与关工委",
    )


def unit_edit(request: PortalRequest, pk: int) -> HttpResponse:
    unit = _visible(request, pk)
    require(may_edit_unit(request.user, unit), ONLY_BUREAU)
    form = UnitForm(request.POST or None, city=unit.city or unit, unit=unit)
    if form.is_valid():
        changed = unit_services.correct_unit(unit, **form.cleaned_data, by=request.user)
        messages.success(request, "已经改好了" if changed else "没有要改的，资料还是原样")
        return redirect("committees:unit", unit.pk)
    return form_page(
        request,
        form,
        title=f"修改{unit}的资料",
        button="保存",
        back_url=reverse("committees:unit", args=[unit.pk]),
        back_text=unit.name,
    )


def _visible(request: PortalRequest, pk: int) -> Unit:
    found = Unit.objects.visible_to(request.user).select_related("office", "city")
    unit: Unit = get_object_or_404(found, pk=pk)
    return unit


def _root(request: PortalRequest) -> Unit:
    """The bureau or office whose units the user looks at."""
    home = home_unit(request.user)
    assert home is not None  # noqa: S101 - the view asked for a power first
    return home


def _parents(request: PortalRequest) -> QuerySet[Unit]:
    found: QuerySet[Unit] = (
        Unit.objects.reachable_by(request.user, Can.UNIT_EDIT)
        .filter(kind__in=[UnitKind.BUREAU, UnitKind.OFFICE])
        .open_on(calendar.today())
        .order_by("path")
    )
    return found


def _filter_form(request: PortalRequest) -> UnitFilterForm:
    offices = Unit.objects.visible_to(request.user).filter(kind=UnitKind.OFFICE).order_by("path")
    return UnitFilterForm(request.GET or None, offices=offices)


def _filtered(request: PortalRequest, form: UnitFilterForm) -> QuerySet[Unit]:
    today = calendar.today()
    found = Unit.objects.visible_to(request.user).exclude(kind=UnitKind.BUREAU)
    chosen: dict[str, Any] = form.cleaned_data if form.is_bound and form.is_valid() else {}
    if chosen.get("covered") == "closed":
        found = found.exclude(pk__in=found.open_on(today))
    else:
        found = found.open_on(today)
    if chosen.get("covered") in {"yes", "no"}:
        served = figures.served_on(today)
        found = found.filter(served) if chosen["covered"] == "yes" else found.exclude(served)
    if words := chosen.get("q", "").strip():
        found = found.filter(Q(name__icontains=words) | Q(code__startswith=words))
    if chosen.get("stage") == UnitKind.KINDERGARTEN:
        found = found.filter(kind=UnitKind.KINDERGARTEN)
    elif chosen.get("stage"):
        found = found.filter(stage=chosen["stage"])
    if chosen.get("office"):
        found = found.below(chosen["office"])
    filtered: QuerySet[Unit] = found
    return filtered
