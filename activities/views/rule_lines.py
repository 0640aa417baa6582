"""Statistics by rule: what counts for each line of a rubric, of the statistics, of the bulletin."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from activities.exports import rules as exports
from activities.figures import lines as figures
from activities.views.obligations import FIRST_YEAR, LAST_YEAR
from committees.http import PortalRequest, require
from committees.models.scoping import scope_q
from committees.permissions import city_of, home_unit, may, may_anywhere, only_own_unit
from committees.policy import Can
from portal.kernel import files

WHO_READS = "按规则的统计由教办和局里来看；本单位的活动在“活动记录”里"


@require_GET
def line_totals(request: PortalRequest, year: int) -> HttpResponse:
    """Every line with its rules and records, in all and by office, as far as the user sees."""
    user = request.user
    require(may_anywhere(user, Can.ACTIVITY_VIEW) and not only_own_unit(user), WHO_READS)
    require(FIRST_YEAR <= year <= LAST_YEAR, WHO_READS)
    city = city_of(user)
    assert city is not None  # noqa: S101 - who sees records works somewhere
    counted = figures.counted_lines(city, year=year)
    counted = counted.filter(scope_q(user, Can.ACTIVITY_VIEW, "unit__path"))
    lines = figures.lines_of(city, counted, year=year)
    offices = figures.lines_by_office(counted, lines)
    meaning = _meaning(str(home_unit(user)), year)
    if "xlsx" in request.GET:
        return files.made(
            exports.lines_workbook(lines, offices, meaning), f"按规则统计{year}年.xlsx"
        )
    page: dict[str, Any] = {
        "year": year,
        "lines": lines,
        "offices": offices,
        "meaning": meaning,
        "now": timezone.localtime(),
        "back_url": f"{reverse('activities:statistics')}?year={year}",
        "may_edit": may(user, Can.OBLIGATION_EDIT, city),
    }
    return render(request, "activities/rules/lines.html", page)


def _meaning(place: str, year: int) -> list[tuple[str, str]]:
    return [
        ("范围", place),
        ("时间", f"{year}年举办的"),
        ("记录", "“已通过”并按规则计入的活动记录；标了“不计入”的不算"),
        ("按教办", "共办的活动每个教办各算一次，所以各教办相加可能比合计多；合计里只算一次"),
    ]
