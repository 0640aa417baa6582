"""What a track asks of an entry, as data: read from JSON, checked, never trusted.

A track's `limits` hold numbers (min_characters, max_mb …), yes/no rules, the file formats taken
and `fields`, questions of its own. `LIMITS_OF` says which of them a kind of track knows.
"""

import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError

from portal.kernel.errors import Refused
from reading_program.choices import TrackKind

STANDARD = Path(__file__).with_name("standard.toml")
FORMATS = {"docx": "Word（.docx）", "pdf": "PDF", "mp4": "视频（.mp4）"}
MOST_FIELDS = 8
_CHINESE_MARKS = "“”‘’…—·"


@dataclass(frozen=True, slots=True)
class OwnField:
    """A question one track asks and others do not; `most` is characters."""

    name: str
    label: str
    needed: bool = False
    most: int = 300


@dataclass(frozen=True, slots=True)
class Limits:
    """Characters as Word counts them, minutes, MB of one file; 0 means no limit."""

    min_characters: int = 0
    max_characters: int = 0
    min_minutes: int = 0
    max_minutes: int = 0
    max_mb: int = 20
    formats: tuple[str, ...] = ()
    most_members: int = 0  # beside the one named first
    most_advisers: int = 1
    one_per_person: bool = False
    needs_consent: bool = False
    format_note: str = ""
    fields: tuple[OwnField, ...] = field(default=())


NUMBERS: Mapping[str, tuple[str, int]] = {
    "min_characters": ("最少多少字", 20_000),
    "max_characters": ("最多多少字", 20_000),
    "min_minutes": ("最短几分钟", 60),
    "max_minutes": ("最长几分钟", 60),
    "max_mb": ("一个文件最大多少 MB", 20),
    "most_members": ("除第一人外最多还可写几人", 20),
    "most_advisers": ("指导老师最多几人", 5),
}
SWITCHES: Mapping[str, str] = {
    "one_per_person": "每人（每班）只收一件",
    "needs_consent": "要先取得监护人书面同意",
}
_TEXT = {"min_characters", "max_characters"}
_FILM = {"min_minutes", "max_minutes"}
_ALL = {"max_mb", "most_advisers", "one_per_person", "needs_consent", "formats", "format_note"}
LIMITS_OF: Mapping[str, set[str]] = {
    TrackKind.ESSAY: _ALL | _TEXT | {"fields"},
    TrackKind.RECITATION: _ALL | _FILM | {"most_members", "fields"},
    TrackKind.CLASS: _ALL | _TEXT | {"fields"},
    TrackKind.STAR: _ALL | _TEXT | {"fields"},
    TrackKind.SCHEME: _ALL | _TEXT | {"most_members", "fields"},
    TrackKind.DOUBLE: _ALL | _TEXT | {"fields"},
}
_PAIRS = (("min_characters", "max_characters"), ("min_minutes", "max_minutes"))


@cache
def standard() -> dict[str, Any]:
    """The tracks, groups and stages a new edition starts from."""
    return tomllib.loads(STANDARD.read_text(encoding="utf-8"))


def read_limits(kind: str, data: Any) -> Limits:
    """Return the limits of a track of this kind, or raise ValidationError with a sentence."""
    if not isinstance(data, dict):
        raise ValidationError("评选要求要写成一组“名称：数值”")
    known = LIMITS_OF.get(kind, set())
    if strange := sorted(set(data) - known):
        raise ValidationError(f"这类评选项目没有“{strange[0]}”这一项要求")
    limits = Limits()
    for name, value in data.items():
        limits = replace(limits, **{name: _read(name, value)})
    for low, high in _PAIRS:
        least, most = getattr(limits, low), getattr(limits, high)
        if most and least > most:
            raise ValidationError(f"“{NUMBERS[low][0]}”比“{NUMBERS[high][0]}”还大，核对一下")
    return limits


def _read(name: str, value: Any) -> Any:
    if name in NUMBERS:
        label, most = NUMBERS[name]
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
            raise ValidationError(f"“{label}”要写 0 到 {most} 的整数")
        return value
    if name in SWITCHES:
        if not isinstance(value, bool):
            raise ValidationError(f"“{SWITCHES[name]}”只能是或否")
        return value
    if name == "format_note":
        return str(value)[:300]
    if name == "formats":
        if not isinstance(value, list) or not set(map(str, value)) <= set(FORMATS):
            raise ValidationError(f"文件格式只能选{'、'.join(FORMATS.values())}")
        return tuple(value)
    return _read_fields(value)


def _read_fields(value: Any) -> tuple[OwnField, ...]:
    known = {each.name for each in fields(OwnField)}
    if not isinstance(value, list) or len(value) > MOST_FIELDS:
        raise ValidationError(f"自己的问题最多 {MOST_FIELDS} 个")
    made = []
    for one in value:
        if not isinstance(one, dict) or not set(one) <= known or not str(one.get("label", "")):
            raise ValidationError("每个自己的问题都要有名称")
        made.append(OwnField(**one))
    if len({one.name for one in made}) < len(made):
        raise ValidationError("有两个自己的问题重名了")
    return tuple(made)


def criteria_of(rows: Sequence[tuple[str, Decimal]]) -> list[dict[str, str]]:
    """评分项 as they are stored, or Refused: each once, 100 together."""
    names = [name for name, _ in rows]
    if not rows or len(set(names)) < len(names):
        raise Refused("评分项至少写一项，名称不要重复")
    if (total := sum((most for _, most in rows), Decimal(0))) != 100:
        raise Refused(f"各项加起来是 {total.normalize():f} 分，要正好 100 分")
    return [{"name": name, "most": f"{most.normalize():f}"} for name, most in rows]


def count_characters(text: str) -> int:
    """字数 as Word counts: each Chinese character or mark is 1, a Latin word or number is 1."""
    total, in_word = 0, False
    for letter in text:
        if unicodedata.east_asian_width(letter) in "WF" or letter in _CHINESE_MARKS:
            total, in_word = total + 1, False
        elif letter.isspace():
            in_word = False
        else:
            total, in_word = total + (not in_word), True
    return total
