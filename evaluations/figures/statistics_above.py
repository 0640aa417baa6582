"""报上级的表: a form of the level above, filled from the city's total of the year.

Its lines name lines of the city's own form (`takes`); nothing is counted anew and nothing typed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from committees.models import Unit
from evaluations.choices import TableLevel
from evaluations.figures.statistics import Line, Whole
from evaluations.figures.statistics_adding import Broken, broken
from evaluations.figures.statistics_form import Form, Indicator, Section, read_form
from evaluations.models import StatisticsTable


@dataclass(frozen=True, slots=True)
class AboveLine:
    """One line: the number, last year's, the city's lines it is made of, and those that lack."""

    indicator: Indicator
    value: int | None
    before: int | None
    parts: tuple[Line, ...]
    lacking: tuple[str, ...] = ()
    mixed: bool = False  # the city's form counts these codes otherwise than this line does


@dataclass(frozen=True, slots=True)
class Above:
    """The whole sheet of one year."""

    table: StatisticsTable
    whole: Whole
    form: Form
    sections: tuple[tuple[Section, tuple[AboveLine, ...]], ...]
    broken: Sequence[Broken]

    @property
    def lines(self) -> list[AboveLine]:
        return [line for _, lines in self.sections for line in lines]

    @property
    def is_signed(self) -> bool:
        """Drawn from the total the bureau put its name to; it does not change any more."""
        return self.whole.report is not None and self.whole.report.is_signed

    @property
    def knows_before(self) -> bool:
        return any(line.before is not None for line in self.lines)

    @property
    def unanswered(self) -> list[AboveLine]:
        return [line for line in self.lines if line.lacking or line.mixed]


def tables_above(city: Unit) -> list[StatisticsTable]:
    """The last published version of each form the levels above ask for."""
    found = StatisticsTable.objects.published().filter(city=city, level=TableLevel.ABOVE)
    latest: dict[str, StatisticsTable] = {}
    for table in found.order_by("name", "-version"):
        latest.setdefault(table.name, table)
    return list(latest.values())


def fill(table: StatisticsTable, whole: Whole) -> Above:
    """Fill the form from the city's total; `whole` is the bureau's own report of the year."""
    form = read_form(table.content)
    known = {line.indicator.code: line for line in whole.lines()}
    sections = tuple(
        (section, tuple(_line(one, known) for one in section.indicators))
        for section in form.sections
    )
    values = {line.indicator.code: line.value for _, lines in sections for line in lines}
    return Above(table, whole, form, sections, broken(form, values))


def _line(one: Indicator, known: Mapping[str, Line]) -> AboveLine:
    lacking = tuple(code for code in one.takes if code not in known)
    parts = tuple(known[code] for code in one.takes if code in known)
    mixed = any(line.indicator.counts != one.counts for line in parts)
    if lacking or mixed or not parts:
        return AboveLine(one, None, None, parts, lacking, mixed)
    return AboveLine(
        one,
        _sum([line.value for line in parts]),
        _sum([line.before for line in parts]),
        parts,
    )


def _sum(values: Sequence[int | None]) -> int | None:
    """Nothing where one of them is not known: half a sum would look like a whole one."""
    known = [value for value in values if value is not None]
    return sum(known) if known and len(known) == len(values) else None
