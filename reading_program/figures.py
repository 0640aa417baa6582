"""Who has handed in a plan, who has not, and whose went back: one board, a constant few queries."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, Q, QuerySet, Subquery

from committees.choices import UnitKind
from committees.models import Unit
from reading_program.choices import PlanState
from reading_program.models import Edition, ImplementationPlan

# What the board says of a unit, worst first: not begun and a draft both mean 没交.
WORDS: dict[str, tuple[str, str]] = {
    "": ("没交", "late"),
    PlanState.DRAFT: ("没交，在写", "draft"),
    PlanState.RETURNED: ("已退回", "returned"),
    PlanState.SUBMITTED: ("已交，待审核", "waiting"),
    PlanState.ACCEPTED: ("已通过", "done"),
}
HANDED_IN = {PlanState.SUBMITTED, PlanState.ACCEPTED}
ORDER = {state: at for at, state in enumerate(WORDS)}


@dataclass(frozen=True, slots=True)
class BoardRow:
    unit: Unit
    state: str
    plan_pk: int | None

    @property
    def word(self) -> str:
        return WORDS[self.state][0]

    @property
    def tone(self) -> str:
        return WORDS[self.state][1]


@dataclass(frozen=True, slots=True)
class Tally:
    """How the units of one office stand; `office` None are those directly under the bureau."""

    label: str
    office: Unit | None
    own: BoardRow | None
    missing: int
    returned: int
    waiting: int
    accepted: int

    @property
    def total(self) -> int:
        return self.missing + self.returned + self.waiting + self.accepted

    @property
    def handed_in(self) -> int:
        return self.waiting + self.accepted


def asked_units(edition: Edition, *, on: date) -> QuerySet[Unit]:
    """Open offices and schools of the city, and kindergartens where the edition asks them."""
    kinds = [UnitKind.OFFICE, UnitKind.SCHOOL]
    if edition.asks_kindergartens:
        kinds.append(UnitKind.KINDERGARTEN)
    found: QuerySet[Unit] = Unit.objects.filter(city=edition.city, kind__in=kinds).open_on(on)
    return found


def board(edition: Edition, *, under: Q, on: date) -> list[BoardRow]:
    """One row a unit of those that match `under`, in the order of the tree."""
    plan = ImplementationPlan.objects.filter(edition=edition, unit=OuterRef("pk"))
    units = (
        asked_units(edition, on=on)
        .filter(under)
        .select_related("office")
        .annotate(
            plan_pk=Subquery(plan.values("pk")[:1]), plan_state=Subquery(plan.values("state")[:1])
        )
        .order_by("path")
    )
    return [BoardRow(unit, unit.plan_state or "", unit.plan_pk) for unit in units]


def tally(rows: list[BoardRow]) -> list[Tally]:
    """The rows counted by office; an office's own plan stands beside its schools' numbers."""
    offices: dict[int | None, Unit | None] = {}
    own: dict[int | None, BoardRow] = {}
    counted: dict[int | None, Counter[str]] = {}
    for row in rows:
        key = row.unit.office_id
        offices.setdefault(key, row.unit.office)
        counts = counted.setdefault(key, Counter())
        if row.unit.pk == key:
            own[key] = row
        else:
            counts[row.state] += 1
    return [
        Tally(
            label=office.name if office else "市直属学校",
            office=office,
            own=own.get(key),
            missing=counted[key][""] + counted[key][PlanState.DRAFT],
            returned=counted[key][PlanState.RETURNED],
            waiting=counted[key][PlanState.SUBMITTED],
            accepted=counted[key][PlanState.ACCEPTED],
        )
        for key, office in offices.items()
    ]
