"""Who has handed in a plan, who has not, and whose went back: one board, a constant few queries."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum

from committees.choices import UnitKind
from committees.models import Unit
from portal.kernel.cells import CellValue
from reading_program.choices import HOLDING, USUAL_SHARES, EntryState, PlanState, SheetState
from reading_program.models import (
    Edition,
    Entry,
    EntryGroup,
    ImplementationPlan,
    JudgingRound,
    Quota,
    ScoreSheet,
    Track,
)
from reading_program.scoring import aggregation, fairness
from reading_program.scoring.aggregation import Place

# What the board says of a unit, worst first: not begun and a draft both mean 没交.
WORDS: dict[str, tuple[str, str]] = {
    "": ("没交", "late"),
    PlanState.DRAFT: ("没交，在写", "draft"),
    PlanState.RETURNED: ("已退回", "returned"),
    PlanState.SUBMITTED: ("已交，待审核", "waiting"),
    PlanState.ACCEPTED: ("已通过", "done"),
}
ENTRY_TONES: dict[str, str] = {
    EntryState.DRAFT: "draft",
    EntryState.RESERVE: "later",
    EntryState.SUBMITTED: "waiting",
    EntryState.RETURNED: "returned",
    EntryState.CITY: "done",
    EntryState.DECLINED: "void",
    EntryState.WITHDRAWN: "void",
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


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One school's entries of one edition (or track), counted by where they stand."""

    unit: Unit
    written: int
    reserve: int
    waiting: int
    returned: int
    at_city: int

    @property
    def word(self) -> tuple[str, str]:
        """What the board says of the school: who has sent nothing comes first."""
        if not self.waiting + self.returned + self.at_city:
            return ("没报，在写", "draft") if self.written else ("没报", "late")
        if self.returned:
            return ("有退回的", "returned")
        return ("待审核", "waiting") if self.waiting else ("已报市", "done")


def entry_board(edition: Edition, *, under: Q, on: date) -> list[EntryRow]:
    """One row a school that may enter; two queries, whatever their number."""
    schools = (
        Unit.objects.filter(city=edition.city, kind=UnitKind.SCHOOL)
        .open_on(on)
        .filter(under)
        .select_related("office")
        .order_by("path")
    )
    counts: dict[int, Counter[str]] = {}
    entries = Entry.objects.filter(edition=edition, unit__in=schools)
    for unit, state, count in entries.values_list("unit", "state").annotate(Count("pk")):
        counts.setdefault(unit, Counter())[state] = count
    rows = []
    for unit in schools:
        mine = counts.get(unit.pk, Counter())
        rows.append(
            EntryRow(
                unit,
                written=mine[EntryState.DRAFT],
                reserve=mine[EntryState.RESERVE],
                waiting=mine[EntryState.SUBMITTED],
                returned=mine[EntryState.RETURNED],
                at_city=mine[EntryState.CITY],
            )
        )
    return rows


def places_of(track: Track, unit: Unit) -> int | None:
    """The unit's own absolute places in all groups together; None where nobody set a number."""
    rows = Quota.objects.filter(track=track, unit=unit, places__isnull=False)
    total: int | None = rows.aggregate(total=Sum("places"))["total"]
    return total


def used_by(
    track: Track, units: Iterable[Unit], *, group: EntryGroup | None = None
) -> dict[int, int]:
    """Unit id to the number of its entries that take a place, of one group or of all."""
    holding = Entry.objects.filter(track=track, unit__in=units, state__in=HOLDING)
    if group is not None:
        holding = holding.filter(group=group)
    return dict(holding.values_list("unit").annotate(Count("pk")))


# --- judging ------------------------------------------------------------------------------------


def marks_of(here: JudgingRound) -> dict[int, dict[int, Decimal]]:
    """Copy id → judge id → mark, handed in alone, in the order they were given."""
    found: dict[int, dict[int, Decimal]] = {}
    sheets = ScoreSheet.objects.filter(copy__round=here, state=SheetState.SUBMITTED)
    in_order = sheets.order_by("copy", "is_third", "submitted_at", "pk")
    for copy, judge, total in in_order.values_list("copy", "judge", "total"):
        found.setdefault(copy, {})[judge] = total or Decimal(0)
    return found


def criteria_means(here: JudgingRound) -> dict[int, list[Fraction]]:
    """Copy id → the mean of each criterion, in the order of the score sheet; for ties."""
    marks: dict[int, list[list[Fraction]]] = {}
    sheets = ScoreSheet.objects.filter(copy__round=here, state=SheetState.SUBMITTED)
    for copy, given in sheets.order_by("pk").values_list("copy", "marks"):
        marks.setdefault(copy, []).append([Fraction(mark) for mark in given])
    return {
        copy: [sum(column, Fraction(0)) / len(column) for column in zip(*rows, strict=True)]
        for copy, rows in marks.items()
    }


def standings(here: JudgingRound) -> list[Place]:
    """The works of a round in order, keyed by copy id, each with the rule that told it apart."""
    values = aggregation.results(marks_of(here), rule=aggregation.Rule(here.rule), gap=here.gap)
    return aggregation.places(values, criteria=criteria_means(here))


def fairness_of(here: JudgingRound) -> fairness.Report:
    """How even-handed the judging was; counts are the usual shares of first to third prizes."""
    marks = marks_of(here)
    counts = aggregation.counts_of_shares(len(marks), per_cent=USUAL_SHARES)
    return fairness.report(marks, rule=aggregation.Rule(here.rule), counts=counts)


def declined_of(here: JudgingRound) -> dict[int, int]:
    """Judge id → how many works that judge gave back."""
    sheets = ScoreSheet.objects.filter(copy__round=here, state=SheetState.DECLINED)
    return dict(sheets.order_by("judge").values_list("judge").annotate(Count("pk")))


def thirds_of(here: JudgingRound) -> int:
    """How many works a third judge was called for."""
    return ScoreSheet.objects.filter(copy__round=here, is_third=True).count()


HEADINGS = [
    "序号",
    "编号",
    "项目",
    "组别",
    "题目",
    "姓名",
    "学校",
    "年级班级",
    "指导老师",
    "字数",
    "状态",
]


def summary_rows(entries: Iterable[Entry]) -> list[list[CellValue]]:
    """One row an entry; no telephone, no birth date: the sheet is passed from hand to hand."""
    return [
        [
            at,
            entry.number,
            entry.track.name,
            entry.group.name if entry.group else "",
            entry.title,
            "、".join([entry.nominee_name, *entry.members]),
            entry.unit.name,
            entry.class_label,
            "、".join(each.name for each in entry.advisers.all()),
            entry.characters or None,
            entry.get_state_display(),
        ]
        for at, entry in enumerate(entries, start=1)
    ]
