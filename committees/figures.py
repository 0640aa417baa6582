"""Who is covered by a committee, counted from dated links; what a list of units shows.

组织覆盖率 counts institutions (schools and kindergartens) that a committee serves on the day, among
those open on it. An institution served by a joint committee counts as served. Each stands under
the office it belonged to that day.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from committees.choices import POSITION_ORDER, Position, UnitKind
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

INSTITUTIONS = [UnitKind.SCHOOL, UnitKind.KINDERGARTEN]
DIRECT = "市直属"


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
class Coverage:
    on: date
    rows: list[CoverageRow]

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


def coverage(root: Unit, *, on: date) -> Coverage:
    """Coverage below a bureau by office, or of one office, as the tree stood on the day."""
    if root.kind == UnitKind.OFFICE:
        under = Q(parent=root)
    else:
        under = Q(parent__city=root)
    open_then = Exists(UnitPeriod.objects.filter(unit=OuterRef("unit"), period__contains=on))
    school, garden = Q(unit__kind=UnitKind.SCHOOL), Q(unit__kind=UnitKind.KINDERGARTEN)
    counted = (
        UnitMembership.objects.filter(
            under, open_then, period__contains=on, unit__kind__in=INSTITUTIONS
        )
        .annotate(served=served_on(on, "unit"))
        .values("parent")
        .annotate(
            schools=Count("pk", filter=school),
            schools_served=Count("pk", filter=school & Q(served=True)),
            kindergartens=Count("pk", filter=garden),
            kindergartens_served=Count("pk", filter=garden & Q(served=True)),
        )
        .order_by("parent__path")
    )
    found = list(counted)
    parents = Unit.objects.in_bulk([row["parent"] for row in found])
    rows = []
    for row in found:
        parent = parents[row["parent"]]
        rows.append(
            CoverageRow(
                unit=parent,
                label=parent.name if parent.kind == UnitKind.OFFICE else DIRECT,
                schools=row["schools"],
                schools_served=row["schools_served"],
                kindergartens=row["kindergartens"],
                kindergartens_served=row["kindergartens_served"],
            )
        )
    return Coverage(on, rows)


def missing_institutions(root: Unit, *, on: date) -> QuerySet[Unit]:
    """The institutions below `root` that no committee serves, in the order of the tree."""
    found: QuerySet[Unit] = (
        Unit.objects.below(root)
        .institutions()
        .open_on(on)
        .exclude(served_on(on))
        .select_related("office")
        .order_by("path")
    )
    return found


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
