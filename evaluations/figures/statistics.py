"""统计年报 put together: one unit's numbers, those of many units, what a level adds up to.

Signed numbers are read from what was signed and the corrections since; all others from the
records as they are now. As many queries for one unit as for all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from committees.choices import UnitKind
from committees.models import Committee, Unit
from committees.models.scoping import scope_q
from committees.policy import Can
from evaluations.choices import ReportState
from evaluations.figures.statistics_adding import (
    Added,
    Broken,
    Figure,
    Jump,
    added,
    broken,
    corrected,
    figure,
    jumps,
)
from evaluations.figures.statistics_form import Form, Indicator, Section, read_form
from evaluations.figures.statistics_sources import YearRecords, rows_of
from evaluations.models import AnnualReport, ReportCorrection, StatisticsRound

Figures = dict[str, Figure]  # by the code of the indicator

TONES = {
    ReportState.FILLING: "draft",
    ReportState.FILLED: "waiting",
    ReportState.SIGNED: "waiting",
    ReportState.RETURNED: "returned",
    ReportState.GATHERED: "done",
}


def form_of(asked: StatisticsRound) -> Form:
    return read_form(asked.table.content)


def asked_units(asked: StatisticsRound, *, on: date) -> QuerySet[Unit]:
    """Who reports: the bureau, its offices, and institutions with a committee of their own."""
    living = Exists(Committee.objects.filter(host=OuterRef("pk"), dissolved_on=None))
    levels = Q(kind__in=[UnitKind.BUREAU, UnitKind.OFFICE])
    found: QuerySet[Unit] = (
        Unit.objects.filter(city=asked.city_id)
        .filter(levels | Q(living))
        .open_on(min(on, date(asked.year, 12, 31)))
        .select_related("office", "city")
        .order_by("path")
    )
    return found


def reports_of(asked: StatisticsRound, units: Iterable[Unit]) -> dict[int, AnnualReport]:
    found = asked.reports.filter(unit__in=[unit.pk for unit in units])
    people = found.select_related("unit", "filled_by", "signed_by", "gathered_by")
    return {one.unit_id: one for one in people}


def figures_of(
    asked: StatisticsRound,
    units: Sequence[Unit],
    reports: Mapping[int, AnnualReport],
    *,
    on: date,
    form: Form | None = None,
) -> dict[int, Figures]:
    """Every unit's own numbers, by its pk."""
    form = form or form_of(asked)
    signed = {pk: one for pk, one in reports.items() if one.is_signed}
    found = _signed(form, signed)
    live = [unit for unit in units if unit.pk not in signed]
    if live:
        known = YearRecords(live, year=asked.year, on=on)
        rows = {one.code: rows_of(known, one.source) for one in form.indicators() if one.source}
        for unit in live:
            mine = reports.get(unit.pk)
            answers = mine.answers if mine is not None else {}
            found[unit.pk] = {
                one.code: figure(
                    one, rows.get(one.code, {}).get(unit.pk, ()), answers.get(one.code, {})
                )
                for one in form.indicators()
            }
    return found


def _signed(form: Form, signed: Mapping[int, AnnualReport]) -> dict[int, Figures]:
    found = {
        pk: {one.code: loaded((report.snapshot or {}).get(one.code)) for one in form.indicators()}
        for pk, report in signed.items()
    }
    if signed:
        reports = {report.pk: pk for pk, report in signed.items()}
        since = ReportCorrection.objects.filter(report__in=reports).order_by("at", "pk")
        for report, code, after in since.values_list("report", "code", "after"):
            mine = found[reports[report]]
            if code in mine:
                mine[code] = corrected(mine[code], after)
    return found


def dumped(one: Figure) -> dict[str, Any]:
    """A number as it is signed, with the rows behind it."""
    return {
        "value": one.value,
        "records": one.records,
        "rows": [list(row) for row in one.rows],
        "reason": one.reason,
        "note": one.note,
    }


def loaded(kept: Mapping[str, Any] | None) -> Figure:
    if kept is None:
        return Figure(None)
    rows = tuple((row, amount) for row, amount in kept["rows"])
    return Figure(kept["value"], kept["records"], rows, kept["reason"], kept["note"])


def totals(form: Form, found: Iterable[Figures]) -> dict[str, Added]:
    """What a level adds up to, by code."""
    each = list(found)
    return {one.code: added(one, [mine[one.code] for mine in each]) for one in form.indicators()}


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator of one report as it is shown: the own number, and the level's where there is
    one; `before` is last year's signed number of the same kind."""

    indicator: Indicator
    figure: Figure
    added: Added | None
    before: int | None

    @property
    def value(self) -> int | None:
        return self.added.value if self.added is not None else self.figure.value

    @property
    def change(self) -> int | None:
        if self.value is None or self.before is None:
            return None
        return self.value - self.before


@dataclass(frozen=True, slots=True)
class Whole:
    """One unit's report: its lines by section, and what still wants a look before it is signed."""

    unit: Unit
    form: Form
    report: AnnualReport | None
    sections: list[tuple[Section, list[Line]]]
    broken: list[Broken]
    jumps: list[Jump]
    missing: list[Indicator]
    below: int = 0  # units asked below, and of them signed
    below_signed: int = 0
    counted: tuple[tuple[Unit, Figures], ...] = ()  # below, with the numbers that were added

    @property
    def is_level(self) -> bool:
        return not self.unit.is_institution

    @property
    def unexplained(self) -> list[Jump]:
        return [jump for jump in self.jumps if not jump.note]

    @property
    def is_ready(self) -> bool:
        return not (self.broken or self.unexplained or self.missing)

    def lines(self) -> Iterable[Line]:
        for _, lines in self.sections:
            yield from lines

    def find(self, code: str) -> Line | None:
        return next((line for line in self.lines() if line.indicator.code == code), None)


