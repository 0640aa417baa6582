"""汇总表 on A4 across, with a place for the seal; how a judging went, for its file."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

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
    return pdf.render("documents/entry_summary/page.html", page)


def fairness_pdf(page: Mapping[str, Any], *, on: date) -> bytes:
    """评审情况 of one round, to be signed and kept with the papers of the judging."""
    return pdf.render("documents/fairness/page.html", {**page, "dated": date_cn(on)})
