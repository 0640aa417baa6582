"""Workbooks of lists: ledgers by unit, a campaign's points."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.utils import timezone

from committees.models import Unit
from evaluations.choices import AnnualSection
from evaluations.documents import naming
from evaluations.documents.reports import report_tables
from evaluations.documents.rubrics import rubric_rows
from evaluations.figures.annual import AnnualRow
from evaluations.figures.campaigns import Row
from evaluations.figures.ledger import boxes
from evaluations.figures.reports import Report
from evaluations.figures.statistics import Line, Whole
from evaluations.figures.statistics_above import Above
from evaluations.figures.statistics_form import COUNTS
from evaluations.figures.xray import Finding, rows
from evaluations.models import (
    AnnualRound,
    Campaign,
    OfficialPaper,
    Rubric,
    StatisticsRound,
    Title,
)
from evaluations.services.rubrics import Changed
from portal.kernel.calendar import date_cn
from portal.kernel.cells import CellValue
from portal.kernel.workbooks import NewSheet, meaning_sheet, write_workbook


def ledgers_workbook(
    units: Sequence[Unit], counts: Mapping[int, Sequence[int]], *, year: int
) -> bytes:
    """One row a unit, one column a box: how many things lie in it."""
    rows: list[list[CellValue]] = [
        [unit.name, *counts[unit.pk], sum(1 for count in counts[unit.pk] if count)]
        for unit in units
    ]
    headings = ["单位", *(box.name for box in boxes()), "有材料的盒数"]
    meaning = [("数字", "盒里有几件东西"), *((box.name, box.holds) for box in boxes())]
    return write_workbook([NewSheet(f"{year}年台账", headings, rows), meaning_sheet(meaning)])


def campaign_workbook(campaign: Campaign, lines: Sequence[Row]) -> bytes:
    """Every unit's three totals as the board shows them."""
    head = ["单位", "教办", "情况", "自评", "初评", "复评", "比自评", "等次"]
    table: list[list[CellValue]] = [
        [row.unit, row.office, row.word, *map(_number, _points(row)), row.grade] for row in lines
    ]
    scope: list[list[CellValue]] = [
        ["创建活动", campaign.name],
        ["评分表", str(campaign.rubric)],
        ["年度", campaign.year],
    ]
    return write_workbook([NewSheet("创建情况", head, table), meaning_sheet(scope)])


def papers_workbook(papers: Sequence[tuple[OfficialPaper, bool]]) -> bytes:
    """发文登记簿; who has received a paper (`sent`, `came`) is told to its issuer alone."""
    head = ["发文字号", "标题", "种类", "发文单位", "成文日期", "签发人", "主送", "份数",
            "发给几家", "已收到", "情况"]  # fmt: skip
    rows: list[list[CellValue]] = [
        [it.number_label, str(it), it.get_kind_display(), it.unit.name, it.dated_on,
         str(it.signed_by or ""), it.addressees, it.copies or None,
         it.sent if follows else None, it.came if follows else None,  # type: ignore[attr-defined]
         it.get_state_display()]
        for it, follows in papers
    ]  # fmt: skip
    return write_workbook([NewSheet("发文登记簿", head, rows)])


def plaques_workbook(campaign: Campaign, titles: Sequence[Title]) -> bytes:
    rows = naming.plaque_rows(campaign, titles)
    return write_workbook([NewSheet("牌匾清单", naming.PLAQUE_HEADINGS, rows)])


def report_workbook(campaign: Campaign, report: Report) -> bytes:
    """The same tables as on the page and on paper, a sheet each."""
    sheets = [
        NewSheet(table["name"], table["headings"], table["rows"]) for table in report_tables(report)
    ]
    meaning = [
        ("创建活动", campaign.name),
        ("评分表", str(campaign.rubric)),
        ("得分", "每家取最近一栏：有复评看复评，没有看初评，再没有看自评；不适用的条目不算"),
        ("得分率", "得分占分值的百分比，教办和条目取各单位的平均"),
        ("去年", "上一年创建活动里同一单位最近一栏的总分"),
    ]
    return write_workbook([*sheets, meaning_sheet(meaning)])


def xray_workbook(found: Sequence[Finding]) -> bytes:
    return write_workbook([NewSheet("透视", ["哪一种", "是谁的", "编号", "看到什么"], rows(found))])


def rubric_workbook(rubric: Rubric) -> bytes:
    """A sheet for each list of the table; evaluations.imports reads it back to the same."""
    return write_workbook([NewSheet(*sheet) for sheet in rubric_rows(rubric.content)])


def preview_workbook(found: Sequence[Changed]) -> bytes:
    rows: list[list[CellValue]] = [
        [one.unit, float(one.before), one.grade_before, float(one.after), one.grade_after]
        for one in found
    ]
    meaning = [
        ("原来", "创建活动当时的评分表，每家最近一栏的得分和等次"),
        ("试算", "同样的回答按这一版评分表重新算；只列有变化的单位，什么也没有存"),
    ]
    head = ["单位", "原来", "原等次", "试算", "试算等次"]
    return write_workbook([NewSheet("试算", head, rows), meaning_sheet(meaning)])


