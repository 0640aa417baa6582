"""A strict judge is found, even-handed ones are left alone, and what hangs on one is counted."""

from decimal import Decimal
from random import Random

import pytest

from reading_program.scoring import aggregation, fairness
from reading_program.scoring.aggregation import Rule
from reading_program.scoring.assignment import Judge, Work, assign


def judged(seed: int, *, lean: dict[int, float], noise: float = 4) -> dict[int, dict[int, Decimal]]:
    """Sixty works of known worth, three of nine judges each; `lean` is added to a judge's marks."""
    dice = Random(seed)
    works = [Work(key, school=key) for key in range(60)]
    pairs = assign(works, [Judge(key) for key in range(9)], each=3, seed=seed).pairs
    worth = {work.key: dice.gauss(80, 6) for work in works}
    return {
        work: {
            judge: Decimal(str(round(worth[work] + lean.get(judge, 0) + dice.gauss(0, noise), 1)))
            for judge in sorted(chosen)
        }
        for work, chosen in pairs.items()
    }


def flagged(marks: dict[int, dict[int, Decimal]]) -> set[int]:
    made = fairness.report(marks, rule=Rule.MEAN, counts=[6, 12, 18])
    return {row.judge for row in made.judges if row.is_flagged}


@pytest.mark.parametrize("seed", range(12))
def test_a_planted_strict_judge_is_the_only_one_flagged(seed: int) -> None:
    assert flagged(judged(seed, lean={4: -8})) == {4}


def test_even_handed_judges_are_not_flagged() -> None:
    assert [seed for seed in range(60) if flagged(judged(seed, lean={}))] == []


def test_a_strict_judge_is_measured_by_how_strict() -> None:
    made = fairness.report(judged(3, lean={4: -8}), rule=Rule.MEAN, counts=[6])

    severity = {row.judge: row.severity for row in made.judges}
    assert severity[4] == pytest.approx(-8, abs=2)


def test_taking_strictness_out_restores_the_planted_order() -> None:
    marks = judged(5, lean={1: -12, 6: 9}, noise=0.01)
    even = judged(5, lean={}, noise=0.01)

    def order(values: dict[int, float]) -> list[int]:
        return sorted(values, key=values.__getitem__, reverse=True)

    truth = order({work: float(aggregation.mean(list(row.values()))) for work, row in even.items()})
    raw = order({work: float(aggregation.mean(list(row.values()))) for work, row in marks.items()})
    adjusted = order(fairness.adjusted(marks))

    def wrong(got: list[int]) -> int:
        return sum(abs(got.index(work) - truth.index(work)) for work in truth)

    assert wrong(adjusted) * 5 < wrong(raw)


def test_awards_that_hang_on_one_judge_are_counted() -> None:
    marks = {
        1: {7: Decimal(90), 8: Decimal(80), 9: Decimal(80)},
        2: {7: Decimal(70), 8: Decimal(85), 9: Decimal(85)},
        3: {7: Decimal(60), 8: Decimal(60), 9: Decimal(60)},
    }

    assert fairness.flips(marks, rule=Rule.MEAN, counts=[1]) == {7: 2, 8: 0, 9: 0}


def test_agreement_and_concordance_run_from_nothing_to_all() -> None:
    alike = {work: {judge: Decimal(work * 10) for judge in range(3)} for work in range(1, 6)}
    opposite = {work: {0: Decimal(work * 10), 1: Decimal(100 - work * 10)} for work in range(1, 6)}

    assert (fairness.agreement(alike), fairness.concordance(alike)) == (1, 1)
    assert (fairness.agreement(opposite), fairness.concordance(opposite)) == (0, 0)
    assert fairness.concordance({1: {0: Decimal(1)}, 2: {1: Decimal(1)}}) is None
