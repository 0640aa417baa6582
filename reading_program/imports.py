"""A 评分表 brought back: marks by code, checked row by row before anything is kept."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from portal.kernel import sheets
from portal.kernel.errors import BadFile
from reading_program.models import JudgingRound
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
