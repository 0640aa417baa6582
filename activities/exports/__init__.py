"""Workbooks of the work. Each carries a 口径 sheet: what is counted, of when, with which filter."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from activities.exports.records import activity_workbook, decision_workbook
from activities.figures import Column, Matrix, OfficeWork, Row, Tally, counting_day
from activities.figures.plan_progress import OfficeProgress
from activities.models import Activity, PartnerAgreement, WorkPlan
from activities.models.joint import UnitWork, Work
from portal.kernel.calendar import date_cn
from portal.kernel.cells import CellValue
from portal.kernel.workbooks import NewSheet, meaning_sheet, write_workbook

__all__ = ["activity_workbook", "decision_workbook"]


def meaning_of(matrix: Matrix, *, chosen: str, at: datetime) -> list[tuple[str, str]]:
    """What the figures of a matrix mean, for the foot of the page and the 口径 sheet.

    `chosen` says which part is shown, such as 按教办，全部; `at` is local time.
    """
    obligations = matrix.obligation_set
    day = date_cn(counting_day(obligations, on=matrix.on))
    left_out = (
        f"没有关工委覆盖的学校、幼儿园（{matrix.not_served} 家）不计入，另见组织覆盖率。"
        if matrix.not_served
        else "学校、幼儿园都有关工委覆盖。"
        if obligations.only_served
        else "不论有没有关工委都计入。"
    )
    return [
        ("义务", f"{obligations}（第 {obligations.version} 版）"),
        ("依据", obligations.basis or "没有写"),
        ("范围", f"{matrix.root.name}，{chosen}"),
        ("应完成", f"{day}在办的教办、学校、幼儿园，{_standing(matrix, day)}。{left_out}"),
        ("已完成", "规定次数的“已通过”记录够了的单位数；一家多记几条，也只算一家。"),
        (
            "按时、晚完成",
            "够次数的那一天在最晚日期以前、本单位延期以内或补办期里的是按时，其余是晚。",
        ),
        (
            "不要求、延期",
            "局里写明原因不要求做的，不计入应完成；延期的按它自己的日期算。",
        ),
        ("待审", "记录已经交上来、通过后就够次数的单位数。"),
        ("逾期", "过了最晚日期还没完成的单位数，待审的也在内；一家几项逾期就算几项。"),
        ("数据时间", f"{date_cn(at.date())} {at.hour}:{at:%M}"),
    ]


def _standing(matrix: Matrix, day: str) -> str:
    return f"按当时（{day}）的隶属关系" if matrix.standing == "then" else "按现在的隶属关系"


def work_workbook(work: Iterable[OfficeWork], *, meaning: Iterable[tuple[str, str]]) -> bytes:
    """Work by office, a last line for all of them, and what was counted."""
    headings = ["教办", "活动条数", "到场人次", "“五老”人次", "受教育青少年人次"]
    lines: list[list[CellValue]] = [
        [row.label, row.records, row.attendance, row.elders, row.youth] for row in work
    ]
    return write_workbook([NewSheet("活动统计", headings, lines), meaning_sheet(meaning)])


def matrix_workbook(matrix: Matrix, *, chosen: str, at: datetime) -> bytes:
    """The matrix as numbers, one sheet, and what they mean, on the second."""
    sheet = _office_sheet(matrix) if matrix.by == "office" else _unit_sheet(matrix)
    meaning = meaning_sheet(meaning_of(matrix, chosen=chosen, at=at))
    return write_workbook([sheet, meaning])


def _office_sheet(matrix: Matrix) -> NewSheet:
    parts = ("应完成", "已完成", "按时", "晚完成", "待审", "逾期", "不要求", "延期")
    names = [column.item.name for column in matrix.columns]
    headings = [
        "片区",
        "单位数",
        *(f"{name} {part}" for name in names for part in parts),
        "逾期合计",
    ]
    return NewSheet("按教办", headings, map(_office_line, (*matrix.rows, matrix.total)))


def _office_line(row: Row) -> list[CellValue]:
    line: list[CellValue] = [row.label, row.units]
    for cell in row.cells:
        line += [cell.expected, cell.done, cell.on_time, cell.late, cell.waiting, cell.overdue]
        line += [cell.waived, cell.extended]
    return [*line, row.overdue]


def _unit_sheet(matrix: Matrix) -> NewSheet:
    parts = ("状态", "已通过", "待审", "按时", "晚完成", "不要求", "延期")
    names = [column.item.name for column in matrix.columns]
    headings = ["单位", "教办", *(f"{name} {part}" for name in names for part in parts), "逾期项数"]
    return NewSheet("按单位", headings, _unit_lines(matrix))


def _unit_lines(matrix: Matrix) -> Iterator[list[CellValue]]:
    for row in matrix.rows:
        line: list[CellValue] = [row.label, row.office]
        for column, cell in zip(matrix.columns, row.cells, strict=True):
            line += _unit_cells(column, cell)
        yield [*line, row.overdue]


def _unit_cells(column: Column, cell: Tally) -> list[CellValue]:
    word, _ = column.unit_words(cell)
    # Not asked is an empty cell: a nought would say that something is missing.
    if not cell.expected:
        return [word, None, None, None, None, cell.waived or None, None]
    return [
        word,
        cell.counted,
        cell.pending,
        cell.on_time,
        cell.late,
        cell.waived,
        date_cn(cell.due_on) if cell.due_on else None,
    ]


PLAN_HEADINGS = ("条目", "任务", "责任单位", "完成时限", "进度", "应完成", "已完成", "还差")


def plan_workbook(plan: WorkPlan, lines: Iterable[Sequence[CellValue]]) -> bytes:
    """One row a task, and what the progress means."""
    meaning = [
        ("工作要点", f"{plan}（第 {plan.version} 版）"),
        ("已完成", "写明看哪类活动记录的，按已通过的记录算；没有写明的，按单位自己的反馈算。"),
    ]
    sheets = [NewSheet("进度", PLAN_HEADINGS, lines), meaning_sheet(meaning)]
    return write_workbook(sheets)


OFFICE_PLAN_HEADINGS = ("片区", "单位", "应完成", "已完成", "还差", "逾期", "没有反馈")


def plan_offices_workbook(plan: WorkPlan, rows: Iterable[tuple[str, OfficeProgress]]) -> bytes:
    """One row an office: how many tasks of how many units, each unit and task once."""
    lines: list[list[CellValue]] = [
        [name, row.units, row.expected, row.done, row.left, row.late, row.untold]
        for name, row in rows
    ]
    meaning = [
        ("工作要点", f"{plan}（第 {plan.version} 版）"),
        ("应完成", "一家单位的一项任务算一项；免做的义务不算。"),
        ("已完成", "看活动记录和义务的自动算，其余按单位自己的反馈算。"),
        ("没有反馈", "不能自动算、单位也还没有反馈的，含在“还差”里。"),
    ]
    sheets = [
        NewSheet("各片区进度", OFFICE_PLAN_HEADINGS, lines),
        meaning_sheet(meaning),
    ]
    return write_workbook(sheets)


MENTOR_HEADINGS = (
    "姓名", "单位", "教办", "专题", "讲师团", "能走多远", "审定的课", "本学期场次",
    "累计场次", "累计人次",
)  # fmt: skip


def mentor_workbook(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Rows as the register shows them."""
    lines = (
        [
            row["mentor"].person.name,
            row["mentor"].person.unit.name,
            row["office"],
            row["topics"],
            row["mentor"].team.name if row["mentor"].team else "",
            row["mentor"].get_travel_display(),
            row["courses"],
            row["term"],
            row["sessions"],
            row["audience"],
        ]
        for row in rows
    )
    meaning = [
        ("本学期场次", "今天所在的学期里邀请了、约好了和讲过的讲课，一次算一场"),
        ("累计场次", "讲过、已经记下的讲课，一次算一场"),
        ("累计人次", "每场到场的人数相加，同一个人听两场算两次"),
        ("审定的课", "课程库里审定了的课"),
    ]
    return write_workbook([NewSheet("导师", MENTOR_HEADINGS, lines), meaning_sheet(meaning)])


