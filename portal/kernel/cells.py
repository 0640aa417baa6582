"""What people write into spreadsheet cells, as values.

Every reader takes a raw cell and returns ``Read(value, warning)``: an empty cell is
``Read(None)``; a cell nobody can read is ``Read(None, "…")``; a cell read with a doubt carries
both. Warnings are Chinese sentences without the row, which the caller knows.
"""

import re
from collections.abc import Set
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Generic, TypeVar

from portal.kernel.calendar import date_cn

CellValue = str | int | float | bool | date | datetime | time | timedelta | None
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Read(Generic[T]):
    value: T | None
    warning: str = ""


# Full-width letters, digits and the few signs that stand inside numbers and dates. Punctuation of
# sentences stays full-width, and NFKC is not used: it would change rare characters in names.
_HALF_WIDTH = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B))}
_HALF_WIDTH |= {code: code - 0xFEE0 for code in range(0xFF41, 0xFF5B)}
_SPACES = dict.fromkeys((9, 10, 11, 12, 13, 0xA0, 0x2002, 0x2003, 0x2009, 0x202F, 0x3000), " ")
_INVISIBLE = dict.fromkeys((0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x00AD))
_TEXT = _HALF_WIDTH | _SPACES | _INVISIBLE
_SIGNS = {ord(a): b for a, b in zip("，．－—–／：（）％＋～", ",.---/:()%+~", strict=True)}

_NOTHING = {"", "-", "--", "/", "\\", "无", "暂无", "none", "n/a", "#n/a"}
# A spreadsheet that opens "=1+1" typed as text would run it: our writer puts ' in front.
_GUARDED = re.compile(r"^'(?=[=+\-@])")


