"""Booklets: folded and laid in one another, the pages come in their order."""

from io import BytesIO

from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from portal.kernel import imposition, pdf


def read_folded(sides: list[tuple[int, int]]) -> list[int]:
    """Turn the stapled booklet over, leaf by leaf: fronts inward, then backs outward."""
    sheets = [(sides[at], sides[at + 1]) for at in range(0, len(sides), 2)]
    first = [page for front, back in sheets for page in (front[1], back[0])]
    second = [page for front, back in reversed(sheets) for page in (back[1], front[0])]
    return first + second


@given(st.integers(1, 40))
def test_a_folded_booklet_reads_from_the_first_page_to_the_last(pages):
    read = read_folded(imposition.saddle_stitch(pages))

    assert len(read) % 4 == 0
    assert read == [*range(1, pages + 1), *[imposition.BLANK] * (len(read) - pages)]
    assert len(read) - pages < 4


@settings(max_examples=6, deadline=None)
@given(st.integers(1, 40))
def test_every_side_is_a3_across_and_holds_its_two_pages(pages):
    content = "".join(f"<p>第{number}页完</p>" for number in range(1, pages + 1))
    style = "<style>p { break-after: page } p:last-child { break-after: auto }</style>"
    html = f'<html lang="zh-CN"><head>{style}</head><body>{content}</body></html>'

    made, sheets = imposition.booklet(pdf.from_html(html))

    laid = PdfReader(BytesIO(made)).pages
    assert len(laid) == 2 * sheets
    for side, wanted in zip(laid, imposition.saddle_stitch(pages), strict=True):
        size = float(side.mediabox.width), float(side.mediabox.height)
        assert abs(size[0] - 420 * 72 / 25.4) < 0.1
        assert abs(size[1] - 297 * 72 / 25.4) < 0.1
        text = "".join(side.extract_text().split())
        assert text == "".join(f"第{number}页完" for number in wanted if number)


def test_a_booklet_does_not_grow_by_carrying_fonts_twice():
    writer = PdfWriter()
    html = '<html lang="zh-CN"><body>' + "<p>关心下一代</p>" * 400 + "</body></html>"
    source = pdf.from_html(html)
    writer.append(BytesIO(source))

    made, _ = imposition.booklet(source)

    assert len(made) < 1.5 * len(source)
