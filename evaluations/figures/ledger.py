"""台账: ten boxes of a unit and year, each filled from what was entered once elsewhere."""

import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.db.models import Count

from committees.models import Unit
from evaluations.figures.ledger_reading import Section
from evaluations.figures.ledger_sources import SOURCES, Source

DATA = Path(__file__).parents[1] / "data" / "ledger-boxes.toml"


@dataclass(frozen=True, slots=True)
class Box:
    """One box as the data file describes it; `enter` and `takes` make the address of entry."""

    number: int
    name: str
    holds: str
    sections: tuple[str, ...]
    enter: str
    takes: tuple[str, ...]
    button: str

    @property
    def folder(self) -> str:
        return f"{self.number:02} {self.name}"


@dataclass(frozen=True, slots=True)
class FilledBox:
    box: Box
    sections: tuple[Section, ...]
    count: int

    @property
    def filled(self) -> tuple[Section, ...]:
        return tuple(section for section in self.sections if section.count)


@cache
def boxes() -> tuple[Box, ...]:
    """The boxes in their order; a data file that names an unknown source fails at once."""
    read = tomllib.loads(DATA.read_text(encoding="utf-8"))["box"]
    found = tuple(
        Box(
            number,
            row["name"],
            row["holds"],
            tuple(row["sections"]),
            row["enter"],
            tuple(row["takes"]),
            row["button"],
        )
        for number, row in enumerate(read, start=1)
    )
    for box in found:
        for name in box.sections:
            SOURCES[name]
    return found


def ledger_of(unit: Unit, *, year: int) -> list[FilledBox]:
    """Everything in the unit's boxes, read whole: a query or two a source."""
    filled = []
    for box in boxes():
        sections, count = [], 0
        for name in box.sections:
            source = SOURCES[name]
            holder = unit.city_id or unit.pk if source.is_citys else unit.pk
            section = source.section(source.found(year).filter(**{source.unit: holder}))
            sections.append(section)
            count += 0 if source.is_computed else section.count
        filled.append(FilledBox(box, tuple(sections), count))
    return filled


def counts_of(units: Iterable[Unit], *, year: int) -> dict[int, list[int]]:
    """How many things lie in each box, by the pk of the unit; as many queries as sources."""
    units = list(units)
    totals = {unit.pk: [0] * len(boxes()) for unit in units}
    for place, box in enumerate(boxes()):
        for name in box.sections:
            if not SOURCES[name].is_computed:
                for pk, count in _count(SOURCES[name], units, year).items():
                    totals[pk][place] += count
    return totals


def _count(source: Source, units: list[Unit], year: int) -> Counter[int]:
    holders = {unit.pk: (unit.city_id or unit.pk) if source.is_citys else unit.pk for unit in units}
    rows = (
        source.found(year)
        .filter(**{f"{source.unit}__in": set(holders.values())})
        .order_by()
        .values_list(source.unit)
        .annotate(rows=Count("pk"))
    )
    by_holder = dict(rows)
    return Counter({pk: by_holder.get(holder, 0) for pk, holder in holders.items()})
