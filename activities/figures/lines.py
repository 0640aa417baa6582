"""What counts for the lines rules name: of a rubric, of the statistics, of the bulletin.

A record counts once for a line and unit; over several units a record they held together is one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from activities.choices import CreditState, CreditTarget
from activities.models import Credit, CreditRule
from activities.models.activities import ActivityQuerySet
from committees.models import Unit

Line = tuple[str, str]  # target and line, as a rule names them


@dataclass(frozen=True, slots=True)
class LineWork:
    """One line with its rules in words, and how many records of how many units count."""

    target: str
    line: str
    name: str
    rules: tuple[str, ...]
    records: int
    units: int

    @property
    def key(self) -> Line:
        return self.target, self.line

    @property
    def target_word(self) -> str:
        return str(CreditTarget(self.target).label)


@dataclass(frozen=True, slots=True)
class OfficeLines:
    """One office (None: units of no office) with its records of each line, in the lines' order."""

    office: int | None
    label: str
    records: tuple[int, ...]


def counted_lines(city: Unit, *, year: int) -> QuerySet[Credit]:
    """Credits that count for a line of the year; narrow it to the units somebody may see."""
    return Credit.objects.filter(
        item__isnull=True, state=CreditState.COUNTED, rule__city=city, rule__year=year
    )


def lines_of(city: Unit, credits: QuerySet[Credit], *, year: int) -> list[LineWork]:
    """Every line with a rule in force, also those nothing counts for yet; two queries."""
    rules: dict[Line, list[CreditRule]] = {}
    in_force = CreditRule.objects.in_force().filter(item__isnull=True, city=city, year=year)
    for rule in in_force.select_related("kind").order_by("target", "line", "pk"):
        rules.setdefault((rule.target, rule.line), []).append(rule)
    found = {
        (target, line): (records, units)
        for target, line, records, units in credits.values_list("target", "line")
        .order_by()
        .annotate(Count("activity", distinct=True), Count("unit", distinct=True))
    }
    work = []
    for key, mine in rules.items():
        records, units = found.get(key, (0, 0))
        said = tuple(rule.sentence for rule in mine)
        work.append(LineWork(*key, mine[0].target_label, said, records, units))
    return work


def lines_by_office(credits: QuerySet[Credit], lines: Iterable[LineWork]) -> list[OfficeLines]:
    """The same credits by the office the units stand under now, in the order of the tree."""
    keys = [line.key for line in lines]
    rows = (
        credits.values_list("unit__office_id", "unit__office__name", "target", "line")
        .annotate(Count("activity", distinct=True))
        .order_by("unit__office__path")
    )
    offices: dict[int | None, str] = {}
    counts: dict[tuple[int | None, str, str], int] = {}
    for office, name, target, line, count in rows:
        offices[office] = name or "市直属"
        counts[office, target, line] = count
    return [
        OfficeLines(office, label, tuple(counts.get((office, *key), 0) for key in keys))
        for office, label in offices.items()
    ]


def unit_lines(
    credits: QuerySet[Credit], *, target: str = CreditTarget.RUBRIC
) -> dict[int, dict[str, int]]:
    """Unit → line → how many of its records count: what an evaluation reads of its rubric lines."""
    found: dict[int, dict[str, int]] = {}
    rows = credits.filter(target=target).values_list("unit_id", "line").order_by()
    for unit, line, count in rows.annotate(Count("activity", distinct=True)):
        found.setdefault(unit, {})[line] = count
    return found


def recommended(records: ActivityQuerySet) -> ActivityQuerySet:
    """Records meant for the bulletin: their unit said so, or a rule of the bureau counts them."""
    return records.filter(is_recommended())


def is_recommended() -> Any:
    """The same as a condition."""
    ruled = Credit.objects.filter(
        activity=OuterRef("pk"), target=CreditTarget.BULLETIN, state=CreditState.COUNTED
    )
    return Q(for_bulletin=True) | Q(Exists(ruled))
