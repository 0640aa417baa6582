"""Teams in numbers: posts that stand empty, terms that run out, ages that want a look."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from committees.choices import Gender, Position, UnitKind, WorkStatus
from committees.models import (
    Committee,
    CommitteeTerm,
    Person,
    Post,
    RoleGrant,
    TeamRules,
    Unit,
)
from committees.policy import Role
from portal.kernel.calendar import school_term

SOON_DAYS = 180  # a term that ends within half a year wants its successor prepared


@dataclass(frozen=True, slots=True)
class Vacancy:
    """A post that must exist and stands empty; `days` is None where nobody knows since when."""

    committee: Committee
    position: Position
    since: date | None
    days: int | None
    limit: int

    @property
    def is_late(self) -> bool:
        return self.days is None or self.days >= self.limit

    @property
    def was_ever_filled(self) -> bool:
        return self.since is not None and self.since != self.committee.established_on


def vacancies(committees: QuerySet[Committee], rules: TeamRules, *, on: date) -> list[Vacancy]:
    """Required posts nobody holds on the day, the longest empty first; three queries."""
    living = list(
        committees.filter(Q(dissolved_on=None) | Q(dissolved_on__gt=on))
        .select_related("host__office")
        .order_by("host__path")
    )
    held: set[tuple[int, str]] = set()
    ended: dict[tuple[int, str], date] = {}
    posts = Post.objects.filter(
        committee__in=committees, position__in=rules.required_posts
    ).exclude(period__isempty=True)
    for holder, position, period in posts.values_list("committee", "position", "period"):
        key = (holder, position)
        if (period.lower is None or period.lower <= on) and (
            period.upper is None or period.upper > on
        ):
            held.add(key)
        elif period.upper is not None and period.upper <= on:
            ended[key] = max(period.upper, ended.get(key, date.min))
    found = []
    for committee in living:
        for position in rules.required_posts:
            key = (committee.pk, position)
            if key in held:
                continue
            since = ended.get(key) or committee.established_on
            days = (on - since).days if since else None
            found.append(Vacancy(committee, Position(position), since, days, rules.vacancy_days))
    return sorted(found, key=lambda one: -(one.days if one.days is not None else 10**6))


def age(born: date, *, on: date) -> int:
    """Full years of age, 周岁."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def hint(post: Post, rules: TeamRules, *, on: date) -> str:
    """What about this holder wants a look, or nothing. A hint, never a bar."""
    person = post.person
    if person.born_on is None:
        return ""
    years = age(person.born_on, on=on)
    limit = rules.post_ages.get(post.position)
    if limit is not None and years > limit:
        label = post.get_position_display()
        return f"今年 {years} 岁，{label}一般不超过 {limit} 岁，换届时请考虑"
    retires = rules.serving_age_women if person.gender == Gender.FEMALE else rules.serving_age
    if person.work_status == WorkStatus.SERVING and years >= retires:
        return f"登记为在职，已满 {retires} 岁，请核对是否已经退休"
    return ""


@dataclass(frozen=True, slots=True)
class TermView:
    """The committee's term on a day, in words and a tone of the status component."""

    term: CommitteeTerm | None
    word: str
    tone: str


def term_view(last: CommitteeTerm | None, *, on: date) -> TermView:
    if last is None:
        return TermView(None, "没有登记届次", "none")
    end = last.period.upper
    if end is None or end - on > timedelta(days=SOON_DAYS):
        return TermView(last, "任期内", "done")
    if end > on:
        return TermView(last, f"还有 {(end - on).days} 天届满", "soon")
    return TermView(last, f"已届满 {(on - end).days} 天", "late")


def terms_running_out(committees: QuerySet[Committee], *, on: date) -> list[TermView]:
    """Committees whose latest term ends within half a year or has ended, the earliest first."""
    latest: dict[int, CommitteeTerm] = {}
    terms = CommitteeTerm.objects.filter(
        committee__in=committees.filter(dissolved_on=None)
    ).select_related("committee__host")
    for term in terms.order_by("number"):
        latest[term.committee_id] = term
    found = [term_view(term, on=on) for term in latest.values()]
    late = [view for view in found if view.tone in {"late", "soon"}]
    return sorted(late, key=lambda view: view.term.period.upper if view.term else date.max)


@dataclass(frozen=True, slots=True)
class Unattended:
    """A unit where nobody holds the secretary's role, and since when if anybody ever did."""

    unit: Unit
    since: date | None
    days: int | None


def unattended(units: QuerySet[Unit], *, on: date) -> list[Unattended]:
    """Open offices and institutions without a secretary's account on the day; two queries."""
    roles = [Role.SCHOOL_SECRETARY, Role.OFFICE_SECRETARY]
    grants = RoleGrant.objects.filter(role__in=roles)
    held = Exists(grants.filter(unit=OuterRef("pk"), period__contains=on))
    lacking = list(
        units.exclude(kind=UnitKind.BUREAU)
        .open_on(on)  # type: ignore[attr-defined]
        .exclude(held)
        .select_related("office")
        .order_by("path")
    )
    ended: dict[int, date] = defaultdict(lambda: date.min)
    past = grants.filter(unit__in=lacking, period__endswith__lte=on)
    for unit, period in past.values_list("unit", "period"):
        ended[unit] = max(ended[unit], period.upper)
    return [
        Unattended(
            unit, ended.get(unit.pk), (on - ended[unit.pk]).days if unit.pk in ended else None
        )
        for unit in lacking
    ]


# --- candidates of the mentor team ---------------------------------------------------------------

HEADS = r"(^|[^副])(书记|校长|园长)"


def half_of(day: date) -> str:
    """2023-1 is September 2023 to January 2024, 2023-2 February to August 2024."""
    first, _ = school_term(day)
    return f"{first.year}-1" if first.month == 9 else f"{first.year - 1}-2"


def half_label(half: str) -> str:
    year, _, part = half.partition("-")
    return f"{year}学年{'上' if part == '1' else '下'}学期"


def half_days(half: str) -> tuple[date, date]:
    year, _, part = half.partition("-")
    return school_term(date(int(year), 10, 1) if part == "1" else date(int(year) + 1, 3, 1))


def half_before(half: str) -> str:
    first, _ = half_days(half)
    return half_of(first - timedelta(days=1))


def candidates(people: QuerySet[Person], *, half: str) -> QuerySet[Person]:
    """Who came free in the term or the one before: heads and honoured teachers, not mentors yet.

    Teachers retire on 31 August and heads step back in summer, so a term looks at the half year
    before it too.
    """
    first, _ = half_days(half_before(half))
    _, last = half_days(half)
    stepped = Q(stepped_back_on__range=(first, last)) & Q(original_post__iregex=HEADS)
    retired = Q(retired_on__range=(first, last)) & (~Q(honour="") | Q(original_post__iregex=HEADS))
    return people.filter(stepped | retired, is_mentor=False)


def why(person: Person) -> str:
    """新退居二线的书记（校长） or 新退休名特优教师, as the work points call them."""
    if person.honour and person.retired_on:
        return f"新退休名特优教师（{person.honour}）"
    if person.retired_on:
        return "新退休的书记（校长、园长）"
    return "新退居二线的书记（校长、园长）"


def tags(people: Iterable[str]) -> list[tuple[str, int]]:
    """Strengths with how many people have each, the most common first."""
    counted: dict[str, int] = defaultdict(int)
    for written in people:
        for tag in Person(strengths=written).strength_tags:
            counted[tag] += 1
    return sorted(counted.items(), key=lambda one: (-one[1], one[0]))