def whole(asked: StatisticsRound, unit: Unit, *, on: date, everybody: bool = False) -> Whole:
    """Everything one unit's page, its print and its workbook show.

    A level adds up what was signed below it; with `everybody`, what the records say of the others
    too, as long as it has not signed itself.
    """
    form = form_of(asked)
    level = [unit] if unit.is_institution else branch(asked, unit, on=on)
    reports = reports_of(asked, level)
    below = [one for one in level if one.pk != unit.pk]
    signed = [one for one in below if one.pk in reports and reports[one.pk].is_signed]
    report = reports.get(unit.pk)
    open_trial = everybody and not (report is not None and report.is_signed)
    counted = below if open_trial else signed
    found = figures_of(asked, [unit, *counted], reports, on=on, form=form)
    own = found[unit.pk]
    sums: Mapping[str, Added] = {}
    if not unit.is_institution:
        kept = report.total if report is not None else None
        live = totals(form, (found[one.pk] for one in (unit, *counted)))
        sums = live if kept is None else _kept(live, kept)
    before = last_year(asked, unit, on=on)
    return Whole(
        unit,
        form,
        report,
        [
            (
                section,
                [
                    Line(one, own[one.code], sums.get(one.code), before.get(one.code))
                    for one in section.indicators
                ],
            )
            for section in form.sections
        ],
        broken(form, {code: one.value for code, one in own.items()}),
        jumps(form, own, before) if unit.is_institution else [],
        _missing(form, own) if unit.is_institution else [],
        len(below),
        len(signed),
        tuple((one, found[one.pk]) for one in counted),
    )


def _missing(form: Form, own: Figures) -> list[Indicator]:
    return [one for one in form.indicators() if one.is_asked and own[one.code].value is None]


def _kept(live: Mapping[str, Added], kept: Mapping[str, Any]) -> dict[str, Added]:
    """The sums as they were signed; the rows are those of the units' own signatures."""
    return {
        code: Added(kept[code]["value"], kept[code]["plain"], one.rows) if code in kept else one
        for code, one in live.items()
    }


def branch(asked: StatisticsRound, root: Unit, *, on: date) -> list[Unit]:
    """The unit and all who report below it."""
    return list(asked_units(asked, on=on).filter(path__startswith=root.path))


def last_year(asked: StatisticsRound, unit: Unit, *, on: date) -> dict[str, int | None]:
    """Code → what the unit signed for the year before, an office or the bureau its sum."""
    earlier = AnnualReport.objects.standing().filter(
        unit=unit, round__city=asked.city_id, round__year=asked.year - 1
    )
    report = earlier.select_related("round__table").first()
    if report is None:
        return {}
    if report.total is not None:
        return {code: one["value"] for code, one in report.total.items()}
    found = _signed(form_of(report.round), {unit.pk: report})[unit.pk]
    return {code: one.value for code, one in found.items()}


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One unit on the board: how far it is, and what of it stands out."""

    unit: Unit
    report: AnnualReport | None
    late: int  # days over, of what is not signed

    @property
    def is_signed(self) -> bool:
        return self.report is not None and self.report.is_signed

    @property
    def word(self) -> str:
        if self.report is None:
            return f"没有填，已逾期 {self.late} 天" if self.late > 0 else "还没开始填"
        return str(self.report.get_state_display())

    @property
    def tone(self) -> str:
        if self.report is None:
            return "late" if self.late > 0 else "none"
        return TONES[ReportState(self.report.state)]


def board(
    asked: StatisticsRound, user: Any, *, on: date
) -> tuple[list[BoardRow], dict[int, AnnualReport]]:
    """Who is asked within this person's reach, in the order of the tree; two queries."""
    units = list(asked_units(asked, on=on).filter(scope_q(user, Can.STATISTICS_VIEW, "path")))
    reports = reports_of(asked, units)
    late = max(0, (on - asked.due_on).days)
    return [BoardRow(unit, reports.get(unit.pk), late) for unit in units], reports


@dataclass(frozen=True, slots=True)
class Place:
    """An office with its units (the office itself first), or those directly under the bureau."""

    key: str
    label: str
    rows: list[BoardRow]

    @property
    def level(self) -> Unit | None:
        """Whose report adds these up."""
        return next((row.unit for row in self.rows if not row.unit.is_institution), None)

    @property
    def signed(self) -> int:
        return sum(row.is_signed for row in self.rows)

    @property
    def gathered(self) -> int:
        return sum(
            row.report is not None and row.report.state == ReportState.GATHERED for row in self.rows
        )


def by_place(rows: Iterable[BoardRow]) -> list[Place]:
    """In the order of the tree; the bureau stands with the units directly under it."""
    groups: dict[int, list[BoardRow]] = {}
    for row in rows:
        unit = row.unit
        is_office = unit.kind == UnitKind.OFFICE
        groups.setdefault(unit.pk if is_office else unit.office_id or 0, []).append(row)
    return [Place(str(key), _label(key, found[0].unit), found) for key, found in groups.items()]


def _label(key: int, first: Unit) -> str:
    if not key:
        return "市局和直属单位"
    return (
        first.name if first.kind == UnitKind.OFFICE or first.office is None else first.office.name
    )
