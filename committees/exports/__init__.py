"""Lists for Excel and WPS."""

from collections.abc import Iterable
from datetime import date

from committees.figures import Coverage, Garden
from committees.figures.institutions import Missing, Standing
from committees.imports import returned_units
from committees.models import Unit
from portal.kernel import returned
from portal.kernel.calendar import date_cn
from portal.kernel.workbooks import NewSheet, meaning_sheet, write_workbook


def units_workbook(
    units: Iterable[Unit], *, leaders: dict[int, str], on: date, filtered: str
) -> bytes:
    """The list as the page shows it, and a second sheet saying what was counted and when.

    Each unit carries `is_served` and `students`, as `committees.figures.for_list` gives them.
    """
    name = "单位名单"
    rows = [
        (unit.pk, returned_units.values_of(unit, leader=leaders.get(unit.pk, ""))) for unit in units
    ]
    scope = [
        ("截至", date_cn(on)),
        ("条件", filtered or "全部单位"),
        ("关工委", "这一天由本单位的关工委或联合关工委覆盖的，算“有”"),
        ("学生数", "最近一个填了数的学年"),
        ("可以改的", "、".join(returned_units.EDITABLE) + "；别的列在各自的页面上改"),
        (returned_units.PARTY_PHONE, "只给出一部分；填上整个新号码才会改，清空就是删掉"),
        ("交回", returned.HOW_TO_RETURN.format(name)),
    ]
    return write_workbook(
        [
            *returned.sheets_for(name, returned_units.FIELDS, rows),
            meaning_sheet(scope),
        ]
    )


def coverage_workbook(
    coverage: Coverage,
    missing: Iterable[Missing],
    *,
    gardens: Iterable[Garden],
    least: int,
) -> bytes:
    """Coverage by office and by level, who is missing and why, and what was counted."""
    headings = ("教办", "学校", "已建", "幼儿园", "已建", "合计", "已建合计", "未建", "覆盖率（%）")
    rows = [
        (
            row.label, row.schools, row.schools_served, row.kindergartens,
            row.kindergartens_served, row.total, row.served, row.missing, row.percent,
        )
        for row in coverage.rows
    ]  # fmt: skip
    names = [(each.office, each.unit.name, each.reason) for each in missing]
    levels = [(each.label, each.total, each.served, each.percent) for each in coverage.stages]
    larger = [(each.office, each.unit.name, each.children, each.served_by) for each in gardens]
    scope = [
        ("截至", date_cn(coverage.on)),
        ("分母", "这一天开办着的学校和幼儿园，按当天的主管教办归类"),
        ("分子", "其中由关工委（含联合关工委）覆盖的"),
        ("较大幼儿园", f"在园幼儿 {least} 人以上、自己没有关工委的，按最近一个填了数的学年"),
    ]
    return write_workbook(
        [
            NewSheet("覆盖率", headings, rows),
            NewSheet("按学段", ("学段", "单位数", "已建", "覆盖率（%）"), levels),
            NewSheet("还没有关工委的单位", ("教办", "单位", "为什么"), names),
            NewSheet("较大幼儿园", ("教办", "单位", "在园幼儿", "由哪个联合关工委覆盖"), larger),
            meaning_sheet(scope),
        ]
    )


def institutions_workbook(found: Iterable[Standing], *, on: date, filtered: str) -> bytes:
    """The institutions behind a figure of coverage, as the page lists them."""
    headings = ("教办", "单位", "学段", "由谁覆盖", "为什么没有", "当年开办月数")
    rows = [
        (
            each.office, each.unit.name,
            each.unit.get_stage_display() or each.unit.get_kind_display(),
            each.served_by, each.reason, each.months,
        )
        for each in found
    ]  # fmt: skip
    scope = [
        ("截至", date_cn(on)),
        ("条件", filtered or "这一天开办着的全部学校和幼儿园"),
        ("教办", "这一天的主管教办"),
        ("当年开办月数", f"{on.year}年里每月15日还开办着的月数"),
    ]
    return write_workbook([NewSheet("单位", headings, rows), meaning_sheet(scope)])
