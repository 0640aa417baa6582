"""An official paper as .docx: what Word and WPS read of faces, margins and the grid."""

import io
import zipfile
from typing import Any
from xml.etree import ElementTree

from portal.kernel import docx
from portal.kernel.docx import Line

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
LINES = [
    Line("title", "工作推进会纪要"),
    Line("h2", "一、会议情况"),
    Line("p", "各年级表态。", "（一）读书活动。", "h3"),
    Line("right", "云山小学关工委"),
]


def parts(content: bytes) -> dict[str, ElementTree.Element]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {
            name: ElementTree.fromstring(archive.read(name))
            for name in archive.namelist()
            if name.endswith(".xml")
        }


def faces(content: bytes) -> list[tuple[str, str, str]]:
    """(text, East Asian face, size in half points) of every run of the body."""
    body = parts(content)["word/document.xml"]
    return [
        (
            "".join(text.text or "" for text in run.iter(f"{W}t")),
            run.find(f"{W}rPr/{W}rFonts").attrib[f"{W}eastAsia"],  # type: ignore[union-attr]
            run.find(f"{W}rPr/{W}sz").attrib[f"{W}val"],  # type: ignore[union-attr]
        )
        for run in body.iter(f"{W}r")
    ]


def test_each_level_has_the_face_and_size_of_the_standard() -> None:
    assert faces(docx.official(LINES, title="纪要")) == [
        ("工作推进会纪要", "方正小标宋简体", "44"),
        ("一、会议情况", "黑体", "32"),
        ("（一）读书活动。", "楷体_GB2312", "32"),
        ("各年级表态。", "仿宋_GB2312", "32"),
        ("云山小学关工委", "仿宋_GB2312", "32"),
    ]


def opened(content: bytes) -> Any:
    from docx import Document

    return Document(io.BytesIO(content))


def test_the_page_is_a4_with_the_margins_and_grid_of_the_standard() -> None:
    from docx.shared import Mm

    document = opened(docx.official(LINES, title="纪要"))
    section = document.sections[0]
    sides = section.top_margin, section.left_margin, section.bottom_margin, section.right_margin
    for side, wanted in zip(sides, (37, 28, 35, 26), strict=True):
        assert abs(side - Mm(wanted)) < Mm(0.05)
    assert abs(section.page_height - Mm(297)) < Mm(0.05)
    grid = section._sectPr.find(f"{W}docGrid")
    assert grid.get(f"{W}type") == "linesAndChars"
    lines = (297 - 37 - 35) / 25.4 * 1440 / int(grid.get(f"{W}linePitch"))
    characters = (210 - 28 - 26) / 25.4 * 72 / (16 + int(grid.get(f"{W}charSpace")) / 4096)
    assert (int(lines), int(characters)) == (22, 28)


def test_letter_spacing_gives_28_characters_where_the_grid_is_not_obeyed() -> None:
    styles = parts(docx.official(LINES, title="纪要"))["word/styles.xml"]
    normal = next(s for s in styles.iter(f"{W}style") if s.get(f"{W}styleId") == "Normal")
    spacing = int(normal.find(f"{W}rPr/{W}spacing").attrib[f"{W}val"])  # type: ignore[union-attr]

    assert int((210 - 28 - 26) / 25.4 * 72 / (16 + spacing / 20)) == 28


def test_page_numbers_stand_right_on_odd_pages_and_left_on_even_ones() -> None:
    document = opened(docx.official(LINES, title="纪要"))
    assert document.settings.odd_and_even_pages_header_footer
    section = document.sections[0]
    for footer, side in ((section.footer, "RIGHT"), (section.even_page_footer, "LEFT")):
        assert footer.paragraphs[0].alignment.name == side
        assert "PAGE" in footer.paragraphs[0]._p.xml


def test_what_was_written_can_be_read_by_our_own_reader() -> None:
    assert docx.paragraphs(docx.official(LINES, title="纪要", foot="记录编号 1000 0011")) == [
        "工作推进会纪要",
        "一、会议情况",
        "（一）读书活动。各年级表态。",
        "云山小学关工委",
        "记录编号 1000 0011",
    ]


def test_forms_stand_one_on_a_page_with_their_lines_and_boxes_for_seals() -> None:
    sheet = docx.Form(
        title="读书征文推荐表",
        above="主题教育读书活动",
        rows=[("题目", "一盏灯"), ("学校", "云山小学")],
        boxes=[("学校推荐意见", "同意推荐。", ("（公章）", "年　　月　　日"))],
    )
    content = docx.forms([sheet, sheet], title="推荐表")
    assert docx.paragraphs(content)[:6] == [
        "主题教育读书活动", "读书征文推荐表", "题目", "一盏灯", "学校", "云山小学",
    ]  # fmt: skip
    assert docx.paragraphs(content).count("（公章）") == 2
    body = parts(content)["word/document.xml"]
    breaks = body.findall(f".//{W}pageBreakBefore")
    assert [each.attrib.get(f"{W}val") for each in breaks].count(None) == 1, "before the second"
    assert ("读书征文推荐表", "方正小标宋简体", "44") in faces(content)
