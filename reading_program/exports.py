"""汇总表 as a workbook."""

from collections.abc import Iterable

from portal.kernel.workbooks import NewSheet, write_workbook
from reading_program.figures import HEADINGS, summary_rows
from reading_program.models import Entry


def summary_workbook(entries: Iterable[Entry]) -> bytes:
    return write_workbook([NewSheet("汇总表", HEADINGS, summary_rows(entries))])
