"""Who is looked at, by which team, on which day and in what order. Pure, like scoring.py.

A plan is whole or refused with the reason in words: nobody is sent to their own unit, a team is at
one place at a time, and the schools of one office are visited together as far as the days allow.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random


class Infeasible(ValueError):
    """No plan exists, or none was found; the text says what to change."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A unit to visit; `area` says what lies near it: the office it stands under."""

    unit: int
    area: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Team:
    """`homes` are the units its people belong to, which it never visits."""

    number: int
    homes: frozenset[int] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Slot:
    """One visit: `day` and `place` count from 0 and from 1."""

    team: int
    day: int
    place: int
    unit: int


def plan(stops: Sequence[Stop], teams: Sequence[Team], *, days: int, most: int) -> list[Slot]:
    """Every stop once, at most `most` a team and day; raises Infeasible with what to change.

    Teams are first matched with stops so that each has one it may visit (augmenting paths: where
    a full matching exists it is found), with nearness as the order in which teams are tried; then
    a team's stops are laid on the days area by area.
    """
    _check(stops, teams, days, most)
    room = days * most
    holding: dict[int, list[Stop]] = {team.number: [] for team in teams}
    allowed = {
        stop.unit: [team.number for team in teams if stop.unit not in team.homes] for stop in stops
    }
    # An area's stops follow one another, the largest area first; who fewest may visit goes first.
    sizes = Counter(stop.area for stop in stops)
    ordered = sorted(
        stops,
        key=lambda s: (-len(allowed[s.unit]), sizes[s.area], s.area, s.unit),
        reverse=True,
    )
    fair = -(-len(stops) // len(teams))  # as even as can be, before the room is filled to the top
    for stop in ordered:
        tried: set[int] = set()
        if not (
            _place(stop, holding, allowed, min(fair, room), tried)
            or _place(stop, holding, allowed, room, set())
        ):
            raise Infeasible(
                f"“{stop.name or stop.unit}”排不进去：能去的组都满了，请加一组或者加一天"
            )
    return [slot for team in teams for slot in _days(team.number, holding[team.number], days, most)]


def _check(stops: Sequence[Stop], teams: Sequence[Team], days: int, most: int) -> None:
    if not teams or days < 1 or most < 1:
        raise Infeasible("至少要有一个组、一天，每组每天至少看一家")
    if len({stop.unit for stop in stops}) < len(stops):
        raise Infeasible("同一家单位排了两次，请只留一个")
    room = len(teams) * days * most
    if len(stops) > room:
        raise Infeasible(
            f"要看 {len(stops)} 家，{len(teams)} 个组 {days} 天每天 {most} 家最多看 {room} 家，"
            "请加组、加天数，或者每天多看几家"
        )
    for stop in stops:
        if all(stop.unit in team.homes for team in teams):
            raise Infeasible(f"每个组都有“{stop.name or stop.unit}”的人，没有组能去，请换一个人")


def _place(
    stop: Stop, holding: dict[int, list[Stop]], allowed: Mapping[int, Sequence[int]], room: int,
    tried: set[int],
) -> bool:  # fmt: skip
    """Give the stop to a team, moving another stop on where the team is full."""
    near = sorted(
        allowed[stop.unit],
        key=lambda n: (
            -sum(one.area == stop.area for one in holding[n] if len(holding[n]) < room),
            len(holding[n]),
            n,
        ),
    )
    for number in near:
        if number not in tried and len(holding[number]) < room:
            holding[number].append(stop)
            return True
    for number in near:
        if number in tried:
            continue
        tried.add(number)
        for other in list(holding[number]):
            holding[number].remove(other)
            if _place(other, holding, allowed, room, tried):
                holding[number].append(stop)
                return True
            holding[number].append(other)
    return False


def _days(team: int, stops: Sequence[Stop], days: int, most: int) -> list[Slot]:
    """Lay one team's stops on its days: whole areas together, the days as even as can be."""
    by_area: dict[str, list[Stop]] = defaultdict(list)
    for stop in stops:
        by_area[stop.area].append(stop)
    line = [
        stop
        for area in sorted(by_area, key=lambda a: (-len(by_area[a]), a))
        for stop in sorted(by_area[area], key=lambda s: s.unit)
    ]
    each = min(most, -(-len(line) // days)) if line else 0
    return [
        Slot(team, place // each, place % each + 1, stop.unit) for place, stop in enumerate(line)
    ]


def ring(units: Sequence[int], *, seed: str) -> dict[int, int]:
    """推磨: each unit looks at the next one of a drawn round, and nobody at who looks at them.

    With two units they look at each other; one unit alone has nobody to look at it.
    """
    if len(set(units)) < 2:
        raise Infeasible("推磨互查至少要两家单位")
    drawn = sorted(set(units))
    Random(seed).shuffle(drawn)  # noqa: S311 - a drawing by lot that can be drawn again
    return {unit: drawn[(place + 1) % len(drawn)] for place, unit in enumerate(drawn)}


def rings(areas: Mapping[int, str], *, seed: str) -> dict[int, int]:
    """One round in each area of `areas` (unit: area); an area with one unit alone is refused."""
    found: dict[int, int] = {}
    for area in sorted(set(areas.values())):
        within = [unit for unit, its in areas.items() if its == area]
        if len(within) < 2:
            raise Infeasible(f"“{area}”只有一家参加，没有别家来看它，请改选全市排成一圈")
        found |= ring(within, seed=f"{seed}:{area}")
    return found


def sample(units: Sequence[int], *, share: int, seed: str) -> list[int]:
    """`share` per cent of the units, rounded up; the same seed draws the same ones."""
    drawn = sorted(set(units))
    count = -(-len(drawn) * share // 100)
    return sorted(Random(seed).sample(drawn, count))  # noqa: S311 - can be drawn again


def stratified(ranked: Sequence[int], *, share: int, seed: str) -> list[int]:
    """头、中、尾: `share` per cent of each third of the units, which come best first."""
    third = -(-len(ranked) // 3) or 1
    bands = [ranked[start : start + third] for start in range(0, len(ranked), third)]
    return sorted(
        unit
        for place, band in enumerate(bands)
        for unit in sample(band, share=share, seed=f"{seed}:{place}")
    )


def changes_of_area(slots: Sequence[Slot], areas: Mapping[int, str]) -> int:
    """How often a team drives from one office's schools to another's within a day."""
    routes: dict[tuple[int, int], list[str]] = defaultdict(list)
    for slot in sorted(slots, key=lambda s: s.place):
        routes[slot.team, slot.day].append(areas[slot.unit])
    return sum(before != after for route in routes.values() for before, after in pairwise(route))
