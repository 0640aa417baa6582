"""Adding up and checking the numbers of the yearly statistics: pure."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluations.figures.statistics_adding import Figure, added, broken, figure, jumps
from evaluations.figures.statistics_form import (
    Check,
    Form,
    Indicator,
    Section,
    check_form,
    read_form,
    standard,
)
from evaluations.figures.statistics_sources import SOURCES
from portal.kernel.errors import BadFile


def line(code: str = "B1", *, up: str = "once", source: bool = True, **more: object) -> Indicator:
    given_source = {"name": "elders"} | more if source else None
    return Indicator(code, "“五老”", "人", "persons", up, "", given_source)  # type: ignore[arg-type]


def form(*checks: Check, year_change: int = 50) -> Form:
    lines = tuple(line(code) for code in ("B1", "B2", "B11"))
    return Form((Section("B", "队伍", lines),), checks, year_change)


people = st.lists(st.integers(1, 30), max_size=12, unique=True)


@given(st.lists(people, max_size=6))
@settings(max_examples=60)
def test_a_person_at_several_units_is_one_person_above(units):
    figures = [figure(line(), [(who, 1) for who in mine], {}) for mine in units]
    above = added(line(), figures)

    if units:
        assert above.value == len(set().union(*units))
        assert above.plain == sum(len(mine) for mine in units)
        assert above.doubles == above.plain - above.value >= 0
        assert [row for row, _ in above.rows] == sorted(set().union(*units))


@given(st.lists(people, min_size=1, max_size=6), st.permutations(range(6)))
@settings(max_examples=40)
def test_the_order_of_the_units_makes_no_difference(units, order):
    figures = [figure(line(), [(who, 1) for who in mine], {}) for mine in units]
    mixed = [figures[place] for place in order if place < len(figures)]

    assert added(line(), mixed) == added(line(), figures)


@given(st.lists(st.one_of(st.none(), st.integers(0, 10**6)), max_size=8))
@settings(max_examples=40)
def test_typed_numbers_are_summed_and_unknown_ones_are_not_noughts(values):
    typed = line("E3", up="sum", source=False)
    above = added(typed, [figure(typed, (), {"value": value}) for value in values])

    known = [value for value in values if value is not None]
    assert above.value == (sum(known) if known else None)
    assert above.doubles == 0


def test_what_a_unit_set_right_by_hand_goes_up_as_the_difference():
    here = figure(line(), [(1, 1), (2, 1)], {"value": 5, "reason": "三位还没有登记"})
    there = figure(line(), [(2, 1), (3, 1)], {})

    assert (here.value, here.records, here.differs) == (5, 2, True)
    assert added(line(), [here, there]).value == 3 + 3
    assert added(line(), [here, there]).plain == 7


def test_a_joint_record_counts_its_people_once():
    times = line("C2", take="youth")
    both = [figure(times, [(7, 120)], {}), figure(times, [(7, 120), (8, 30)], {})]

    assert added(times, both).value == 150
    assert added(times, both).plain == 270


def test_means_are_taken_over_people_and_never_added():
    mean = line("B5", up="none", take="age")
    young, old = figure(mean, [(1, 60), (2, 61)], {}), figure(mean, [(2, 61), (3, 80)], {})

    assert young.value == 61  # 60.5 rounded half up
    assert figure(mean, [], {}).value is None
    assert (added(mean, [young, old]).value, added(mean, [young, old]).plain) == (67, None)


@given(st.integers(0, 50), st.integers(0, 50), st.sampled_from(["<=", ">=", "="]))
@settings(max_examples=40)
def test_a_check_speaks_exactly_when_it_does_not_hold(left, right, op):
    check = Check(("B2",), op, ("B1",), "骨干不会比“五老”多")
    holds = {"<=": left <= right, ">=": left >= right, "=": left == right}[op]

    found = broken(form(check), {"B2": left, "B1": right, "B11": None})
    assert bool(found) is not holds
    if found:
        assert found[0].codes == ("B2", "B1")
        assert f"B2 是 {left}" in found[0].sentence


def test_a_check_waits_for_missing_numbers():
    check = Check(("B11", "B2"), ">=", ("B1",), "加起来")
    assert broken(form(check), {"B11": None, "B2": 1, "B1": 9}) == []


@pytest.mark.parametrize(
    ("before", "now", "asks"),
    [(10, 15, False), (10, 16, True), (10, 4, True), (2, 5, False), (0, 5, True), (100, 50, False)],
)
def test_more_than_half_up_or_down_wants_a_word(before, now, asks):
    figures = {code: Figure(None) for code in ("B2", "B11")} | {"B1": Figure(now)}

    found = jumps(form(), figures, {"B1": before})
    assert bool(found) is asks
    if asks:
        assert "去年" in found[0].sentence


def test_the_standard_form_can_be_read_and_is_whole():
    read = check_form(standard(), sources=SOURCES)

    assert [section.code for section in read.sections] == list("ABCDEFGH")
    assert sum(one.is_asked for one in read.indicators()) == 6
    assert all(one.meaning for one in read.indicators())


def changed(line: str, **words: object) -> dict:
    content = {**standard(), "section": [dict(section) for section in standard()["section"]]}
    for section in content["section"]:
        section["indicator"] = [
            {**one, **words} if one["code"] == line else one for one in section["indicator"]
        ]
    return content


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (changed("B1", up="sum"), "只能算一次"),
        (changed("B1", code="B2"), "用了两次"),
        (changed("B1", source={"name": "guess"}), "没有“guess”"),
        (changed("H3", asked=True), "最多 6 项"),
        (changed("A2", counts="times"), ""),
        ({**standard(), "check": [{"left": ["B1", "C2"], "op": "<=", "right": ["C6"], "say": "x"}]},
         "人数和人次"),
        ({**standard(), "check": [{"left": ["Z9"], "op": "<=", "right": ["C6"], "say": "x"}]},
         "Z9 不在报表里"),
        ({"section": [{"code": "A"}]}, "缺了一项"),
    ],
)  # fmt: skip
def test_a_form_that_cannot_be_right_is_refused_with_its_line(content, said):
    if not said:
        assert read_form(content)
        return
    with pytest.raises(BadFile, match=said):
        check_form(content, sources=SOURCES)
