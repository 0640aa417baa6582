"""工作总览: one page that answers how we stand and what comes next."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from activities.figures import Matrix
from activities.views import obligation_tables as tables
from committees import figures as units
from committees.http import PortalRequest, require
from committees.models import Unit
from committees.permissions import home_unit, may, may_anywhere
from committees.policy import Can
from committees.views.lists import pager_urls
from portal.kernel import calendar
from portal.web import figures
from portal.web.overview import peers, programmes, rows, work, years
from portal.web.overview import year as of_year

NEEDS_ACCOUNT = "这一页给局、教办和学校（幼儿园）的关工委看。要看的话，请教办或局里给您的账号开通"
MOST_CARDS = 4
MOST_WORST = 6  # the whole table is one press away
LONGEST_KEY = 18  # digits of a key the database can hold


@require_GET
def overview(request: PortalRequest) -> HttpResponse:
    """How one's own place, or one below it (?unit=), stands; every number leads to its rows."""
    user, home = request.user, home_unit(request.user)
    root = _root(request, home)
    on = calendar.today()
    year = calendar.year_in(request.GET.get("year", "")) or on.year
    own = figures.own_year(user, root, year=year, on=on)
    is_home = root == home
    cards = figures.cards(user, root, own, on=on) if is_home and year == on.year else []
    done = work.work(user, root, year=year, on=on)
    months = of_year.months(user, root, own.board, year=year, on=on)
    five_good = programmes.five_good(user, root, year=year)
    covered = _covered(user, root, year=year, on=on)
    page = {
        "year": year,
        "unit": root,
        "is_home": is_home,
        "now": timezone.localtime(),
        "cards": cards[:MOST_CARDS],
        "card_count": len(cards),
        "next_days": of_year.next_days(months, on=on),
        "figures": _figures(root, own.board, done, five_good, covered, year=year),
        **_duties_by_office(own.board),
        "board_url": of_year.board_url(root, year),
        "coverage": covered and _tiles(covered, root, year=year),
        "chart": work.by_month_chart(done, root, year=year, on=on),
        "kinds": _kinds(done),
        "months": months,
        "reading": programmes.reading(user, root, on=on),
        "five_good": five_good,
        "demand": programmes.demand(user, root, year=year),
        "compared": peers.compared(root, year=year, on=on),
        "spread": peers.spread(root, year=year, on=on),
        "years": years.compared(user, root, year=year, on=on),
    }
    return render(request, "portal/overview/overview.html", page)


@require_GET
def overview_rows(request: PortalRequest, what: str) -> HttpResponse:
    """The rows one number of the overview counts, a page at a time."""
    root, on = _root(request, home_unit(request.user)), calendar.today()
    find = rows.KINDS.get(what)
    asked = rows.Asked(
        user=request.user,
        root=root,
        year=calendar.year_in(request.GET.get("year", "")) or on.year,
        on=on,
        of=request.GET.get("of", ""),
        after=request.GET.get("after", ""),
    )
    found = find(asked) if find is not None else None
    if found is None:
        raise Http404
    page = {
        "found": found,
        "unit": root,
        "columns": [
            {"label": label, "number": at in found.numbers}
            for at, label in enumerate(found.columns)
        ],
        "rows": [{"cells": cells} for cells in found.rows],
        "back_url": f"{reverse('web:overview')}?{urlencode({'year': asked.year, 'unit': root.pk})}",
        **pager_urls(request, found),
    }
    return render(request, "portal/overview/rows.html", page)


def _root(request: PortalRequest, home: Unit | None) -> Unit:
    """The unit asked for as far as one looks after it; one's own where none is named."""
    given = request.GET.get("unit", "")
    if given:
        seen = Unit.objects.reachable_by(request.user, Can.OBLIGATION_VIEW)
        pk = int(given) if given.isdecimal() and len(given) < LONGEST_KEY else 0
        require(may_anywhere(request.user, Can.OBLIGATION_VIEW), NEEDS_ACCOUNT)
        asked: Unit = get_object_or_404(seen.select_related("city", "office"), pk=pk)
        return asked
    require(home is not None and may(request.user, Can.OBLIGATION_VIEW, home), NEEDS_ACCOUNT)
    assert home is not None  # noqa: S101 - just asked
    return home


