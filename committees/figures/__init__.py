"""Who is covered by a committee, counted from dated links; what a list of units shows.

组织覆盖率 counts institutions (schools and kindergartens) that a committee serves on the day, among
those open on it. An institution served by a joint committee counts as served. Each stands under
the office it belonged to that day.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from committees.choices import POSITION_ORDER, Position, SchoolStage, UnitKind
from committees.models import (
    Committee,
    CommitteeService,
    Post,
    RoleGrant,
    Unit,
    UnitMembership,
    UnitPeriod,
    UnitYear,
)
from committees.policy import Role
from portal.kernel.calendar import school_year

INSTITUTIONS = [UnitKind.SCHOOL, UnitKind.KINDERGARTEN]
DIRECT = "市直属"
NO_STAGE, GARDEN = "没有填学段的学校", "幼儿园"


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """One office, or the units directly under the bureau."""

    unit: Unit
    label: str
    schools: int
    schools_served: int
    kindergartens: int
    kindergartens_served: int

    @property
    def total(self) -> int:
        return self.schools + self.kindergartens

    @property
    def served(self) -> int:
        return self.schools_served + self.kindergartens_served

    @property
    def missing(self) -> int:
        return self.total - self.served

    @property
    def percent(self) -> int:
        return percent(self.served, self.total)


@dataclass(frozen=True, slots=True)
class StageRow:
    """Coverage of one level: 小学, 初中 … 幼儿园; `code` is its word, empty where none is known."""

    label: str
    code: str
    total: int
    served: int

    @property
    def percent(self) -> int:
        return percent(self.served, self.total)


@dataclass(frozen=True, slots=True)
class Coverage:
    on: date
    rows: list[CoverageRow]
    stages: list[StageRow]

    @property
    def schools(self) -> int:
        return sum(row.schools for row in self.rows)

    @property
    def schools_served(self) -> int:
        return sum(row.schools_served for row in self.rows)

    @property
    def kindergartens(self) -> int:
        return sum(row.kindergartens for row in self.rows)

    @property
    def kindergartens_served(self) -> int:
        return sum(row.kindergartens_served for row in self.rows)

    @property
    def total(self) -> int:
        return sum(row.total for row in self.rows)

    @property
    def served(self) -> int:
        return sum(row.served for row in self.rows)

    @property
    def missing(self) -> int:
        return self.total - self.served

    @property
    def percent(self) -> int:
        return percent(self.served, self.total)


def percent(part: int, whole: int) -> int:
    """Whole percent rounded down, so that 100 means all of them; 0 where there is nothing."""
    return part * 100 // whole if whole else 0


def mask_phone(phone: str) -> str:
    """138****0001: enough to recognise a number, not enough to dial it."""
    if len(phone) < 8:
        return "*" * len(phone)
    return f"{phone[:3]}****{phone[-4:]}"


def for_list(units: QuerySet[Unit], *, on: date) -> QuerySet[Unit]:
    """Annotate each unit with `is_served` and `students` of its latest school year."""
    latest = UnitYear.objects.filter(unit=OuterRef("pk"), students__isnull=False).order_by("-year")
    return units.select_related("office").annotate(
        is_served=served_on(on), students=Subquery(latest.values("students")[:1])
    )


def served_on(day: date, unit: str = "pk") -> Exists:
    """True where a committee serves the unit on the day."""
    return Exists(CommitteeService.objects.filter(unit=OuterRef(unit), period__contains=day))


def institutions_on(root: Unit, on: date) -> QuerySet[UnitMembership]:
    """Open schools and kindergartens below a bureau or office, as the tree stood on the day."""
    under = Q(parent=root) if root.kind == UnitKind.OFFICE else Q(parent__city=root)
    open_then = Exists(UnitPeriod.objects.filter(unit=OuterRef("unit"), period__contains=on))
    return UnitMembership.objects.filter(
        under, open_then, period__contains=on, unit__kind__in=INSTITUTIONS
    )


def coverage(root: Unit, *, on: date) -> Coverage:
    """Coverage below a bureau by office, or of one office, as the tree stood on the day."""
    counted = (
        institutions_on(root, on)
        .annotate(served=served_on(on, "unit"))
        .values("parent", "unit__kind", "unit__stage")
        .annotate(total=Count("pk"), covered=Count("pk", filter=Q(served=True)))
        .order_by("parent__path")
    )
    found: list[Any] = list(counted)
    parents = Unit.objects.in_bulk({row["parent"] for row in found})
    by_parent: dict[int, list[dict[str, Any]]] = {}
    for row in found:
        by_parent.setdefault(row["parent"], []).append(row)
    rows = [_coverage_row(parents[parent], groups) for parent, groups in by_parent.items()]
    return Coverage(on, rows, _stages(found))


def _coverage_row(parent: Unit, groups: list[dict[str, Any]]) -> CoverageRow:
    schools = [each for each in groups if each["unit__kind"] == UnitKind.SCHOOL]
    gardens = [each for each in groups if each["unit__kind"] == UnitKind.KINDERGARTEN]
    return CoverageRow(
        unit=parent,
        label=parent.name if parent.kind == UnitKind.OFFICE else DIRECT,
        schools=sum(each["total"] for each in schools),
        schools_served=sum(each["covered"] for each in schools),
        kindergartens=sum(each["total"] for each in gardens),
        kindergartens_served=sum(each["covered"] for each in gardens),
    )


def _stages(groups: list[dict[str, Any]]) -> list[StageRow]:
    """By level in the order of the words; kindergartens have none and come last."""
    labels = {**dict(SchoolStage.choices), "": NO_STAGE, UnitKind.KINDERGARTEN.value: GARDEN}
    rows: dict[str, list[int]] = {code: [0, 0] for code in labels}
    for each in groups:
        school = each["unit__stage"] if each["unit__stage"] in labels else ""
        is_garden = each["unit__kind"] == UnitKind.KINDERGARTEN
        code = UnitKind.KINDERGARTEN.value if is_garden else school
        rows[code][0] += each["total"]
        rows[code][1] += each["covered"]
    return [
        StageRow(labels[code], code, total, served)
        for code, (total, served) in rows.items()
        if total
    ]


@dataclass(frozen=True, slots=True)
class Garden:
    """A kindergarten at or above the threshold that has no committee of its own."""

    unit: Unit
    office: str
    children: int
    served_by: str  # the joint committee that covers it, or nothing


def large_kindergartens(root: Unit, *, on: date, least: int) -> list[Garden]:
    """Those with at least `least` children, largest first; one query."""
    latest = UnitYear.objects.filter(
        unit=OuterRef("unit"), students__isnull=False, year__lte=school_year(on)
    ).order_by("-year")
    own = Committee.objects.filter(host=OuterRef("unit")).filter(
        Q(dissolved_on=None) | Q(dissolved_on__gt=on)
    )
    serving = CommitteeService.objects.filter(unit=OuterRef("unit"), period__contains=on)
    links = (
        institutions_on(root, on)
        .filter(unit__kind=UnitKind.KINDERGARTEN)
        .exclude(Exists(own))
        .annotate(
            children=Subquery(latest.values("students")[:1]),
            keeper=Subquery(serving.values("committee__name")[:1]),
        )
        .filter(children__gte=least)
        .select_related("unit", "parent")
        .order_by("-children", "unit__path")
    )
    return [
        Garden(
            link.unit,
            link.parent.name if link.parent.kind == UnitKind.OFFICE else DIRECT,
            link.children,
            link.keeper or "",
        )
        for link in links
    ]


def open_months(periods: Iterable[UnitPeriod], *, year: int) -> int:
    """In how many months of the year the unit was open: on the 15th, the middle of the month."""
    ranges = [(each.period.lower or date.min, each.period.upper or date.max) for each in periods]
    middles = [date(year, month, 15) for month in range(1, 13)]
    return sum(any(first <= day < last for first, last in ranges) for day in middles)


def with_leaders(units: Iterable[Unit], *, on: date) -> dict[int, str]:
    """unit pk → who leads its committee, such as 主任 张三; one query for the whole list."""
    leads = [Position.DIRECTOR, Position.STANDING_DEPUTY]
    posts = Post.objects.filter(
        committee__host__in=list(units), period__contains=on, position__in=leads
    ).select_related("person", "committee")
    names: dict[int, list[Post]] = {}
    for post in posts:
        names.setdefault(post.committee.host_id, []).append(post)
    return {
        host: "，".join(f"{post.get_position_display()} {post.person}" for post in in_order(found))
        for host, found in names.items()
    }


def in_order(posts: Iterable[Post]) -> list[Post]:
    """By position as the field prints them, then by who came first."""
    return sorted(posts, key=lambda post: (POSITION_ORDER[post.position], post.pk))


def current_posts(committee: Committee, *, on: date) -> list[Post]:
    posts = committee.posts.filter(period__contains=on).select_related("person__unit")
    return in_order(posts)


def units_without_account(office: Unit, *, role: Role, on: date) -> QuerySet[Unit]:
    """Open institutions of the office, or directly under the bureau, without the role that day."""
    mine = (
        {"office": office} if office.kind == UnitKind.OFFICE else {"city": office, "office": None}
    )
    below: QuerySet[Unit] = (
        Unit.objects.filter(**mine)
        .institutions()
        .open_on(on)
        .exclude(_holds(role, on))
        .order_by("path")
    )
    return below


def accounts_missing_by_office(units: QuerySet[Unit], *, role: Role, on: date) -> dict[int, int]:
    """office pk (the city's for units directly under it) → institutions without the role."""
    lacking = units.filter(kind__in=INSTITUTIONS).exclude(_holds(role, on))
    counted = (
        lacking.order_by()
        .annotate(above=Coalesce("office", "city"))
        .values("above")
        .annotate(count=Count("pk"))
    )
    return {row["above"]: row["count"] for row in counted}


def _holds(role: Role, on: date) -> Exists:
    return Exists(RoleGrant.objects.filter(unit=OuterRef("pk"), role=role, period__contains=on))
