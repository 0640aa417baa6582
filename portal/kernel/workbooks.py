"""Workbooks out: lists for Excel and WPS, and a file given back with what was found in it."""

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from portal.kernel.cells import CellValue, key
from portal.kernel.findings import Finding, Place, Severity
from portal.kernel.sheets import Sheet, read_workbook

RESULT_COLUMN = "检查结果"
MEANING_SHEET = "口径"  # of a workbook that comes back, it is nothing to read in
_ROWS_KEPT_AS_THEY_LOOK = 20_000
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_FORMULA = re.compile(r"[=+\-@].", re.DOTALL)
_TINTS = {Severity.REFUSED: "FFF2D3CF", Severity.NOTE: "FFFBEFCB"}
_LONGEST_CELL = 32_000


@dataclass(frozen=True, slots=True)
class NewSheet:
    """A sheet to write: one heading a column, then the rows; texts stay texts."""

    name: str
    headings: Sequence[str]
    rows: Iterable[Sequence[CellValue]] = field(default_factory=list)
    hides_first_column: bool = False
    is_hidden: bool = False


def meaning_sheet(rows: Iterable[Sequence[CellValue]]) -> NewSheet:
    """口径: what the numbers of a workbook mean, as pairs of a thing and a sentence."""
    return NewSheet(MEANING_SHEET, ("项目", "说明"), rows)


def write_workbook(sheets: Sequence[NewSheet]) -> bytes:
    """Return an .xlsx with a frozen, filterable heading row in every sheet.

    Strings are written as text, codes and phones included, and one that would run as a formula
    when opened again through CSV gets an apostrophe in front; `cells.text` takes it off.
    """
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for number, new in enumerate(sheets, start=1):
        sheet = book.create_sheet(_sheet_name(new.name, number))
        _write_sheet(sheet, new)
        sheet.sheet_state = "hidden" if new.is_hidden else "visible"
    return _saved(book)


def _write_sheet(sheet: Any, new: NewSheet) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    widths = [_width(heading) for heading in new.headings]
    for column, heading in enumerate(new.headings, start=1):
        _put(sheet, 1, column, heading).font = Font(bold=True)
    last = 1
    for last, row in enumerate(new.rows, start=2):
        for column, value in enumerate(row, start=1):
            _put(sheet, last, column, value)
            if column <= len(widths):
                widths[column - 1] = max(widths[column - 1], _width(value))
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = min(width + 2, 60)
    if new.hides_first_column:
        sheet.column_dimensions["A"].hidden = True
    sheet.freeze_panes = "A2"
    if new.headings:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(new.headings))}{last}"


def _put(sheet: Any, row: int, column: int, value: CellValue) -> Any:
    cell = sheet.cell(row, column)
    if isinstance(value, str):
        cell.value = safe_text(value)
        cell.data_type = "s"
        cell.number_format = "@"
    elif value is not None:
        cell.value = value
        if isinstance(value, date) and not isinstance(value, datetime):
            cell.number_format = "yyyy-mm-dd"
    return cell


def safe_text(value: str) -> str:
    """Return the text without control characters and unable to run as a formula."""
    clean = _CONTROL.sub("", value).lstrip("\t\r\n")[:_LONGEST_CELL]
    return f"'{clean}" if _FORMULA.match(clean) else clean


def _width(value: CellValue) -> int:
    return sum(2 if ord(character) > 0x2E7F else 1 for character in str(value or ""))


def _sheet_name(name: str, number: int) -> str:
    """Excel allows 31 characters and none of seven signs, and no name twice."""
    return re.sub(r"[\[\]:*?/\\]", " ", name).strip(" '")[:28] or f"表{number}"


def _saved(book: Any) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# --- the same file back -------------------------------------------------------------------------


def with_error_column(
    data: bytes,
    findings: Iterable[Finding],
    *,
    name: str = "",
    header_rows: Mapping[str, int] | None = None,
) -> bytes:
    """Return the file with a 检查结果 column: what was found in a row, and the row tinted.

    `header_rows` says in which row of a sheet the column's heading belongs (default 1). A file
    that already has the column gets it rewritten. The sheets keep their looks, except in a file
    too long for that or one that was .csv.
    """
    remarks: dict[Place, list[Finding]] = {}
    for finding in findings:
        remarks.setdefault(finding.place, []).append(finding)
    old = read_workbook(data, name)
    book = None if name.casefold().endswith(".csv") else _opened(data, old)
    if book is None:
        book = _plain_copy(old)
        titles = [sheet.name for sheet in old]
    else:
        titles = [sheet.title for sheet in book.worksheets]
    for sheet, title in zip(book.worksheets, titles, strict=True):
        mine = {place.row: found for place, found in remarks.items() if place.sheet == title}
        _add_results(sheet, mine, (header_rows or {}).get(title, 1))
    return _saved(book)


def _opened(data: bytes, sheets: Sequence[Sheet]) -> Any:
    """Return the file with its looks, or None where only its values can be given back."""
    from openpyxl import load_workbook

    if sum(len(sheet.rows) for sheet in sheets) > _ROWS_KEPT_AS_THEY_LOOK:
        return None
    try:
        return load_workbook(io.BytesIO(data))
    except (KeyError, ValueError, TypeError, AttributeError, IndexError):
        return None  # openpyxl is choosier about styles than the reader


def _plain_copy(sheets: Sequence[Sheet]) -> Any:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for number, old in enumerate(sheets, start=1):
        sheet = book.create_sheet(_sheet_name(old.name, number))
        for row in old.rows:
            for column, value in row.own():
                _put(sheet, row.number, column + 1, value)
    return book


def _add_results(sheet: Any, mine: Mapping[int, list[Finding]], header_row: int) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill

    column = _result_column(sheet, header_row)
    for row in range(header_row + 1, sheet.max_row + 1):
        if sheet.cell(row, column).value is not None:
            sheet.cell(row, column).value = None
    heading = _put(sheet, header_row, column, RESULT_COLUMN)
    heading.font = Font(bold=True)
    sheet.column_dimensions[heading.column_letter].width = 60
    for row, found in mine.items():
        refused = any(finding.severity is Severity.REFUSED for finding in found)
        tint = PatternFill("solid", fgColor=_TINTS[Severity.REFUSED if refused else Severity.NOTE])
        lead = "没有导入：" if refused else "请核对："
        cell = _put(sheet, row, column, lead + "".join(finding.sentence for finding in found))
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        for each in sheet[row][:column]:
            each.fill = tint


def _result_column(sheet: Any, header_row: int) -> int:
    """Return the number from 1 of the column to write in: the old one, or the first free one."""
    merged = (area for area in sheet.merged_cells.ranges if area.max_row >= header_row)
    last = max((int(area.max_col) for area in merged), default=0)
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value is None:
                continue
            if cell.row == header_row and key(cell.value) == RESULT_COLUMN:
                return int(cell.column)
            last = max(last, int(cell.column))
    return last + 1
