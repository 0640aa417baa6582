"""Workbooks in: the only place where a spreadsheet's bytes are opened (writing: workbooks.py).

A file is looked at three times before a library may build tables from it: the archive as a
whole (archives.py), then every sheet's cell addresses, so that one stray cell in column XFD
cannot make a reader lay out seventeen thousand million empty cells.
"""

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any
from xml.parsers import expat

import python_calamine

from portal.kernel.archives import MAX_FILE, check_office_archive
from portal.kernel.cells import CellValue, text
from portal.kernel.errors import BadFile

MAX_ROWS = 100_000
MAX_COLUMNS = 200
MAX_AREA = 4_000_000
MAX_LETTERS = 60_000_000
_OLE = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True, slots=True)
class Row:
    """One row as the spreadsheet numbers it; `filled` are the columns a merged area gave it."""

    number: int
    cells: tuple[CellValue, ...]
    filled: frozenset[int] = frozenset()

    def own(self) -> list[tuple[int, CellValue]]:
        """Return (column, value) of the cells written in this row itself."""
        return [
            (column, cell)
            for column, cell in enumerate(self.cells)
            if cell is not None and cell != "" and column not in self.filled
        ]


@dataclass(frozen=True, slots=True)
class Sheet:
    name: str
    rows: list[Row]
    hidden: bool = False


def read_workbook(data: bytes, name: str = "") -> list[Sheet]:
    """Return every worksheet with merged areas filled and formulas as their last value.

    `name` matters only for a .csv file (UTF-8 or GBK). Raises BadFile for anything else that is
    not a plain .xlsx within the limits above, or that holds no cell at all.
    """
    if PurePath(name).suffix.casefold() == ".csv":
        sheets = [_read_csv(data, name)]
    else:
        _refuse_old_formats(data)
        check_office_archive(data, kind="xlsx")
        _survey(data)
        sheets = _read_xlsx(data)
    if not any(row.own() for sheet in sheets for row in sheet.rows):
        raise BadFile("这个文件里没有内容。请核对是不是选错了文件，填好后再上传。")
    return sheets


def _refuse_old_formats(data: bytes) -> None:
    if data.startswith(_OLE) and _ENCRYPTED in data[:1_000_000]:
        raise BadFile("这个文件设了打开密码。请用 WPS 或 Excel 去掉密码，另存为 .xlsx 后再上传。")
    if data.startswith(_OLE):
        raise BadFile(
            "这是旧格式的表格（.xls）。请用 WPS 或 Excel 打开，选“另存为”，"
            "格式选 .xlsx，再上传另存的文件。"
        )


# --- how large is it ----------------------------------------------------------------------------


