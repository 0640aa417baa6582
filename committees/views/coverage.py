"""组织覆盖率 on a day: the figures by office and level, and the institutions behind each."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from committees import exports, figures
from committees.choices import UnitKind
from committees.figures import institutions
from committees.forms.units import CoverageFilterForm
from committees.http import PortalRequest, require
from committees.models import Unit, UnitMembership
from committees.models.unit_changes import kindergarten_threshold
from committees.permissions import home_unit, may_anywhere, may_edit_unit, only_own_unit
from committees.policy import Can
from committees.views.lists import action, applied_words, pager_urls
from portal.kernel import audit, calendar, files
from portal.kernel.calendar import date_cn
from portal.kernel.forms import read_day
from portal.kernel.paging import read_page


@require_GET
def coverage(request: PortalRequest) -> HttpResponse:
    """By office on a day, with the names of who is missing."""
    root, on = _root(request), _day(request)
    figure = figures.coverage(root, on=on)
    least = kindergarten_threshold(root.city_id)
    missing = institutions.missing_institutions(root, on=on)
    gardens = figures.large_kindergartens(root, on=on, least=least)
    if "xlsx" in request.GET:
        audit.record("coverage.exported", root, by=request.user, note=date_cn(on))
        content = exports.coverage_workbook(figure, missing, gardens=gardens, least=least)
        return files.made(content, f"组织覆盖率{on.isoformat()}.xlsx")
    export = action("导出表格", "coverage", icon="download")
    export["url"] += f"?on={on.isoformat()}&xlsx=1"
    page = {
        "coverage": figure,
        "missing": missing,
        "gardens": gardens,
        "least": least,
        "may_set_least": may_edit_unit(request.user, root),
        "typed": request.GET.get("on", ""),
        "behind": f"{reverse('committees:coverage_units')}?on={on.isoformat()}",
        "lead": f"{root}，{date_cn(on)}的情况",
        "back_url": reverse("committees:units"),
        "actions": [export],
    }
    return render(request, "committees/coverage.html", page)


@require_GET
def behind(request: PortalRequest) -> HttpResponse:
    """The institutions a figure counts: their office of that day, who serves them or why not."""
    root, on = _root(request), _day(request)
    rows = figures.coverage(root, on=on).rows
    offices = [(str(row.unit.pk), row.label) for row in rows]
    form = CoverageFilterForm(request.GET or None, offices=offices)
    found = _filtered(form, root, on)
    applied = applied_words(request, form)
    if "xlsx" in request.GET:
        words = "；".join(word for word, _ in applied)
        audit.record("coverage.exported", root, by=request.user, note=f"{date_cn(on)} {words}")
        links = found.order_by("parent__path", "unit__path")
        content = exports.institutions_workbook(
            institutions.standings(links, on=on), on=on, filtered=words
        )
        return files.made(content, f"学校和幼儿园{on.isoformat()}.xlsx")
    page = read_page(found, by=["parent__path", "unit__path"], after=request.GET.get("after", ""))
    query = request.GET.copy()
    query.pop("after", None)
    query["xlsx"] = "1"
    export = action("导出表格", "coverage_units", icon="download")
    export["url"] += f"?{query.urlencode()}"
    context = {
        "form": form,
        "applied": applied,
        "count_sentence": f"共 {found.count()} 家",
        "rows": institutions.standings(page.rows, on=on),
        "year": on.year,
        "lead": f"{root}，{date_cn(on)}开办着的学校和幼儿园，教办是当天的主管",
        "back_url": f"{reverse('committees:coverage')}?on={on.isoformat()}",
        "actions": [export],
        **pager_urls(request, page),
    }
    return render(request, "committees/coverage_units.html", context)


def _filtered(form: CoverageFilterForm, root: Unit, on: date) -> QuerySet[UnitMembership]:
    found = institutions.with_services(figures.institutions_on(root, on), on=on)
    chosen: dict[str, Any] = form.cleaned_data if form.is_bound and form.is_valid() else {}
    if chosen.get("office"):
        found = found.filter(parent=chosen["office"])
    if chosen.get("covered"):
        served = figures.served_on(on, "unit")
        found = found.filter(served) if chosen["covered"] == "yes" else found.exclude(served)
    stage = chosen.get("stage")
    if stage in {UnitKind.KINDERGARTEN, UnitKind.SCHOOL}:
        found = found.filter(unit__kind=stage)
    elif stage:
        found = found.filter(unit__stage=stage)
    return found


def _root(request: PortalRequest) -> Unit:
    require(may_anywhere(request.user, Can.UNIT_VIEW) and not only_own_unit(request.user))
    root = home_unit(request.user)
    assert root is not None  # noqa: S101 - a power comes from a grant
    return root


def _day(request: PortalRequest) -> date:
    """The day asked for; one nobody can read is today."""
    typed = request.GET.get("on", "")
    return (read_day(typed, on=calendar.today()) if typed else None) or calendar.today()
