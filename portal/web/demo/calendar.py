"""Which day a unit of the demo does what: pure, and the same for the same random numbers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from committees.choices import UnitKind

# How much is done in each month of the year: little in the holidays, most in spring and autumn.
MONTHS = (56, 30, 138, 124, 152, 140, 34, 22, 166, 150, 138, 104)

# Kind of record by which each item is discharged: first and last month-day when all goes well,
# and the item's own last day.
DUTIES = (
    ("party_study", (2, 12), (3, 28), (3, 31)),
    ("party_deploy", (2, 16), (3, 29), (3, 31)),
    ("party_assess", (11, 18), (12, 16), (12, 20)),
    ("report_heard", (5, 8), (11, 26), (11, 30)),
    ("training", (3, 10), (9, 26), (9, 30)),
    ("promotion_meeting", (3, 14), (11, 26), (11, 30)),
)

OTHERS = {
    UnitKind.SCHOOL: {"lecture": 34, "reading": 22, "care": 16, "parent_school": 10,
                      "partnership": 8, "full_meeting": 7, "other": 3},
    UnitKind.KINDERGARTEN: {"lecture": 36, "reading": 22, "care": 8, "parent_school": 22,
                            "partnership": 8, "other": 4},
    UnitKind.OFFICE: {"lecture": 22, "reading": 14, "care": 22, "parent_school": 14,
                      "partnership": 14, "full_meeting": 6, "other": 8},
    UnitKind.BUREAU: {"lecture": 40, "reading": 15, "care": 25, "other": 20},
}  # fmt: skip

HOW_MANY = {UnitKind.SCHOOL: 7.5, UnitKind.KINDERGARTEN: 4, UnitKind.OFFICE: 8, UnitKind.BUREAU: 14}


@dataclass(frozen=True, slots=True)
class Planned:
    kind: str
    day: date


def duties(random: Random, year: int, *, diligence: float, is_past: bool) -> Iterator[Planned]:
    """When the unit does each thing asked of it; a slack one is late, or never does it.

    Of a year that is over nearly all has been made up for.
    """
    for kind, opens, closes, due in DUTIES:
        # Some assess half-way through the year already.
        half_way = kind == "party_assess" and random.random() < 0.3
        first, last = ((6, 18), (7, 5)) if half_way else (opens, closes)
        roll = random.random()
        if roll < diligence:
            yield Planned(kind, _term_day(random, date(year, *first), date(year, *last)))
        elif is_past or roll < diligence + (1 - diligence) * 0.55:
            late = date(year, *due) + timedelta(days=random.randint(4, 80))
            if late.year == year:
                yield Planned(kind, _term_day(random, late, late + timedelta(days=4)))


def other_work(random: Random, year: int, kind: str, *, share: float) -> Iterator[Planned]:
    """Lectures, reading, visits …: `share` of what such a unit does in a full year."""
    weights = OTHERS[UnitKind(kind)]
    usual = HOW_MANY[UnitKind(kind)] * share
    number = max(0, round(random.gauss(usual, usual * 0.28)))
    months = random.choices(range(1, 13), MONTHS, k=number)
    for month in sorted(months):
        what = random.choices(list(weights), list(weights.values()))[0]
        begins = random.choice([2, 3, 6, 9, 12]) if what == "full_meeting" else month
        first = date(year, begins, 1)
        day = _school_day(random, first, first + timedelta(days=27))
        # Nobody lectures to empty classrooms: what is done in the holidays is care.
        yield Planned("care" if _is_holiday(day) else what, day)


def _is_holiday(day: date) -> bool:
    return (7, 5) <= (day.month, day.day) <= (8, 24) or (1, 24) <= (day.month, day.day) <= (2, 10)


def _term_day(random: Random, first: date, last: date) -> date:
    """A working day in term; what falls into the summer is done as school begins again."""
    day = _school_day(random, first, last)
    if _is_holiday(day):
        return _school_day(random, date(day.year, 9, 2), date(day.year, 9, 20))
    return day


def _school_day(random: Random, first: date, last: date) -> date:
    day = first + timedelta(days=random.randint(0, max(0, (last - first).days)))
    if day.weekday() > 4 and random.random() < 0.9:
        day -= timedelta(days=day.weekday() - 4)
    return max(day, first)
