"""报上级的表 of one year: on the screen, on paper, as a workbook; for who sees the city's total."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from committees.http import PortalRequest
from evaluations import exports
from evaluations.choices import TableLevel
from evaluations.documents import statistics as sheets
from evaluations.figures import statistics as figures
from evaluations.figures.statistics_above import Above, fill
from evaluations.models import StatisticsRound, StatisticsTable
from evaluations.views.statistics import asked_for
from portal.kernel import audit, calendar, files


def _filled(request: PortalRequest, year: int, pk: int) -> tuple[StatisticsRound, Above]:
    """The form of the level above with the numbers of the year; 404 below the bureau."""
    seen = StatisticsTable.objects.visible_to(request.user).published()
    table = get_object_or_404(seen.filter(level=TableLevel.ABOVE), pk=pk)
    asked, city = asked_for(request, year, table.city_id)
    return asked, fill(table, figures.whole(asked, city, on=calendar.today()))


@require_GET
def above(request: PortalRequest, year: int, pk: int) -> HttpResponse:
    asked, found = _filled(request, year, pk)
    page = {"asked": asked, "above": found, "unit": found.whole.unit}
    return render(request, "evaluations/statistics/above.html", page)


@require_GET
def sheet(request: PortalRequest, year: int, pk: int) -> HttpResponse:
    """A4 with room for both names and the seal."""
    asked, found = _filled(request, year, pk)
    return files.made(sheets.above_pdf(asked, found), f"{year}年{found.table.name}.pdf")


@require_GET
def export(request: PortalRequest, year: int, pk: int) -> HttpResponse:
    """The same numbers with where each is from and what it means."""
    asked, found = _filled(request, year, pk)
    audit.record("statistics.exported", found.whole.unit, by=request.user, note=str(year))
    return files.made(exports.above_workbook(asked, found), f"{year}年{found.table.name}.xlsx")
