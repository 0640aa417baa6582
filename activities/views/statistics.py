"""What was done in a year or half of it, by office, and by which offices one means."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from activities import exports, figures
from activities.figures import OfficeWork, Standing
from activities.models import Activity
from committees.http import PortalRequest, require
from committees.permissions import home_unit, may_anywhere, only_own_unit
from committees.policy import Can
from portal.kernel import calendar, files
from portal.kernel.calendar import date_cn

WHO_READS = "活动统计由教办和局里来看；本单位的活动在“活动记录”里"
PARTS = {"": "全年", "h1": "上半年", "h2": "下半年"}
STANDINGS: dict[Standing, str] = {"then": "按当时隶属", "now": "按现隶属"}


@require_GET
def statistics(request: PortalRequest) -> HttpResponse:
    """Accepted records by office; an office sees those of the units it has now."""
    user = request.user
    require(may_anywhere(user, Can.ACTIVITY_VIEW) and not only_own_unit(user), WHO_READS)
    standing: Standing = "now" if request.GET.get("standing") == "now" else "then"
    part = request.GET.get("part", "")
    part = part if part in PARTS else ""
    first, last = _days(request, part)
    records = (
        Activity.objects.visible_to(user).accepted().filter(held_on__gte=first, held_on__lte=last)
    )
    work = figures.work_by_office(records, standing=standing)
    meaning = _meaning(str(home_unit(user)), first, last, standing)
    if "xlsx" in request.GET:
        content = exports.work_workbook([*work, total_of(work)], meaning=meaning)
        return files.made(content, f"活动统计{first.year}年{PARTS[part]}.xlsx")
    query = request.GET.copy()
    query["xlsx"] = "1"
    page: dict[str, Any] = {
        "year": first.year,
        "part": part,
        "parts": list(PARTS.items()),
        "standing": standing,
        "standings": list(STANDINGS.items()),
        "work": work,
        "total": total_of(work),
        "meaning": meaning,
        "now": timezone.localtime(),
        "export_url": f"?{query.urlencode()}",
        "back_url": f"{reverse('activities:activities')}?year={first.year}",
    }
    return render(request, "activities/statistics.html", page)


def total_of(work: list[OfficeWork]) -> OfficeWork:
    return OfficeWork(
        "合计",
        sum(row.records for row in work),
        sum(row.attendance for row in work),
        sum(row.elders for row in work),
        sum(row.youth for row in work),
    )


def _days(request: PortalRequest, part: str) -> tuple[date, date]:
    """The first and the last day of the asked year or half of it."""
    year = calendar.year_in(request.GET.get("year", "")) or calendar.today().year
    first = date(year, 7, 1) if part == "h2" else date(year, 1, 1)
    last = date(year, 6, 30) if part == "h1" else date(year, 12, 31)
    return first, last


def _meaning(place: str, first: date, last: date, standing: Standing) -> list[tuple[str, str]]:
    by = {
        "then": "按当时隶属：每条记录算在举办那天主管的教办",
        "now": "按现隶属：每条记录算在这个单位现在的教办。两种算法的合计相同",
    }
    return [
        ("范围", place),
        ("时间", f"{date_cn(first)}—{date_cn(last)}举办的"),
        ("记录", "“已通过”的活动记录；人数按人次，一条记录只算一次"),
        ("教办", by[standing]),
    ]
