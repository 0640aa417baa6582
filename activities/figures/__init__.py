"""Numbers of the work, each defined once for pages, workbooks and reports.

The obligations matrix counts units, never records: a unit has done an item when at least
`min_count` of its records count. The counts come from the cells that a trigger keeps, so a
matrix costs five queries whatever its number of rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from operator import add
from typing import Any, Literal

from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Sum,
)
from django.db.models.functions import Coalesce

from activities.choices import ActivityState
from activities.figures.duties import By as By
from activities.figures.duties import Column as Column
from activities.figures.duties import Tally as Tally
from activities.figures.duties import eased_cells, reached_late, windows_of, with_ease
from activities.models import Activity, ObligationCell
from committees.choices import UnitKind
from committees.models import (
    CommitteeService,
    ObligationSet,
    Unit,
    UnitMembership,
)
from committees.models.scoping import grants_of
from committees.policy import Can

DIRECT = "市直属"

Standing = Literal["now", "then"]  # under the office of today, or of the counting day


def waiting_for_review(user: Any) -> int:
    """How many records were handed to a unit of this user's and wait for an answer there."""
    mine = [unit_id for _, _, unit_id in grants_of(user)]
    waiting = Activity.objects.filter(state=ActivityState.SUBMITTED, receiver__in=mine)
    return waiting.reachable_by(user, Can.ACTIVITY_REVIEW).count() if mine else 0


