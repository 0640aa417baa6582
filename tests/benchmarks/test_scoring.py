"""How long ten thousand units take to score, on one core and as a ratio to a floor of the same run.

The floor is what any program must do with the same answers: read each of them once.
"""

from random import Random
from time import process_time
from typing import Any

from evaluations.figures.campaigns import standard
from evaluations.scoring import score
from tests.evaluations.test_gaps import unit

UNITS = 10_000
DISTINCT = 200  # scored again and again: making the answers is not what is measured
MOST_SECONDS = 20
MOST_FLOORS = 400  # twice what was measured when it was written


def read_once(findings: dict[str, Any]) -> int:
    read = 0
    for answers in findings["criteria"].values():
        for value in answers.values() if isinstance(answers, dict) else (answers,):
            read += value is not None
    return read


def test_ten_thousand_units_score_in_under_twenty_seconds_on_one_core() -> None:
    random, table = Random(20), standard()
    units = [unit(random) for _ in range(DISTINCT)]

    start = process_time()
    for place in range(UNITS):
        read_once(units[place % DISTINCT])
    floor = process_time() - start
    start = process_time()
    for place in range(UNITS):
        score(table, units[place % DISTINCT])
    taken = process_time() - start

    print(f"{UNITS} units: {taken:.1f} s, {taken / floor:.0f} floors")  # noqa: T201
    assert taken < MOST_SECONDS
    assert taken / floor < MOST_FLOORS
