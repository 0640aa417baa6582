"""The board of 三个同 and 三个一: a city by office or unit, an office, a unit, as workbook."""

from dataclasses import replace
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from activities import exports, figures
from activities.figures import By, Column, Matrix, Tally
from activities.permissions import may_log
from activities.views import obligation_tables as tables
from committees.choices import UnitKind
from committees.http import PortalRequest, require
from committees.models import ObligationSet, Unit
from committees.models.scoping import reaches
from committees.permissions import may
from committees.policy import Can
from portal.kernel import calendar, files
from portal.kernel.calendar import date_cn

ROWS_A_PAGE = 50
FIRST_YEAR, LAST_YEAR = 2000, 2999
QUOTES = str.maketrans("", "", "“”")
NEEDS_ACCOUNT = "这一页给局、教办和学校（幼儿园）的关工委看。要看的话，请教办或局里给您的账号开通"


def home(request: PortalRequest) -> HttpResponse:
    return redirect("activities:obligation_board", year=calendar.today().year)


@require_GET
def board(request: PortalRequest, year: int) -> HttpResponse:
    """The widest place this user may see: a city by office or by unit, an office, a unit."""
    roots = own_places(request.user)
    require(bool(roots), NEEDS_ACCOUNT)
    root = roots[0]
    obligation_set = set_in_force(root, year)
    if obligation_set is None:
        return no_set(request, root, year)
    if root.is_institution:
        return _unit_page(request, obligation_set, root)
    if root.kind == UnitKind.OFFICE:
        return _matrix_page(request, obligation_set, root, by="unit")
    by: By = "unit" if request.GET.get("by") == "unit" else "office"
    return _matrix_page(request, obligation_set, root, by=by)


@require_GET
def office(request: PortalRequest, year: int, pk: int) -> HttpResponse:
    """The units of one office; the bureau's own number stands for the units no office holds."""
    root = place_or_404(request, pk)
    if root.is_institution:
        return redirect("activities:obligation_unit", year=year, pk=pk)
    obligation_set = set_in_force(root, year)
    if obligation_set is None:
        return no_set(request, root, year)
    return _matrix_page(request, obligation_set, root, by="unit", direct=_is_bureau(root))


@require_GET
def unit(request: PortalRequest, year: int, pk: int) -> HttpResponse:
    """What one unit has done and what it still owes."""
    place = place_or_404(request, pk)
    obligation_set = set_in_force(place, year)
    if obligation_set is None:
        return no_set(request, place, year)
    return _unit_page(request, obligation_set, place)


@require_GET
def export(request: PortalRequest, year: int) -> HttpResponse:
    """The matrix as it is shown, with a 口径 sheet."""
    root = _asked_root(request)
    obligation_set = set_in_force(root, year)
    if obligation_set is None or root.is_institution:
        raise Http404
    direct = request.GET.get("direct") == "1" and _is_bureau(root)
    by: By = "office" if _is_bureau(root) and request.GET.get("by") != "unit" else "unit"
    whole, view = _chosen(request, obligation_set, root, by="unit" if direct else by, direct=direct)
    workbook = exports.matrix_workbook(
        whole, chosen=_chosen_words(whole, view, direct=direct), at=timezone.localtime()
    )
    name = f"{year}年{obligation_set.name.translate(QUOTES)}-{root.name}.xlsx"
    return files.made(workbook, name)


# --- what the pages share -----------------------------------------------------------------------


def own_places(user: Any) -> list[Unit]:
    """The units at which this user may look at the board, widest first."""
    paths = {path for _, path in reaches(user, Can.OBLIGATION_VIEW)}
    return list(
        Unit.objects.filter(path__in=paths).select_related("city").order_by("depth", "path")
    )


def set_in_force(place: Unit, year: int) -> ObligationSet | None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404
    return ObligationSet.objects.current(place.city, year) if place.city else None


def no_set(request: PortalRequest, place: Unit, year: int) -> HttpResponse:
    """A year nobody has set duties for yet: say so, and let the bureau begin."""
    page = {
        "year": year,
        "may_edit": may(request.user, Can.OBLIGATION_EDIT, place.city),
        "set_url": reverse("activities:obligation_set", args=[year]),
    }
    return render(request, "activities/obligations/none.html", page)


def place_or_404(request: PortalRequest, pk: int) -> Unit:
    seen = Unit.objects.reachable_by(request.user, Can.OBLIGATION_VIEW)
    return get_object_or_404(seen.select_related("city", "office"), pk=pk)


def _asked_root(request: PortalRequest) -> Unit:
    """The unit whose board is exported: the one asked for, or the user's widest place."""
    asked = request.GET.get("root")
    if asked is None:
        roots = own_places(request.user)
        require(bool(roots), NEEDS_ACCOUNT)
        return roots[0]
    return place_or_404(request, int(asked) if asked.isdecimal() and len(asked) < 19 else 0)


def _is_bureau(place: Unit) -> bool:
    return place.kind == UnitKind.BUREAU


