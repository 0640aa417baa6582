"""Is the organisation one story? Each check names what does not agree, and where to mend it.

Constraints and services keep all of this; the checks are for what came in by other ways: a restored
backup, a hand-written SQL statement, an old version. Each check is one or two queries for a city.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Model, OuterRef, Q, Subquery
from django.db.models.functions import Length, Substr
from django.urls import reverse

from activities.choices import ActivityState, CreditState
from activities.models import Activity, Credit, ObligationCell
from committees.choices import UnitKind
from committees.models import (
    Committee,
    CommitteeService,
    CommitteeTerm,
    Person,
    Post,
    RoleGrant,
    Unit,
    UnitMembership,
    UnitPeriod,
)
from portal.kernel import cells


@dataclass(frozen=True, slots=True)
class Doubt:
    """One thing that does not agree, in a sentence, and the page where it is put right."""

    sentence: str
    url: str


@dataclass(frozen=True, slots=True)
class Check:
    code: str
    title: str
    find: Callable[[Unit, date], Iterable[Doubt]]


def of_unit(pk: int) -> str:
    return reverse("committees:unit", args=[pk])


# --- the tree -----------------------------------------------------------------------------------


def _paths(city: Unit, on: date) -> Iterable[Doubt]:
    above = Unit.objects.filter(path=OuterRef("above")).values("pk")[:1]
    units = (
        Unit.objects.below(city)
        .exclude(pk=city.pk)
        .annotate(above=Substr("path", 1, Length("path") - Unit.steplen))
        .annotate(hangs=Subquery(above))
    )
    links = dict(
        UnitMembership.objects.filter(unit__in=units, period__upper_inf=True).values_list(
            "unit", "parent"
        )
    )
    is_open = set(
        UnitPeriod.objects.filter(unit__in=units, period__upper_inf=True).values_list(
            "unit", flat=True
        )
    )
    for unit in units:
        if unit.pk in is_open and unit.pk not in links:
            yield Doubt(f"“{unit}”开办着，却没有主管单位", of_unit(unit.pk))
        elif unit.pk not in is_open and unit.pk in links:
            yield Doubt(f"“{unit}”已经撤销，却还有主管单位", of_unit(unit.pk))
        elif unit.pk in links and links[unit.pk] != unit.hangs:
            yield Doubt(f"“{unit}”在树上的位置和登记的主管单位不一致", of_unit(unit.pk))


def _offices(city: Unit, on: date) -> Iterable[Doubt]:
    office = Unit.objects.filter(
        path=Substr(OuterRef("path"), 1, 2 * Unit.steplen), kind=UnitKind.OFFICE
    )
    units = Unit.objects.below(city).annotate(ought=Subquery(office.values("pk")[:1]))
    wrong = units.exclude(office=F("ought")).exclude(office=None, ought=None)
    for unit in wrong.union(units.filter(~Q(city=city))):
        yield Doubt(f"“{unit}”记的教办或市，和它在树上的位置不一致", of_unit(unit.pk))


def _twins(city: Unit, on: date) -> Iterable[Doubt]:
    """Names that only spaces, width or case tell apart; the same name is refused at once."""
    seen: dict[tuple[str, str], Unit] = {}
    for unit in Unit.objects.below(city).open_on(on).order_by("path"):
        place = (unit.path[: -Unit.steplen], cells.key(unit.name))
        if place in seen:
            yield Doubt(f"“{unit}”和“{seen[place]}”在同一个主管下，名称一样", of_unit(unit.pk))
        seen.setdefault(place, unit)
        if unit.name != unit.name.strip():
            yield Doubt(f"“{unit}”的名称前后有空格", of_unit(unit.pk))


# --- dated links --------------------------------------------------------------------------------

LINKS: list[tuple[type[Model], str, list[str], str]] = [
    (UnitPeriod, "unit", ["unit"], "开办时间"),
    (UnitMembership, "unit", ["unit"], "主管单位"),
    (CommitteeService, "unit", ["unit"], "由哪个关工委覆盖"),
    (CommitteeTerm, "committee__host", ["committee"], "届期"),
    (Post, "committee__host", ["committee", "person", "position"], "职务"),
    (RoleGrant, "unit", ["user", "unit", "role"], "账号的角色"),
]


def _overlaps(city: Unit, on: date) -> Iterable[Doubt]:
    for table, place, keys, what in LINKS:
        same = {key: OuterRef(key) for key in keys}
        later = table._base_manager.filter(**same, period__overlap=OuterRef("period"))
        found = (
            table._base_manager.filter(**{f"{place}__path__startswith": city.path})
            .annotate(again=Subquery(later.filter(pk__gt=OuterRef("pk")).values("pk")[:1]))
            .filter(again__isnull=False)
            .values_list(f"{place}", f"{place}__name")
        )
        for unit, name in found:
            yield Doubt(f"“{name}”的{what}有两段时间重叠", of_unit(unit))


def _committees(city: Unit, on: date) -> Iterable[Doubt]:
    open_now = UnitPeriod.objects.filter(period__upper_inf=True).values("unit")
    here = Committee.objects.filter(host__path__startswith=city.path).select_related("host")
    for committee in here.filter(dissolved_on=None).exclude(host__in=open_now):
        yield Doubt(f"“{committee}”还在，设它的单位已经撤销", of_unit(committee.host_id))
    left = Q(services__period__upper_inf=True) | Q(posts__period__upper_inf=True)
    for committee in here.exclude(dissolved_on=None).filter(left).distinct():
        yield Doubt(f"“{committee}”已经撤销，却还覆盖单位或有人任职", of_unit(committee.host_id))
    services = CommitteeService.objects.filter(
        unit__path__startswith=city.path, period__upper_inf=True
    ).exclude(unit__in=open_now)
    for service in services.select_related("unit", "committee"):
        yield Doubt(f"“{service.unit}”已经撤销，却还由“{service.committee}”覆盖",
                    of_unit(service.unit_id))  # fmt: skip


# --- people and accounts ------------------------------------------------------------------------


def _people(city: Unit, on: date) -> Iterable[Doubt]:
    """The same name with the same telephone, or born in the same month, at two units."""
    seen: dict[tuple[str, str], dict[int, Person]] = defaultdict(dict)
    people = Person.objects.filter(unit__path__startswith=city.path).select_related("unit")
    for person in people.order_by("pk"):
        marks = [person.phone, f"{person.born_on:%Y-%m}" if person.born_on else ""]
        for mark in filter(None, marks):
            seen[cells.key(person.name), mark].setdefault(person.unit_id, person)
    told: set[frozenset[int]] = set()
    for twins in seen.values():
        same = frozenset(person.pk for person in twins.values())
        if len(same) > 1 and same not in told:
            told.add(same)
            first, *others = twins.values()
            places = "、".join(f"“{other.unit}”" for other in others)
            yield Doubt(f"{first}在“{first.unit}”和{places}都登记着，可能是同一个人",
                        reverse("committees:duplicates"))  # fmt: skip


def _left_behind(city: Unit, on: date) -> Iterable[Doubt]:
    open_now = UnitPeriod.objects.filter(period__contains=on).values("unit")
    closed = Unit.objects.below(city).exclude(pk__in=open_now)
    grants = RoleGrant.objects.filter(unit__in=closed, period__contains=on)
    for grant in grants.select_related("user", "unit"):
        yield Doubt(f"“{grant.unit}”已经撤销，{grant.user}还有那里的权限",
                    reverse("committees:accounts"))  # fmt: skip
    for unit in closed.annotate(people_left=Count("people")).filter(people_left__gt=0):
        yield Doubt(f"“{unit}”已经撤销，名册上还有 {unit.people_left} 人，转到别的单位",
                    f"{reverse('committees:people')}?unit={unit.pk}")  # fmt: skip


# --- records ------------------------------------------------------------------------------------


def _recount(city: Unit, on: date) -> Iterable[Doubt]:
    """Every cell against the credits below it."""
    counted = Count("pk", filter=Q(state=CreditState.COUNTED))
    pending = Count("pk", filter=Q(state=CreditState.PENDING))
    ought = {
        (unit, item): (done, waiting)
        for unit, item, done, waiting in Credit.objects.filter(
            unit__path__startswith=city.path, item__isnull=False
        )
        .order_by()
        .values_list("unit", "item")
        .annotate(done=counted, waiting=pending)
        if done or waiting
    }
    kept: dict[tuple[int, int], tuple[int, int]] = {
        (unit, item): (done, waiting)
        for unit, item, done, waiting in ObligationCell.objects.filter(
            unit__path__startswith=city.path
        )
        .exclude(counted=0, pending=0)
        .values_list("unit", "item", "counted", "pending")
    }
    wrong = {key for key in ought.keys() | kept.keys() if ought.get(key) != kept.get(key)}
    names = Unit.objects.in_bulk([unit for unit, _ in wrong])
    for unit, item in sorted(wrong):
        yield Doubt(f"“{names[unit]}”的完成数和记录对不上（第 {item} 项）", of_unit(unit))


def _receivers(city: Unit, on: date) -> Iterable[Doubt]:
    """A waiting record lies with whoever stands above its unit, or nobody can accept it."""
    above = Unit.objects.filter(
        path=Substr(OuterRef("unit__path"), 1, Length(OuterRef("unit__path")) - Unit.steplen)
    )
    lost = (
        Activity.objects.filter(unit__path__startswith=city.path, state=ActivityState.SUBMITTED)
        .annotate(ought=Subquery(above.values("pk")[:1]))
        .exclude(receiver=F("ought"))
        .select_related("unit")
    )
    for record in lost:
        yield Doubt(f"“{record.unit}”的“{record}”（{record.held_label}）等着审，却不在主管单位那里",
                    reverse("activities:activity", args=[record.pk]))  # fmt: skip


CHECKS = [
    Check("paths", "单位的位置和主管", _paths),
    Check("offices", "单位记的教办和市", _offices),
    Check("twins", "同一主管下名称一样", _twins),
    Check("overlaps", "时间重叠", _overlaps),
    Check("committees", "关工委和设它的单位", _committees),
    Check("people", "一个人登记在两处", _people),
    Check("left_behind", "撤销单位留下的账号和人", _left_behind),
    Check("recount", "完成数和记录", _recount),
    Check("receivers", "待审记录在谁那里", _receivers),
]


def examine(city: Unit, *, on: date) -> list[tuple[Check, list[Doubt]]]:
    return [(check, list(check.find(city, on))) for check in CHECKS]


def as_data(found: Iterable[tuple[Check, list[Doubt]]]) -> list[dict[str, Any]]:
    """For the command's --json."""
    return [
        {"check": check.code, "title": check.title, "doubts": [doubt.sentence for doubt in doubts]}
        for check, doubts in found
    ]
