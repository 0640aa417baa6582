"""汇总表 and 评分表 as workbooks; a 评分表 has codes and marks, no name."""

from collections.abc import Iterable, Sequence

from portal.kernel.cells import CellValue
from portal.kernel.tables import TableKind
from portal.kernel.workbooks import NewSheet, meaning_sheet, write_workbook
from reading_program.figures import HEADINGS, EntryRow, summary_rows, totals
from reading_program.figures import children as child_figures
from reading_program.models import Entry, Honour, JudgingRound, Result, ScoreSheet, Track
from reading_program.services.mentions import Mention

CODE, TITLE, COMMENT = "编号", "题目", "评语"


def summary_workbook(entries: Iterable[Entry]) -> bytes:
    return write_workbook([NewSheet("汇总表", HEADINGS, summary_rows(entries))])


SCHOOLS = ["学校", "教办", "情况", "待审核", "已退回", "已报市", "候补"]


BOARD_MEANING = [
    ("数字", "报送的作品件数，一件只算一次；几人合作的一件也算一件"),
    ("按教办", "作品算在报送那天所在的教办，市直属的单列；各项目只数占名额的作品"),
    ("上一届", "上一届报到市里的作品件数，没有上一届的空着"),
]


def board_workbook(
    tracks: Sequence[Track], offices: Sequence[totals.OfficeTotals], schools: Sequence[EntryRow]
) -> bytes:
    """By office, and school by school."""
    return write_workbook(
        [
            NewSheet("按教办", totals.headings(tracks), [totals.cells(row) for row in offices]),
            NewSheet("按学校", SCHOOLS, [_school_row(row) for row in schools]),
            meaning_sheet(BOARD_MEANING),
        ]
    )


def _school_row(row: EntryRow) -> list[CellValue]:
    office = row.unit.office.name if row.unit.office else totals.DIRECT
    counts = [row.waiting, row.returned, row.at_city, row.reserve]
    return [row.unit.name, office, row.word[0], *counts]


def heading(row: dict[str, str]) -> str:
    return f"{row['name']}（{row['most']}分）"


def score_book(here: JudgingRound, sheets: Sequence[ScoreSheet]) -> bytes:
    """One row a work, one column a criterion; what is already marked stands in it."""
    rows = [
        [
            sheet.copy.code,
            sheet.copy.title,
            *(sheet.marks or [""] * len(here.criteria)),
            sheet.comment,
        ]
        for sheet in sheets
    ]
    headings = [CODE, TITLE, *map(heading, here.criteria), COMMENT]
    return write_workbook([NewSheet("评分表", headings, rows)])


def bulk_template(kind: TableKind) -> bytes:
    """An empty table with the headings of a bulk entry."""
    return write_workbook([NewSheet("登记表", [column.label for column in kind.columns], [])])


AWARDS = ["序号", "项目", "组别", "等次", "题目", "姓名", "学校", "年级班级", "指导老师", "状态"]
HONOURS = ["序号", "奖项", "姓名", "学校", "依据"]


def awards_workbook(results: Sequence[Result], honours: Sequence[Honour]) -> bytes:
    return write_workbook(
        [
            NewSheet("获奖作品", AWARDS, [_award_row(at, it) for at, it in enumerate(results, 1)]),
            NewSheet(
                "指导奖和组织奖",
                HONOURS,
                [
                    [at, it.get_kind_display(), it.name, it.unit.name, it.basis]
                    for at, it in enumerate(honours, 1)
                ],
            ),
        ]
    )


def _award_row(at: int, it: Result) -> list[CellValue]:
    entry = it.entry
    return [
        at,
        it.list.track.name,
        it.list.group.name if it.list.group else "",
        str(it.level),
        entry.title,
        "、".join([entry.nominee_name, *entry.members]),
        entry.unit.name,
        entry.class_label,
        "、".join(each.name for each in entry.advisers.all()),
        it.list.get_state_display(),
    ]


def recommended_workbook(works: Sequence[tuple[Result, str]]) -> bytes:
    rows = [[*_award_row(at, it)[:-1], words] for at, (it, words) in enumerate(works, 1)]
    return write_workbook([NewSheet("推荐汇总表", [*AWARDS[:-1], "推荐意见"], rows)])


WORKS = [
    "学年", "活动", "项目", "组别", "编号", "状态", "学校", "推荐对象", "其他作者", "年级班级",
    "出生年月", "题目", "正文", "字数", "视频网址", "指导老师", "原创承诺", "监护人书面同意",
    "其他填写", "退回原因", "结果",
]  # fmt: skip
PAPERS = ["项目", "题目", "文件", "用途", "加入时间"]
JUDGED = ["项目", "轮次", "盲评编号", "得分", "评语"]
CERTIFICATES = ["证书编号", "获奖者", "奖项", "落款日期", "状态"]


def child_workbook(child: child_figures.Child, places: Sequence[Mention]) -> bytes:
    """Everything held on one child in five sheets; who judged is not told."""
    works = child.entries
    sheets = [it for each in works for it in child_figures.certificates_of(each)]
    return write_workbook(
        [
            NewSheet("作品", WORKS, [_work_row(each) for each in works]),
            NewSheet("文件", PAPERS, [row for each in works for row in _paper_rows(each)]),
            NewSheet("评审", JUDGED, [row for each in works for row in _judged_rows(each)]),
            NewSheet(
                "证书",
                CERTIFICATES,
                [
                    [it.number, it.holder, it.award, it.dated, it.get_state_display()]
                    for it in sheets
                ],
            ),
            NewSheet("别处写到", ["哪里", "写的话"], [[it.word, it.text] for it in places]),
        ]
    )


def _work_row(it: Entry) -> list[CellValue]:
    own = "；".join(f"{name}：{value}" for name, value in it.extra.items())
    return [
        it.edition.school_year_label,
        it.edition.name,
        it.track.name,
        it.group.name if it.group else "",
        it.number,
        it.get_state_display(),
        it.unit.name,
        it.nominee_name,
        "、".join(map(str, it.members)),
        it.class_label,
        it.born,
        it.title,
        it.body,
        it.characters,
        it.video_url,
        "、".join(each.name for each in it.advisers.all()),
        "有" if it.pledge else "没有",
        "有" if it.consent else "没有",
        own,
        it.return_reason,
        child_figures.result_words(it),
    ]


def _paper_rows(it: Entry) -> list[list[CellValue]]:
    return [
        [it.track.name, it.title, each.name, each.get_role_display(), each.added_at.date()]
        for each in it.files.all()
    ]


def _judged_rows(it: Entry) -> list[list[CellValue]]:
    return [
        [it.track.name, copy.round.name, copy.code, str(sheet.total), sheet.comment]
        for copy in it.copies.all()
        for sheet in copy.sheets.all()
    ]
