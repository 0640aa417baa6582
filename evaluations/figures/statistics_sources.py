"""Where the numbers of the 统计年报 come from: one named figure, one reading of rows, one way to
show them.

A source reads (unit, row, amount) for any number of units at once; the rows are primary keys of
its `table`. The form (data) names the source and narrows it: {"name": "records", "kinds": […],
"take": "youth"}. What a closed unit did stands with the unit that carries on for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import F, Q, QuerySet

from activities.choices import ActivityState, CoHostState, CreditTarget
from activities.figures.lines import counted_lines
from activities.models import Activity, Appointment, CoHost, PartnerAgreement, Studio
from committees.choices import UnitKind, WorkStatus
from committees.figures.teams import age
from committees.models import (
    Committee,
    CommitteeService,
    Person,
    Post,
    Unit,
    UnitSuccession,
    UnitYear,
)
from evaluations.choices import BulletinState, TitleState
from evaluations.models import BulletinArticle, BulletinIssue, Title
from portal.kernel.calendar import school_year
from reading_program.choices import HOLDING
from reading_program.models import Entry, Result
from reading_program.models.results import TOLD

Found = tuple[int, int, int]  # unit, row, amount
FREED = {WorkStatus.RETIRED, WorkStatus.STEPPED_BACK}


@dataclass(frozen=True, slots=True)
class Elder:
    unit: int
    person: int
    categories: tuple[str, ...]
    is_backbone: bool
    born_on: date | None


class YearRecords:
    """What the portal knows of these units in one year; each table is read once, when asked for.

    `on` is the day a standing number is taken: the last day of the year, today while it runs.
    """

    def __init__(self, units: Iterable[Unit], *, year: int, on: date) -> None:
        self.asked = {unit.pk for unit in units}
        self.year = year
        self.day = min(on, date(year, 12, 31))
        self.first, self.last = date(year, 1, 1), date(year, 12, 31)

    @cached_property
    def heirs(self) -> dict[int, int]:
        """Every unit whose work counts here → the asked unit it counts for."""
        handed = dict(
            UnitSuccession.objects.in_force(self.last)
            .filter(carries_duties=True)
            .values_list("predecessor", "successor")
        )
        found = {pk: pk for pk in self.asked}
        for gone in handed:
            last, seen = gone, {gone}
            while last in handed and handed[last] not in seen:
                last = handed[last]
                seen.add(last)
            if last in self.asked:
                found.setdefault(gone, last)
        return found

    @cached_property
    def records(self) -> list[tuple[int, int, str, dict[str, int]]]:
        """(unit, record, kind, people) of accepted records, those held together at each host."""
        fields = ("pk", "kind__slug", "attendance", "elders", "youth")
        accepted = Activity.objects.accepted().in_year(self.year)
        own = accepted.filter(unit__in=self.heirs).order_by().values_list("unit", *fields)
        shared = (
            CoHost.objects.filter(
                unit__in=self.heirs,
                state=CoHostState.CONFIRMED,
                activity__state=ActivityState.ACCEPTED,
                activity__held_on__range=(self.first, self.last),
            )
            .order_by()
            .values_list("unit", *(f"activity__{name}" for name in fields))
        )
        return [
            (
                self.heirs[unit],
                pk,
                kind,
                {"attendance": all_of or 0, "elders": elders or 0, "youth": youth or 0},
            )
            for unit, pk, kind, all_of, elders, youth in [*own, *shared]
        ]

    @cached_property
    def members(self) -> list[tuple[int, int, str]]:
        posts = Post.objects.filter(
            committee__host__in=self.asked,
            committee__dissolved_on=None,
            period__contains=self.day,
        )
        rows = posts.order_by().values_list("committee__host", "person", "person__work_status")
        return sorted(set(rows))

    @cached_property
    def elders(self) -> list[Elder]:
        """Registered here, holding a post here or appointed here; each once a unit."""
        fields = ("pk", "categories", "is_backbone", "born_on")
        registered = Person.objects.filter(unit__in=self.asked).values_list("unit", *fields)
        through = [f"person__{name}" for name in fields]
        posts = Post.objects.filter(
            committee__host__in=self.asked,
            committee__dissolved_on=None,
            person__merged_into=None,
            period__contains=self.day,
        ).values_list("committee__host", *through)
        letters = Appointment.objects.filter(
            unit__in=self.asked, mentor__person__merged_into=None, period__contains=self.day
        ).values_list("unit", *(f"mentor__{name}" for name in through))
        found = {
            (unit, pk): Elder(unit, pk, tuple(categories), is_backbone, born_on)
            for rows in (registered, posts, letters)
            for unit, pk, categories, is_backbone, born_on in rows.order_by()
            if categories
        }
        return list(found.values())

    @cached_property
    def works(self) -> list[tuple[int, int, str]]:
        entries = Entry.objects.filter(
            unit__in=self.heirs, state__in=HOLDING, submitted_at__year=self.year
        )
        rows = entries.order_by().values_list("unit", "pk", "track__kind")
        return [(self.heirs[unit], pk, kind) for unit, pk, kind in rows]

    @cached_property
    def credited(self) -> dict[str, list[Found]]:
        """Records that the bureau's own rules count for a line of the statistics."""
        unit = Unit.objects.filter(pk__in=self.asked).select_related("city").first()
        lines: dict[str, list[Found]] = defaultdict(list)
        if unit is not None and unit.city is not None:
            counted = counted_lines(unit.city, year=self.year).filter(
                target=CreditTarget.STATISTIC, unit__in=self.asked
            )
            for line, place, pk in set(counted.order_by().values_list("line", "unit", "activity")):
                lines[line].append((place, pk, 1))
        return lines


