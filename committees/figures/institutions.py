"""The institutions behind a figure of coverage: who serves each on the day, or why nobody does."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from committees.choices import UnitKind
from committees.figures import DIRECT, institutions_on, open_months, served_on
from committees.models import CommitteeService, Unit, UnitMembership, UnitPeriod
from portal.kernel.calendar import date_cn


@dataclass(frozen=True, slots=True)
class Missing:
    """An institution no committee serves that day, under which office, and why."""

    unit: Unit
    office: str
    reason: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How an institution stood on a day: its office then, its committee or why there is none."""

    unit: Unit
    office: str
    served_by: str
    reason: str
    months: int  # of the day's year in which it was open


def missing_institutions(root: Unit, *, on: date) -> list[Missing]:
    """Who is not served on the day and why, in the order of the tree then; one query."""
    links = with_services(institutions_on(root, on).exclude(served_on(on, "unit")), on=on)
    return [
        Missing(link.unit, office_of(link), why_missing(link))
        for link in links.order_by("parent__path", "unit__path")
    ]


def with_services(links: QuerySet[UnitMembership], *, on: date) -> QuerySet[UnitMembership]:
    """Annotate who serves the unit on the day, who did last and who will next."""
    services = CommitteeService.objects.filter(unit=OuterRef("unit"))
    present = services.filter(period__contains=on)
    past = services.filter(period__endswith__lte=on).order_by("-period")
    later = services.filter(period__startswith__gt=on).order_by("period")
    return links.annotate(
        keeper=Subquery(present.values("committee__name")[:1]),
        last=Subquery(past.values("period")[:1]),
        last_keeper=Subquery(past.values("committee__name")[:1]),
        last_host=Subquery(past.values("committee__host")[:1]),
        dissolved=Subquery(past.values("committee__dissolved_on")[:1]),
        next=Subquery(later.values("period")[:1]),
        next_keeper=Subquery(later.values("committee__name")[:1]),
    ).select_related("unit", "parent")


def standings(links: Iterable[Any], *, on: date) -> list[Standing]:
    """Links that carry `with_services` as what a list shows; one query for all of them."""
    links = list(links)
    periods: dict[int, list[UnitPeriod]] = defaultdict(list)
    for period in UnitPeriod.objects.filter(unit__in=[link.unit_id for link in links]):
        periods[period.unit_id].append(period)
    return [
        Standing(
            link.unit,
            office_of(link),
            link.keeper or "",
            "" if link.keeper else why_missing(link),
            open_months(periods[link.unit_id], year=on.year),
        )
        for link in links
    ]


def office_of(link: UnitMembership) -> str:
    return link.parent.name if link.parent.kind == UnitKind.OFFICE else DIRECT


def why_missing(link: Any) -> str:
    """From the last service that ended before the day, or the first that begins after it."""
    if link.last is None and link.next is None:
        return "还没有建过关工委，也没有联合关工委覆盖"
    if link.last is None:
        return f"{date_cn(link.next.lower)}才由“{link.next_keeper}”覆盖"
    ended = date_cn(link.last.upper)
    if link.dissolved is not None and link.dissolved <= link.last.upper:
        whose = "本单位关工委" if link.last_host == link.unit_id else f"“{link.last_keeper}”"
        return f"{whose}{ended}撤销"
    return f"{ended}起不再由“{link.last_keeper}”覆盖"
