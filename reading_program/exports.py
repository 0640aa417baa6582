"""汇总表 and 评分表 as workbooks; a 评分表 has codes and marks, no name."""

from collections.abc import Iterable, Sequence

from portal.kernel.cells import CellValue
from portal.kernel.tables import TableKind
from portal.kernel.workbooks import NewSheet, write_workbook
from reading_program.figures import HEADINGS, summary_rows
from reading_program.models import Entry, Honour, JudgingRound, Result, ScoreSheet

CODE, TITLE, COMMENT = "编号", "题目", "评语"


def summary_workbook(entries: Iterable[Entry]) -> bytes:
    return write_workbook([NewSheet("汇总表", HEADINGS, summary_rows(entries))])


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