Narrow = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Source:
    """`read` finds the rows; `table` holds them and says who may see which; `name` is in words."""

    name: str
    read: Callable[[YearRecords, Narrow], Iterable[Found]]
    table: str


def _records(known: YearRecords, narrow: Narrow) -> Iterable[Found]:
    kinds: Collection[str] = narrow.get("kinds", ())
    take = narrow.get("take", "")
    for unit, pk, kind, people in known.records:
        if not kinds or kind in kinds:
            yield unit, pk, people[take] if take else 1


def _members(known: YearRecords, narrow: Narrow) -> Iterable[Found]:
    for unit, person, status in known.members:
        if narrow.get("only") != "retired" or status in FREED:
            yield unit, person, 1


def _elders(known: YearRecords, narrow: Narrow) -> Iterable[Found]:
    only, by_age = narrow.get("only", ""), narrow.get("take") == "age"
    for one in known.elders:
        if only == "backbone" and not one.is_backbone:
            continue
        if only not in {"", "backbone"} and only not in one.categories:
            continue
        if not by_age:
            yield one.unit, one.person, 1
        elif one.born_on is not None:
            yield one.unit, one.person, age(one.born_on, on=known.day)


def _mentors(known: YearRecords, narrow: Narrow) -> Iterable[Found]:
    letters = Appointment.objects.filter(
        unit__in=known.asked, period__startswith__lte=known.last, period__endswith__gt=known.first
    )
    return [(unit, one, 1) for unit, one in _pairs(letters, "unit", "mentor__person")]


def _committees(known: YearRecords, narrow: Narrow) -> Iterable[Found]:
    living = Committee.objects.filter(
        Q(dissolved_on=None) | Q(dissolved_on__gt=known.day),
        Q(established_on=None) | Q(established_on__lte=known.day),
        host__in=known.asked,
    )
    return [(unit, one, 1) for unit, one in _pairs(living, "host", "pk")]


def _gardens(known: YearRecords, narrow: Narrow) -> Iterable[Found]:
    served = CommitteeService.objects.filter(
        committee__host__in=known.asked,
        period__contains=known.day,
        unit__kind=UnitKind.KINDERGARTEN,
    ).exclude(unit=F("committee__host"))
    return [(unit, one, 1) for unit, one in _pairs(served, "committee__host", "unit")]


def _students(known: YearRecords, narrow: Narrow) -> Iterable[Found]:
    """The newest school year told by the day; what it is, the row says."""
    told = UnitYear.objects.filter(
        unit__in=known.asked, students__isnull=False, year__lte=school_year(known.day)
    )
    newest = told.order_by("unit", "-year").distinct("unit")
    rows = newest.values_list("unit", "pk", "students")
    return [(unit, pk, students or 0) for unit, pk, students in rows]