def _chosen(
    request: PortalRequest, obligation_set: ObligationSet, root: Unit, *, by: By, direct: bool
) -> tuple[Matrix, str]:
    view = request.GET.get("view", tables.ALL)
    view = view if view in tables.VIEW_WORDS else tables.ALL
    then = by == "office" and request.GET.get("standing") == "then"
    whole = figures.matrix(
        obligation_set, root=root, by="unit" if then else by, on=calendar.today()
    )
    if then:
        whole = figures.as_it_stood(whole)
    if direct:
        whole = whole.where(lambda row: row.office_id is None)
    return tables.narrowed(whole, view), view


def _chosen_words(matrix: Matrix, view: str, *, direct: bool) -> str:
    by = figures.DIRECT if direct else "按教办" if matrix.by == "office" else "按单位"
    by += "，按当时隶属" if matrix.standing == "then" else ""
    return f"{by}，{tables.VIEW_WORDS[view]}"


def _matrix_page(
    request: PortalRequest,
    obligation_set: ObligationSet,
    root: Unit,
    *,
    by: By,
    direct: bool = False,
) -> HttpResponse:
    matrix, view = _chosen(request, obligation_set, root, by=by, direct=direct)
    year, is_own = obligation_set.year, not direct and _is_own(request.user, root)
    now = timezone.localtime()
    query = {"root": root.pk, "by": by, "view": view, "standing": matrix.standing}
    query |= {"direct": "1"} if direct else {}
    page: dict[str, Any] = {
        "year": year,
        "root": root,
        "title": figures.DIRECT if direct else root.name,
        "is_city": _is_bureau(root) and not direct,
        "by": by,
        "view": view,
        "views": list(tables.VIEW_WORDS.items()),
        "matrix": matrix,
        "meaning": exports.meaning_of(
            matrix, chosen=_chosen_words(matrix, view, direct=direct), at=now
        ),
        "now": now,
        "export_url": f"{reverse('activities:obligation_export', args=[year])}?{urlencode(query)}",
        "back_url": "" if is_own else reverse("activities:obligation_board", args=[year]),
        "set_url": reverse("activities:obligation_set", args=[year]),
    }
    item, after = request.GET.get("item", ""), request.GET.get("after", "")
    column = next((each for each in matrix.columns if each.item.code == item), None)
    if column is not None and by == "unit":
        asked = tables.asked_about(matrix, column)
        shown, page["after"] = _page_of(asked, after)
        several = len({row.office for row in asked.rows}) > 1
        page |= {"column": column, "who": tables.who(shown, column, several=several)}
        return render(request, "activities/obligations/who.html", page)
    shown, page["after"] = _page_of(matrix, after)
    page |= {"table": tables.table(shown, matrix, view=view), "cards": tables.cards(matrix)}
    return render(request, "activities/obligations/matrix.html", page)


def _page_of(matrix: Matrix, after: str) -> tuple[Matrix, str]:
    """The rows after the unit `after`, and the query that shows the next ones."""
    keys = [str(row.key) for row in matrix.rows]
    first = keys.index(after) + 1 if after in keys else 0
    shown = matrix.rows[first : first + ROWS_A_PAGE]
    more = len(matrix.rows) > first + ROWS_A_PAGE
    return replace(matrix, rows=shown), str(shown[-1].key) if more else ""


def _is_own(user: Any, place: Unit) -> bool:
    return any(path == place.path for _, path in reaches(user, Can.OBLIGATION_VIEW))


def _above_url(user: Any, place: Unit, year: int) -> str:
    """Where 返回 leads from the page of `place`; nowhere when it is the user's own."""
    if _is_own(user, place):
        return ""
    above = place.office_id if place.is_institution and place.office_id else place.city_id
    return reverse("activities:obligation_office", args=[year, above])


def row_of(obligation_set: ObligationSet, place: Unit) -> list[tuple[Column, Tally]]:
    """Every item of the set with how this one unit stands."""
    matrix = figures.matrix(obligation_set, root=place, by="unit", on=calendar.today())
    own = next((row for row in matrix.rows if row.key == place.pk), None)
    cells = own.cells if own else [Tally()] * len(matrix.columns)
    return list(zip(matrix.columns, cells, strict=True))


def _unit_page(request: PortalRequest, obligation_set: ObligationSet, place: Unit) -> HttpResponse:
    row = row_of(obligation_set, place)
    year = obligation_set.year
    page = {
        "year": year,
        "place": place,
        "set": obligation_set,
        "sentence": _sentence(row),
        "groups": [
            (name, [tables.item_card(year, place, column, tally) for column, tally in pairs])
            for name, pairs in groupby(row, key=lambda pair: pair[0].item.group)
        ],
        "may_log": may_log(request.user, place),
        "back_url": _above_url(request.user, place, year),
        "set_url": reverse("activities:obligation_set", args=[year]),
    }
    return render(request, "activities/obligations/unit.html", page)


def _sentence(row: list[tuple[Column, Tally]]) -> str:
    asked = [(column, tally) for column, tally in row if tally.expected]
    open_ones = [column for column, tally in asked if not tally.done]
    if not asked:
        return "这个单位还没有关工委覆盖，今年的这些事不计入"
    if not open_ones:
        return "今年要办的都办好了"
    late = sum(column.is_over for column in open_ones)
    if late:
        return f"还差 {len(open_ones)} 项，其中 {late} 项过了日子"
    first = min(column.item.due_on for column in open_ones)
    return f"还差 {len(open_ones)} 项，最早的 {date_cn(first)}到期"
