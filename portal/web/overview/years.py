"""The same few numbers of four years beside each other, each with its rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Sum
from django.db.models.functions import Coalesce, ExtractYear
from django.urls import reverse

from activities.choices import LectureState
from committees import figures as units
from committees.models import Unit
from committees.permissions import may_anywhere
from committees.policy import Can
from portal.web.overview import programmes
from portal.web.overview.work import accepted_below
from reading_program.figures import funnel
from reading_program.models import Edition

BACK = 3


@dataclass(frozen=True, slots=True)
class Number:
    """`text` as shown, `count` where the page behind `url` lists so many rows."""

    text: str
    url: str = ""
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    label: str
    cells: Sequence[Number]


@dataclass(frozen=True, slots=True)
class Compared:
    years: Sequence[int]
    lines: Sequence[Line]

    @property
    def rows(self) -> list[tuple[str, list[tuple[int, Number]]]]:
        """Each line with its numbers beside their years, as a phone shows them under each other."""
        return [(line.label, list(zip(self.years, line.cells, strict=True))) for line in self.lines]


def compared(user: Any, root: Unit, *, year: int, on: date) -> Compared:
    """The year and three before it; of a year that runs, as far as it has come."""
    years = [year - back for back in range(BACK, -1, -1)]
    lines = [*_work(user, root, years)]
    if not root.is_institution and may_anywhere(user, Can.UNIT_VIEW):
        lines.append(_coverage(root, years, on=on))
    if may_anywhere(user, Can.LECTURE_VIEW):
        lines.append(_lectures(user, root, years))
    if may_anywhere(user, Can.READING_VIEW):
        lines += _reading(user, root, years)
    return Compared(years, [line for line in lines if any(cell.text != "—" for cell in line.cells)])


def _work(user: Any, root: Unit, years: list[int]) -> list[Line]:
    rows = (
        accepted_below(user, root)
        .filter(held_on__year__range=(years[0], years[-1]))
        .order_by()
        .values_list(ExtractYear("held_on"))
        .annotate(records=Count("pk"), young=Coalesce(Sum("youth"), 0))
    )
    found = {year: (count, youth) for year, count, youth in rows}
    records, youth = [], []
    for year in years:
        count, young = found.get(year, (0, 0))
        asked = {"year": year, "state": "accepted", "unit": root.pk}
        url = f"{reverse('activities:activities')}?{urlencode(asked)}"
        records.append(Number(f"{count:,}", url, count))
        youth.append(Number(f"{young:,}", url))
    return [Line("已通过的活动（次）", records), Line("受教育青少年（人次）", youth)]


def _coverage(root: Unit, years: list[int], *, on: date) -> Line:
    """At the year's end, or today."""
    cells = []
    for year in years:
        day = min(on, date(year, 12, 31))
        institutions = units.institutions_on(root, day)
        served = institutions.filter(units.served_on(day, "unit"))
        total, with_one = institutions.count(), served.count()
        url = f"{reverse('committees:coverage')}?on={day.isoformat()}"
        cells.append(Number(f"{with_one}／{total}" if total else "—", url if total else ""))
    return Line("关工委覆盖（年底）", cells)


def _lectures(user: Any, root: Unit, years: list[int]) -> Line:
    cells = []
    for year in years:
        found = programmes.lectures(user, root, year=year)
        count = found.filter(state=LectureState.DELIVERED).count()
        cells.append(Number(f"{count:,}", rows_url("given", root, year), count))
    return Line("讲完的宣讲（场）", cells)


def _reading(user: Any, root: Unit, years: list[int]) -> list[Line]:
    """By the year an edition was told; of the latest one alone the rows are a press away."""
    editions = Edition.objects.visible_to(user).filter(
        city=root.city, published_at__isnull=False, published_at__year__range=(years[0], years[-1])
    )
    counts: dict[int, tuple[int, int]] = {}
    rows = (
        programmes.entries(user, root)
        .filter(edition__in=editions)
        .order_by()
        .values_list("edition__published_at__year")
        .annotate(
            handed_in=Count("pk", filter=funnel.STEPS["handed_in"]),
            awarded=Count("pk", filter=funnel.STEPS["awarded"]),
        )
    )
    for year, handed_in, awarded in rows:
        before = counts.get(year, (0, 0))
        counts[year] = (before[0] + handed_in, before[1] + awarded)
    return [
        Line(words, [Number(f"{counts[y][at]:,}" if y in counts else "—") for y in years])
        for at, words in ((0, "读书活动报上来（件）"), (1, "读书活动获奖（件）"))
    ]


def rows_url(what: str, root: Unit, year: int, of: object = "") -> str:
    asked = {"year": year, "unit": root.pk} | ({"of": of} if of != "" else {})
    return f"{reverse('web:overview_rows', args=[what])}?{urlencode(asked)}"
