"""A campaign told four ways: unit × dimension, office × dimension, against last year, by criterion.

Every number is of a unit's last column (复评, else 初评, else 自评) of what applies to it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from statistics import fmean
from typing import Any

from django.db.models import QuerySet

from evaluations.choices import Column
from evaluations.figures.campaigns import Row, rows
from evaluations.models import Appraisal, AppraisalEntry, Campaign

ORDER = {Column.SELF: 0, Column.OFFICE: 1, Column.CITY: 2}


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit: points by dimension code, its total, and how far it moved since last year."""

    row: Row
    points: Mapping[str, Decimal]
    total: Decimal
    before: Decimal | None

    @property
    def change(self) -> Decimal | None:
        return None if self.before is None else self.total - self.before


@dataclass(frozen=True, slots=True)
class OfficeLine:
    """One office: how many units, and the mean share of the points by dimension, in per cent."""

    office: str
    units: int
    shares: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Difficulty:
    """One criterion: mean share of the points in per cent, and how many had all of them."""

    code: str
    text: str
    maximum: str
    share: float
    full: int
    of: int


@dataclass(slots=True)
class Report:
    dimensions: Sequence[Mapping[str, Any]]
    units: list[UnitLine] = field(default_factory=list)
    offices: list[OfficeLine] = field(default_factory=list)
    hardest: list[Difficulty] = field(default_factory=list)


def report(campaign: Campaign, seen: QuerySet[Appraisal]) -> Report:
    """What this person may see of the campaign; four queries at any size."""
    found = [row for row in rows(campaign, seen) if row.own is not None]
    last = _last_entries(found)
    before = _last_year(campaign, seen)
    content = campaign.rubric.content
    of_dimension = {c["code"]: d["code"] for d, _, c in campaign.rubric.criteria()}
    made = Report(content["dimensions"])
    shares: dict[tuple[str, str], list[float]] = defaultdict(list)
    counts: dict[str, int] = defaultdict(int)
    for row in found:
        points: dict[str, Decimal] = defaultdict(Decimal)
        possible: dict[str, Decimal] = defaultdict(Decimal)
        for entry in last[row.pk]:
            if entry.applies and entry.code in of_dimension:
                points[of_dimension[entry.code]] += entry.score
                possible[of_dimension[entry.code]] += entry.maximum
        counts[row.office] += 1
        for code, most in possible.items():
            if most:
                shares[row.office, code].append(float(points[code] / most * 100))
        total = next(t for t in (row.final, row.first, row.own) if t is not None)
        made.units.append(UnitLine(row, dict(points), total, before.get(row.unit)))
    made.offices = _offices(counts, shares)
    made.hardest = _difficulty(campaign, (entry for own in last.values() for entry in own))
    return made


def _last_entries(found: Sequence[Row]) -> dict[int, list[AppraisalEntry]]:
    """The entries of each unit's last column; what that column left alone is not in it."""
    by_unit: dict[int, dict[str, AppraisalEntry]] = {row.pk: {} for row in found}
    entries = AppraisalEntry.objects.filter(appraisal__in=by_unit)
    for entry in sorted(entries.order_by("pk"), key=lambda one: ORDER[Column(one.column)]):
        by_unit[entry.appraisal_id][entry.code] = entry
    return {pk: list(own.values()) for pk, own in by_unit.items()}


def _last_year(campaign: Campaign, seen: QuerySet[Appraisal]) -> dict[str, Decimal]:
    """Total by the unit's name in the newest campaign of the year before."""
    earlier = seen.filter(
        campaign__city=campaign.city_id, campaign__year=campaign.year - 1, self_total__isnull=False
    ).select_related("unit")
    found = {}
    for one in earlier.order_by("campaign", "unit__path"):
        total = next(t for t in (one.city_total, one.office_total, one.self_total) if t is not None)
        found[one.unit.name] = total
    return found


def _offices(
    counts: Mapping[str, int], shares: Mapping[tuple[str, str], Sequence[float]]
) -> list[OfficeLine]:
    found = []
    for office, units in counts.items():
        own = {code: fmean(values) for (of, code), values in shares.items() if of == office}
        found.append(OfficeLine(office, units, own))
    return found


def _difficulty(campaign: Campaign, entries: Iterable[AppraisalEntry]) -> list[Difficulty]:
    """Every criterion somebody has answered, the hardest first."""
    given: dict[str, list[AppraisalEntry]] = defaultdict(list)
    for entry in entries:
        if entry.applies and entry.maximum:
            given[entry.code].append(entry)
    found = []
    for _, _, criterion in campaign.rubric.criteria():
        own = given.get(criterion["code"], [])
        if own:
            share = fmean(float(entry.score / entry.maximum * 100) for entry in own)
            full = sum(entry.score == entry.maximum for entry in own)
            found.append(
                Difficulty(
                    criterion["code"], criterion["text"], criterion["max"], share, full, len(own)
                )
            )
    return sorted(found, key=lambda one: (one.share, one.code))
