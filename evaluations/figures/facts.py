"""What the year's own records already say of the questions in a table of points.

Which record answers which question is data (data/five-goods-sources.json): a question it does not
name is asked of a person. Where a credit rule of the bureau counts records for a rubric line of a
question's name, the rule answers in place of the data. As many queries for one unit as for all.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from activities.choices import CoHostState, CreditTarget
from activities.figures.lines import counted_lines, unit_lines
from activities.models import (
    Activity,
    ActivityFile,
    Appointment,
    CreditRule,
    PartnerAgreement,
    Studio,
)
from committees.choices import CheckState, HaveResult
from committees.figures import teams
from committees.models import Committee, FiveHavesAnswer, Person, Unit
from committees.services.rules import rules_of
from evaluations.choices import AnnualSection, BulletinState
from evaluations.models import AnnualBulletin, AnnualRound, BulletinArticle, StatisticsRound
from reading_program.choices import PlanState
from reading_program.models import ImplementationPlan

DATA = Path(__file__).parents[1] / "data" / "five-goods-sources.json"
# What a record must hold besides being accepted.
HOLDS = {
    "written": ~Q(minutes=""),
    "decided": ~Q(decisions=""),
    "youth": Q(youth__isnull=False),
    "papers": Q(has_papers=True),
}

BY_RECORDS = {"records", "count"}  # the sources a rule of the bureau may replace


@dataclass(slots=True)
class UnitFacts:
    """One unit's year: accepted records by kind and by what they hold, and what stands beside."""

    kinds: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    holding: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    haves: set[str] = field(default_factory=set)
    vacancies: int = 0
    people: int = 0
    appointments: int = 0
    cross: int = 0
    articles: int = 0
    own_studio: bool = False
    joint_studio: bool = False
    agreements: int = 0
    reading_plan: bool = False
    # question → records that count for it by the bureau's own rules, 0 where none does
    ruled: dict[str, int] = field(default_factory=dict)
    # Of the yearly bulletin; None while the city has not asked or its day is still to come.
    bulletin_in_time: bool | None = None
    missing_sections: int | None = None
    # Of the yearly statistics, likewise.
    report_in_time: bool | None = None


@cache
def sources() -> Mapping[str, Mapping[str, Any]]:
    found: Mapping[str, Mapping[str, Any]] = json.loads(DATA.read_text("utf-8"))
    return found


def facts_of(units: Sequence[Unit], *, year: int, on: date) -> dict[int, UnitFacts]:
    """The facts of every unit given, by its pk."""
    facts = {unit.pk: UnitFacts() for unit in units}
    if not facts:
        return facts
    _records(facts, year)
    _beside(facts, year, on)
    _ruled(facts, units[0].city, year)
    committees = Committee.objects.filter(host__in=facts)
    for vacancy in teams.vacancies(committees, rules_of(units[0]), on=on):
        facts[vacancy.committee.host_id].vacancies += 1
    return facts


def _records(facts: dict[int, UnitFacts], year: int) -> None:
    papers = Exists(ActivityFile.objects.filter(activity=OuterRef("pk")))
    accepted = Activity.objects.accepted().in_year(year).annotate(has_papers=papers)
    counts = {name: Count("pk", distinct=True, filter=held) for name, held in HOLDS.items()}
    own = accepted.filter(unit__in=facts).values_list("unit_id", "kind__slug")
    joint = accepted.filter(
        cohosts__unit__in=facts, cohosts__state=CoHostState.CONFIRMED
    ).values_list("cohosts__unit_id", "kind__slug")
    for found in (own, joint):
        rows = found.order_by().annotate(all=Count("pk", distinct=True), **counts)
        for unit, kind, total, *held in rows:
            if unit not in facts:
                continue
            facts[unit].kinds[kind] += total
            for name, count in zip(counts, held, strict=True):
                facts[unit].holding[kind, name] += count