def text(cell: CellValue) -> str:
    """Return the cell as trimmed text: one space between words, digits half-width."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, datetime) and cell.time() == time():
        cell = cell.date()
    words = str(cell).translate(_TEXT).split()
    return _GUARDED.sub("", " ".join(words))


def key(cell: CellValue) -> str:
    """Return what two spellings of one name share: no spaces, half-width signs, lower case."""
    return text(cell).translate(_SIGNS).replace(" ", "").casefold()


def is_nothing(cell: CellValue) -> bool:
    """Tell whether the cell is empty or says so (“无”, “-”, “/”)."""
    return key(cell) in _NOTHING


# --- numbers ------------------------------------------------------------------------------------

_COUNT = re.compile(
    r"(?P<about>约|大约|近)?(?P<number>\d{1,3}(?:,\d{3})+|\d+)(?:\.0+)?(?P<many>万|千|百)?"
    r"(?P<more>余|多|左右|\+)?(?:人次|人|名|个|位|班|场|次|所)?(?P<more2>左右|以上)?"
)
_TIMES = {"万": 10_000, "千": 1_000, "百": 100}


def count(cell: CellValue, *, most: int = 1_000_000) -> Read[int]:
    """Read a number of people or things: ``1,245人``, `` 2562 ``, ``５０９``, ``约300人``."""
    if isinstance(cell, (bool, date, time, timedelta)):
        return Read(None, f"“{text(cell)}”不是人数，请填整数，例如 45。")
    if is_nothing(cell):
        return Read(None)
    shown = text(cell)
    match = _COUNT.fullmatch(key(cell))
    if not match:
        return Read(None, f"“{shown}”不是一个整数，请只填数字，例如 45。")
    number = int(match["number"].replace(",", "")) * _TIMES.get(match["many"] or "", 1)
    if number > most:
        return Read(None, f"“{shown}”大得不像真的，请核对。")
    if match["about"] or match["more"] or match["more2"] or match["many"]:
        return Read(number, f"“{shown}”是约数，先按 {number} 计，请核对。")
    return Read(number)


# --- dates --------------------------------------------------------------------------------------


class Precision(StrEnum):
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """A date as exactly as it was written; ``day`` is the first day of the month or year."""

    day: date
    precision: Precision = Precision.DAY

    def __str__(self) -> str:
        return date_cn(self.day, self.precision)


_YMD = re.compile(r"(\d{4})(?:年|[-./])(\d{1,2})(?:月|[-./])(\d{1,2})日?(?:\(?(?:周|星期).\)?)?")
_YM = re.compile(r"(\d{4})(?:年|[-./])(\d{1,2})月?份?")
_Y = re.compile(r"(\d{4})年?")
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)?")
_CLOCK = re.compile(r"(?<=\d)[t ]?\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$")
_RANGE = re.compile(r"至|到|~|-{2,}|起|(?<=\d[./]\d)-|(?<=\d[./]\d\d)-|(?<=[月日])-")
_FIRST_SERIAL, _LAST_SERIAL = 10_000, 73_050  # 1927 and 2099 as Excel counts days
_SERIAL_ZERO = date(1899, 12, 30)


def when(cell: CellValue) -> Read[PartialDate]:
    """Read a date in the spellings people use, keeping how exact it is.

    ``2019.5``, ``2019-05-03``, ``2019/05/03``, ``2019年5月``, ``2019年5月3日``, ``201905``,
    ``2019``, a real spreadsheet date, or its day number.
    """
    if isinstance(cell, datetime):
        return _day(cell.year, cell.month, cell.day, text(cell))
    if isinstance(cell, date):
        return _day(cell.year, cell.month, cell.day, text(cell))
    if isinstance(cell, (bool, time, timedelta)):
        return Read(None, f"“{text(cell)}”不是日期，请写成 2023-05-03 或 2023年5月。")
    if is_nothing(cell):
        return Read(None)
    if isinstance(cell, float) and not cell.is_integer():
        return _month_typed_as_number(cell)
    return _written_date(cell)


def _written_date(cell: CellValue) -> Read[PartialDate]:
    shown = text(cell)
    written = _CLOCK.sub("", shown.translate(_SIGNS).casefold()).replace(" ", "")
    first, *rest = _RANGE.split(written, maxsplit=1)
    doubt = f"“{shown}”是一段时间，先按开始的日子记，请核对。" if rest and rest[0] else ""
    if match := _YMD.fullmatch(first):
        return _day(int(match[1]), int(match[2]), int(match[3]), shown, doubt)
    if match := _YM.fullmatch(first):
        return _month(int(match[1]), int(match[2]), shown, doubt)
    if match := _COMPACT.fullmatch(first):
        year, month, day = match.groups()
        if day:
            return _day(int(year), int(month), int(day), shown, doubt)
        return _month(int(year), int(month), shown, doubt)
    if first.isdecimal() and len(first) == 5 and _FIRST_SERIAL <= int(first) <= _LAST_SERIAL:
        counted = _SERIAL_ZERO + timedelta(days=int(first))
        return Read(PartialDate(counted), doubt)
    if (match := _Y.fullmatch(first)) and 1900 <= int(match[1]) <= 2100:
        return Read(PartialDate(date(int(match[1]), 1, 1), Precision.YEAR), doubt)
    return Read(None, f"“{shown}”读不成日期，请写成 2023-05-03 或 2023年5月。")


def _month_typed_as_number(cell: float) -> Read[PartialDate]:
    """Read 2019.5 typed as a number; 2019.10 has become 2019.1 and cannot be told from it."""
    shown = f"{cell:.10g}"
    match = re.fullmatch(r"(\d{4})\.(\d{1,2})", shown)
    if not match and _FIRST_SERIAL <= cell <= _LAST_SERIAL:
        return Read(PartialDate(_SERIAL_ZERO + timedelta(days=int(cell))))
    if not match:
        return Read(None, f"“{shown}”读不成日期，请写成 2023-05-03 或 2023年5月。")
    doubt = ""
    if match[2] == "1":
        doubt = f"“{shown}”可能是1月，也可能是10月，先按1月记，请核对。"
    return _month(int(match[1]), int(match[2]), shown, doubt)


def _day(year: int, month: int, day: int, shown: str, doubt: str = "") -> Read[PartialDate]:
    try:
        read = date(year, month, day)
    except ValueError:
        return Read(None, f"日历上没有“{shown}”这一天，请核对。")
    if not 1900 <= year <= 2100:
        return Read(None, f"“{shown}”的年份不对，请核对。")
    return Read(PartialDate(read), doubt)


def _month(year: int, month: int, shown: str, doubt: str = "") -> Read[PartialDate]:
    if not (1 <= month <= 12 and 1900 <= year <= 2100):
        return Read(None, f"“{shown}”读不成年月，请写成 2023年5月。")
    return Read(PartialDate(date(year, month, 1), Precision.MONTH), doubt)


# --- yes or no ----------------------------------------------------------------------------------

YES = frozenset({"是", "√", "✓", "✔", "☑", "有", "对", "y", "yes", "true", "1"})
NO = frozenset({"否", "×", "✗", "✘", "☐", "x", "没有", "不是", "n", "no", "false", "0", "无"})


def yes_no(cell: CellValue, *, yes: Set[str] = YES, no: Set[str] = NO) -> Read[bool]:
    """Read a tick or a word for yes or no; an empty cell is neither."""
    if isinstance(cell, bool):
        return Read(cell)
    written = key(cell)
    if not written:
        return Read(None)
    if written in yes:
        return Read(value=True)
    if written in no:
        return Read(value=False)
    return Read(None, f"“{text(cell)}”看不出是或否，请填“是”或“否”。")


# --- phones and codes ---------------------------------------------------------------------------

_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"(?P<area>0\d{2,3})?(?P<number>[2-9]\d{6,7})(?:转(?P<extension>\d{1,6}))?")
_BETWEEN_PHONES = re.compile(r"[/／、,，;；或]|(?<=\d{11}) ")
_SCIENTIFIC = re.compile(r"\d(\.\d+)?e\+?\d+")


def phone(cell: CellValue) -> Read[str]:
    """Read a phone number as digits: a mobile of 11, or ``0574-62345678`` with area code."""
    if is_nothing(cell):
        return Read(None)
    shown = text(cell)
    if _SCIENTIFIC.fullmatch(key(cell)):
        return Read(None, f"号码成了“{shown}”，请把这一列设为文本后重新填写。")
    if whole := _one_phone(shown):
        return Read(whole)
    first, *others = _BETWEEN_PHONES.split(shown)
    if others and (read := _one_phone(first)):
        return Read(read, f"“{shown}”里有几个号码，先记第一个。")
    return Read(None, f"“{shown}”不像电话号码，手机号应是11位数字，请核对。")


def _one_phone(written: str) -> str | None:
    digits = re.sub(r"[\s\-.()]", "", written.translate(_TEXT).translate(_SIGNS))
    digits = re.sub(r"^(\+|00)86", "", digits)
    if _MOBILE.fullmatch(digits):
        return digits
    if match := _LANDLINE.fullmatch(digits):
        number = f"{match['area']}-{match['number']}" if match["area"] else match["number"]
        return f"{number}转{match['extension']}" if match["extension"] else number
    return None


def code(cell: CellValue) -> Read[str]:
    """Read an identifying code as text, though the cell may hold it as a number."""
    if is_nothing(cell):
        return Read(None)
    written = re.sub(r"\.0+$", "", key(cell)).upper()
    if _SCIENTIFIC.fullmatch(written.casefold()):
        return Read(None, f"代码成了“{text(cell)}”，请把这一列设为文本后重新填写。")
    if not re.fullmatch(r"[0-9A-Z\-_.]{1,30}", written):
        return Read(None, f"“{text(cell)}”不像代码，代码只有数字和字母，请核对。")
    return Read(written)


# --- people's names -----------------------------------------------------------------------------

_DOTS = re.compile(r"\s*[·•‧・･．∙⋅‐﹒]\s*")
_DOT_BETWEEN_HAN = re.compile(r"(?<=[^\x00-\x7f])\s*\.\s*(?=[^\x00-\x7f])")
_SPACE_BY_HAN = re.compile(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])")
_NAME_PARTS = re.compile(r"[、,，;；/]")
LONGEST_NAME = 25


def person_name(cell: CellValue) -> Read[str]:
    """Read a name: 周 桂 晓 is 周桂晓, 阿依古丽•买买提 keeps one dot, Latin keeps its spaces."""
    if is_nothing(cell):
        return Read(None)
    shown = text(cell)
    name = _DOTS.sub("·", shown)
    name = _DOT_BETWEEN_HAN.sub("·", name)
    name = _SPACE_BY_HAN.sub("", name).strip("·")
    if _NAME_PARTS.search(name):
        return Read(None, f"“{shown}”里不止一个人，请一人一行。")
    if not name or any(ch.isdigit() for ch in name):
        return Read(None, f"“{shown}”不像姓名，请核对。")
    if len(name) > LONGEST_NAME:
        return Read(None, f"“{shown}”超过{LONGEST_NAME}个字，不像姓名，请核对。")
    return Read(name)
