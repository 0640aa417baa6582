"""工作总览: one page that answers how we stand and what comes next."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
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
from portal.kernel import calendar
from portal.web import figures
from portal.web.overview import peers, programmes, work
from portal.web.overview import year as of_year

NEEDS_ACCOUNT = "这一页给局、教办和学校（幼儿园）的关工委看。要看的话，请教办或局里给您的账号开通"
MOST_CARDS = 4
MOST_WORST = 6  # the whole table is one press away
FIRST_YEAR, LAST_YEAR = 1949, 2999


@require_GET
def overview(request: PortalRequest) -> HttpResponse:
    """How the user's own place stands in one work year; every number leads to its rows."""
    user, root = request.user, home_unit(request.user)
    require(root is not None and may(user, Can.OBLIGATION_VIEW, root), NEEDS_ACCOUNT)
    assert root is not None  # noqa: S101 - just asked
    on = calendar.today()
    year = _year(request, on.year)
    own = figures.own_year(user, root, year=year, on=on)
    cards = figures.cards(user, root, own, on=on) if year == on.year else []
    done = work.work(user, root, year=year, on=on)
    months = of_year.months(user, root, own.board, year=year, on=on)
    five_good = programmes.five_good(user, root, year=year)
    page = {
        "year": year,
        "unit": root,
        "now": timezone.localtime(),
        "cards": cards[:MOST_CARDS],
        "card_count": len(cards),
        "next_days": of_year.next_days(months, on=on),
        "figures": _figures(user, root, own.board, done, five_good, year=year),
        **_duties_by_office(own.board),
        "board_url": reverse("activities:obligation_board", args=[year]),
        "chart": work.by_month_chart(done, year=year, on=on),
        "kinds": _kinds(done),
        "months": months,
        "reading": programmes.reading(user, root, on=on),
        "five_good": five_good,
        "demand": programmes.demand(user, root, year=year),
        "compared": peers.compared(root, year=year, on=on),
    }
    return render(request, "portal/overview/overview.html", page)


def _year(request: PortalRequest, this: int) -> int:
    given = request.GET.get("year", "")
    return int(given) if given.isdecimal() and FIRST_YEAR <= int(given) <= LAST_YEAR else this


def _figures(
    user: Any,
    root: Unit,
    board: Matrix | None,
    done: work.Work,
    five_good: programmes.FiveGood | None,
    *,
    year: int,
) -> list[dict[str, Any]]:
    """The few numbers at the top each with the address of its rows."""
    found = []
    if not root.is_institution and may_anywhere(user, Can.UNIT_VIEW):
        found.append(_coverage(root))
    if board is not None:
        found.append(_duties(board, year))
    found.append(_youth(done, year))
    if five_good is not None and five_good.uppers:
        upper = five_good.uppers[0]
        found.append(
            {
                "title": f"{upper.it.level}“五好”够分的",
                "value": upper.ready,
                "of": f"/ {upper.it.target} 家",
                "percent": upper.percent,
                "sentence": upper.sentence,
                "url": reverse("evaluations:upper", args=[upper.it.pk]),
            }
        )
    return found


def _coverage(root: Unit) -> dict[str, Any]:
    covered = units.coverage(root, on=calendar.today())
    return {
        "title": "关工委组织覆盖",
        "value": covered.served,
        "of": f"/ {covered.total} 家",
        "percent": covered.percent,
        "sentence": f"还有 {covered.missing} 家没有建" if covered.missing else "全部建好了",
        "url": reverse("committees:coverage"),
    }


def _duties(board: Matrix, year: int) -> dict[str, Any]:
    cells = board.total.cells
    expected, done = sum(cell.expected for cell in cells), sum(cell.done for cell in cells)
    return {
        "title": f"{board.obligation_set}完成率",
        "value": done * 100 // expected if expected else 0,
        "of": "%",
        "percent": done * 100 // expected if expected else 0,
        "sentence": f"应完成 {expected} 项，已完成 {done} 项，逾期 {board.overdue} 项",
        "url": reverse("activities:obligation_board", args=[year]),
    }


def _youth(done: work.Work, year: int) -> dict[str, Any]:
    change = done.youth - done.youth_before
    said = f"比去年同期多 {change}" if change > 0 else f"比去年同期少 {-change}"
    return {
        "title": "受教育青少年",
        "value": f"{done.youth:,}",
        "of": "人次",
        "percent": None,
        "sentence": said if change and done.youth_before else "按“已通过”的活动记录算",
        "url": f"{reverse('activities:activities')}?year={year}&state=accepted",
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
