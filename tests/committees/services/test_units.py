"""The tree, its dated links and the offices stay one story, whatever happens in which order."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from committees.choices import UnitKind
from committees.models import CommitteeService, RoleGrant, Unit, UnitMembership, UnitPeriod
from committees.services import committees, units
from portal.kernel.errors import Refused
from portal.kernel.models import AuditEvent
from tests.factories import committees as factory
from tests.personas import World

MOVED = date(2022, 9, 1)


def check_the_tree(bureau: Unit) -> None:
    """Path, open membership, office and child counters tell one story."""
    for unit in Unit.objects.below(bureau).exclude(pk=bureau.pk):
        parent = Unit.objects.get(path=unit.path[:-4])
        is_open = UnitPeriod.objects.filter(unit=unit, period__upper_inf=True).exists()
        links = UnitMembership.objects.filter(unit=unit, period__upper_inf=True)
        assert [link.parent for link in links] == ([parent] if is_open else [])
        office = unit if unit.kind == UnitKind.OFFICE else parent
        assert unit.office == (office if office.kind == UnitKind.OFFICE else None)
        assert unit.city == bureau
    for unit in Unit.objects.below(bureau):
        below = Unit.objects.below(unit).filter(depth=unit.depth + 1)
        assert unit.numchild == below.count()


def test_a_school_moves_to_another_office_and_both_days_are_known(city: World) -> None:
    units.move_unit(city.school, to=city.offices[1], on=MOVED, by=city.bureau_staff)

    assert city.school.office == city.offices[1]
    assert city.school.path.startswith(city.offices[1].path)
    then = city.school.memberships.get(period__contains=MOVED - timedelta(days=1))
    now = city.school.memberships.get(period__contains=MOVED)
    assert (then.parent, now.parent) == (city.offices[0], city.offices[1])
    event = AuditEvent.objects.get(verb="unit.moved")
    assert (event.before, event.after) == ("云山教办", "石桥教办")
    check_the_tree(city.bureau)


def test_a_school_can_stand_directly_under_the_bureau(city: World) -> None:
    units.move_unit(city.school, to=city.bureau, on=MOVED, by=city.bureau_staff)

    assert city.school.office is None
    check_the_tree(city.bureau)


@pytest.mark.parametrize(
    ("unit", "to", "sentence"),
    [
        ("school", "office", "现在就由"),
        ("office", "bureau", "只有学校和幼儿园"),
        ("school", "kindergarten", "下面不能再设单位"),
    ],
)
def test_a_move_that_makes_no_sense_is_refused_with_a_sentence(
    city: World, unit: str, to: str, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        units.move_unit(getattr(city, unit), to=getattr(city, to), on=MOVED, by=None)


def test_a_move_before_the_present_link_began_is_refused(city: World) -> None:
    with pytest.raises(Refused, match="日期要在这以后"):
        units.move_unit(city.school, to=city.offices[1], on=factory.OPENED, by=None)

    city.school.refresh_from_db()
    assert city.school.office == city.offices[0]


def test_a_school_of_one_city_cannot_move_to_another(city: World) -> None:
    other = factory.make_office(factory.make_bureau("青川市教育局"), "青川教办")

    with pytest.raises(Refused, match="只能改到本市"):
        units.move_unit(city.school, to=other, on=MOVED, by=None)


def test_a_closed_school_ends_its_place_its_committee_and_its_roles(city: World) -> None:
    units.close_unit(city.school, on=MOVED, note="撤并", by=city.bureau_staff)

    assert not UnitPeriod.objects.filter(unit=city.school, period__contains=MOVED).exists()
    assert not CommitteeService.objects.filter(unit=city.school, period__contains=MOVED).exists()
    committee = city.committees[city.school.pk]
    committee.refresh_from_db()
    assert committee.dissolved_on == MOVED
    grants = RoleGrant.objects.filter(unit=city.school)
    assert grants.exists()
    assert not grants.filter(period__contains=MOVED).exists()
    check_the_tree(city.bureau)


def test_an_office_with_schools_cannot_close(city: World) -> None:
    with pytest.raises(Refused, match="还有 4 家单位"):
        units.close_unit(city.office, on=MOVED, note="", by=None)


def test_a_kindergarten_that_hosts_a_joint_committee_cannot_close(city: World) -> None:
    joint = city.committees[city.kindergarten.pk]
    small = factory.make_kindergarten(city.office, "云山小星星幼儿园")
    committees.serve(joint, small, since_day=date(2021, 1, 1), by=None)

    with pytest.raises(Refused, match="还覆盖另外 1 家"):
        units.close_unit(city.kindergarten, on=MOVED, note="", by=None)

    committees.end_service(joint.services.get(unit=small), on=MOVED, by=None)
    units.close_unit(city.kindergarten, on=MOVED, note="", by=None)


def test_a_name_of_the_same_city_taken_twice_is_refused_in_words(city: World) -> None:
    with pytest.raises(Refused, match="本市已经有同名的单位"):
        units.open_unit(parent=city.offices[1], kind="school", name="云山小学", by=None)


def test_no_unit_opens_under_a_closed_office(city: World) -> None:
    empty = factory.make_office(city.bureau, "空教办")
    units.close_unit(empty, on=MOVED, note="", by=None)

    with pytest.raises(Refused, match="已经撤销"):
        factory.make_school(empty)


steps = st.lists(
    st.tuples(
        st.sampled_from(["move", "open", "close"]),
        st.integers(0, 6),
        st.integers(0, 2),
        st.integers(1, 400),
    ),
    max_size=8,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_any_history_leaves_path_links_and_offices_agreeing(
    db: None, steps: list[tuple[str, int, int, int]]
) -> None:
    bureau = factory.make_bureau(f"第{Unit.objects.count()}市教育局")
    offices = [factory.make_office(bureau) for _ in range(2)]
    schools = [factory.make_school(office) for office in offices for _ in range(2)]
    places = [*offices, bureau]
    day = date(2016, 1, 1)
    for what, which, where, days in steps:
        day += timedelta(days=days)
        school = schools[which % len(schools)]
        try:
            if what == "move":
                units.move_unit(school, to=places[where], on=day, by=None)
            elif what == "close":
                units.close_unit(school, on=day, note="", by=None)
            else:
                schools.append(factory.make_school(places[where]))
        except Refused:
            pass  # a step that makes no sense changes nothing, which the check below shows
        check_the_tree(bureau)
