"""Cut lines: levels never exceed their numbers, and equals are treated by the recorded rule."""

from collections import Counter
from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from reading_program.scoring.aggregation import Place, places
from reading_program.scoring.cuts import Share, counts_of, cut

marks = st.lists(st.integers(0, 12), max_size=40)
numbers = st.lists(st.integers(0, 9), min_size=1, max_size=4)


def placed(values: list[int]) -> list[Place]:
    return places({at: Fraction(value) for at, value in enumerate(values)})


def test_per_cent_of_nineteen_works_are_rounded_and_a_number_stands_as_it_is() -> None:
    shares = [Share(percent=Decimal(10)), Share(percent=Decimal(20)), Share(places=3)]

    assert counts_of(shares, total=19) == [2, 4, 3]
    assert counts_of(shares, total=3) == [0, 1, 2]


def test_equals_across_a_line_go_down_or_up_together() -> None:
    rows = placed([95, 90, 90, 80, 70])

    down = cut(rows, counts=[2, 2], equals_go_up=False)
    assert down.levels == {0: 1, 1: 2, 2: 2, 3: 2}
    assert down.divided == {1: [1, 2]}

    up = cut(rows, counts=[2, 2], equals_go_up=True)
    assert up.levels == {0: 1, 1: 1, 2: 1, 3: 2}
    assert up.divided == {1: [1, 2]}


def test_equals_too_many_for_what_is_left_get_nothing_when_they_go_down() -> None:
    assert cut(placed([9, 5, 5, 5]), counts=[1, 1], equals_go_up=False).levels == {0: 1}


@settings(max_examples=150, deadline=None)
@given(marks, numbers)
def test_levels_and_those_above_never_exceed_their_numbers(
    values: list[int], counts: list[int]
) -> None:
    got = Counter(cut(placed(values), counts=counts, equals_go_up=False).levels.values())

    for level in range(1, len(counts) + 1):
        assert sum(got[each] for each in range(1, level + 1)) <= sum(counts[:level])


@settings(max_examples=150, deadline=None)
@given(marks, numbers, st.booleans())
def test_a_better_work_never_gets_less_and_equals_get_the_same(
    values: list[int], counts: list[int], equals_go_up: bool
) -> None:
    levels = cut(placed(values), counts=counts, equals_go_up=equals_go_up).levels
    none = len(counts) + 1

    for at, value in enumerate(values):
        for other, less in enumerate(values):
            if value == less:
                assert levels.get(at, none) == levels.get(other, none)
            elif value > less:
                assert levels.get(at, none) <= levels.get(other, none)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 100), min_size=1, max_size=30, unique=True), numbers)
def test_without_equals_every_place_is_used(values: list[int], counts: list[int]) -> None:
    for equals_go_up in (False, True):
        found = cut(placed(values), counts=counts, equals_go_up=equals_go_up)
        assert len(found.levels) == min(len(values), sum(counts))
        assert found.divided == {}