def _figures(
    root: Unit,
    board: Matrix | None,
    done: work.Work,
    five_good: programmes.FiveGood | None,
    covered: units.Coverage | None,
    *,
    year: int,
) -> list[dict[str, Any]]:
    """The few numbers at the top each with the address of its rows."""
    found = []
    if covered is not None:
        found.append(_coverage(covered))
    if board is not None:
        found.append(_duties(board, root, year))
    found.append(_youth(done, root, year))
    if five_good is not None and five_good.uppers:
        upper = five_good.uppers[0]
        found.append(
            {
                "title": f"{upper.it.level}“五好”够分的",
                "value": upper.ready,
                "of": f"/ {upper.it.target} 家",
                "percent": upper.percent,
                "sentence": upper.sentence,
                "url": years.rows_url("ready", root, year, upper.it.pk),
            }
        )
    return found


def _covered(user: Any, root: Unit, *, year: int, on: date) -> units.Coverage | None:
    """At the end of the year, or today."""
    if root.is_institution or not may_anywhere(user, Can.UNIT_VIEW):
        return None
    return units.coverage(root, on=min(on, date(year, 12, 31)))


def _coverage(covered: units.Coverage) -> dict[str, Any]:
    return {
        "title": "关工委组织覆盖",
        "value": covered.served,
        "of": f"/ {covered.total} 家",
        "percent": covered.percent,
        "sentence": f"还有 {covered.missing} 家没有建" if covered.missing else "全部建好了",
        "url": f"{reverse('committees:coverage')}?on={covered.on.isoformat()}",
    }


def _tiles(covered: units.Coverage, root: Unit, *, year: int) -> list[dict[str, Any]]:
    """The map without a map: a square a school, a circle a kindergarten, filled where served."""
    behind = f"{reverse('committees:coverage_units')}?on={covered.on.isoformat()}"
    return [
        {
            "label": row.label,
            "url": f"{reverse('web:overview')}?{urlencode({'year': year, 'unit': row.unit.pk})}"
            if row.unit.pk != root.pk
            else "",
            "schools": "■" * row.schools_served + "□" * (row.schools - row.schools_served),
            "gardens": "●" * row.kindergartens_served
            + "○" * (row.kindergartens - row.kindergartens_served),
            "total": row.total,
            "missing": row.missing,
            "total_url": f"{behind}&office={row.unit.pk}",
            "missing_url": f"{behind}&office={row.unit.pk}&covered=no",
        }
        for row in covered.rows
    ]


def _duties(board: Matrix, root: Unit, year: int) -> dict[str, Any]:
    cells = board.total.cells
    expected, done = sum(cell.expected for cell in cells), sum(cell.done for cell in cells)
    return {
        "title": f"{board.obligation_set}完成率",
        "value": done * 100 // expected if expected else 0,
        "of": "%",
        "percent": done * 100 // expected if expected else 0,
        "sentence": f"应完成 {expected} 项，已完成 {done} 项，逾期 {board.overdue} 项",
        "url": of_year.board_url(root, year),
    }


def _youth(done: work.Work, root: Unit, year: int) -> dict[str, Any]:
    change = done.youth - done.youth_before
    said = f"比去年同期多 {change}" if change > 0 else f"比去年同期少 {-change}"
    return {
        "title": "受教育青少年",
        "value": f"{done.youth:,}",
        "of": "人次",
        "percent": None,
        "sentence": said if change and done.youth_before else "按“已通过”的活动记录算",
        "url": f"{reverse('activities:activities')}?year={year}&state=accepted&unit={root.pk}",
    }


def _duties_by_office(board: Matrix | None) -> dict[str, Any]:
    """The heat map for a desk, and the rows furthest behind for a phone."""
    if board is None or not board.rows or not board.columns or board.by == "unit":
        return {}
    worst = [card for card in tables.cards(board) if card["tone"] == "late"]
    return {"table": tables.table(board, board, view=tables.ALL), "worst": worst[:MOST_WORST]}


def _kinds(done: work.Work) -> list[dict[str, Any]]:
    most = max((count for _, count, _ in done.kinds), default=0)
    return [
        {"name": name, "count": count, "url": url, "percent": count * 100 // most}
        for name, count, url in done.kinds
    ]