def _beside(facts: dict[int, UnitFacts], year: int, on: date) -> None:
    met = FiveHavesAnswer.objects.filter(
        check_of__unit__in=facts, check_of__year=year, check_of__state=CheckState.CONFIRMED,
        result=HaveResult.MET,
    )  # fmt: skip
    for unit, have in met.values_list("check_of__unit", "have"):
        facts[unit].haves.add(have)
    for unit, count in _counted(Person.objects.filter(unit__in=facts), "unit"):
        facts[unit].people = count
    first, last = date(year, 1, 1), date(year, 12, 31)
    letters = Appointment.objects.filter(
        Q(unit__in=facts) | Q(home__in=facts),
        period__startswith__lte=last,
        period__endswith__gt=first,
    )
    for unit, home in letters.values_list("unit", "home"):
        if unit in facts:
            facts[unit].appointments += 1
        for place in {unit, home} & facts.keys() if unit != home else ():
            facts[place].cross += 1
    printed = BulletinArticle.objects.filter(
        source__unit__in=facts, issue__state=BulletinState.ISSUED, issue__year=year
    )
    for unit, count in _counted(printed, "source__unit"):
        facts[unit].articles = count
    _studios(facts, on)
    plans = ImplementationPlan.objects.filter(
        unit__in=facts,
        edition__starts_on__year__lte=year,
        edition__ends_on__year__gte=year,
        state=PlanState.ACCEPTED,
    )
    for unit in plans.values_list("unit", flat=True):
        facts[unit].reading_plan = True
    agreed = PartnerAgreement.objects.current(on).filter(partner__unit__in=facts)
    for unit, count in _counted(agreed, "partner__unit"):
        facts[unit].agreements = count
    _annual(facts, year, on)
    _statistics(facts, year, on)


def _annual(facts: dict[int, UnitFacts], year: int, on: date) -> None:
    """The yearly bulletin: in time or not, and how many of its five sections lack.

    A section that was appraised with the year's `missing_grade` lacks as an empty one does. One
    not handed in lacks all five once its day is over.
    """
    cities = {one.city_id: one for one in AnnualRound.objects.filter(year=year)}
    if not cities:
        return
    found = AnnualBulletin.objects.filter(year=year, unit__in=facts).prefetch_related("reviews")
    standing = {one.unit_id: one for one in found}
    for unit, city in Unit.objects.filter(pk__in=facts).values_list("pk", "city"):
        asked, bulletin = cities.get(city), standing.get(unit)
        came = bulletin.first_submitted_at if bulletin is not None else None
        if asked is None or (came is None and on <= asked.due_on):
            continue
        facts[unit].missing_sections = len(AnnualSection)
        facts[unit].bulletin_in_time = False
        if bulletin is not None and came is not None:
            facts[unit].bulletin_in_time = timezone.localtime(came).date() <= asked.due_on
            poor = {
                review.section
                for review in bulletin.reviews.all()
                if review.grade == asked.missing_grade
            }
            facts[unit].missing_sections = len(AnnualSection) - len(set(bulletin.filled()) - poor)


def _statistics(facts: dict[int, UnitFacts], year: int, on: date) -> None:
    """The yearly statistics: first signed by their day or not; nothing while there is time."""
    for asked in StatisticsRound.objects.filter(year=year):
        came = dict(
            asked.reports.filter(unit__in=facts, first_signed_at__isnull=False).values_list(
                "unit", "first_signed_at"
            )
        )
        mine = Unit.objects.filter(pk__in=facts, city=asked.city_id)
        for unit in mine.values_list("pk", flat=True):
            if unit in came:
                signed_on = timezone.localtime(came[unit]).date()
                facts[unit].report_in_time = signed_on <= asked.due_on
            elif on > asked.due_on:
                facts[unit].report_in_time = False


