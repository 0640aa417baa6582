"""Marks become results and places exactly, and it is said what told equals apart."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from reading_program.scoring import aggregation as agg
from reading_program.scoring.aggregation import Rule, TieRule

MARK = st.decimals(0, 100, places=1)
MARKS = st.lists(MARK, min_size=1, max_size=7)


def marked(*rows: list[str]) -> dict[int, dict[int, Decimal]]:
    return {
        work: {judge: Decimal(mark) for judge, mark in enumerate(row)}
        for work, row in enumerate(rows)
    }


def test_a_third_is_not_rounded_before_the_order_is_made() -> None:
    values = agg.results(marked(["90", "90", "91"], ["90.3", "90.3", "90.4"]), rule=Rule.MEAN)

    assert values == {0: Fraction(271, 3), 1: Fraction(271, 3)}
    assert agg.as_decimal(values[0]) == Decimal("90.33")
    assert agg.as_decimal(Fraction(1, 200)) == Decimal("0.01")


def test_the_highest_and_the_lowest_fall_away_from_four_marks_on() -> None:
    assert agg.trimmed_mean([Decimal(60), Decimal(80), Decimal(82), Decimal(99)]) == 81
    assert agg.trimmed_mean([Decimal(60), Decimal(80), Decimal(100)]) == 80


@given(MARKS)
@settings(max_examples=60)
def test_a_mean_lies_within_the_marks_and_does_not_mind_their_order(marks: list[Decimal]) -> None:
    for rule in (agg.mean, agg.trimmed_mean):
        assert min(marks) <= rule(marks) <= max(marks)
        assert rule(marks) == rule(marks[::-1])


def test_ranks_ignore_how_high_a_judge_marks() -> None:
    marks = {
        1: {7: Decimal(95), 8: Decimal(62)},
        2: {7: Decimal(93), 8: Decimal(61)},
        3: {7: Decimal(99), 8: Decimal(60)},
    }

    by_ranks = agg.places(agg.results(marks, rule=Rule.RANKS))

    assert [row.work for row in by_ranks] == [1, 3, 2]


def test_two_far_apart_call_a_third_and_the_nearest_two_count() -> None:
    gap = Decimal(10)

    assert agg.differs_too_much([Decimal(70), Decimal(81)], gap=gap)
    assert not agg.differs_too_much([Decimal(70), Decimal(80)], gap=gap)
    assert agg.settled([Decimal(70), Decimal(90), Decimal(85)], gap=gap) == [
        Decimal(85),
        Decimal(90),
    ]
    assert agg.settled([Decimal(70), Decimal(90), Decimal(80)], gap=gap) == [
        Decimal(70),
        Decimal(80),
        Decimal(90),
    ]
    assert agg.settled([Decimal(80), Decimal(82), Decimal(60)], gap=gap) == [
        Decimal(80),
        Decimal(82),
        Decimal(60),
    ]


def test_weights_count_as_they_are_written() -> None:
    parts = [
        (Decimal(27), Decimal(30), Decimal(30)),
        (Decimal(24), Decimal(30), Decimal(30)),
        (Decimal(18), Decimal(20), Decimal(20)),
        (Decimal(20), Decimal(20), Decimal(20)),
    ]

    assert agg.weighted(parts) == Decimal("89.00")


def test_what_told_equals_apart_is_recorded() -> None:
    values = {1: Fraction(90), 2: Fraction(90), 3: Fraction(80), 4: Fraction(80), 5: Fraction(70)}
    criteria = {
        1: [Fraction(27), Fraction(20)],
        2: [Fraction(28), Fraction(19)],
        3: [Fraction(25), Fraction(20)],
        4: [Fraction(25), Fraction(20)],
        5: [Fraction(20), Fraction(20)],
    }

    rows = agg.places(values, criteria=criteria)
    with_panel = agg.places(values, criteria=criteria, panel={4: 1, 3: 2})

    assert [(row.work, row.place) for row in rows] == [(2, 1), (1, 2), (3, 3), (4, 3), (5, 5)]
    assert [row.tie_rule for row in rows] == [
        TieRule.FIRST_CRITERION,
        TieRule.FIRST_CRITERION,
        TieRule.SHARED,
        TieRule.SHARED,
        TieRule.NONE,
    ]
    assert [(row.work, row.place) for row in with_panel][2:4] == [(4, 3), (3, 4)]
    assert with_panel[2].tie_rule == TieRule.PANEL


def test_a_shared_place_is_never_divided_between_two_awards() -> None:
    values = {1: Fraction(9), 2: Fraction(8), 3: Fraction(8), 4: Fraction(7), 5: Fraction(6)}

    levels = agg.awards(agg.places(values), counts=[2, 1, 1])

    assert levels == {1: 1, 2: 1, 3: 1, 4: 3}


@given(st.lists(MARK, max_size=25), st.lists(st.integers(0, 6), min_size=1, max_size=4))
@settings(max_examples=80)
def test_a_better_result_never_has_a_lower_award(marks: list[Decimal], counts: list[int]) -> None:
    placed = agg.places({at: Fraction(mark) for at, mark in enumerate(marks)})
    levels = agg.awards(placed, counts=counts)

    order = [levels.get(row.work, len(counts) + 1) for row in placed]
    assert order == sorted(order)
    if len(set(marks)) == len(marks):
        assert len(levels) == min(sum(counts), len(marks))


@given(st.integers(0, 500))
@settings(max_examples=40)
def test_shares_never_give_more_than_there_are(total: int) -> None:
    counts = agg.counts_of_shares(total, per_cent=[Decimal(10), Decimal(20), Decimal(30)])

    assert sum(counts) <= total
    assert abs(sum(counts) - total * 0.6) <= 1.5
    assert agg.counts_of_shares(total, per_cent=[Decimal(60), Decimal(60)])[1] <= total
