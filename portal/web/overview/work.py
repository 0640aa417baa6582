"""What was done, month by month and kind by kind, against the year before."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import Coalesce, ExtractMonth, ExtractYear
from django.urls import reverse

from activities.models import Activity
from committees.models import Unit
from portal.kernel import calendar
from portal.kernel.charts import Chart, Series

MONTHS = range(1, 13)


@dataclass(frozen=True, slots=True)
class Work:
    """Accepted records of two years, by month; `youth_before` ends on the same day a year ago."""

    records: Sequence[int]
    records_before: Sequence[int]
    youth: int
    youth_before: int
    kinds: Sequence[tuple[str, int, str]]  # name, records, address of the rows

    @property
    def total(self) -> int:
        return sum(self.records)


def accepted_below(user: Any, root: Unit) -> QuerySet[Activity]:
    return Activity.objects.visible_to(user).accepted().filter(unit__path__startswith=root.path)


def work(user: Any, root: Unit, *, year: int, on: date) -> Work:
    """Four queries. Young people are person-times (人次)."""
    seen = accepted_below(user, root)
    by_month = _by_month(seen, year)
    return Work(
        records=[by_month.get((year, month), 0) for month in MONTHS],
        records_before=[by_month.get((year - 1, month), 0) for month in MONTHS],
        **_youth(seen, year=year, on=on),
        kinds=_kinds(seen, root, year=year),
    )


def _by_month(seen: QuerySet[Activity], year: int) -> dict[tuple[int, int], int]:
    rows = (
        seen.filter(held_on__gte=date(year - 1, 1, 1), held_on__lte=date(year, 12, 31))
        .order_by()
        .values_list(ExtractYear("held_on"), ExtractMonth("held_on"))
        .annotate(Count("pk"))
    )
    return {(of_year, month): count for of_year, month, count in rows}


def _youth(seen: QuerySet[Activity], *, year: int, on: date) -> dict[str, int]:
    day = min(on, date(year, 12, 31))
    before = calendar.years_later(day, -1)
    found = {}
    for name, first, last in (
        ("youth", date(year, 1, 1), day),
        ("youth_before", date(year - 1, 1, 1), before),
    ):
        part = seen.filter(held_on__gte=first, held_on__lte=last).order_by()
        found[name] = part.aggregate(sum=Coalesce(Sum("youth"), 0))["sum"]
    return found


def _kinds(seen: QuerySet[Activity], root: Unit, *, year: int) -> list[tuple[str, int, str]]:
    rows = (
        seen.in_year(year)  # type: ignore[attr-defined]
        .order_by()
        .values_list("kind", "kind__name")
        .annotate(count=Count("pk"))
        .order_by("-count", "kind")
    )
    address = reverse("activities:activities")
    asked = {"year": year, "state": "accepted", "unit": root.pk}
    return [
        (name, count, f"{address}?{urlencode(asked | {'kind': kind})}")
        for kind, name, count in rows
    ]


def by_month_chart(it: Work, root: Unit, *, year: int, on: date) -> Chart:
    address = reverse("activities:activities")
    urls = []
    for month in MONTHS:
        first, last = date(year, month, 1), date(year, month, monthrange(year, month)[1])
        asked = {"year": year, "state": "accepted", "since": first, "until": last}
        asked["unit"] = root.pk
        urls.append(f"{address}?{urlencode(asked)}")
    return Chart(
        key="months",
        title="每月活动场次",
        unit="次",
        heading="月份",
        labels=[f"{month}月" for month in MONTHS],
        series=[
            Series(f"{year} 年", it.records),
            Series(f"{year - 1} 年", it.records_before, is_mark=True),
        ],
        finding=_finding(it, year=year, on=on),
        urls=urls,
    )


def _finding(it: Work, *, year: int, on: date) -> str:
    """What a reader would say of the drawing, in one sentence."""
    if not it.total:
        return ""
    most = max(it.records)
    month = it.records.index(most) + 1
    whole = on.month - 1 if on.year == year else 12
    said = f"{year} 年已通过 {it.total} 次，{month} 月最多（{most} 次）"
    if whole and any(it.records_before):
        now, before = sum(it.records[:whole]), sum(it.records_before[:whole])
        change = now - before
        words = f"多 {change} 次" if change > 0 else f"少 {-change} 次" if change else "一样多"
        said += f"；前 {whole} 个月比去年同期{words}"
    return said
