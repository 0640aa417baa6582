"""Workbooks of the credit rules: the rules, what a change would move, what counts for the lines."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from activities.choices import RequiredField
from activities.figures.lines import LineWork, OfficeLines
from activities.models import Activity, RuleChange
from committees.choices import UnitKind
from portal.kernel.cells import CellValue
from portal.kernel.workbooks import NewSheet, meaning_sheet, write_workbook

RULE_HEADINGS = (
    "计入", "名称", "代号", "活动类型", "月份", "记录里要有", "只看哪些单位", "规则", "现在计入",
)  # fmt: skip
RECORD_HEADINGS = ("编号", "主题", "单位", "日期", "类型", "现在")


def rules_workbook(rules: Iterable[Any], changes: Iterable[RuleChange]) -> bytes:
    """One row a rule with `counted`, and what was changed."""
    lines = [_rule_line(rule) for rule in rules]
    changed: list[list[CellValue]] = [
        [
            change.get_act_display(),
            change.before,
            change.after,
            str(change.made_by or ""),
            change.applied_at.date() if change.applied_at else None,
        ]
        for change in changes
    ]
    return write_workbook([
        NewSheet("计入规则", RULE_HEADINGS, lines),
        NewSheet("改过的", ["改动", "原来", "现在", "谁改的", "哪天生效"], changed),
    ])  # fmt: skip


def _rule_line(rule: Any) -> list[CellValue]:
    return [
        rule.get_target_display(),
        rule.target_label,
        rule.item.code if rule.item else rule.line,
        rule.kind.name,
        rule.months,
        "、".join(RequiredField(name).label for name in rule.requires),
        "、".join(UnitKind(kind).label for kind in rule.unit_kinds),
        rule.sentence,
        rule.counted,
    ]


def change_workbook(change: RuleChange, sides: Mapping[str, Iterable[Activity]]) -> bytes:
    """What the change says, and by side (its name) the records that would come or go."""
    words: list[list[CellValue]] = [
        ["改动", change.get_act_display()],
        ["现在", change.before or "没有这条规则"],
        ["改成", change.after or "停用，不再计入"],
    ]
    sheets = [NewSheet(name, RECORD_HEADINGS, map(_record_line, it)) for name, it in sides.items()]
    return write_workbook([NewSheet("这次修改", ["项目", "说明"], words), *sheets])


def _record_line(record: Activity) -> list[CellValue]:
    return [
        record.number,
        record.title,
        record.unit.name,
        record.held_label,
        str(record.kind or ""),
        record.get_state_display(),
    ]


def lines_workbook(
    lines: Sequence[LineWork], offices: Iterable[OfficeLines], meaning: Iterable[tuple[str, str]]
) -> bytes:
    """Line by line, by office, and what was counted."""
    totals: list[list[CellValue]] = [
        [line.target_word, line.name, line.line, line.records, line.units, "；".join(line.rules)]
        for line in lines
    ]
    by_office: list[list[CellValue]] = [[row.label, *row.records] for row in offices]
    return write_workbook([
        NewSheet("按规则", ["类别", "名称", "代号", "记录", "单位", "规则"], totals),
        NewSheet("按教办", ["教办", *(line.name for line in lines)], by_office),
        meaning_sheet(meaning),
    ])  # fmt: skip
