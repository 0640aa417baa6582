"""Workbooks of what was asked and answered."""

from collections.abc import Sequence
from typing import Any

from portal.kernel.calendar import date_cn
from portal.kernel.cells import CellValue
from portal.kernel.workbooks import NewSheet, meaning_sheet, write_workbook
from portal.web.burden_figures import Asked, LedgerRow, StandingRow
from portal.web.catalogue import BY_CODE
from portal.web.models import DataAnswer, DataField, DataRequest

BURDEN_MEANING = [
    ("要了几次", "发给这个单位的数据收集次数，收回的不算"),
    ("填了几项、交了几份材料", "要单位自己填的项数和材料份数；系统里有的直接取，不算"),
    ("约几分钟", "按布置时写明的每次用时估计"),
    ("要求和工作要点", "年度要求和工作要点的任务要写几项、几份材料，算在最晚的那个月"),
]


def answers_workbook(request: DataRequest, answers: Sequence[DataAnswer]) -> bytes:
    """One row a unit, one column a question; the second sheet says where each figure comes from."""
    fields = list(request.fields.all())
    headings = ["单位", *(field.label for field in fields), "填写时间"]
    rows = [
        [
            answer.unit.name,
            *(shown(answer, field) for field in fields),
            date_cn(answer.answered_at.date()) if answer.answered_at else "",
        ]
        for answer in answers
    ]
    sources = [[field.label, source_words(field)] for field in fields]
    return write_workbook([
        NewSheet("汇总", headings, rows),
        NewSheet("口径", ["项目", "从哪里来"], sources),
    ])  # fmt: skip


def shown(answer: DataAnswer, field: DataField) -> str:
    value: Any = answer.values.get(str(field.pk), "")
    return str(value.get("name", "")) if isinstance(value, dict) else str(value)


def source_words(field: DataField) -> str:
    known = BY_CODE.get(field.source)
    return f"取自{known.where}的“{known.name}”，没有再问单位" if known else "单位填写"


def ledger_workbook(
    rows: Sequence[LedgerRow], standing: Sequence[StandingRow], *, year: int
) -> bytes:
    """One row a unit and month with something asked, and the year's sums in the tree's order."""
    months: list[list[CellValue]] = [
        [row.unit.name, f"{year}年{number}月", *_cells(month)]
        for row in rows
        for number, month in enumerate(row.months, start=1)
        if month.requests
    ]
    whole: list[list[CellValue]] = [[row.unit.name, *_cells(row.total)] for row in rows]
    asked: list[list[CellValue]] = [
        [row.unit.name, f"{year}年{number}月", *_cells(month)]
        for row in standing
        for number, month in enumerate(row.months, start=1)
        if month.requests
    ]
    kept = ["记录和反馈", "要写几项", "要几份材料", "约几分钟"]
    figures = ["要了几次", "填了几项", "交了几份材料", "约几分钟"]
    return write_workbook([
        NewSheet("全年", ["单位", *figures], whole),
        NewSheet("按月", ["单位", "月份", *figures], months),
        NewSheet("要求和工作要点", ["单位", "最晚的月份", *kept], asked),
        meaning_sheet(BURDEN_MEANING),
    ])  # fmt: skip


def _cells(asked: Asked) -> list[CellValue]:
    return [asked.requests, asked.fields, asked.uploads, asked.minutes]
