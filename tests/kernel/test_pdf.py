"""Real pages, measured: fonts, glyphs, grid, edges, and what a document may not reach."""

import re
from io import BytesIO
from itertools import pairwise

import pytest
from PIL import Image
from pypdf import PdfReader

from portal.kernel import fonts, pdf
from portal.kernel.errors import Refused
from tests.pdf_text import BOTTOM, LEFT, RIGHT, TOP, lines_of, open_pdf

HAN = "关心下一代工作委员会教育局学校幼儿园" * 60
MIXED = (
    "前三季度，学校关工委共开展活动11次，参加学生1286人次。其中，宣讲讲座4次，读书活动3次。"
    "在“新时代好少年”主题教育读书活动中，报送征文12篇——这是Word 2016第一次用上……大家说“好”。"
)


def page_of(*paragraphs: str, head: str = "") -> str:
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    return (
        '<html lang="zh-CN"><head><link rel="stylesheet" href="css:shared/gongwen.css">'
        f"{head}</head><body>{body}</body></html>"
    )


def fonts_in(content: bytes) -> dict[str, bool]:
    """Map each font's name to whether its file is embedded."""
    found = {}
    for page in PdfReader(BytesIO(content)).pages:
        for font in page["/Resources"]["/Font"].values():
            child = font.get_object()["/DescendantFonts"][0].get_object()
            descriptor = child["/FontDescriptor"].get_object()
            embedded = any(f"/FontFile{n}" in descriptor for n in ("", "2", "3"))
            found[str(child["/BaseFont"]).split("+")[-1]] = embedded
    return found


def test_a_full_page_has_22_lines_of_28_characters():
    with open_pdf(pdf.from_html(page_of(HAN, HAN))) as document:
        page = document.pages[1]
        lines = lines_of(page)

    assert len(lines) == 22
    assert {len(line) for line in lines[:-1]} >= {28}
    assert sum(len(line) == 28 for line in lines) >= 20
    tops = [min(char["top"] for char in line) for line in lines]
    pitches = [b - a for a, b in pairwise(tops)]
    assert all(abs(pitch - 28.98) < 0.1 for pitch in pitches)
    assert tops[0] >= TOP
    assert max(char["bottom"] for char in lines[-1]) <= BOTTOM


def test_full_lines_end_flush_at_the_right_edge():
    with open_pdf(pdf.from_html(page_of(*[MIXED * 4] * 4))) as document:
        lines = [line for page in document.pages for line in lines_of(page)]

    full = [line for line in lines if line[-1]["x1"] > RIGHT - 40]
    assert len(full) > 20
    for line in full:
        assert abs(line[-1]["x1"] - RIGHT) < 0.3, "".join(c["text"] for c in line)
        assert min(char["x0"] for char in line) >= LEFT - 0.3


def test_a_number_and_a_latin_word_are_not_pulled_apart():
    with open_pdf(pdf.from_html(page_of(MIXED * 6))) as document:
        chars = [char for page in document.pages for line in lines_of(page) for char in line]

    inside = [
        b["x0"] - a["x1"]
        for a, b in pairwise(chars)
        if (a["text"] + b["text"]).isascii()
        and (a["text"] + b["text"]).isalnum()
        and abs(a["top"] - b["top"]) < 1
    ]
    assert len(inside) > 20
    assert max(inside) < 0.3


def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one():
    with open_pdf(pdf.from_html(page_of(*[MIXED * 3] * 5))) as document:
        lines = [line for page in document.pages for line in lines_of(page)]

    assert not [line for line in lines if line[0]["text"] in "，。、；：？！”）》"]
    assert not [line for line in lines if line[-1]["text"] in "“（《"]


def test_only_our_own_fonts_are_used_and_all_are_embedded():
    html = page_of(MIXED, "<h3>（一）楷体</h3>").replace(
        "</body>", "<h1>标题㛃</h1><h2>一、黑体</h2></body>"
    )

    found = fonts_in(pdf.from_html(html))

    families = ["Latin", "Fang", "Kai", "Title", "Hei", "Rare"]
    assert {name.replace("-", "") for name in found} == {f"Yuanding{name}" for name in families}
    assert all(found.values())


