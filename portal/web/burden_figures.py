"""What was asked of each unit, month by month, and what asking once more would cost.

Every number is a sum over DataAnswer rows, whose price was fixed when the request was sent. Units
stand in the order of the tree: nobody is ranked by what they were asked or did.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from activities.choices import PlanState, ReliefKind, RequiredField
from activities.figures.asked import asks, tasks_of
from activities.models import ObligationRelief, PlanTask, WorkPlan
from committees.models import ObligationItem, ObligationSet, Unit
from portal.web.choices import MINUTES, FieldKind
from portal.web.models import BurdenCeiling, DataAnswer, DataField, DataRequest


@dataclass(frozen=True, slots=True)
class Asked:
    """How often, how many answers and papers, how many minutes."""

    requests: int = 0
    fields: int = 0
    uploads: int = 0
    minutes: int = 0

    def __add__(self, other: "Asked") -> "Asked":
        return Asked(
            self.requests + other.requests,
            self.fields + other.fields,
            self.uploads + other.uploads,
            self.minutes + other.minutes,
        )


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One unit of the year; `months` holds January first."""

    unit: Unit
    months: Sequence[Asked]

    @property
    def total(self) -> Asked:
        return sum(self.months, Asked())


def ledger(answers: QuerySet[DataAnswer], units: Iterable[Unit], *, year: int) -> list[LedgerRow]:
    """Every unit given, also those asked nothing, in one query for all of them."""
    asked = Q(fields_asked__gt=0)
    rows = (
        answers.filter(asked, asked_on__range=(date(year, 1, 1), date(year, 12, 31)))
        .order_by()
        .annotate(month=TruncMonth("asked_on"))
        .values_list("unit_id", "month")
        .annotate(Count("pk"), Sum("fields_asked"), Sum("uploads_asked"), Sum("minutes"))
    )
    found = {(unit, month.month): Asked(*sums) for unit, month, *sums in rows}
    return [
        LedgerRow(unit, [found.get((unit.pk, month), Asked()) for month in range(1, 13)])
        for unit in units
    ]


@dataclass(frozen=True, slots=True)
class StandingRow:
    """What the year's obligations and plan ask of one unit; `months` holds January first.

    `requests` are records and answers asked, `fields` what each must hold, `uploads` papers.
    """

    unit: Unit
    months: Sequence[Asked]

    @property
    def total(self) -> Asked:
        return sum(self.months, Asked())


def standing_asks(city: Unit, units: Iterable[Unit], *, year: int) -> list[StandingRow]:
    """What stands asked without any request, in the month it is due; the same few queries for all.

    An item of the obligations asks its records with the fields its rule requires. A task of the
    plan asks an answer where nothing measures it, and a paper where it names one; one measured by
    an obligation or by records kept anyway asks nothing again. A unit let off is not asked.
    """
    items = _items_asked(city, year)
    waived = set(
        ObligationRelief.objects.filter(
            unit__city=city, year=year, kind=ReliefKind.WAIVED
        ).values_list("unit_id", "code")
    )
    plan = WorkPlan.objects.filter(city=city, year=year, state=PlanState.PUBLISHED).first()
    tasks = [(task, _task_asks(task)) for task in tasks_of(plan)] if plan else []
    rows = []
    for unit in units:
        months = [Asked() for _ in range(12)]
        for item, asked in items:
            if unit.kind in item.unit_kinds and (unit.pk, item.code) not in waived:
                months[item.due_on.month - 1] += asked
        for task, asked in tasks:
            if asked.requests and asks(task, unit):
                months[(task.due_on.month if task.due_on else 12) - 1] += asked
        rows.append(StandingRow(unit, months))
    return rows


def _items_asked(city: Unit, year: int) -> list[tuple[ObligationItem, Asked]]:
    current = ObligationSet.objects.current(city, year)
    if current is None:
        return []
    found = []
    for item in current.items.prefetch_related("rules"):
        in_force = [rule for rule in item.rules.all() if rule.retired_at is None]
        # Of several rules one is enough: the least any of them asks.
        required = min((rule.requires for rule in in_force), key=len, default=[])
        papers = sum(name == RequiredField.FILES for name in required)
        once = Asked(1, len(required) - papers, papers, _minutes(len(required) - papers, papers))
        found.append((item, sum([once] * item.min_count, Asked())))
    return found


def _task_asks(task: PlanTask) -> Asked:
    papers = int(bool(task.evidence) and task.kind_id is None and not task.obligation)
    answers = int(task.kind_id is None and not task.obligation)
    return Asked(answers, answers, papers, _minutes(answers, papers))


def _minutes(fields: int, papers: int) -> int:
    return fields * MINUTES[FieldKind.TEXT] + papers * MINUTES[FieldKind.FILE]


def price(fields: Iterable[DataField]) -> Asked:
    """What one unit is asked by these fields; those the records answer cost nothing."""
    asked = [field for field in fields if not field.source]
    return Asked(
        requests=1 if asked else 0,
        fields=len(asked),
        uploads=sum(field.kind == FieldKind.FILE for field in asked),
        minutes=sum(MINUTES[field.kind] for field in asked),
    )


def units_asked(request: DataRequest, *, on: date) -> QuerySet[Unit]:
    """Open units of the kinds asked, in the order of the tree."""
    found: QuerySet[Unit] = Unit.objects.below(request.city).open_on(on)
    return found.filter(kind__in=request.unit_kinds).order_by("path")


def over_ceiling(request: DataRequest, *, on: date) -> tuple[int, list[Unit]]:
    """The city's ceiling (0 for none) and the units that this request would lift over it."""
    ceiling = BurdenCeiling.objects.filter(city=request.city).first()
    if ceiling is None:
        return 0, []
    room = ceiling.minutes - price(request.fields.all()).minutes
    so_far = Sum(
        "data_answers__minutes",
        filter=Q(data_answers__asked_on__year=on.year, data_answers__asked_on__month=on.month),
        default=0,
    )
    units: Any = units_asked(request, on=on).annotate(so_far=so_far)
    return ceiling.minutes, list(units.filter(so_far__gt=room))


def hours_words(minutes: int) -> str:
    """45 分钟, 3 小时, 3 小时 20 分钟."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} 分钟"
    return f"{hours} 小时 {rest} 分钟" if rest else f"{hours} 小时"
