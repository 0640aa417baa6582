"""汇总表 and 评分表 as workbooks; a 评分表 has codes and marks, no name."""

from collections.abc import Iterable, Sequence

from portal.kernel.tables import TableKind
from portal.kernel.workbooks import NewSheet, write_workbook
from reading_program.figures import HEADINGS, summary_rows
from reading_program.models import Entry, JudgingRound, ScoreSheet

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