def test_rare_names_print_as_real_glyphs_and_come_out_as_text():
    names = "㛃䶮𠮷𬭎堃喆𠅤玥彧昇锳翀瑀"
    content = pdf.from_html(page_of(f"出席：{names}。"))

    [page] = PdfReader(BytesIO(content)).pages
    assert names in page.extract_text()
    codes = re.findall(rb"<([0-9a-f]+)>", page.get_contents().get_data())
    glyphs = [code[n : n + 4] for code in codes for n in range(0, len(code), 4)]
    assert len(glyphs) > len(names)
    assert b"0000" not in glyphs


def test_a_rare_character_leaves_the_line_where_it_is():
    with open_pdf(pdf.from_html(page_of("平常一行。", "王䶮一行。", "平常一行。"))) as document:
        lines = lines_of(document.pages[0])

    tops = [line[0]["top"] for line in lines]
    assert len(lines) == 3
    assert tops[2] - tops[1] == pytest.approx(tops[1] - tops[0], abs=0.05)


def test_the_text_that_goes_in_comes_out():
    content = pdf.from_html(page_of(*[MIXED * 3] * 3))

    text = "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    text = re.sub(r"— \d+ —", "", text)
    assert re.sub(r"\s", "", text) == re.sub(r"\s", "", MIXED * 9)


def test_page_numbers_stand_outside_right_on_odd_and_left_on_even_pages():
    with open_pdf(pdf.from_html(page_of(HAN, HAN, HAN))) as document:
        below = [[c for c in page.chars if c["top"] > BOTTOM] for page in document.pages]

    texts = ["".join(c["text"] for c in chars) for chars in below]
    assert texts[:3] == ["— 1 —", "— 2 —", "— 3 —"]
    assert max(c["x1"] for c in below[0]) == pytest.approx(RIGHT - 14, abs=1)
    assert min(c["x0"] for c in below[1]) == pytest.approx(LEFT + 14, abs=1)


def test_the_same_content_gives_the_same_bytes():
    html = page_of(MIXED, '<img src="image:a" style="width: 40mm">')

    one, two = (pdf.from_html(html, images={"a": picture(1600, 1200)}) for _ in range(2))

    assert one == two


def test_a_photo_is_printed_with_no_more_dots_than_paper_shows():
    html = page_of('<img src="image:a" style="width: 25.4mm">')

    with open_pdf(pdf.from_html(html, images={"a": picture(2560, 1920)})) as document:
        [shown] = document.pages[0].images

    assert shown["srcsize"] == (300, 225)


def test_a_character_no_font_has_stops_the_document_and_is_named():
    with pytest.raises(pdf.MissingGlyphs) as refusal:
        pdf.from_html(page_of("学生😀很高兴"))

    assert [one.character for one in refusal.value.missing] == ["😀"]
    assert "“😀”（U+1F600，在“学生□很高兴”处）" in str(refusal.value)


def test_a_control_character_is_named_by_its_code():
    [one] = fonts.missing(["甲\x0b乙"])

    assert str(one) == "“不可见字符”（U+000B，在“甲□乙”处）"


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "http://127.0.0.1:9/x.png",
        "https://example.org/x.png",
        "data:image/png;base64,iVBORw0KGgo=",
        "image:nobody",
        "css:../../../portal/settings.py",
        "font:YuandingFang.otf",
    ],
)
def test_an_address_that_is_not_ours_is_refused(address):
    with pytest.raises(Refused):
        pdf.from_html(page_of(f'<img src="{address}">'))


def test_a_style_sheet_from_outside_is_refused():
    with pytest.raises(Refused):
        pdf.from_html(page_of("文", head='<style>@import "file:///etc/passwd";</style>'))


def test_a_picture_handed_over_is_shown():
    html = page_of('<img src="image:a">')

    with open_pdf(pdf.from_html(html, images={"a": picture(40, 30)})) as document:
        assert len(document.pages[0].images) == 1


def picture(width: int, height: int) -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (width, height), "#884422").save(buffer, "JPEG")
    return buffer.getvalue()


def test_the_machines_own_fonts_are_out_of_reach():
    html = page_of('<span style=\'font-family: "Noto Sans CJK SC", "DejaVu Sans"\'>文字</span>')

    assert {name[:8] for name in fonts_in(pdf.from_html(html))} == {"Yuanding"}
