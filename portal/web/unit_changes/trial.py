"""A change tried out: done for real, read, and rolled back. So the preview cannot be wrong."""

import json
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from django.db import transaction

from activities.figures import matrix
from committees.models import ObligationSet, Unit
from portal.web.unit_changes.carrying_out import carry_out
from portal.web.unit_changes.wishes import Wish
from portal.web.unit_changes.written import Section

NOT_ASKED = "不计入"
Standing = dict[str, list[str]]  # unit or city → how it stands in each item


@dataclass(frozen=True, slots=True)
class Duties:
    """How the duties of one year stand before and after, for each unit and for the city."""

    year: int
    names: list[str]
    rows: list[tuple[str, list[tuple[str, str]]]]  # item → (before, after) of each name


@dataclass(frozen=True, slots=True)
class Trial:
    summary: str
    sections: list[Section]
    duties: list[Duties]

    @property
    def fingerprint(self) -> str:
        """Changes when anything the reader saw changes."""
        told = json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)
        return sha256(told.encode()).hexdigest()[:16]


def try_out(wish: Wish, *, on: date, by: Any) -> Trial:
    """What `wish` would do, or Refused with why it cannot be done. Nothing stays written."""
    city = wish.units[0].city
    assert city is not None  # noqa: S101 - a bureau neither moves nor merges
    sets = [
        found
        for year in sorted({wish.on.year, on.year})
        if (found := ObligationSet.objects.current(city, year)) is not None
    ]
    with transaction.atomic():
        before = [_standing(each, city, wish.units, on=on) for each in sets]
        change = carry_out(wish, by=by)
        touched = list(change.units.order_by("path"))
        after = [_standing(each, city, touched, on=on) for each in sets]
        sections = [Section(**section) for section in change.effects]
        duties = [_duties(*each) for each in zip(sets, before, after, strict=True)]
        transaction.set_rollback(True)
    return Trial(wish.summary, sections, duties)


def _standing(duties: ObligationSet, city: Unit, units: list[Unit], *, on: date) -> Standing:
    found = {unit.name: _of_unit(duties, unit, on=on) for unit in units if unit.is_institution}
    total = matrix(duties, root=city, by="office", on=on).total
    return found | {"全市完成家数": [f"{cell.done}／{cell.expected}" for cell in total.cells]}


def _of_unit(duties: ObligationSet, unit: Unit, *, on: date) -> list[str]:
    here = Unit.objects.get(pk=unit.pk)  # its path may just have changed
    board = matrix(duties, root=here, by="unit", on=on)
    row = next((row for row in board.rows if row.key == unit.pk), None)
    if row is None or not row.units:
        return [NOT_ASKED] * len(board.columns)
    pairs = zip(board.columns, row.cells, strict=True)
    return [column.unit_value(cell) for column, cell in pairs]


def _duties(duties: ObligationSet, before: Standing, after: Standing) -> Duties:
    items = [item.name for item in duties.items.all()]
    nothing = ["还没有"] * len(items)
    pairs = [zip(before.get(name, nothing), stands, strict=True) for name, stands in after.items()]
    by_item = [list(cells) for cells in zip(*pairs, strict=True)]
    return Duties(duties.year, list(after), list(zip(items, by_item, strict=True)))
