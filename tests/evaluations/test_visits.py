"""The planner of visits: whole, without overlap, nobody to their own school, or refused."""

from collections import Counter
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluations.visits import Infeasible, Stop, Team, changes_of_area, plan, ring, rings


def lawful(slots, stops, teams, *, days, most):
    homes = {team.number: team.homes for team in teams}
    assert Counter(slot.unit for slot in slots) == Counter(stop.unit for stop in stops)
    assert len({(slot.team, slot.day, slot.place) for slot in slots}) == len(slots)
    assert all(slot.unit not in homes[slot.team] for slot in slots)
    assert all(0 <= slot.day < days and 1 <= slot.place <= most for slot in slots)


def test_forty_nine_schools_four_teams_two_days_in_under_five_seconds():
    stops = [Stop(n, f"教办{n % 7}") for n in range(49)]
    teams = [Team(n, frozenset({n, n + 7, n + 14})) for n in range(4)]
    start = perf_counter()
    slots = plan(stops, teams, days=2, most=7)
    assert perf_counter() - start < 5
    lawful(slots, stops, teams, days=2, most=7)
    loads = Counter((slot.team, slot.day) for slot in slots)
    assert max(loads.values()) - min(loads.values()) <= 2
    # Seven offices on eight half-routes: drawn by lot it would be some forty changes.
    assert changes_of_area(slots, {stop.unit: stop.area for stop in stops}) <= 12


@st.composite
def cases(draw):
    count = draw(st.integers(1, 5))
    stops = [Stop(n, draw(st.sampled_from("甲乙丙"))) for n in range(draw(st.integers(1, 24)))]
    units = st.integers(0, len(stops) - 1)
    teams = [Team(n, draw(st.frozensets(units, max_size=4))) for n in range(count)]
    return stops, teams, draw(st.integers(1, 3)), draw(st.integers(1, 6))


@settings(max_examples=150, deadline=None)
@given(cases())
def test_a_plan_is_lawful_or_there_is_none(case):
    stops, teams, days, most = case
    try:
        slots = plan(stops, teams, days=days, most=most)
    except Infeasible:
        assert not _matching_exists(stops, teams, days * most)
    else:
        lawful(slots, stops, teams, days=days, most=most)


def _matching_exists(stops, teams, room):
    """Hall's condition over every set of teams: an independent judge, by counting."""
    for chosen in range(1 << len(teams)):
        within = [team for place, team in enumerate(teams) if chosen >> place & 1]
        only = [
            stop
            for stop in stops
            if all(stop.unit in team.homes for team in teams if team not in within)
        ]
        if len(only) > len(within) * room:
            return False
    return True


@pytest.mark.parametrize(
    ("stops", "teams", "words"),
    [
        ([Stop(n, "甲") for n in range(9)], [Team(1)], "最多看 8 家"),
        ([Stop(1, "甲", "云山小学")], [Team(1, frozenset({1}))], "云山小学.*请换一个人"),
        ([Stop(1, "甲"), Stop(1, "甲")], [Team(1)], "排了两次"),
        ([Stop(1, "甲")], [], "至少要有一个组"),
    ],
)
def test_what_cannot_be_planned_is_said_plainly(stops, teams, words):
    with pytest.raises(Infeasible, match=words):
        plan(stops, teams, days=2, most=4)


@given(st.sets(st.integers(1, 500), min_size=2, max_size=40), st.text(max_size=5))
def test_a_ring_is_one_round_in_which_nobody_looks_at_themselves(units, seed):
    looks_at = ring(sorted(units), seed=seed)
    assert ring(sorted(units, reverse=True), seed=seed) == looks_at
    start = here = min(units)
    seen = set()
    while here not in seen:
        seen.add(here)
        here = looks_at[here]
    assert (here, seen) == (start, units)


def test_one_unit_alone_has_nobody_to_look_at_it():
    with pytest.raises(Infeasible, match="至少要两家"):
        ring([5], seed="x")


@given(
    st.dictionaries(st.integers(1, 60), st.sampled_from("甲乙"), min_size=4), st.text(max_size=3)
)
def test_rounds_of_areas_stay_within_them_and_take_everybody(areas, seed):
    try:
        looks_at = rings(areas, seed=seed)
    except Infeasible:
        assert 1 in [list(areas.values()).count(area) for area in "甲乙"]
    else:
        assert looks_at.keys() == areas.keys() == set(looks_at.values())
        assert all(areas[a] == areas[b] and a != b for a, b in looks_at.items())
