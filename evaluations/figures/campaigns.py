"""A campaign in numbers: every unit's three totals, by office and by grade."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db.models import QuerySet

from committees.figures import DIRECT
from evaluations.choices import AppraisalState
from evaluations.models import Appraisal, Campaign

STANDARD = Path(__file__).parents[1] / "data" / "rubric-five-goods.json"
HANDED_IN = {
    AppraisalState.SUBMITTED, AppraisalState.OFFICE_DONE, AppraisalState.DECIDED,
    AppraisalState.NAMED,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One unit; `moved` is how far the last column lies from the unit's own."""

    pk: int
    unit: str
    office: str
    state: str
    word: str
    own: Decimal | None
    first: Decimal | None
    final: Decimal | None
    grade: str

    @property
    def moved(self) -> Decimal | None:
        last = self.final if self.final is not None else self.first
        return None if last is None or self.own is None else last - self.own


@dataclass(slots=True)
class OfficeRow:
    office: str
    units: int = 0
    handed_in: int = 0
    decided: int = 0


def standard() -> dict[str, Any]:
    """The table that comes with the portal: 5 × 20 points, 13 items, 30 criteria."""
    found: dict[str, Any] = json.loads(STANDARD.read_text("utf-8"))
    return found


def rows(campaign: Campaign, seen: QuerySet[Appraisal]) -> list[Row]:
    """Every appraisal this person may see, in the order of the tree; one query."""
    found = seen.filter(campaign=campaign).select_related("unit__office").order_by("unit__path")
    return [
        Row(
            pk=one.pk,
            unit=one.unit.name,
            office=one.unit.office.name if one.unit.office else DIRECT,
            state=one.state,
            word=one.get_state_display(),
            own=one.self_total,
            first=one.office_total,
            final=one.city_total,
            grade=campaign.rubric.grade_name(one.grade)
            if one.state not in {AppraisalState.OPEN, AppraisalState.RETURNED}
            else "",
        )
        for one in found
    ]


def by_office(found: Iterable[Row]) -> list[OfficeRow]:
    offices: dict[str, OfficeRow] = {}
    for row in found:
        office = offices.setdefault(row.office, OfficeRow(row.office))
        office.units += 1
        office.handed_in += row.state in HANDED_IN
        office.decided += row.state in {AppraisalState.DECIDED, AppraisalState.NAMED}
    return list(offices.values())


def by_grade(found: Sequence[Row]) -> list[tuple[str, int]]:
    """Handed-in units by the grade of their last column."""
    return Counter(row.grade for row in found if row.grade).most_common()