@dataclass(frozen=True, slots=True)
class Row:
    """One office with its units, or one unit; `cells` stand in the order of the columns."""

    key: int | None  # pk of the office or the unit; None are the units no office holds
    label: str
    path: str = ""
    kind: str = ""
    phone: str = ""
    office_id: int | None = None
    office: str = ""
    units: int = 0
    cells: tuple[Tally, ...] = ()

    @property
    def overdue(self) -> int:
        return sum(cell.overdue for cell in self.cells)

    @property
    def left(self) -> int:
        return sum(cell.left for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Matrix:
    """Units by items of one obligation set, below one unit, as of `on`."""

    obligation_set: ObligationSet
    root: Unit
    by: By
    on: date
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    not_served: int  # institutions nobody is asked about, because no committee serves them
    standing: Standing = "now"

    @property
    def groups(self) -> list[tuple[str, int]]:
        """Each group's name and how many neighbouring columns it spans."""
        groups = groupby(self.columns, key=lambda column: column.item.group)
        return [(name, len(list(columns))) for name, columns in groups]

    @property
    def total(self) -> Row:
        places = range(len(self.columns))
        cells = tuple(sum((row.cells[i] for row in self.rows), Tally()) for i in places)
        return Row(None, "合计", units=sum(row.units for row in self.rows), cells=cells)

    @property
    def overdue(self) -> int:
        return sum(row.overdue for row in self.rows)

    def worst_first(self) -> list[Row]:
        return sorted(self.rows, key=lambda row: (-row.overdue, -row.left))

    def where(self, keep: Callable[[Row], bool]) -> Matrix:
        """The same matrix with some of its rows; the total follows."""
        return replace(self, rows=tuple(row for row in self.rows if keep(row)))

    def only(self, keep: Callable[[Column], bool]) -> Matrix:
        """The same matrix with some of its columns."""
        places = [i for i, column in enumerate(self.columns) if keep(column)]
        rows = (replace(row, cells=tuple(row.cells[i] for i in places)) for row in self.rows)
        return replace(self, columns=tuple(self.columns[i] for i in places), rows=tuple(rows))


def matrix(obligation_set: ObligationSet, *, root: Unit, by: By, on: date) -> Matrix:
    """Count every item of the set over the units at and below `root`, in five queries.

    Rows are offices (with 市直属 for the units no office holds) or single units, in tree order.
    Lateness is judged on `on`; who stands where, by the tree as it is now.
    """
    windows = windows_of(obligation_set)
    columns = tuple(
        Column(item, on, tuple(windows.get(item.code, ()))) for item in obligation_set.items.all()
    )
    units = open_units(obligation_set, root=root, on=on)
    seeds, not_served = _seeds(units, columns, by=by)
    counts = _counts(columns, units, by=by)
    eased = eased_cells(obligation_set, columns, units, by=by)
    rows = tuple(
        replace(
            row,
            cells=tuple(
                with_ease(
                    _cell(row.key, kinds, column, counts), eased.get((row.key, column.item.pk))
                )
                for column in columns
            ),
        )
        for row, kinds in seeds
    )
    return Matrix(obligation_set, root, by, on, columns, rows, not_served)


def as_it_stood(units: Matrix) -> Matrix:
    """A city's matrix by unit, summed up by the offices its units belonged to on the counting day.

    The totals are those of the matrix by today's offices: each unit stands in one row of either.
    """
    day = counting_day(units.obligation_set, on=units.on)
    offices = Unit.objects.filter(city=units.root.pk, kind=UnitKind.OFFICE).in_bulk()
    above = dict(
        UnitMembership.objects.filter(parent__in=offices, period__contains=day).values_list(
            "unit", "parent"
        )
    )
    rows: dict[int | None, Row] = {}
    for row in units.rows:
        key = row.key if row.kind == UnitKind.OFFICE else above.get(row.key or 0)
        office = offices.get(key or 0)
        empty = Row(
            key,
            office.name if office else DIRECT,
            path=office.path if office else "",
            kind=UnitKind.OFFICE,
            phone=office.phone if office else "",
            cells=(Tally(),) * len(units.columns),
        )
        sofar = rows.get(key, empty)
        cells = tuple(map(add, sofar.cells, row.cells))
        rows[key] = replace(sofar, units=sofar.units + row.units, cells=cells)
    inorder = tuple(sorted(rows.values(), key=lambda row: row.path))
    return replace(units, by="office", rows=inorder, standing="then")


@dataclass(frozen=True, slots=True)
class OfficeWork:
    """What one office's units did: records, and the people in them as person-times (人次)."""

    label: str
    records: int
    attendance: int
    elders: int
    youth: int


def work_by_office(records: QuerySet[Activity], *, standing: Standing) -> list[OfficeWork]:
    """Records summed up by the office of the day each was held, or by the unit's office today."""
    office = "office" if standing == "then" else "unit__office"
    found = (
        records.order_by()
        .values(f"{office}__name")
        .annotate(
            records=Count("pk"),
            attendance=Coalesce(Sum("attendance"), 0),
            elders=Coalesce(Sum("elders"), 0),
            youth=Coalesce(Sum("youth"), 0),
        )
        .order_by(f"{office}__path")
    )
    return [OfficeWork(row.pop(f"{office}__name") or DIRECT, **row) for row in found]


def counting_day(obligation_set: ObligationSet, *, on: date) -> date:
    """The day whose open and served units are asked: `on`, or the last day of a year gone by."""
    return min(on, date(obligation_set.year, 12, 31))


def open_units(obligation_set: ObligationSet, *, root: Unit, on: date) -> QuerySet[Unit]:
    """Units open on the counting day; `is_asked` is false where no committee serves.

    An office is always asked: the duty is its Party organisation's, committee or not.
    """
    day = counting_day(obligation_set, on=on)
    served = Exists(CommitteeService.objects.filter(unit=OuterRef("pk"), period__contains=day))
    asked = Q(kind__in=[UnitKind.BUREAU, UnitKind.OFFICE]) | Q(served)
    if not obligation_set.only_served:
        asked = Q(pk__isnull=False)
    return (
        Unit.objects.below(root)
        .open_on(day)
        .annotate(is_asked=ExpressionWrapper(asked, output_field=BooleanField()))
        .order_by()
    )


Kinds = Counter[str]  # how many units of each kind are asked in a row
Counts = dict[tuple[int | None, int, str], Tally]  # by row key, item pk, unit kind

_ROW_OF: dict[By, dict[str, F]] = {
    "office": {
        "row_key": F("office_id"),
        "row_label": F("office__name"),
        "row_path": F("office__path"),
        "row_phone": F("office__phone"),
    },
    "unit": {
        "row_key": F("pk"),
        "row_label": F("name"),
        "row_path": F("path"),
        "row_phone": F("phone"),
    },
}


def _seeds(
    units: QuerySet[Unit], columns: Iterable[Column], *, by: By
) -> tuple[list[tuple[Row, Kinds]], int]:
    """Rows without their cells, each with the kinds of its units; and how many are not asked."""
    kinds = {kind for column in columns for kind in column.item.unit_kinds}
    groups = (
        units.filter(kind__in=kinds)
        .annotate(**_ROW_OF[by], row_office=F("office__name"))
        .values(*_ROW_OF[by], "row_office", "office_id", "kind", "is_asked")
        .annotate(count=Count("pk"))
    )
    rows: dict[int | None, tuple[Row, Kinds]] = {}
    not_served = 0
    for group in groups:
        if not group["is_asked"]:
            not_served += group["count"]
            continue
        key = group["row_key"]
        row, asked = rows.setdefault(key, (_row(group, by=by), Counter()))
        asked[group["kind"]] += group["count"]
        rows[key] = (replace(row, units=asked.total()), asked)
    return sorted(rows.values(), key=lambda seed: seed[0].path), not_served


def _row(group: dict[str, Any], *, by: By) -> Row:
    return Row(
        key=group["row_key"],
        label=group["row_label"] or DIRECT,
        path=group["row_path"] or "",
        kind=group["kind"] if by == "unit" else UnitKind.OFFICE,
        phone=group["row_phone"] or "",
        office_id=group["office_id"],
        office=group["row_office"] or DIRECT,
    )


def _counts(columns: tuple[Column, ...], units: QuerySet[Unit], *, by: By) -> Counts:
    """Every cell as if nobody had been granted anything."""
    key = "unit__office_id" if by == "office" else "unit_id"
    enough = F("item__min_count")
    groups = (
        ObligationCell.objects.filter(
            item__in=[column.item.pk for column in columns],
            unit__in=units.filter(is_asked=True).values("pk"),
        )
        .values_list(key, "item_id", "unit__kind")
        .annotate(
            done=Count("pk", filter=Q(counted__gte=enough)),
            waiting=Count("pk", filter=Q(counted__lt=enough, pending__gte=enough - F("counted"))),
            records=Sum("counted"),
            records_waiting=Sum("pending"),
            late=Count("pk", filter=reached_late(columns)),
        )
    )
    return {
        (row, item, kind): Tally(
            done=done, waiting=waiting, counted=counted, pending=pending, late=late
        )
        for row, item, kind, done, waiting, counted, pending, late in groups
    }


def _cell(key: int | None, kinds: Kinds, column: Column, counts: Counts) -> Tally:
    item = column.item
    asked = [kind for kind in kinds if kind in item.unit_kinds]
    stand = sum((counts.get((key, item.pk, kind), Tally()) for kind in asked), Tally())
    expected = sum(kinds[kind] for kind in asked)
    overdue = expected - stand.done if column.is_over else 0
    return replace(stand, expected=expected, overdue=overdue)
