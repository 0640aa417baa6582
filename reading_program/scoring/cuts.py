"""Where each level of award ends: from places in order to a level a work, by counts.

A place that several works share is never divided. Where it lies across the end of a level, the
list's own rule says whether all of them go up, and the next level has fewer, or all go down, and
no level ever has more than its number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from reading_program.scoring.aggregation import Place, counts_of_shares


@dataclass(frozen=True, slots=True)
class Share:
    """How much of a list one level takes: a number of works, or per cent of all."""

    places: int | None = None
    percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Cut:
    """`level` of each work (1 the highest; absent: none) and works equal across a level's end."""

    levels: dict[int, int]
    divided: dict[int, list[int]]  # level -> the works that stood across its end


def counts_of(shares: Sequence[Share], *, total: int) -> list[int]:
    """Works a level; per cent are of `total`, rounded half up, and all together never more."""
    percents = [share.percent or Decimal(0) for share in shares]
    by_percent = counts_of_shares(total, per_cent=percents)
    counts: list[int] = []
    for share, rounded in zip(shares, by_percent, strict=True):
        wanted = share.places if share.places is not None else rounded
        counts.append(min(wanted, total - sum(counts)))
    return counts


def cut(placed: Sequence[Place], *, counts: Sequence[int], equals_go_up: bool) -> Cut:
    """Give levels to works in the order of their places.

    `placed` is in order, as `aggregation.places` returns it. Going down, the works of a level and
    those above it are never more than their counts together; going up, a level may run over by
    the equals of its last place, and what it took is missing below.
    """
    limits = [sum(counts[: at + 1]) for at in range(len(counts))]
    levels: dict[int, int] = {}
    divided: dict[int, list[int]] = {}
    begun = 1  # a level once left is not returned to
    given = 0
    for _, rows in groupby(placed, key=lambda row: row.place):
        works = [row.work for row in rows]
        level = begun
        while level <= len(limits):
            limit = limits[level - 1]
            if given + len(works) <= limit:
                break
            if given < limit:
                divided[level] = works
                if equals_go_up:
                    break
            level += 1
        if level > len(limits):
            break
        levels |= dict.fromkeys(works, level)
        given += len(works)
        begun = level
    return Cut(levels, divided)
