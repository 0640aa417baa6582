"""Booklets: A4 pages two by two on A3, in the order in which folded sheets are stapled.

Sheets are printed on both sides, turned at the short edge, laid in one another and stapled through
the fold. Missing pages up to a multiple of four are left white at the end.
"""

import math
from io import BytesIO

from pypdf import PageObject, PdfReader, PdfWriter, Transformation

A4_WIDTH, A4_HEIGHT = 210 * 72 / 25.4, 297 * 72 / 25.4
BLANK = 0

Side = tuple[int, int]


def saddle_stitch(pages: int) -> list[Side]:
    """Return the sides in printing order, each with its left and right page from 1; 0 is white."""
    whole = 4 * math.ceil(pages / 4)
    sides: list[Side] = []
    for low in range(1, whole // 2 + 1):
        high = whole + 1 - low
        there = high if high <= pages else BLANK, low if low <= pages else BLANK
        sides.append(there if low % 2 else there[::-1])
    return sides


def booklet(content: bytes) -> tuple[bytes, int]:
    """Lay a PDF of A4 pages out as a booklet; return it and how many A3 sheets a copy takes."""
    source = list(PdfReader(BytesIO(content)).pages)
    writer = PdfWriter()
    sides = saddle_stitch(len(source))
    for side in sides:
        made = writer.add_blank_page(width=2 * A4_WIDTH, height=A4_HEIGHT)
        for place, number in enumerate(side):
            if number != BLANK:
                _place(made, source[number - 1], place * A4_WIDTH)
    writer.compress_identical_objects()
    made_file = BytesIO()
    writer.write(made_file)
    return made_file.getvalue(), len(sides) // 2


def _place(side: PageObject, page: PageObject, x: float) -> None:
    box = page.mediabox
    move = Transformation().translate(x - float(box.left), -float(box.bottom))
    side.merge_transformed_page(page, move, over=True, expand=False)
