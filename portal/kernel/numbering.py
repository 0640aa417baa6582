"""Marks in a Chinese official text that may be item numbers, each with a weight.

The standard order is 一、 → （一） → 1. → （1） → ① (GB/T 9704-2012, 7.3.3); 第一， 一是 and
一要 run inside a paragraph. A mark here is only a suspicion: ``portal.kernel.outline`` decides
which of them count.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum


class Style(IntEnum):
    """How a number is printed; the order is the order of nesting."""

    PART = 0  # 第一部分
    HAN = 1  # 一、
    HAN_PAREN = 2  # （一）
    ARABIC = 3  # 1.
    ARABIC_PAREN = 4  # （1）
    CIRCLE = 5  # ①
    ORDINAL = 6  # 第一，
    IS = 7  # 一是
    MUST = 8  # 一要


INLINE = (Style.ORDINAL, Style.IS, Style.MUST)


@dataclass(frozen=True, slots=True)
class Mark:
    """One possible number: where it stands, what it reads, how much it looks like a number."""

    start: int
    end: int
    style: Style
    value: int
    weight: float
    printed: str
    misread: bool  # a letter or dash stands where a numeral belongs
    opens_line: bool


# Weights are worth about one "it is likelier than not" a point; they were set on official plans
# and are held by the tests of outline.py.
LINE_START, WIDE_GAP, SENTENCE_END, AFTER_COLON, ANYWHERE = 6.0, 2.0, 3.0, 1.5, 0.5
AFTER_COMMA, AFTER_ENUMERATION = -1.0, -5.0
IN_QUOTES, IN_BRACKETS, IN_A_WORD, IN_A_COUNT, AFTER_NUMERAL = -6.0, -4.0, -8.0, -6.0, -4.0
MAYBE_IN_A_WORD, BARE_ORDINAL = -4.0, -1.5
HOPELESS = -5.0

_DIGITS = "一二三四五六七八九"
_FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")
_NUM = rf"(?:[二三四五六七八九]?十[{_DIGITS}]?|[{_DIGITS}])"
_DASH = "—–―－ー-"  # a scanner reads 一 as a dash, 二 as katakana
_HAN_LIKE = rf"(?:{_NUM}|[{_DASH}]|ニ)"
_SCAN = r"(?:\d{1,2}|[0-9lLIi|oOZzSB]{1,2})"
_LOOKS_LIKE = str.maketrans("lLIi|oOZzSB", "11111002258")
_GAP = r"[ \t\u3000\xa0]*"
_BODY = r"[\u3400-\u9fffA-Za-z0-9“‘《「(（【\[X×]"

_PATTERNS: tuple[tuple[Style, re.Pattern[str], float], ...] = (
    (Style.HAN, re.compile(rf"(?=((?P<n>{_HAN_LIKE}){_GAP}[、．.]{_GAP})(?={_BODY}))"), 0.5),
    (Style.PART, re.compile(rf"(?=(第(?P<n>{_NUM})部分{_GAP}[：:、]?{_GAP})(?={_BODY}))"), 0.5),
    (Style.HAN, re.compile(rf"(?=((?P<n>{_NUM}){_GAP}[，,：:]{_GAP})(?={_BODY}))"), -2.5),
    (Style.HAN, re.compile(rf"(?m)^{_GAP}(?=((?P<n>{_NUM})[ \t\u3000]+)(?={_BODY}))"), -2.5),
    (
        Style.HAN_PAREN,
        re.compile(rf"(?=([（(〔]{_GAP}(?P<n>{_HAN_LIKE}){_GAP}[)）〕]{_GAP}))"),
        2.0,
    ),
    (Style.HAN_PAREN, re.compile(r"(?=((?P<n>[㈠-㈩])))"), 2.5),
    (Style.ARABIC, re.compile(rf"(?=((?P<n>{_SCAN}){_GAP}[.．、]{_GAP})(?={_BODY}))"), 0.0),
    (Style.ARABIC, re.compile(rf"(?=((?P<n>\d{{1,2}}){_GAP}[,，]{_GAP})(?={_BODY}))"), -2.0),
    (Style.ARABIC, re.compile(r"(?=((?P<n>[LlI|]))(?=[\u3400-\u9fff“《]))"), -1.0),
    (Style.ARABIC, re.compile(r"(?m)^[ \t\u3000]*(?=((?P<n>\d{1,2})[ \t\u3000]+)(?=\D))"), -3.0),
    (Style.ARABIC, re.compile(r"(?=((?P<n>[⒈-⒛])))"), 2.5),
    (Style.ARABIC_PAREN, re.compile(rf"(?=([（(]{_GAP}(?P<n>{_SCAN}){_GAP}[)）]{_GAP}))"), 1.5),
    (Style.ARABIC_PAREN, re.compile(rf"(?<![（(])(?=((?P<n>\d{{1,2}})[)）]{_GAP}))"), 0.0),
    (Style.ARABIC_PAREN, re.compile(r"(?=((?P<n>[⑴-⒇])))"), 2.5),
    (Style.CIRCLE, re.compile(rf"(?=((?P<n>[①-⑳㉑-㉟❶-❿➀-➉]){_GAP}))"), 3.0),
    (Style.ORDINAL, re.compile(rf"(?=(第(?P<n>{_NUM})(?:{_GAP}[，,、：:]|是){_GAP}))"), 0.0),
    (Style.IS, re.compile(rf"(?=((?P<n>{_NUM})是[，,：:]?))"), 0.0),
    (Style.MUST, re.compile(rf"(?=((?P<n>{_NUM})要(?!求|么|素|点)))"), 0.0),
)

#: A numeral after one of these is part of a word: 统一、 之一， 周一、 高一（1）班 附件1.
_BEFORE_HAN = "第周初之"
#: These end headings too (…水平提高二、), so they only weigh against the mark.
_MAYBE_BEFORE_HAN, _MAYBE_BEFORE_ONE = "期高大小", "统唯个单专同每逐其归划合万进不某另任如"
_BEFORE_ARABIC = "第件表图号版卷"
_AFTER_PAREN = ("班", "款", "项", "号文")
_RANGES = {"①": 1, "㉑": 21, "❶": 1, "➀": 1, "⑴": 1, "⒈": 1, "㈠": 1}


def han_value(numeral: str) -> int | None:
    """Return 1–99 for 一…九十九, or None."""
    tens, ten, ones = numeral.partition("十")
    if not ten:
        return _DIGITS.index(numeral) + 1 if len(numeral) == 1 and numeral in _DIGITS else None
    if len(tens) > 1 or len(ones) > 1 or any(part not in _DIGITS for part in (tens, ones)):
        return None
    return (_DIGITS.index(tens) + 1 if tens else 1) * 10 + (_DIGITS.index(ones) + 1 if ones else 0)


def han_numeral(value: int) -> str:
    """Return 一…九十九 for 1–99."""
    if not 1 <= value <= 99:
        raise ValueError(f"no numeral for {value}")
    tens, ones = divmod(value, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens - 1]}十"
    return head + (_DIGITS[ones - 1] if ones else "")


def circled(value: int) -> str:
    """Return ①…㉟ for 1–35, and （36） beyond what has a character."""
    if value <= 20:
        return chr(ord("①") + value - 1)
    return chr(ord("㉑") + value - 21) if value <= 35 else f"（{value}）"


def normal_form(style: Style, value: int) -> str:
    """The number without its separator: 第一部分, 一, （一）, 1, （1）, ①, 第一, 一是, 一要."""
    forms = {
        Style.PART: lambda: f"第{han_numeral(value)}部分",
        Style.HAN: lambda: han_numeral(value),
        Style.HAN_PAREN: lambda: f"（{han_numeral(value)}）",
        Style.ARABIC: lambda: str(value),
        Style.ARABIC_PAREN: lambda: f"（{value}）",
        Style.CIRCLE: lambda: circled(value),
        Style.ORDINAL: lambda: f"第{han_numeral(value)}",
        Style.IS: lambda: f"{han_numeral(value)}是",
        Style.MUST: lambda: f"{han_numeral(value)}要",
    }
    return forms[style]()


def marks(text: str) -> list[Mark]:
    """Return every mark worth considering, by position; of two at one place the longer first."""
    plain = text.translate(_FULL_WIDTH)
    found = [
        mark
        for style, pattern, base in _PATTERNS
        for match in pattern.finditer(plain)
        if (mark := _mark(plain, match, style, base)) is not None
    ]
    return sorted(found, key=lambda mark: (mark.start, -mark.end, mark.style))


def _mark(text: str, match: re.Match[str], style: Style, base: float) -> Mark | None:
    numeral, (start, end) = match["n"], match.span(1)
    value, misread = _value(style, numeral)
    if value is None or not 1 <= value <= 99:
        return None
    place, opens_line = _place(text, start)
    weight = base + place + sum(_faults(text, start, end, style, opens_line=opens_line))
    if misread:
        weight -= 1.0
    if weight <= HOPELESS:
        return None
    return Mark(start, end, style, value, weight, text[start:end].strip(), misread, opens_line)


def _value(style: Style, numeral: str) -> tuple[int | None, bool]:
    if len(numeral) == 1 and ord(numeral) > 0x2000:
        for first, value in _RANGES.items():
            if 0 <= ord(numeral) - ord(first) < 20 and style in (
                Style.CIRCLE, Style.ARABIC, Style.ARABIC_PAREN, Style.HAN_PAREN,
            ) and not numeral.isalpha():  # fmt: skip
                return ord(numeral) - ord(first) + value, False
    if style in (Style.ARABIC, Style.ARABIC_PAREN):
        return int(numeral.translate(_LOOKS_LIKE)), not numeral.isdigit()
    if numeral in _DASH:
        return 1, True
    return (2, True) if numeral == "ニ" else (han_value(numeral), False)


def _place(text: str, start: int) -> tuple[float, bool]:
    """Weigh what stands before the mark; the second value says that it opens a line."""
    near = text[max(0, start - 60) : start]
    before = near.rstrip(" \t\u3000\xa0")
    gap = len(near) - len(before)
    if not before or before.endswith("\n"):
        return LINE_START, True
    last = before[-1]
    if last in "。；;！!？?…" or (last in "”’」）)" and before[-2:-1] in "。；！？"):
        return SENTENCE_END, False
    if gap >= 2:
        return WIDE_GAP, False
    if last in "：:":
        return AFTER_COLON, False
    if last in "，,":
        return AFTER_COMMA, False
    if last in "、/／~～至-—" or (last.isascii() and last.isalnum()):
        return AFTER_ENUMERATION, False
    return ANYWHERE, False


def _faults(text: str, start: int, end: int, style: Style, *, opens_line: bool) -> Iterator[float]:
    before, after = text[start - 1 : start], text[end : end + 1]
    han = style in (Style.HAN, *INLINE)
    if (
        style is Style.ARABIC
        and before
        and (before in ".．" or (before.isascii() and before.isalnum()))
    ):
        yield IN_A_WORD
    if not opens_line:
        if _between(text, start, end, "“《「", "”》」", reach=40):
            yield IN_QUOTES
        if _between(text, start, end, "（(", "）)", reach=30):
            yield IN_BRACKETS
        if style is Style.ORDINAL and _place(text, start)[0] == ANYWHERE:
            yield BARE_ORDINAL
        elif han:
            yield _word_before(before, style, numeral=text[start])
        if han and before and before in _DIGITS + "十百千零0123456789":
            yield AFTER_NUMERAL
        if style is Style.ARABIC and before and before in _BEFORE_ARABIC:
            yield IN_A_WORD
        if style in (Style.HAN_PAREN, Style.ARABIC_PAREN) and before in ("第", "见"):
            yield IN_A_WORD
    if han and after and after in _DIGITS + "十两":
        yield IN_A_COUNT  # 一、二等奖
    if style is Style.ARABIC and after.isdigit():
        # 1.2023年起… can open a line; 6.5万 inside a sentence never is a number.
        yield -2.0 if opens_line or _place(text, start)[0] == SENTENCE_END else IN_A_COUNT
    if style in (Style.HAN_PAREN, Style.ARABIC_PAREN) and text.startswith(_AFTER_PAREN, end):
        yield IN_A_WORD


def _word_before(before: str, style: Style, *, numeral: str) -> float:
    if not before:
        return 0.0
    if before in _BEFORE_HAN:
        return IN_A_WORD
    # 统一是 and 唯一是 are words; 协同一是 is a new item behind a heading.
    ones = "统唯" if style in (Style.IS, Style.MUST) else _MAYBE_BEFORE_ONE
    if before in _MAYBE_BEFORE_HAN or (numeral == "一" and before in ones):
        return MAYBE_IN_A_WORD
    return 0.0


def _between(text: str, start: int, end: int, opening: str, closing: str, *, reach: int) -> bool:
    """Whether the place lies in a pair that opens and closes within ``reach`` characters.

    A mark lost by the scanner must not put the rest of the document into quotes, so only the
    nearest mark on either side is asked.
    """
    both = opening + closing
    left = next((c for c in reversed(text[max(0, start - reach) : start]) if c in both), "")
    right = next((c for c in text[end : end + reach] if c in both), "")
    return bool(left and right) and left in opening and right in closing