def _ruled(facts: dict[int, UnitFacts], city: Unit | None, year: int) -> None:
    """What the bureau's rules count for rubric lines; a line with a rule and no record has 0."""
    in_force = CreditRule.objects.in_force().filter(
        city=city, year=year, target=CreditTarget.RUBRIC
    )
    lines = sorted(set(in_force.values_list("line", flat=True)))
    if not lines or city is None:
        return
    counted = unit_lines(counted_lines(city, year=year).filter(unit__in=facts))
    for unit, own in facts.items():
        own.ruled = {line: counted.get(unit, {}).get(line, 0) for line in lines}


def _studios(facts: dict[int, UnitFacts], on: date) -> None:
    """One's own studio, or a joint one (片区联建) under the same office."""
    offices = dict(Unit.objects.filter(pk__in=facts).values_list("pk", "office"))
    joint = set()
    for unit, office, is_joint in Studio.objects.open().filter(
        Q(unit__in=facts) | Q(is_joint=True, unit__office__in=set(offices.values()) - {None})
    ).values_list("unit", "unit__office", "is_joint"):  # fmt: skip
        if unit in facts and not is_joint:
            facts[unit].own_studio = True
        if is_joint:
            joint.add(office)
    for unit, office in offices.items():
        facts[unit].joint_studio = office in joint


def _counted(rows: QuerySet[Any], unit: str) -> Iterable[tuple[int, int]]:
    return rows.order_by().values_list(unit).annotate(n=Count("pk"))


def suggested(facts: UnitFacts, key: str) -> Any:
    """The value the records give this question, or None where they know nothing of it.

    False and 0 are knowledge too: nothing was found where it would have been recorded.
    """
    source = sources().get(key)
    if source is None:
        return None
    (how, what), *rest = source.items()
    if key in facts.ruled and how in BY_RECORDS:
        return facts.ruled[key] if how == "count" else facts.ruled[key] > 0
    return _HOW[how](facts, what, dict(rest).get("with", ""))


def _records_of(facts: UnitFacts, kinds: Sequence[str], held: str) -> int:
    if held:
        return sum(facts.holding[kind, held] for kind in kinds)
    return sum(facts.kinds[kind] for kind in kinds)


def _studio_level(facts: UnitFacts, levels: Sequence[str], held: str) -> str:
    own, joint = levels
    return own if facts.own_studio else joint if facts.joint_studio else ""


def _partnership_level(facts: UnitFacts, levels: Sequence[str], held: str) -> str:
    active, agreed = levels
    return active if facts.kinds["partnership"] else agreed if facts.agreements else ""


_HOW: Mapping[str, Callable[[UnitFacts, Any, str], Any]] = {
    "records": lambda facts, kinds, held: _records_of(facts, kinds, held) > 0,
    "count": _records_of,
    "have": lambda facts, have, held: have in facts.haves,
    "vacant_posts": lambda facts, what, held: facts.vacancies,
    "no_vacancy": lambda facts, what, held: facts.vacancies == 0,
    "people": lambda facts, what, held: facts.people > 0,
    "appointments": lambda facts, what, held: (
        (facts.cross if what == "cross" else facts.appointments) > 0
    ),
    "articles": lambda facts, what, held: facts.articles,
    "studio": _studio_level,
    "partnership": _partnership_level,
    "annual": lambda facts, what, held: getattr(facts, what),
    "statistics": lambda facts, what, held: getattr(facts, what),
    "reading_plan": lambda facts, what, held: facts.reading_plan,
}


def records_for(unit: Unit, keys: Iterable[str], *, year: int) -> QuerySet[Activity]:
    """The accepted records that speak for these questions, oldest first."""
    kinds = {
        kind
        for key in keys
        for how, what in sources().get(key, {}).items()
        if how in BY_RECORDS
        for kind in what
    }
    own = Q(unit=unit) | Q(cohosts__unit=unit, cohosts__state=CoHostState.CONFIRMED)
    found = Activity.objects.accepted().in_year(year).filter(own, kind__slug__in=kinds)
    return found.select_related("kind").distinct().order_by("held_on", "pk")
