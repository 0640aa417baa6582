"""What a PDF says and where its glyphs stand."""

import re
from collections import defaultdict
from io import BytesIO
from typing import Any

import pdfplumber
from pypdf import PdfReader

from portal.kernel import files
from portal.kernel.models import StoredFile

MM = 72 / 25.4
LEFT, RIGHT = 28 * MM, (210 - 26) * MM  # the text block of official paper, in points
TOP, BOTTOM = 37 * MM, (297 - 35) * MM
PITCH = 28.98


def text_of(stored: StoredFile) -> str:
    """All pages without line ends."""
    return words_of(files.read(stored))


def words_of(content: bytes) -> str:
    """The same of a PDF that was not kept."""
    pages = PdfReader(BytesIO(content)).pages
    return re.sub(r"\s", "", "".join(page.extract_text() for page in pages))


def open_pdf(content: bytes) -> pdfplumber.PDF:
    return pdfplumber.open(BytesIO(content))


def lines_of(page: Any) -> list[list[dict[str, Any]]]:
    """Group the glyph boxes inside the text block into lines, by their middle."""
    lines: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for char in page.chars:
        if char["bottom"] <= BOTTOM + 1:
            lines[round((char["top"] + char["bottom"]) / 2)].append(char)
    return [lines[y] for y in sorted(lines)]
