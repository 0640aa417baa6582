"""A 评分表 brought back; a table of entries with its documents. Read and checked, not kept."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import PurePath
from typing import Any

from portal.kernel import cells, sheets
from portal.kernel.cells import CellValue, Read
from portal.kernel.errors import BadFile
from portal.kernel.findings import Finding, Severity
from portal.kernel.records import RowReader, read_rows
from portal.kernel.sheets import Row, Sheet
from portal.kernel.tables import Column, TableKind, guess_layout, records
from reading_program.models import EntryGroup, JudgingRound, Track
from reading_program.services.batches import BulkRow
from reading_program.services.judging import MarkedRow

HALVES = Decimal("0.5")


def read_score_book(data: bytes, here: JudgingRound) -> list[MarkedRow]:
    """Return the rows of the sheet, or raise BadFile naming the row and what to put right."""
    rows = sheets.read_workbook(data)[0].rows
    headings = [str(cell or "").strip() for cell in rows[0].cells]
    names = [f"{row['name']}（{row['most']}分）" for row in here.criteria]
    lacking = [name for name in ("编号", *names) if name not in headings]
    if lacking:
        raise BadFile(f"表里没有“{lacking[0]}”这一列。请用下载的评分表填，不要改第一行")
    found = []
    for row in rows[1:]:
        cells = dict(zip(headings, row.cells, strict=False))
        if code := str(cells.get("编号") or "").strip():
            found.append(_row(code, cells, names, here, row.number))
    return found


def _row(
    code: str, cells: Mapping[str, Any], names: list[str], here: JudgingRound, number: int
) -> MarkedRow:
    marks = [
        _mark(cells.get(name), Decimal(row["most"]), f"第 {number} 行“{row['name']}”")
        for name, row in zip(names, here.criteria, strict=True)
    ]
    return MarkedRow(code, marks, str(cells.get("评语") or "").strip()[:300])


def _mark(cell: Any, most: Decimal, place: str) -> Decimal | None:
    text = str(cell if cell is not None else "").strip()
    if not text:
        return None
    try:
        mark = Decimal(text)
    except InvalidOperation:
        raise BadFile(f"{place}写的是“{text[:10]}”，请写数字") from None
    if not mark.is_finite() or not 0 <= mark <= most or mark % HALVES:
        raise BadFile(f"{place}要写 0 到 {most} 的分数，写到半分为止")
    return mark.quantize(Decimal("0.1"))


# --- 批量登记 -----------------------------------------------------------------------------------

ENTRIES = TableKind(
    "entries",
    "参评作品",
    (
        Column(
            "name", "姓名", ("学生姓名", "作者", "作者姓名", "班级全称", "推荐对象"), required=True
        ),
        Column("title", "题目", ("篇名", "作品名称", "文章题目", "作品题目")),
        Column("grade", "年级"),
        Column("class_name", "班级"),
        Column("group", "组别", ("参赛组别",)),
        Column("advisers", "指导老师", ("指导教师", "辅导老师", "辅导教师")),
        Column("born", "出生年月"),
        Column("pledge", "原创承诺", ("是否原创",)),
        Column("consent", "监护人同意", ("监护人书面同意", "家长同意")),
    ),
)  # fmt: skip
YES = {"是", "有", "√", "✓", "y", "yes", "1", "已取得", "同意"}
_GRADES = {f"{word}年级": n for n, word in enumerate("一二三四五六七八九", start=1)} | {
    "初一": 7, "初二": 8, "初三": 9, "高一": 10, "高二": 11, "高三": 12,
    "职高一": 10, "职高二": 11, "职高三": 12,
}  # fmt: skip
_BETWEEN = re.compile(r"[、，,；;\s]+")
_MARKS = re.compile(r"[^0-9A-Za-z\u3400-\u9fff\U00020000-\U0003ffff]")


@dataclass(slots=True)
class BulkReading:
    rows: list[BulkRow] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def pasted(text: str) -> Sheet:
    """What was copied out of Excel: lines and tabs."""
    lines = text.replace("\r\n", "\n").split("\n")
    rows = [
        Row(number, tuple(cell.strip() or None for cell in line.split("\t")))
        for number, line in enumerate(lines, start=1)
        if line.strip()
    ]
    if not rows:
        raise BadFile("贴上来的表格是空的，从 Excel 里连表头一起选中、复制，再贴一次")
    return Sheet("粘贴的表格", rows)


def read_entries(sheet: Sheet, track: Track) -> BulkReading:
    """The works of the table; a row that cannot be taken is a finding that says what to mend."""
    layout = guess_layout(sheet, ENTRIES)
    if layout is None or layout.missing:
        raise BadFile("表里没有找到“姓名”这一列。第一行要是表头，可以先下载样表照着填")
    reading, groups = BulkReading(), list(track.edition.groups.all())
    found = records(sheet, layout)
    reading.rows = list(
        read_rows(found, ENTRIES, lambda row: _entry_row(row, groups), reading.findings)
    )
    return reading


def _entry_row(row: RowReader, groups: Sequence[EntryGroup]) -> BulkRow:
    grade = row.read("grade", _grade)
    facts = {
        "nominee_name": row.must_text("name", most=40),
        "title": row.text("title", most=60).strip("《》"),
        "grade": grade,
        "class_name": row.text("class_name", most=20),
        "born": row.read("born", _born) or "",
        "pledge": _is_yes(row.record["pledge"]),
        "consent": _is_yes(row.record["consent"]),
    }
    wanted = row.text("group", most=20)
    group = next((each for each in groups if each.name == wanted), None) if wanted else None
    if wanted and group is None:
        row.note("group", f"没有“{wanted}”这个组别，按年级排。")
    chosen = group or _group_of(grade, groups)
    facts["group"] = None if chosen is None else chosen.pk
    names = [name for name in _BETWEEN.split(row.text("advisers", most=60)) if name]
    return BulkRow(row.record.number, facts, names)


def _group_of(grade: int | None, groups: Sequence[EntryGroup]) -> EntryGroup | None:
    for group in groups:
        if grade and group.first_grade and group.first_grade <= grade <= (group.last_grade or 12):
            return group
    return None


def _grade(cell: CellValue) -> Read[int]:
    if cells.is_nothing(cell):
        return Read(None)
    written = cells.text(cell).replace(" ", "")
    if written in _GRADES:
        return Read(_GRADES[written])
    digits = written.removesuffix("年级").translate(
        str.maketrans("０１２３４５６７８９", "0123456789")
    )
    if digits.isdecimal() and 1 <= int(digits) <= 12:
        return Read(int(digits))
    return Read(None, f"看不懂“{written}”，写成 五年级、初一、高二 这样。")


def _born(cell: CellValue) -> Read[str]:
    if cells.is_nothing(cell):
        return Read(None)
    day = cells.when(cell)
    if day.value is None:
        return Read(None, "写成 2012-05 这样。")
    return Read(f"{day.value.day.year}-{day.value.day.month:02}")


def _is_yes(cell: CellValue) -> bool:
    return cells.text(cell).strip().casefold() in YES


def match(
    rows: Sequence[BulkRow], names: Iterable[str]
) -> tuple[dict[int, str], list[tuple[str, str]]]:
    """Row number → file name by 学校+姓名+题目, and (file, what to mend) of those left over.

    A file belongs to the row whose name stands in its own; where several do, to the one whose
    title stands there too.
    """
    chosen: dict[int, str] = {}
    left: list[tuple[str, str]] = []
    for name in names:
        stem = _bare(PurePath(name).stem)
        near = [row for row in rows if _bare(row.facts["nominee_name"]) in stem]
        titled = [row for row in near if row.facts["title"] and _bare(row.facts["title"]) in stem]
        found = titled or near
        if not found:
            left.append((name, "对不上表里的哪一行。文件名写成“学校+姓名+题目”，姓名和表里一样"))
        elif len(found) > 1:
            where = "、".join(f"第 {row.row} 行" for row in found[:4])
            left.append((name, f"和{where}都对得上。文件名里把题目写全，或者改表里的题目"))
        elif found[0].row in chosen:
            left.append((name, f"第 {found[0].row} 行已经有一个文件了，只留一个"))
        else:
            chosen[found[0].row] = name
    return chosen, left


def _bare(text: str) -> str:
    return _MARKS.sub("", text)


def repeated(rows: Sequence[BulkRow]) -> list[int]:
    """Numbers of rows whose name, grade and class stand in an earlier row too."""
    seen: Counter[tuple[str, Any, str]] = Counter()
    found = []
    for row in rows:
        key = (row.facts["nominee_name"], row.facts["grade"], row.facts["class_name"])
        seen[key] += 1
        if seen[key] > 1:
            found.append(row.row)
    return found


def refusals(findings: Iterable[Finding]) -> list[tuple[int, str]]:
    """(row, sentence) of rows left out."""
    return [
        (each.place.row, each.sentence) for each in findings if each.severity == Severity.REFUSED
    ]


def remarks(findings: Iterable[Finding]) -> list[tuple[int, str]]:
    """(row, sentence) of rows taken that somebody should look at."""
    return [(each.place.row, each.sentence) for each in findings if each.severity == Severity.NOTE]
