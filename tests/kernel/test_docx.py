# ruff: noqa: TID253  the fixtures of these tests are made with the library itself
"""A Word file is read as its reader sees it, and an unsafe one is refused."""

import io
import zipfile

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from portal.kernel.docx import paragraphs
from portal.kernel.errors import BadFile
from tests.shared import shared

W = nsdecls("w")


def saved(document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def add(document, xml: str) -> None:
    """Put one raw paragraph before the section properties."""
    document.element.body.insert_element_before(parse_xml(xml), "w:sectPr")


def define_list(document, levels: list[tuple[str, str]], *, number: int = 90) -> None:
    """Add a multi-level list: (format, text) for each level."""
    numbering = document.part.numbering_part.element
    body = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{fmt}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for depth, (fmt, text) in enumerate(levels)
    )
    numbering.append(
        parse_xml(f'<w:abstractNum {W} w:abstractNumId="{number}">{body}</w:abstractNum>')
    )
    numbering.append(
        parse_xml(f'<w:num {W} w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>')
    )


def numbered(text: str, depth: int, *, number: int = 90) -> str:
    return (
        f'<w:p {W}><w:pPr><w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>'
        f"</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"
    )


@pytest.mark.shared
def test_the_real_plan_reads_as_printed() -> None:
    lines = paragraphs(shared("data/work-points-2023.docx").read_bytes())

    assert lines[0] == "XX市教育局关工委2023年工作要点"
    assert lines[4:6] == [
        "(一)学习宣传贯彻XX大精神,站位教育关工工作新高度",
        "1.学习领会XX大精神,坚持以“立德树人”为中心。",
    ]


def test_automatic_numbers_are_printed_before_their_paragraphs() -> None:
    document = docx.Document()
    define_list(
        document,
        [("chineseCounting", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%3.")],
    )
    for text, depth in [
        ("目标", 0), ("任务", 0), ("学习", 1), ("读书", 2), ("讨论", 2), ("活动", 1), ("宣讲", 2),
    ]:  # fmt: skip
        add(document, numbered(text, depth))

    assert paragraphs(saved(document)) == [
        "一、目标", "二、任务", "（一）学习", "1.读书", "2.讨论", "（二）活动", "1.宣讲",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("fmt", "text", "first"),
    [
        ("decimalEnclosedCircleChinese", "%1", "①甲"),
        ("chineseCountingThousand", "第%1，", "第一，甲"),
        ("decimal", "（%1）", "（1）甲"),
        ("decimalZero", "%1.", "01.甲"),
        ("lowerLetter", "%1)", "a)甲"),
        ("bullet", "●", "甲"),
    ],
)
def test_number_formats_of_chinese_documents(fmt: str, text: str, first: str) -> None:
    document = docx.Document()
    define_list(document, [(fmt, text)])
    add(document, numbered("甲", 0))

    assert paragraphs(saved(document)) == [first]


def test_a_style_may_bring_the_number() -> None:
    document = docx.Document()
    define_list(document, [("chineseCounting", "%1、")])
    style = document.styles["Heading 1"].element
    style.get_or_add_pPr().append(parse_xml(f'<w:numPr {W}><w:numId w:val="90"/></w:numPr>'))
    document.add_paragraph("目标", style="Heading 1")
    document.add_paragraph("任务", style="Heading 1")

    assert paragraphs(saved(document)) == ["一、目标", "二、任务"]


def test_a_list_that_starts_afresh_counts_for_itself() -> None:
    document = docx.Document()
    define_list(document, [("decimal", "%1.")])
    document.part.numbering_part.element.append(
        parse_xml(
            f'<w:num {W} w:numId="91"><w:abstractNumId w:val="90"/><w:lvlOverride w:ilvl="0">'
            '<w:startOverride w:val="5"/></w:lvlOverride></w:num>'
        )
    )
    add(document, numbered("甲", 0))
    add(document, numbered("乙", 0, number=91))
    add(document, numbered("丙", 0))

    assert paragraphs(saved(document)) == ["1.甲", "5.乙", "2.丙"]


def test_cells_soft_breaks_and_text_boxes_stay_in_order() -> None:
    document = docx.Document()
    document.add_paragraph("一、学习").add_run("\n读书")
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "单位", "任务"
    add(
        document,
        f'<w:p {nsdecls("w", "wp", "a")} xmlns:mc="http://schemas.openxmlformats.org/'
        'markup-compatibility/2006"><w:r><mc:AlternateContent><mc:Choice Requires="wps">'
        "<w:drawing><w:txbxContent><w:p><w:r><w:t>框中</w:t></w:r></w:p></w:txbxContent>"
        "</w:drawing></mc:Choice><mc:Fallback><w:p><w:r><w:t>旧版框中</w:t></w:r></w:p>"
        "</mc:Fallback></mc:AlternateContent></w:r><w:r><w:t>框外</w:t></w:r></w:p>",
    )

    assert paragraphs(saved(document)) == ["一、学习\n读书", "单位", "任务", "框外", "框中"]


def test_struck_out_and_hidden_text_is_left_out() -> None:
    document = docx.Document()
    add(
        document,
        f'<w:p {W}><w:del w:id="1" w:author="x"><w:r><w:delText>旧</w:delText></w:r></w:del>'
        '<w:ins w:id="2" w:author="x"><w:r><w:t>新</w:t></w:r></w:ins>'
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>藏</w:t></w:r>"
        '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>见</w:t></w:r></w:p>',
    )

    assert paragraphs(saved(document)) == ["新见"]


def repacked(data: bytes, part: str, body: bytes) -> bytes:
    """Return the file with one part replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in old.namelist():
            new.writestr(name, body if name == part else old.read(name))
    return out.getvalue()


@pytest.mark.parametrize(
    ("part", "body"),
    [
        ("word/document.xml", b"<w:document"),
        ("word/document.xml", b"<x/>"),
        ("word/document.xml", b""),
        ("_rels/.rels", b"<Relationships/>"),
        ("[Content_Types].xml", b"<Types/>"),
        ("word/document.xml", b"<a>" * 400 + b"</a>" * 400),
    ],
)
def test_a_broken_document_is_refused_with_a_sentence(part: str, body: bytes) -> None:
    with pytest.raises(BadFile, match="另存为"):
        paragraphs(repacked(saved(docx.Document()), part, body))


def test_odd_numbers_in_the_list_part_are_refused_not_a_crash() -> None:
    document = docx.Document()
    define_list(document, [("decimal", "%1.")])
    level = document.part.numbering_part.element.findall(qn("w:abstractNum"))[-1][0]
    level.set(qn("w:ilvl"), "x")
    add(document, numbered("甲", 0))

    with pytest.raises(BadFile):
        paragraphs(saved(document))


def test_an_entity_is_refused_before_word_sees_it() -> None:
    body = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
    with pytest.raises(BadFile, match="外部实体"):
        paragraphs(repacked(saved(docx.Document()), "word/document.xml", body))