def _works(known: YearRecords, narrow: Narrow) -> Iterable[Found]:
    for unit, pk, kind in known.works:
        if narrow.get("track") in {None, kind}:
            yield unit, pk, 1


def _awards(known: YearRecords, narrow: Narrow) -> Iterable[Found]:
    given = Result.objects.awarded().filter(
        entry__unit__in=known.heirs, list__state__in=TOLD, list__published_at__year=known.year
    )
    return [(known.heirs[unit], one, 1) for unit, one in _pairs(given, "entry__unit", "pk")]


def _issues(known: YearRecords, narrow: Narrow) -> Iterable[Found]:
    printed = BulletinIssue.objects.filter(
        series__unit__in=known.asked, year=known.year, state=BulletinState.ISSUED
    )
    return [(unit, one, 1) for unit, one in _pairs(printed, "series__unit", "pk")]


def _articles(known: YearRecords, narrow: Narrow) -> Iterable[Found]:
    taken = BulletinArticle.objects.filter(
        Q(source__unit__in=known.heirs) | Q(annual__unit__in=known.heirs),
        issue__state=BulletinState.ISSUED,
        issue__year=known.year,
    ).exclude(source__unit=F("issue__series__unit"))
    rows = taken.order_by().values_list("source__unit", "annual__unit", "pk")
    return [(known.heirs[unit or other], pk, 1) for unit, other, pk in rows]


def _studios(known: YearRecords, narrow: Narrow) -> Iterable[Found]:
    open_then = Studio.objects.filter(
        Q(closed_on=None) | Q(closed_on__gt=known.day),
        Q(founded_on=None) | Q(founded_on__lte=known.day),
        unit__in=known.asked,
    )
    return [(unit, one, 1) for unit, one in _pairs(open_then, "unit", "pk")]


def _partners(known: YearRecords, narrow: Narrow) -> Iterable[Found]:
    agreed = PartnerAgreement.objects.current(known.day).filter(partner__unit__in=known.asked)
    return [(unit, one, 1) for unit, one in _pairs(agreed, "partner__unit", "partner")]


def _titles(known: YearRecords, narrow: Narrow) -> Iterable[Found]:
    named = Title.objects.filter(unit__in=known.asked, named_on__year=known.year)
    return [
        (unit, one, 1)
        for unit, one in _pairs(named.exclude(state=TitleState.REVOKED), "unit", "pk")
    ]


def _credited(known: YearRecords, narrow: Narrow) -> Iterable[Found]:
    return known.credited.get(str(narrow.get("line", "")), ())


def _pairs(rows: QuerySet[Any], unit: str, row: str) -> list[tuple[int, int]]:
    return sorted(set(rows.order_by().values_list(unit, row)))


SOURCES: Mapping[str, Source] = {
    "committees": Source("关工委", _committees, "committees"),
    "members": Source("关工委职务", _members, "people"),
    "gardens": Source("联合关工委覆盖", _gardens, "units"),
    "elders": Source("“五老”名册、职务和聘书", _elders, "people"),
    "mentors": Source("聘书", _mentors, "people"),
    "students": Source("单位资料的学年数", _students, "unit_years"),
    "records": Source("活动记录", _records, "records"),
    "credited": Source("按计入规则算的活动记录", _credited, "records"),
    "works": Source("读书活动作品", _works, "works"),
    "awards": Source("读书活动奖项", _awards, "awards"),
    "issues": Source("印发的工作简报", _issues, "issues"),
    "articles": Source("简报里的文章", _articles, "articles"),
    "studios": Source("老园丁工作室", _studios, "studios"),
    "partners": Source("共建协议", _partners, "partners"),
    "titles": Source("单位称号", _titles, "titles"),
}


def rows_of(known: YearRecords, source: Narrow) -> dict[int, list[tuple[int, int]]]:
    """Unit → its rows (row, amount) of the figure a form names."""
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for unit, row, amount in SOURCES[str(source["name"])].read(known, source):
        found[unit].append((row, amount))
    return found
