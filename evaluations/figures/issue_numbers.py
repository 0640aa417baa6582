"""The numbers an issue ends with, and the records behind each.

Until 签发 both are read from the records as they are; from then on from what the issue keeps of
that day (`BulletinIssue.content["counted"]`), so that a printed number always opens the rows it
was made of.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from committees.choices import UnitKind
from committees.models import Unit
from evaluations.figures import records_of
from evaluations.models import BulletinIssue
from portal.kernel.calendar import Period, parse_period


class Counted(NamedTuple):
    """One accepted record with what it gives to the numbers; kept with the issue as a JSON list."""

    record: int
    unit: int
    attendance: int
    youth: int
    elders: int


@dataclass(frozen=True, slots=True)
class Number:
    """One number of the closing lines; `rows` are pk and amount, of records or of units."""

    key: str
    label: str
    unit: str
    value: int
    rows: tuple[tuple[int, int], ...]
    table: str = "records"


@dataclass(frozen=True, slots=True)
class PeriodFigures:
    """Accepted records of a branch in a period: each record counted once."""

    activities: int
    units: int
    attendance: int
    elders: int
    youth: int


KINDS = (
    ("activities", "开展活动", "次"),
    ("units", "开展活动的单位", "家"),
    ("attendance", "参加", "人次"),
    ("youth", "受教育青少年", "人次"),
    ("elders", "“五老”", "人次"),
)
MEANING = (
    "数的是本期编印单位和所属各单位在这段时间里已经通过的活动记录，一条只算一次；"
    "人次是每次到场的人数相加，同一个人来两次算两次"
)
OF_THE_YEAR = ("activities", "attendance")  # what the closing lines say of the year so far
YEAR = "year-"
Kept = Mapping[str, Sequence[Sequence[int]]]


def counted(issue: BulletinIssue) -> dict[str, list[list[int]]]:
    """The records of the period, and those of the year before it began; as JSON keeps them."""
    if issue.is_supplement:
        return {}
    period = parse_period(issue.period)
    new_year = date(period.starts_on.year, 1, 1)
    day_before = period.starts_on - timedelta(days=1)
    earlier = replace(period, starts_on=new_year, ends_on=day_before)
    return {"period": rows_of(issue.unit, period), "earlier": rows_of(issue.unit, earlier)}


def rows_of(unit: Unit, period: Period) -> list[list[int]]:
    """A row a record, as Counted names its numbers; what nobody counted is 0."""
    found = records_of(unit, period).order_by("pk")
    fields = found.values_list("pk", "unit_id", "attendance", "youth", "elders")
    return [[number or 0 for number in row] for row in fields]


def kept(issue: BulletinIssue) -> Kept | None:
    """What was signed; None while the numbers live, and of issues printed before rows were kept."""
    found: Kept | None = (issue.content or {}).get("counted")
    return found


def figures_of(rows: Iterable[Sequence[int]]) -> PeriodFigures:
    given = [Counted(*row) for row in rows]
    return PeriodFigures(
        activities=len(given),
        units=len({one.unit for one in given}),
        attendance=sum(one.attendance for one in given),
        elders=sum(one.elders for one in given),
        youth=sum(one.youth for one in given),
    )


def numbers_of(issue: BulletinIssue, found: Kept) -> list[Number]:
    """Each number of the closing lines with its rows; of a supplement none."""
    if issue.is_supplement or not found:
        return []
    period = [Counted(*row) for row in found["period"]]
    told = [_number(*kind, period) for kind in KINDS if _is_told(kind[0], issue)]
    if issue.starts_on > date(issue.year, 1, 1):
        earlier = [Counted(*row) for row in found["earlier"]]
        told += [
            replace(number, key=f"{YEAR}{number.key}", label=f"今年以来{number.label}")
            for number in (
                _number(*kind, [*earlier, *period]) for kind in KINDS if kind[0] in OF_THE_YEAR
            )
        ]
    return told


def _is_told(key: str, issue: BulletinIssue) -> bool:
    return key != "units" or issue.unit.kind in {UnitKind.BUREAU, UnitKind.OFFICE}


def _number(key: str, label: str, unit: str, given: Sequence[Counted]) -> Number:
    if key == "units":
        held: dict[int, int] = {}
        for one in given:
            held[one.unit] = held.get(one.unit, 0) + 1
        return Number(key, label, unit, len(held), tuple(held.items()), "units")
    if key == "activities":
        return Number(key, label, unit, len(given), tuple((one.record, 1) for one in given))
    amounts = [(one.record, getattr(one, key)) for one in given]
    rows = tuple((pk, amount) for pk, amount in amounts if amount)
    return Number(key, label, unit, sum(amount for _, amount in rows), rows)


def of_issue(issue: BulletinIssue) -> tuple[list[Number], date | None]:
    """The numbers the issue shows, and the day they are of once they stand."""
    signed = kept(issue)
    if signed is not None:
        return numbers_of(issue, signed), issue.dated_on
    if issue.content:
        return [], None  # printed before the rows were kept
    return numbers_of(issue, counted(issue)), None