PARTNER_HEADINGS = (
    "名称", "类别", "联系单位", "地址", "能提供什么", "联系人", "电话", "协议期限", "协议情况",
)  # fmt: skip


def partner_workbook(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Rows as the list shows them, numbers masked; the importer takes the same headings back."""
    lines = (
        [
            row["partner"].name,
            row["partner"].get_kind_display(),
            row["partner"].unit.name,
            row["partner"].place,
            row["partner"].offers,
            row["partner"].contact,
            row["masked"],
            term_of(row["agreement"]),
            row["word"],
        ]
        for row in rows
    )
    return write_workbook([NewSheet("合作伙伴", PARTNER_HEADINGS, lines)])


def term_of(agreement: PartnerAgreement | None) -> str:
    """2022-09-01至2025-08-31."""
    return f"{agreement.first_day}至{agreement.last_day}" if agreement else ""


JOINT_HEADINGS = (
    "编号", "日期", "主题", "记录的单位", "已确认的共办单位", "待确认", "没有共办", "到场人数",
    "受教育青少年人次", "状态",
)  # fmt: skip


def joint_workbook(
    records: Iterable[Activity], *, units: Iterable[UnitWork], total: Work, year: int
) -> bytes:
    """The joint records, each unit's share, and which column may be added up."""
    shares: list[list[CellValue]] = [
        [
            each.unit.name, each.own.records, each.own.people, each.own.youth,
            each.shared.records, each.shared.people, each.shared.youth,
        ]
        for each in units
    ]  # fmt: skip
    shares.append(["合计（不重复）", total.records, total.people, total.youth])
    headings = ("单位", "本单位记的", "人次", "青少年", "共办的", "共办人次", "共办青少年")
    scope = [
        ("范围", f"{year}年，有共办单位的活动；份额只算已通过、至少一家确认了的"),
        ("合计", "只加“本单位记的”各列，一次活动、一个人只算一次"),
        ("共办的", "同一批活动在共办单位名下再列一次，不加进合计"),
    ]
    return write_workbook([
        NewSheet("共办活动", JOINT_HEADINGS, map(_joint_line, records)),
        NewSheet("各单位份额", headings, shares),
        meaning_sheet(scope),
    ])  # fmt: skip


def _joint_line(record: Activity) -> list[CellValue]:
    by_state: dict[str, list[str]] = {}
    for cohost in record.cohosts.all():
        by_state.setdefault(cohost.state, []).append(cohost.unit.name)
    return [
        record.number,
        record.held_label,
        record.title,
        record.unit.name,
        *("、".join(by_state.get(state, [])) for state in ("confirmed", "asked", "declined")),
        record.attendance,
        record.youth,
        record.get_state_display(),
    ]
