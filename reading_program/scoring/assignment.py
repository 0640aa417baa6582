"""Who judges what: k judges a work, nobody with an interest in it, loads as equal as can be.

Pure: works and judges come in as keys, pairs come out. The same seed gives the same answer.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random


class Interest(StrEnum):
    """Why a judge must not judge a work; the wording is what a person reads."""

    OWN_SCHOOL = "本校作品"
    OWN_OFFICE = "本教办作品"
    FORMER_SCHOOL = "原任教学校作品"
    ADVISEE = "本人指导的作品"
    DECLARED = "本人申请回避"


@dataclass(frozen=True, slots=True)
class Judge:
    """Keys of units and people; `declared` are works the judge asked to be kept from."""

    key: int
    school: int | None = None
    office: int | None = None
    former_schools: frozenset[int] = frozenset()
    names: frozenset[str] = frozenset()  # as advisers are written or linked, to know own pupils
    declared: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Work:
    key: int
    school: int
    office: int | None = None
    advisers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Impossible:
    """A work that cannot have its k judges, with each judge who is kept from it and why."""

    work: int
    wanted: int
    free: int
    kept_out: tuple[tuple[int, Interest], ...]


@dataclass(slots=True)
class Assignment:
    pairs: dict[int, set[int]] = field(default_factory=dict)  # work -> judges
    impossible: list[Impossible] = field(default_factory=list)

    def loads(self, judges: Iterable[Judge]) -> dict[int, int]:
        counted = {judge.key: 0 for judge in judges}
        for chosen in self.pairs.values():
            for key in chosen:
                counted[key] += 1
        return counted


def interest_of(judge: Judge, work: Work) -> Interest | None:
    """The first reason that keeps the judge from the work, or None."""
    if judge.names & work.advisers:
        return Interest.ADVISEE
    if judge.school is not None and judge.school == work.school:
        return Interest.OWN_SCHOOL
    if work.school in judge.former_schools:
        return Interest.FORMER_SCHOOL
    if judge.office is not None and judge.office == work.office:
        return Interest.OWN_OFFICE
    return Interest.DECLARED if work.key in judge.declared else None


def assign(
    works: Sequence[Work],
    judges: Sequence[Judge],
    *,
    each: int,
    seed: int,
    standing: Mapping[int, set[int]] | None = None,
) -> Assignment:
    """`each` judges for every work; `standing` pairs stay as they are (judging has begun).

    A work with too few judges free of interest gets none, and is named with the reasons.
    The loads are the most equal ones these works and interests allow.
    """
    dice = Random(seed)  # noqa: S311 - a draw anybody can repeat, not a secret
    kept = standing or {}
    made = Assignment()
    free: dict[int, set[int]] = {}
    loads = {judge.key: 0 for judge in judges}
    for work in works:
        barred = [(j.key, why) for j in judges if (why := interest_of(j, work)) is not None]
        free[work.key] = loads.keys() - {key for key, _ in barred}
        already = kept.get(work.key, set())
        if len(free[work.key] | already) < each:
            made.impossible.append(Impossible(work.key, each, len(free[work.key]), tuple(barred)))
            continue
        made.pairs[work.key] = set(already)
        for key in already & loads.keys():
            loads[key] += 1
    for key in sorted(made.pairs, key=lambda key: (len(free[key]), key)):
        _fill(made.pairs[key], free[key], loads, each, dice)
    _level(made.pairs, free, loads, kept)
    return made


def _fill(chosen: set[int], free: set[int], loads: dict[int, int], each: int, dice: Random) -> None:
    """The least loaded first; dice among equals, so that judges meet in many pairings."""
    order = sorted(free - chosen)
    dice.shuffle(order)
    order.sort(key=loads.__getitem__)
    for key in order[: max(0, each - len(chosen))]:
        chosen.add(key)
        loads[key] += 1


def _level(
    pairs: dict[int, set[int]],
    free: Mapping[int, set[int]],
    loads: dict[int, int],
    kept: Mapping[int, set[int]],
) -> None:
    """Hand works on along chains of judges while that makes two loads more equal.

    A chain moves one work from the heaviest judge who has a chain to one at least two lighter.
    When no such chain is left, no assignment at all has more equal loads.
    """
    works_of: dict[int, set[int]] = defaultdict(set)
    for work, chosen in pairs.items():
        for judge in chosen:
            works_of[judge].add(work)
    while True:
        for start in sorted(loads, key=lambda key: (-loads[key], key)):
            chain = _chain(start, pairs, free, works_of, loads, kept)
            if chain:
                break
        else:
            return
        for giver, work, taker in chain:
            pairs[work].remove(giver)
            pairs[work].add(taker)
            works_of[giver].remove(work)
            works_of[taker].add(work)
        loads[start] -= 1
        loads[chain[-1][2]] += 1


def _chain(
    start: int,
    pairs: Mapping[int, set[int]],
    free: Mapping[int, set[int]],
    works_of: Mapping[int, set[int]],
    loads: Mapping[int, int],
    kept: Mapping[int, set[int]],
) -> list[tuple[int, int, int]]:
    """The shortest chain of (giver, work, taker) from `start` to a judge two lighter, or []."""
    came: dict[int, tuple[int, int] | None] = {start: None}
    line = deque([start])
    while line:
        giver = line.popleft()
        for work in sorted(works_of.get(giver, ())):
            if giver in kept.get(work, set()):
                continue
            for taker in sorted(free[work] - pairs[work] - came.keys()):
                came[taker] = (giver, work)
                if loads[taker] <= loads[start] - 2:
                    return _way_back(taker, came)
                line.append(taker)
    return []


def _way_back(end: int, came: Mapping[int, tuple[int, int] | None]) -> list[tuple[int, int, int]]:
    chain: list[tuple[int, int, int]] = []
    taker, step = end, came[end]
    while step is not None:
        giver, work = step
        chain.append((giver, work, taker))
        taker, step = giver, came[giver]
    return chain[::-1]