def _points(row: Row) -> list[Decimal | None]:
    return [row.own, row.first, row.final, row.moved]


def _number(value: Decimal | None) -> float | None:
    """A spreadsheet knows no decimals; two places survive its floats."""
    return None if value is None else float(value)


def annual_workbook(rows: Sequence[AnnualRow], asked: AnnualRound | None, *, year: int) -> bytes:
    """Who has handed in its yearly bulletin, when, and how long each section is."""
    head = ["单位", "教办", "情况", "什么时候交的", *(section.label for section in AnnualSection)]
    table: list[list[CellValue]] = [
        [
            row.unit.name,
            row.unit.office.name if row.unit.office else "市直属",
            row.word,
            row.timing,
            *(
                len(getattr(row.bulletin, section)) if row.bulletin else 0
                for section in AnnualSection
            ),
        ]
        for row in rows
    ]
    scope: list[list[CellValue]] = [
        ["年度", year],
        ["应交单位", "设有关工委的学校、幼儿园"],
        ["哪天前交", date_cn(asked.due_on) if asked else "没有定"],
        ["什么时候交的", "按第一次交上来的那天算；退回补充的不算晚"],
        ["五栏的数字", "每一栏的字数"],
    ]
    return write_workbook([NewSheet(f"{year}年度简报", head, table), meaning_sheet(scope)])


def statistics_workbook(asked: StatisticsRound, whole: Whole) -> bytes:
    """One report: its numbers, of a level also each unit's, and what every number means."""
    head = ["代码", "部分", "指标", "单位", "数", "去年", "记录里的数", "和记录不同的原因", "说明"]
    if whole.is_level:
        head[5:5] = ["其中本级", "各单位相加"]
    table: list[list[CellValue]] = [
        [line.indicator.code, section.name, line.indicator.label, line.indicator.unit,
         line.value, *_level(whole, line), line.before, line.figure.records, line.figure.reason,
         line.figure.note]
        for section, lines in whole.sections
        for line in lines
    ]  # fmt: skip
    sheets = [NewSheet(f"{asked.year}年统计年报", head, table)]
    if whole.is_level:
        lines = list(whole.lines())
        each: list[list[CellValue]] = [
            [unit.name, *(found[line.indicator.code].value for line in lines)]
            for unit, found in whole.counted
        ]
        names = [f"{line.indicator.code} {line.indicator.label}" for line in lines]
        sheets.append(NewSheet("各单位", ["单位", *names], each))
    return write_workbook([*sheets, meaning_sheet(statistics_meaning(asked, whole))])


def _level(whole: Whole, line: Line) -> list[CellValue]:
    return [line.figure.value, line.added.plain if line.added else None] if whole.is_level else []


def statistics_meaning(asked: StatisticsRound, whole: Whole) -> list[tuple[str, str]]:
    """Whose numbers, of when, counted how: first of the whole, then line by line."""
    now = timezone.localtime()
    state = whole.report.get_state_display() if whole.report is not None else "还没开始填"
    scope = [
        ("单位", whole.unit.name),
        ("报表", str(asked.table)),
        ("年度", f"{date_cn(date(asked.year, 1, 1))}—{date_cn(date(asked.year, 12, 31))}"),
        ("情况", str(state)),
        ("导出时间", f"{date_cn(now.date())} {now.hour}:{now:%M}"),
    ]
    if whole.is_level:
        counted = f"加在内的 {len(whole.counted)} 家，应报 {whole.below} 家（不含本级）"
        scope.append(("范围", counted))
    scope.append(("人数和人次", "人数一个人只算一次，人次来一次算一次，两样不相加"))
    each = [
        (
            f"{one.code} {one.label}（{one.unit}）",
            f"{one.meaning}。数的是{COUNTS[one.counts]}；{one.how_up}；{one.where_from}",
        )
        for one in whole.form.indicators()
    ]
    return [*scope, *each]


def above_workbook(asked: StatisticsRound, found: Above) -> bytes:
    """报上级的表: each line with its number and the city's lines it is made of."""
    head = ["代码", "部分", "指标", "单位", "数", "去年", "取自本市报表"]
    table: list[list[CellValue]] = [
        [line.indicator.code, section.name, line.indicator.label, line.indicator.unit,
         line.value, line.before, "、".join(line.indicator.takes)]
        for section, lines in found.sections
        for line in lines
    ]  # fmt: skip
    meaning = [
        ("报给上级的表", str(found.table)),
        ("签字", "按市局签字的合计" if found.is_signed else "市局还没有签字，数字还会变"),
        *(
            (f"{one.code} {one.label}（{one.unit}）", f"{one.meaning}。{one.where_from}")
            for one in found.form.indicators()
        ),
        ("下面是本市报表的口径", ""),
        *statistics_meaning(asked, found.whole),
    ]
    return write_workbook([NewSheet(f"{asked.year}年报上级", head, table), meaning_sheet(meaning)])
