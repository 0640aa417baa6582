"""Nobody judges what they have an interest in, loads are equal, and the impossible is named."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from reading_program.scoring.assignment import (
    Assignment,
    Interest,
    Judge,
    Work,
    assign,
    interest_of,
)


def pool(seed: int) -> tuple[list[Work], list[Judge], int]:
    """A random contest; small offices and few judges make some works impossible."""
    dice = Random(seed)
    schools = {school: dice.randrange(1, 5) for school in range(1, dice.randrange(4, 14))}
    judges = []
    for key in range(dice.randrange(2, 9)):
        school = dice.choice([None, *schools])
        judges.append(
            Judge(
                key=key,
                school=school,
                office=schools[school] if school is not None else dice.choice([None, 1, 2]),
                former_schools=frozenset(dice.sample(sorted(schools), k=dice.randrange(0, 2))),
                names=frozenset({f"教师{key}"}),
                declared=frozenset({dice.randrange(30)}),
            )
        )
    works = []
    for key in range(dice.randrange(1, 30)):
        school = dice.choice(sorted(schools))
        advisers = frozenset({f"教师{dice.randrange(20)}"})
        works.append(Work(key, school, schools[school], advisers))
    return works, judges, dice.randrange(1, 4)


def check(works: list[Work], judges: list[Judge], each: int, made: Assignment) -> None:
    by_key = {judge.key: judge for judge in judges}
    named = {row.work for row in made.impossible}
    for work in works:
        if work.key in named:
            assert work.key not in made.pairs
            continue
        chosen = made.pairs[work.key]
        assert len(chosen) == each
        assert [interest_of(by_key[key], work) for key in chosen] == [None] * each
    for row in made.impossible:
        work = next(it for it in works if it.key == row.work)
        free = [judge for judge in judges if interest_of(judge, work) is None]
        assert len(free) == row.free < each
        assert {key for key, _ in row.kept_out} == by_key.keys() - {it.key for it in free}


def test_of_a_thousand_random_pools_none_has_a_conflict_or_an_unnamed_work() -> None:
    impossible = 0
    for seed in range(1000):
        works, judges, each = pool(seed)
        made = assign(works, judges, each=each, seed=seed)
        check(works, judges, each, made)
        impossible += bool(made.impossible)

    assert 50 < impossible < 950  # both kinds were met


@given(st.integers(0, 100_000))
@settings(max_examples=40)
def test_no_single_move_makes_the_loads_more_equal(seed: int) -> None:
    works, judges, each = pool(seed)
    made = assign(works, judges, each=each, seed=1)
    loads = made.loads(judges)

    for work in works:
        for giver in made.pairs.get(work.key, ()):
            for taker in judges:
                if taker.key in made.pairs[work.key] or interest_of(taker, work):
                    continue
                assert loads[giver] - loads[taker.key] <= 1


def test_without_interests_loads_differ_by_one_at_most() -> None:
    works = [Work(key, school=key % 9) for key in range(100)]
    judges = [Judge(key=key) for key in range(7)]

    loads = assign(works, judges, each=3, seed=5).loads(judges).values()

    assert sum(loads) == 300
    assert max(loads) - min(loads) <= 1


def test_the_same_seed_gives_the_same_judges() -> None:
    works, judges, _ = pool(12)

    assert (
        assign(works, judges, each=2, seed=9).pairs == assign(works, judges, each=2, seed=9).pairs
    )


def test_pairs_that_have_begun_stay() -> None:
    works = [Work(key, school=1) for key in range(8)]
    judges = [Judge(key=key) for key in range(4)]
    standing = {key: {0} for key in range(8)}

    made = assign(works, judges, each=2, seed=3, standing=standing)

    assert all(0 in chosen for chosen in made.pairs.values())
    others = made.loads(judges)
    assert {others[1], others[2], others[3]} <= {2, 3}


def test_each_kind_of_interest_has_its_own_word() -> None:
    work = Work(1, school=10, office=2, advisers=frozenset({"林老师"}))

    assert interest_of(Judge(1, names=frozenset({"林老师"})), work) == Interest.ADVISEE
    assert interest_of(Judge(1, school=10), work) == Interest.OWN_SCHOOL
    assert interest_of(Judge(1, former_schools=frozenset({10})), work) == Interest.FORMER_SCHOOL
    assert interest_of(Judge(1, school=11, office=2), work) == Interest.OWN_OFFICE
    assert interest_of(Judge(1, declared=frozenset({1})), work) == Interest.DECLARED
    assert interest_of(Judge(1, school=11, office=3), work) is None