def column_index(letters: str) -> int:
    """Return the index from 0 of a column by its letters: A is 0, AA is 26."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


_DAMAGED = "这个文件坏了，读不出来。请用 WPS 或 Excel 打开，另存为 .xlsx 后再上传。"
_UNSAFE = "这个文件里有外部引用声明，不安全。请用 WPS 或 Excel 另存为 .xlsx 后再上传。"
_NOT_A_TABLE = "这个文件不是文字表格。请用 WPS 或 Excel 另存为 .xlsx 后再上传。"


@dataclass(slots=True)
class _Survey:
    """Measures the cells that hold something, without keeping any of them."""

    rows: int = 0
    columns: int = 0
    row: int = 0
    column: int = -1
    in_data: bool = False
    shared: bool = False  # the open cell points at a shared text
    written: str = ""  # its number
    lengths: list[int] = field(default_factory=list)  # of the shared texts
    length: int = 0
    letters: int = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "sheetData":
            self.in_data, self.rows, self.columns, self.row = True, 0, 0, 0
        elif tag == "si":
            self.length = 0
        elif self.in_data and tag == "row":
            self.row = int(attributes.get("r", self.row + 1))
            self.column = -1
        elif self.in_data and tag == "c":
            self._open_cell(attributes)
        elif self.in_data and tag in {"v", "is", "f"}:
            self.written = ""
            self._count_cell()

    def _open_cell(self, attributes: dict[str, str]) -> None:
        self.shared = attributes.get("t") == "s"
        match = re.fullmatch(r"\$?([A-Z]{1,3})\$?(\d{1,7})", attributes.get("r", ""))
        self.column = column_index(match[1]) if match else self.column + 1
        self.row = int(match[2]) if match else self.row

    def _count_cell(self) -> None:
        self.rows, self.columns = max(self.rows, self.row), max(self.columns, self.column + 1)
        if self.rows > MAX_ROWS:
            raise BadFile(
                f"有一张工作表用到了第 {self.rows} 行，一次最多 {MAX_ROWS} 行。"
                "请删去下面多余的行，或者分成几个文件再上传。"
            )
        if self.columns > MAX_COLUMNS:
            raise BadFile(
                f"有一张工作表用到了第 {self.columns} 列，最多 {MAX_COLUMNS} 列。"
                "请删去右边多余的列再上传。"
            )
        if self.rows * self.columns > MAX_AREA:
            raise BadFile("有一张工作表太大了。请删去多余的行和列，或者分成几个文件再上传。")

    def end(self, tag: str) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "sheetData":
            self.in_data = False
        elif tag == "si":
            self.lengths.append(self.length)
        elif tag == "v" and self.shared and self.written.isdecimal():
            number = int(self.written)
            if number >= len(self.lengths):
                raise BadFile(_DAMAGED)
            self.letters += self.lengths[number]
            if self.letters > MAX_LETTERS:
                raise BadFile("这个文件里的文字太多了。请删去说明文字，或者分成几个文件再上传。")

    def characters(self, written: str) -> None:
        self.length += len(written)
        if self.shared and len(self.written) < 10:
            self.written += written


def _refuse_declarations(*_: object) -> None:
    raise BadFile(_UNSAFE)


def _survey(data: bytes) -> None:
    """Refuse a workbook whose cells would not fit, reading its XML once as a stream."""
    survey = _Survey()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = [member for member in archive.infolist() if _is_markup(archive, member)]
        # Shared texts first: the sheets only point at them.
        for part in sorted(parts, key=lambda m: "sharedstrings" not in m.filename.casefold()):
            _survey_part(survey, archive, part)


def _is_markup(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    """A sheet may hide under any name, so content counts as much as the suffix."""
    name = member.filename.casefold()
    if name.endswith((".rels", ".vml")) or member.is_dir():
        return False
    with archive.open(member) as part:
        return name.endswith(".xml") or part.read(64).lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<"


def _survey_part(survey: _Survey, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = survey.start
    parser.EndElementHandler = survey.end
    parser.CharacterDataHandler = survey.characters
    parser.StartDoctypeDeclHandler = _refuse_declarations
    try:
        with archive.open(member) as part:
            parser.ParseFile(part)
    except BadFile:
        raise
    except (expat.ExpatError, zipfile.BadZipFile, ValueError, EOFError) as error:
        raise BadFile(_DAMAGED) from error


# --- reading ------------------------------------------------------------------------------------


def _read_xlsx(data: bytes) -> list[Sheet]:
    try:
        with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            return [
                _read_sheet(book, index, meta)
                for index, meta in enumerate(book.sheets_metadata)
                if meta.typ is python_calamine.SheetTypeEnum.WorkSheet
            ]
    except python_calamine.PasswordError as error:
        raise BadFile(
            "这个文件设了打开密码。请用 WPS 或 Excel 去掉密码，另存为 .xlsx 后再上传。"
        ) from error
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise BadFile(_DAMAGED) from error


def _read_sheet(book: Any, index: int, meta: Any) -> Sheet:
    sheet = book.get_sheet_by_index(index)
    grid = [[_value(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    filled = _fill_merged(grid, sheet.merged_cell_ranges or [])
    rows = [Row(n, tuple(row), filled.get(n, frozenset())) for n, row in enumerate(grid, start=1)]
    hidden = meta.visible is not python_calamine.SheetVisibleEnum.Visible
    return Sheet(meta.name, rows, hidden)


def _value(cell: Any) -> CellValue:
    if isinstance(cell, str) and not text(cell):
        return None  # spaces alone are nothing
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    return cell


def _fill_merged(
    grid: list[list[CellValue]], ranges: Sequence[tuple[tuple[int, int], tuple[int, int]]]
) -> dict[int, frozenset[int]]:
    """Give every cell of a merged area the value of its first; return the filled columns."""
    height, width = len(grid), len(grid[0]) if grid else 0
    filled: dict[int, set[int]] = {}
    for (top, left), (bottom, right) in ranges:
        if top >= height or left >= width:
            continue
        value = grid[top][left]
        for row in range(top, min(bottom, height - 1) + 1):
            for column in range(left, min(right, width - 1) + 1):
                if (row, column) != (top, left) and value is not None:
                    grid[row][column] = value
                    filled.setdefault(row + 1, set()).add(column)
    return {number: frozenset(columns) for number, columns in filled.items()}


def _read_csv(data: bytes, name: str) -> Sheet:
    if len(data) > MAX_FILE:
        raise BadFile("这个文件超过20MB。请分成几个文件再上传。")
    try:
        written = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            written = data.decode("gb18030")
        except UnicodeDecodeError as error:
            raise BadFile(
                "这个文件不是文字表格。请用 WPS 或 Excel 另存为 .xlsx 后再上传。"
            ) from error
    if "\0" in written:
        raise BadFile(_NOT_A_TABLE)
    rows = []
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(written)), start=1):
            if number > MAX_ROWS or len(cells) > MAX_COLUMNS:
                raise BadFile(f"一次最多 {MAX_ROWS} 行、{MAX_COLUMNS} 列。请分成几个文件再上传。")
            rows.append(Row(number, tuple(_value(cell) for cell in cells)))
    except csv.Error as error:
        raise BadFile(_NOT_A_TABLE) from error
    return Sheet(PurePath(name).stem, rows)
