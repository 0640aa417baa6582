"""Whatever happens to units in whatever order, the city's duties are all counted, and once."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.figures import matrix
from activities.models import Activity, Appointment, Credit, Lecture, ObligationCell, Studio
from committees.models import Committee, Unit
from committees.policy import Role
from committees.services import committees
from portal.kernel.errors import Refused
from portal.web.unit_changes.carrying_out import carry_out, undo
from portal.web.unit_changes.wishes import Close, Merge, Move, NewUnit, Reopen, Split, Wish
from tests.committees.services.test_units import check_the_tree
from tests.factories import activities as records
from tests.factories import committees as factory
from tests.factories import lectures, together
from tests.web.unit_changes.worlds import everything

LAST = date(2023, 12, 31)
SLUGS = ["training", "promotion_meeting"]  # one item of the standard set each


@dataclass
class Ledger:
    """The same story told without the portal: who is open, who is whose heir, who did what."""

    is_open: dict[str, bool] = field(default_factory=dict)
    heir: dict[str, str] = field(default_factory=dict)
    done: list[tuple[str, str]] = field(default_factory=list)  # school, slug
    keeper: dict[str, str] = field(default_factory=dict)  # school → who has its work in hand now

    def end_of(self, name: str) -> str:
        while name in self.heir:
            name = self.heir[name]
        return name

    def hand_over(self, names: set[str], to: str) -> None:
        for first, now in self.keeper.items():
            if now in names:
                self.keeper[first] = to

    def counts(self) -> Counter[tuple[str, str]]:
        return Counter((self.end_of(name), slug) for name, slug in self.done)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["log", "log", "move", "merge", "absorb", "split", "close", "reopen"]),
        st.integers(0, 20),
        st.integers(0, 20),
        st.integers(1, 25),
    ),
    min_size=4,
    max_size=12,
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_expected_and_done_over_the_city_agree_with_a_recount(
    db: None, steps: list[tuple[str, int, int, int]]
) -> None:
    with transaction.atomic():
        _live_through(steps)
        transaction.set_rollback(True)


def _live_through(steps: list[tuple[str, int, int, int]]) -> None:
    bureau = factory.make_bureau(f"第{Unit.objects.count()}市教育局")
    offices = [factory.make_office(bureau) for _ in range(2)]
    schools = [factory.make_school(office) for office in offices for _ in range(2)]
    for school in schools:
        factory.make_committee(school)
    staff = factory.make_user(bureau, Role.BUREAU_STAFF)
    rules = records.put_standard_set_in_force(bureau)
    ledger = Ledger({school.name: True for school in schools})
    ledger.keeper = {school.name: school.name for school in schools}
    mentor = lectures.mentor(offices[0])
    for school in schools:
        lectures.ordered(school, contact=school.name)
        lectures.appointed(mentor, school)
        together.make_studio(school)
    day = date(2023, 1, 2)
    for number, (what, one, other, days) in enumerate(steps):
        day += timedelta(days=days)
        names = list(ledger.is_open)
        first = Unit.objects.get(name=names[one % len(names)])
        second = Unit.objects.get(name=names[other % len(names)])
        office = offices[other % 2]
        if what == "log":
            if ledger.is_open[first.name]:
                slug = SLUGS[other % 2]
                records.accepted(first, by=staff, reviewer=staff, slug=slug, held_on=day)
                ledger.done.append((first.name, slug))
            continue
        wish = _wish(what, first, second, office, day, f"新校{number}")
        before = everything()
        try:
            change = carry_out(wish, by=None)
        except Refused:
            assert everything() == before
            continue
        after = everything()
        undo(change, at=timezone.now(), by=None)
        assert everything() == before
        carry_out(wish, by=None)
        assert len(everything()["cells"]) == len(after["cells"])
        _tell(ledger, wish)
        _found_where_none(wish, day)
        check_the_tree(bureau)
    _compare(ledger, rules, bureau)
    _compare_work(ledger)


def _compare_work(ledger: Ledger) -> None:
    """Every order is there once, with whoever has it in hand; so is every studio and letter."""
    ordered = Lecture.objects.values_list("contact", "unit__name")
    assert dict(ordered) == ledger.keeper
    assert Lecture.objects.count() == Studio.objects.count() == len(ledger.keeper)
    homes = Counter(Studio.objects.values_list("unit__name", flat=True))
    assert homes == Counter(ledger.keeper.values())
    assert Appointment.objects.count() == len(ledger.keeper)
    for unit in {*ledger.keeper.values()}:
        letters = Appointment.objects.current(LAST).filter(unit__name=unit).count()
        assert letters <= 1


def _wish(what: str, first: Unit, second: Unit, office: Unit, day: date, name: str) -> Wish:
    new = NewUnit(name, "school", "primary")
    if what == "move":
        return Move(unit=first, to=office, on=day)
    if what == "merge":
        return Merge(sources=(first, second), new=new, under=office, on=day)
    if what == "absorb":
        return Merge(sources=(first,), into=second, on=day)
    if what == "split":
        return Split(unit=first, new=(new,), closes=second.pk % 2 == 0, on=day)
    if what == "close":
        return Close(unit=first, on=day)
    return Reopen(unit=first, under=office, on=day)


def _tell(ledger: Ledger, wish: Wish) -> None:
    if isinstance(wish, Merge):
        target = wish.into.name if wish.into else wish.new.name  # type: ignore[union-attr]
        ledger.is_open[target] = True
        for source in wish.sources:
            ledger.is_open[source.name] = False
            ledger.heir[source.name] = target
        ledger.hand_over({source.name for source in wish.sources}, target)
    elif isinstance(wish, Split):
        ledger.is_open[wish.new[0].name] = True
        if wish.closes:
            ledger.is_open[wish.unit.name] = False
            ledger.heir[wish.unit.name] = wish.new[0].name
            ledger.hand_over({wish.unit.name}, wish.new[0].name)
    elif isinstance(wish, Close):
        ledger.is_open[wish.unit.name] = False
    elif isinstance(wish, Reopen):
        ledger.is_open[wish.unit.name] = True
        ledger.heir.pop(wish.unit.name, None)


def _found_where_none(wish: Wish, day: date) -> None:
    """Everybody open is covered, so that everybody open is expected to do every duty."""
    for unit in Unit.objects.institutions().open_on(day):
        if not unit.served_by.filter(period__upper_inf=True).exists():
            committees.establish(unit, established_on=day, by=None)


def _compare(ledger: Ledger, rules: Any, bureau: Unit) -> None:
    counts = ledger.counts()
    board = matrix(rules, root=bureau, by="unit", on=LAST)
    by_office = matrix(rules, root=bureau, by="office", on=LAST)
    schools = [name for name, is_open in ledger.is_open.items() if is_open]
    for place, column in enumerate(board.columns):
        slugs = [rule.kind.slug for rule in column.item.rules.select_related("kind")]
        slug = next((slug for slug in SLUGS if slug in slugs), "")
        done = sum(counts[name, slug] > 0 for name in schools) if slug else 0
        for each in (board, by_office):
            total = each.total.cells[place]
            assert (total.expected, total.done) == (len(schools) + 2, done)
    # Nothing lost, nothing twice: every accepted record is one credit, at the end of its chain.
    assert Credit.objects.count() == Activity.objects.count() == len(ledger.done)
    cells = {
        (cell.unit.name, cell.item.name): cell.counted
        for cell in ObligationCell.objects.exclude(counted=0).select_related("unit", "item")
    }
    names = {"training": "学习培训", "promotion_meeting": "推进会"}
    assert cells == {(name, names[slug]): number for (name, slug), number in counts.items()}
    living = Committee.objects.filter(dissolved_on=None, host__in=Unit.objects.institutions())
    assert {committee.host.name for committee in living} <= set(schools)
