"""Entries of the register that are likely one person; a person decides, nothing joins by itself."""

import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from itertools import combinations
from typing import NamedTuple

from django.db.models import QuerySet

from committees.models import Person

MOST_PAIRS = 200
# Characters of names that a list spells one way and another list another.
_VARIANTS = str.maketrans(
    "峯羣傑國華莊鳳蘭榮麗蓮貴賢東陳張劉楊趙黃吳孫馬葉許謝鄧馮蔣蘇呂閆淼喆堃昇陞崑逺",
    "峰群杰国华庄凤兰荣丽莲贵贤东陈张刘杨赵黄吴孙马叶许谢邓冯蒋苏吕闫淼哲坤升升昆远",
)


class Entry(NamedTuple):
    pk: int
    name: str
    phone: str
    born: tuple[int, int] | None


@dataclass(slots=True)
class Pair:
    """Two entries (the older one first) and why they look like one."""

    first: int
    second: int
    reasons: list[str] = field(default_factory=list)


def plain_name(name: str) -> str:
    """The name without spaces and dots, in one spelling."""
    bare = "".join(unicodedata.normalize("NFKC", name).split())
    return bare.replace("·", "").replace("•", "").replace(".", "").translate(_VARIANTS)


def alike(one: str, other: str) -> bool:
    """Same surname, same length, one other character at most: 陈国栋 and 陈国东."""
    if len(one) != len(other) or len(one) < 3 or one[0] != other[0]:
        return False
    return sum(a != b for a, b in zip(one, other, strict=True)) == 1


def entries(people: QuerySet[Person]) -> list[Entry]:
    rows = people.order_by("pk").values_list("pk", "name", "phone", "born_on")
    return [
        Entry(pk, name, phone, (born.year, born.month) if born else None)
        for pk, name, phone, born in rows
    ]


def find(found: Iterable[Entry], *, apart: Collection[tuple[int, int]] = frozenset()) -> list[Pair]:
    """Pairs that share a telephone number or a month of birth, and a name or nearly one.

    `apart` are pairs somebody said are two people (不是同一个人), the smaller key first.
    """
    by_phone: dict[str, list[Entry]] = defaultdict(list)
    by_birth: dict[tuple[str, tuple[int, int]], list[Entry]] = defaultdict(list)
    for entry in found:
        if entry.phone:
            by_phone[entry.phone].append(entry)
        if entry.born and entry.name:
            by_birth[plain_name(entry.name)[:1], entry.born].append(entry)
    pairs: dict[tuple[int, int], Pair] = {}
    for group, what in [
        *((group, "手机号相同") for group in by_phone.values()),
        *((group, "出生年月相同") for group in by_birth.values()),
    ]:
        for one, other in combinations(group, 2):
            if how := _names(one.name, other.name):
                key = (min(one.pk, other.pk), max(one.pk, other.pk))
                if key in apart:
                    continue
                pair = pairs.setdefault(key, Pair(*key, [how]))
                pair.reasons.append(what)
    return sorted(pairs.values(), key=lambda pair: (-len(pair.reasons), pair.first))[:MOST_PAIRS]


def _names(one: str, other: str) -> str:
    if one == other:
        return "姓名相同"
    plain, also = plain_name(one), plain_name(other)
    if plain == also:
        return "姓名写法不同"
    return "姓名差一个字" if alike(plain, also) else ""
