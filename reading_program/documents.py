"""汇总表 on A4 across, with a place for the seal."""

from collections.abc import Iterable
from datetime import date

from portal.kernel import pdf
from portal.kernel.calendar import date_cn
from reading_program.figures import HEADINGS, summary_rows
from reading_program.models import Edition, Entry


def summary_pdf(edition: Edition, entries: Iterable[Entry], *, unit: str, on: date) -> bytes:
    page = {
        "title": edition.name,
        "unit": unit,
        "headings": HEADINGS[:-1],
        "rows": [row[:-1] for row in summary_rows(entries)],
        "dated": date_cn(on),
    }
    return pdf.render("documents/entry_summary.html", page)
