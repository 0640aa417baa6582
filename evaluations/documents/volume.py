"""汇编: the bulletins of an office or a city as one book with cover, contents and numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from evaluations.documents.annual import annual_pdf
from evaluations.models import AnnualBulletin
from portal.kernel import binding, gongwen, pdf
from portal.kernel.binding import Bookmark
from portal.kernel.calendar import date_cn

FRONT = "documents/volume/page.html"
NUMBERS = "documents/volume/numbers.html"
COVER_CHARACTERS = 12  # of 34 pt, in one line


@dataclass(frozen=True, slots=True)
class Printed:
    """One part as it came out: its pages, and where each bulletin begins, from 0."""

    content: bytes
    pages: int
    starts: list[int]


@dataclass(frozen=True, slots=True)
class Entry:
    """One unit of the book: where its bulletin begins, from 0, behind the front."""

    office: str
    unit: str
    page: int


def print_part(bulletins: Sequence[AnnualBulletin]) -> Printed:
    content = annual_pdf(bulletins, in_volume=True)
    starts = binding.starts_of(content)
    return Printed(content, binding.page_count(content), starts)


def bind(
    title: str,
    publisher: str,
    entries: Sequence[Entry],
    parts: Sequence[Path],
    *,
    pages: int,
    on: date,
) -> tuple[bytes, int]:
    """Bind the parts behind a cover and contents; `pages` is how many the parts have."""
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(entry.office, []).append(entry)
    front = pdf.render(
        FRONT,
        {
            "title": title,
            "title_lines": gongwen.title_lines(title, most=COVER_CHARACTERS),
            "publisher": publisher,
            "dated": date_cn(on),
            "groups": [
                {"office": office, "rows": [(one.unit, one.page + 1) for one in found]}
                for office, found in groups.items()
            ],
        },
        variant=pdf.PLAIN,
    )
    numbers = pdf.render(NUMBERS, {"pages": range(pages)}, variant=pdf.PLAIN)
    bookmarks = [
        Bookmark(office, found[0].page, tuple(Bookmark(one.unit, one.page) for one in found))
        for office, found in groups.items()
    ]
    return binding.bind(front, parts, numbers=numbers, bookmarks=bookmarks, title=title)
