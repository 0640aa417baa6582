"""The grid of official paper, and how plain text falls onto it: pure, no rendering.

GB/T 9704-2012: a block of 156 x 225 mm holds 22 lines of 28 characters; headings are numbered
一、 （一） 1. （1）, in 黑体, 楷体, 仿宋 and 仿宋. What is typed is plain text, a paragraph a line.
"""

import math
import re
from dataclasses import dataclass
from functools import partial
from typing import Literal

BLOCK_WIDTH_MM = 156.0
BLOCK_LINES = 22
LINE_CHARACTERS = 28
LINE_MM = 28.98 * 25.4 / 72  # as in templates/documents/shared/gongwen.css
TITLE_CHARACTERS = 18  # of 22 pt, with a character free on both sides

Kind = Literal["h2", "h3", "p", "picture"]

_LEVELS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("h2", re.compile(r"[一二三四五六七八九十]{1,3}、")),
    ("h3", re.compile(r"[（(][一二三四五六七八九十]{1,3}[）)]")),
)
_PICTURE = re.compile(r"[〔\[【]图\s*(\d{1,2})[〕\]】]")
_HEADING_LONGEST = 40

# Where a headline may well be broken: before these verbs, after these nouns.
_BEGINS = (
    *("召开", "举行", "举办", "组织", "开展", "布置", "部署", "听取", "学习", "走进", "慰问"),
    *("启动", "表彰", "赴", "为", "暨", "并", "共同", "联合", "推动", "落实", "工作"),
)
_ENDS = (
    *("会", "活动", "仪式", "小学", "中学", "幼儿园", "学校", "关工委", "教办", "教育局"),
    *("委员会", "精神", "工作"),
)


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph: a heading, a text whose first sentence is a heading (lead), or a picture.

    ``number`` is the picture asked for, counted from 1; 0 for text.
    """

    kind: Kind
    text: str
    lead: str = ""
    lead_kind: Kind = "p"
    number: int = 0


def blocks(text: str) -> list[Block]:
    """Split typed text into blocks, one a line; blank lines and outer spaces fall away."""
    found = []
    for line in text.splitlines():
        stripped = line.strip(" \t\u3000\u00a0\ufeff")
        if stripped:
            found.append(_block(stripped))
    return found


def _block(line: str) -> Block:
    picture = _PICTURE.fullmatch(line)
    if picture:
        return Block("picture", "", number=int(picture[1]))
    for kind, numbered in _LEVELS:
        if numbered.match(line):
            head, stop, rest = line.partition("。")
            if not rest and len(head) <= _HEADING_LONGEST:
                return Block(kind, line)
            if rest and len(head) <= _HEADING_LONGEST:
                return Block("p", rest, lead=head + stop, lead_kind=kind)
    return Block("p", line)


def title_lines(title: str, *, most: int = TITLE_CHARACTERS) -> list[str]:
    """Break a title into as few lines as fit, of nearly one length, at the best places.

    A line end the writer has typed stays. Otherwise a space or a closing mark is a good place;
    inside a number, a Latin word or a pair of quotation marks is a bad one. A space at a break
    falls away.
    """
    typed = [" ".join(line.split()) for line in title.splitlines()]
    return [line for part in typed if part for line in _balanced(part, most)]


def _balanced(title: str, most: int) -> list[str]:
    lines, rest = [], title
    for left in range(math.ceil(len(title) / most), 1, -1):
        ideal = len(rest) / left
        least = max(1, len(rest) - most * (left - 1))
        cuts = range(least, min(most, len(rest) - 1) + 1)
        cut = min(cuts, key=partial(_cut_cost, rest, ideal))
        lines.append(rest[:cut].strip())
        rest = rest[cut:].strip()
    return [*lines, rest]


def _cut_cost(text: str, ideal: float, at: int) -> float:
    return abs(at - ideal) + _break_cost(text, at)


def _break_cost(text: str, at: int) -> float:
    before, after = text[at - 1], text[at]
    if after in "，。、；：？！）》”’—…" or before in "（《“‘":
        return 100
    if before.isascii() and after.isascii() and before.isalnum() and after.isalnum():
        return 100
    cost = 0.0
    if any(text[:at].count(a) > text[:at].count(b) for a, b in ("“”", "《》", "（）")):
        cost += 20
    if before in " \u3000，、：；" or after in " \u3000":
        cost -= 4
    if before in "”》）":
        cost -= 1
    if text.startswith(_BEGINS, at):
        cost -= 3.5
    if text[:at].endswith(_ENDS):
        cost -= 2.5
    if after in "的了着们会":
        cost += 2
    return cost


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture as it is: pixels and caption; ``name`` is its key among the images."""

    name: str
    caption: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it will stand, in mm; ``room_mm`` is the width its caption may take."""

    name: str
    caption: str
    width_mm: float
    height_mm: float
    room_mm: float


@dataclass(frozen=True, slots=True)
class PictureRow:
    """One or two pictures side by side, taking a whole number of lines with their captions."""

    pictures: tuple[Picture, ...]
    lines: int

    @property
    def height_mm(self) -> float:
        return round(self.lines * LINE_MM, 2)


_GUTTER_MM = 6.0
_AIR_MM = 4.0  # above a picture and between it and its caption, together
_CAPTION_CHARACTER_MM = 4.94  # 14 pt
_TALLEST_LINES = 9


def picture_rows(photos: list[Photo]) -> list[PictureRow]:
    """Lay photos out in reading order: two landscape ones share a row, others stand alone."""
    rows, waiting = [], list(photos)
    while waiting:
        pair = waiting[:2]
        if len(pair) == 2 and all(photo.width >= photo.height for photo in pair):
            rows.append(_row(pair, widest=(BLOCK_WIDTH_MM - _GUTTER_MM) / 2))
        else:
            pair = waiting[:1]
            rows.append(_row(pair, widest=BLOCK_WIDTH_MM * 0.66))
        waiting = waiting[len(pair) :]
    return rows


def _row(photos: list[Photo], *, widest: float) -> PictureRow:
    """Fit the photos into one height, so that the row with its captions fills whole lines."""
    caption_lines = max(math.ceil(len(p.caption) * _CAPTION_CHARACTER_MM / widest) for p in photos)
    wanted = min(widest * photo.height / photo.width for photo in photos)
    lines = math.ceil((wanted + _AIR_MM) / LINE_MM - 0.3) + caption_lines
    lines = max(3 + caption_lines, min(_TALLEST_LINES, lines))
    height = (lines - caption_lines) * LINE_MM - _AIR_MM
    pictures = []
    for photo in photos:
        scale = min(widest / photo.width, height / photo.height)
        size = round(photo.width * scale, 2), round(photo.height * scale, 2)
        pictures.append(Picture(photo.name, photo.caption, *size, round(widest, 2)))
    return PictureRow(tuple(pictures), lines)


@dataclass(frozen=True, slots=True)
class Masthead:
    """The red name of a bulletin: its lines and their type size in pt."""

    lines: tuple[str, ...]
    size: float


def masthead(name: str) -> Masthead:
    """Set a name in one line as large as it can be, a long one in two, or in the lines typed."""
    longest_typed = max(map(len, name.splitlines())) if "\n" in name else 0
    most = max(10, math.ceil(len(name) / 2) + 1, longest_typed)
    lines = tuple(title_lines(name, most=most))
    widest = BLOCK_WIDTH_MM * 72 / 25.4 - 20
    longest = max(len(line) for line in lines)
    tallest = 62.0 if len(lines) == 1 else 42.0
    return Masthead(lines, round(min(tallest, widest / (longest * 1.1)), 1))
