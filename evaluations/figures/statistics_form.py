"""The form of the 统计年报 as it is read from its data: sections, indicators, checks. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from portal.kernel.errors import BadFile

DATA = Path(__file__).parents[1] / "data"

Counts = Literal["persons", "times", "things", "money"]
Up = Literal["once", "sum", "none"]
COUNTS: Mapping[str, str] = {
    "persons": "人数（一个人只算一次）",
    "times": "人次",
    "things": "个、场、次、件",
    "money": "金额",
}
UPS: Mapping[str, str] = {
    "once": "同一条记录、同一个人往上只算一次",
    "sum": "各单位相加",
    "none": "不往上加",
}
OPS: Mapping[str, str] = {"<=": "不多于", ">=": "不少于", "=": "等于"}
MOST_ASKED = 6  # required numbers of one form, as of every request


@dataclass(frozen=True, slots=True)
class Indicator:
    """One line. Without a source it is typed; `takes` names lines of the city's own form."""

    code: str
    label: str
    unit: str
    counts: Counts
    up: Up
    meaning: str
    source: Mapping[str, Any] | None = None
    is_asked: bool = False
    takes: tuple[str, ...] = ()

    @property
    def is_mean(self) -> bool:
        return self.source is not None and self.source.get("take") == "age"

    @property
    def how_up(self) -> str:
        return UPS[self.up]

    @property
    def where_from(self) -> str:
        if self.takes:
            return f"取自本市报表 {'、'.join(self.takes)}"
        return "从记录里统计" if self.source else "单位填写"


@dataclass(frozen=True, slots=True)
class Section:
    code: str
    name: str
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """Sums of lines compared; `say` is the rule as a sentence."""

    left: tuple[str, ...]
    op: str
    right: tuple[str, ...]
    say: str


@dataclass(frozen=True, slots=True)
class Form:
    sections: tuple[Section, ...]
    checks: tuple[Check, ...]
    year_change: int  # per cent; 0 asks nobody

    def indicators(self) -> Iterator[Indicator]:
        for section in self.sections:
            yield from section.indicators

    def find(self, code: str) -> Indicator | None:
        return next((one for one in self.indicators() if one.code == code), None)


@cache
def standard() -> Mapping[str, Any]:
    """The form a city starts with, as its data file says it."""
    return _data("annual-statistics.toml")


@cache
def standard_above() -> Mapping[str, Any]:
    """The form of the level above the portal comes with; its lines take the city's own."""
    return _data("above-statistics.toml")


def _data(name: str) -> Mapping[str, Any]:
    read: Mapping[str, Any] = tomllib.loads((DATA / name).read_text(encoding="utf-8"))
    return read


def read_form(content: Mapping[str, Any]) -> Form:
    return Form(
        tuple(
            Section(
                section["code"],
                section["name"],
                tuple(_indicator(one) for one in section.get("indicator", ())),
            )
            for section in content["section"]
        ),
        tuple(
            Check(tuple(one["left"]), one["op"], tuple(one["right"]), one["say"])
            for one in content.get("check", ())
        ),
        int(content.get("year_change", 0)),
    )


def _indicator(one: Mapping[str, Any]) -> Indicator:
    return Indicator(
        one["code"],
        one["label"],
        one["unit"],
        one["counts"],
        one["up"],
        one["meaning"],
        one.get("source"),
        bool(one.get("asked", False)),
        tuple(one.get("takes", ())),
    )


def check_form(content: Mapping[str, Any], *, sources: Collection[str]) -> Form:
    """Read it and say the first thing that cannot be right; BadFile names the line."""
    try:
        form = read_form(content)
    except (KeyError, TypeError, ValueError) as fault:
        raise BadFile(f"这张报表缺了一项：{fault}，请补上") from fault
    seen: dict[str, Indicator] = {}
    for one in form.indicators():
        if one.code in seen:
            raise BadFile(f"代码 {one.code} 用了两次，请改一个")
        seen[one.code] = one
        _check_line(one, sources)
    if sum(one.is_asked for one in seen.values()) > MOST_ASKED:
        raise BadFile(f"一定要单位填的最多 {MOST_ASKED} 项，请把别的改成选填")
    for check in form.checks:
        _check_rule(check, seen)
    return form


def _check_line(one: Indicator, sources: Collection[str]) -> None:
    where = f"{one.code} {one.label}"
    if one.counts not in COUNTS or one.up not in UPS:
        raise BadFile(f"{where}：数的是什么、怎么往上加，要从给出的几种里选")
    if one.source is not None and one.source.get("name") not in sources:
        raise BadFile(f"{where}：系统里没有“{one.source.get('name')}”这种统计来源")
    if one.source is not None and one.counts == "persons" and one.up == "sum":
        raise BadFile(f"{where}：人数从记录里统计的，同一个人往上只能算一次，不能相加")
    if one.counts == "persons" and len(one.takes) > 1:
        raise BadFile(f"{where}：人数只能取一项，几项加在一起会把同一个人算几次")
    if one.is_mean and one.up == "sum":
        raise BadFile(f"{where}：平均数不能相加")


def _check_rule(check: Check, seen: Mapping[str, Indicator]) -> None:
    missing = [code for code in (*check.left, *check.right) if code not in seen]
    if missing:
        raise BadFile(f"核对规则“{check.say}”用到的 {missing[0]} 不在报表里")
    if check.op not in OPS:
        raise BadFile(f"核对规则“{check.say}”只能写不多于、不少于或者等于")
    for side in (check.left, check.right):
        if len({seen[code].counts for code in side}) > 1:
            raise BadFile(f"核对规则“{check.say}”把人数和人次加在一起了，请分开")
