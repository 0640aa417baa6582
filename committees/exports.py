"""Lists for Excel and WPS."""

from collections.abc import Iterable
from datetime import date

from committees.figures import Coverage
from committees.models import Unit
from portal.kernel.calendar import date_cn
from portal.kernel.workbooks import NewSheet, write_workbook

UNIT_HEADINGS = (
    "单位代码", "单位名称", "类别", "学段", "主管教办", "关工委", "负责人", "学生数", "党组织",
)  # fmt: skip


def units_workbook(
    units: Iterable[Unit], *, leaders: dict[int, str], on: date, filtered: str
) -> bytes:
    """The list as the page shows it, and a second sheet saying what was counted and when.

    Each unit carries `is_served` and `students`, as `committees.figures.for_list` gives them.
    """
    rows = [
        (
            unit.code, unit.name, unit.get_kind_display(), unit.get_stage_display(),
            unit.office.name if unit.office else "市直属", "有" if unit.is_served else "没有",
            leaders.get(unit.pk, ""), unit.students, unit.party_org,
        )
        for unit in units
    ]  # fmt: skip
    scope = [
        ("截至", date_cn(on)),
        ("条件", filtered or "全部单位"),
        ("关工委", "这一天由本单位的关工委或联合关工委覆盖的，算“有”"),
        ("学生数", "最近一个填了数的学年"),
    ]
    return write_workbook(
        [NewSheet("单位", UNIT_HEADINGS, rows), NewSheet("口径", ("项目", "说明"), scope)]
    )


def coverage_workbook(coverage: Coverage, missing: Iterable[Unit]) -> bytes:
    """Coverage by office, and who is missing."""
    headings = ("教办", "学校", "已建", "幼儿园", "已建", "合计", "已建合计", "未建", "覆盖率（%）")
    rows = [
        (
            row.label, row.schools, row.schools_served, row.kindergartens,
            row.kindergartens_served, row.total, row.served, row.missing, row.percent,
        )
        for row in coverage.rows
    ]  # fmt: skip
    names = [(unit.office.name if unit.office else "市直属", unit.name) for unit in missing]
    scope = [
        ("截至", date_cn(coverage.on)),
        ("分母", "这一天开办着的学校和幼儿园，按当天的主管教办归类"),
        ("分子", "其中由关工委（含联合关工委）覆盖的"),
    ]
    return write_workbook(
        [
            NewSheet("覆盖率", headings, rows),
            NewSheet("还没有关工委的单位", ("教办", "单位"), names),
            NewSheet("口径", ("项目", "说明"), scope),
        ]
    )
