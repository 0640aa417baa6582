"""印数单: how many copies of a print go to whom, and how much paper that takes."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.kernel import pdf
from portal.kernel.calendar import date_cn

TEMPLATE = "documents/print_run/page.html"


@dataclass(frozen=True, slots=True)
class Share:
    """One line: 报/送/发, who, how many copies."""

    label: str
    who: str
    copies: int


@dataclass(frozen=True, slots=True)
class PrintRun:
    """A print of `pages` A4 pages in `copies` copies."""

    title: str
    number: str
    pages: int
    copies: int
    shares: tuple[Share, ...]

    @property
    def leaves(self) -> int:
        """A4 leaves printed on both sides."""
        return math.ceil(self.pages / 2) * self.copies

    @property
    def sheets(self) -> int:
        """A3 sheets of a booklet, printed on both sides."""
        return math.ceil(self.pages / 4) * self.copies

    @property
    def left_over(self) -> int:
        """What is kept; below nothing, so many copies are lacking."""
        return self.copies - sum(share.copies for share in self.shares)


def shares(readers: Sequence[tuple[str, str]], *, below: int = 0) -> tuple[Share, ...]:
    """One copy for each reader named; `below` is how many units the last line stands for."""
    found = []
    for place, (label, names) in enumerate(readers):
        each = [name for name in re.split("[、，,]", names) if name.strip()]
        stands_for = below if below and place == len(readers) - 1 else len(each)
        found.append(Share(label, names, stands_for))
    return tuple(found)


def print_run_pdf(run: PrintRun, *, issuer: str, on: date) -> bytes:
    page: dict[str, Any] = {
        "title": run.title,
        "number": run.number,
        "issuer": issuer,
        "dated": date_cn(on),
        "pages": run.pages,
        "copies": run.copies,
        "leaves": run.leaves,
        "sheets": run.sheets,
        "kept": max(0, run.left_over),
        "lacking": max(0, -run.left_over),
        "shares": [
            {"label": one.label, "who": one.who, "copies": one.copies} for one in run.shares
        ],
    }
    return pdf.render(TEMPLATE, {"page": page})
