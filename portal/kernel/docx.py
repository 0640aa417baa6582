"""The only door to python-docx: a Word file as a reader sees it; official paper.

Word keeps automatic numbers, text boxes, tables and tracked changes apart from the plain text, so
``Document.paragraphs`` loses them; a plan whose "一、" is automatic would come out unnumbered.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from portal.kernel.archives import MEGABYTE, check_office_archive
from portal.kernel.docx_numbers import Numbers
from portal.kernel.errors import BadFile

#: A plan of a hundred pages with photos stays far below; the XML is held in memory whole.
MAX_UNPACKED = 60 * MEGABYTE

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
#: Struck-out text, field codes, and the copy that old programs read instead of a drawing.
_UNSEEN = {
    *(_W + name for name in ("del", "moveFrom", "instrText", "rPr", "pPr", "rt")),
    f"{_MC}Fallback",
}
_MARK = f"{_W}bookmarkStart"
_CHARACTERS = {f"{_W}tab": "\t", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-", f"{_W}ptab": "\t"}


def paragraphs(data: bytes) -> list[str]:
    """Return the paragraphs of a .docx in reading order, automatic numbers printed before them.

    A soft line break is "\\n" inside a paragraph. Cells and text boxes follow in place; empty
    paragraphs are dropped. Raises BadFile when the file is unsafe or no Word document.
    """
    return [text for text, _ in marked_paragraphs(data)]


def marked_paragraphs(data: bytes) -> list[tuple[str, tuple[str, ...]]]:
    """`paragraphs`, each with the names of the bookmarks that begin in it."""
    check_office_archive(data, kind="docx", max_unpacked=MAX_UNPACKED)
    # Slow library: 0.2 s that a page without an upload need not pay.
    import docx
    from docx.opc.exceptions import PackageNotFoundError

    # lxml's XMLSyntaxError is a SyntaxError.
    broken = (PackageNotFoundError, SyntaxError, LookupError, ValueError, AttributeError, TypeError)
    try:
        return list(_lines(docx.Document(io.BytesIO(data))))
    except broken as error:
        raise BadFile(
            "这份 Word 文档缺少正文，打不开。请用 Word 或 WPS 打开原件，另存为 .docx 后再上传。"
        ) from error


def _lines(document: Any) -> Iterator[tuple[str, tuple[str, ...]]]:
    numbers = Numbers.of(document)
    outside: list[str] = []  # bookmarks that begin between two paragraphs
    for element in document.element.body.iter(f"{_W}p", _MARK):
        if element.tag == _MARK:
            if element.getparent().tag != f"{_W}p":
                outside.append(element.get(f"{_W}name", ""))
            continue
        if any(parent.tag in _UNSEEN for parent in element.iterancestors()):
            continue
        marks = (*outside, *(mark.get(f"{_W}name", "") for mark in element.iter(_MARK)))
        outside.clear()
        number = numbers.next(element)  # an empty numbered line uses its number up
        if text := "".join(_text(element)).strip(" \t\n\u3000\xa0"):
            yield number + text, marks


def _text(element: Any) -> Iterator[str]:
    for child in element:
        if child.tag in _UNSEEN or child.tag == f"{_W}p":
            continue
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag == f"{_W}br":
            # A page or column break ends no line of its own.
            yield "\n" if child.get(f"{_W}type", "textWrapping") == "textWrapping" else ""
        elif child.tag in _CHARACTERS:
            yield _CHARACTERS[child.tag]
        elif child.tag != f"{_W}txbxContent" and not _hidden(child):
            yield from _text(child)


def _hidden(run: Any) -> bool:
    vanish = run.find(f"{_W}rPr/{_W}vanish")
    return vanish is not None and vanish.get(f"{_W}val") not in ("0", "false", "off")


# --- writing -------------------------------------------------------------------------------------

#: ``head`` is the red name above a paper, ``number`` stands over its red line, ``to`` begins at the
#: edge, ``annex`` begins a page, ``foot`` is a line of the 版记.
LineKind = Literal[
    "title", "h2", "h3", "p", "right", "blank", "head", "number", "to", "annex", "foot"
]

#: What offices have installed; a machine without them shows its own 仿宋 in their place.
_FONTS: dict[str, str] = {
    "title": "方正小标宋简体",
    "head": "方正小标宋简体",
    "annex": "黑体",
    "h2": "黑体",
    "h3": "楷体_GB2312",
    "p": "仿宋_GB2312",
}
_HEAD_PT, _TITLE_PT, _BODY_PT, _FOOT_PT = 36, 22, 16, 14
_RED = "E00000"
_LINE_TWENTIETHS = 579  # 225 mm / 22 lines
_SPACING_TWENTIETHS = -5  # 156 mm / 28 characters less 16 pt
_CHARACTER_4096THS = -849  # the same as docGrid counts it


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph of an official paper; ``lead`` is its first sentence in another face.

    ``mark`` is a bookmark over it, by which it is known when the file comes back; ``picture`` a
    JPEG or PNG behind the text.
    """

    kind: LineKind
    text: str
    lead: str = ""
    lead_kind: str = "p"
    mark: str = ""
    picture: bytes = b""


def official(lines: Sequence[Line], *, title: str, foot: str = "") -> bytes:
    """Write a paper of GB/T 9704-2012 as .docx: A4, block 156 x 225 mm, 22 lines of 28 characters.

    ``foot`` is a small last line. Page numbers stand as — 1 —, right on odd pages, left on even.
    """
    import docx
    from docx.shared import Mm

    document = docx.Document()
    document.core_properties.title = title
    document.core_properties.author = ""
    _base_style(document)
    document.settings.odd_and_even_pages_header_footer = True
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(15), Mm(25)
    _grid(section._sectPr)
    for footer, align in ((section.footer, "right"), (section.even_page_footer, "left")):
        _page_number(footer.paragraphs[0], align)
    for number, line in enumerate(lines):
        paragraph = document.add_paragraph()
        _write(paragraph, line)
        if line.mark:
            _bookmark(paragraph._p, number, line.mark)
    if foot:
        paragraph = document.add_paragraph()
        _run(paragraph, foot, _FONTS["p"], 12)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _base_style(document: Any) -> None:
    """Normal without the template's spacing; every size and face is set on the run itself."""
    from docx.shared import Pt

    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = _FONTS["p"], Pt(_BODY_PT)
    _east_asian(normal.element.get_or_add_rPr(), _FONTS["p"])
    spacing = normal.paragraph_format
    spacing.space_before = spacing.space_after = Pt(0)
    spacing.line_spacing = Pt(_LINE_TWENTIETHS / 20)
    spacing.widow_control = False
    # 28 characters by letter spacing, not by snapping: programs disagree on what the grid does to
    # type that is wider than its cell. The grid itself stays for 页面设置 and for what is added.
    _set(normal.element.get_or_add_rPr(), "spacing", _SPACING_TWENTIETHS)
    _set(normal.element.get_or_add_pPr(), "snapToGrid", 0)


def _set(properties: Any, name: str, value: int) -> None:
    element = properties.makeelement(f"{_W}{name}", {})
    element.set(f"{_W}val", str(value))
    properties.append(element)


def _east_asian(properties: Any, face: str) -> None:
    fonts = properties.get_or_add_rFonts()
    for which in ("eastAsia", "ascii", "hAnsi", "cs"):
        fonts.set(f"{_W}{which}", face)


def _grid(section: Any) -> None:
    """22 lines and 28 characters, as 页面设置 › 文档网格 shows them."""
    for old in section.findall(f"{_W}docGrid"):
        section.remove(old)
    grid = section.makeelement(f"{_W}docGrid", {})
    grid.set(f"{_W}type", "linesAndChars")
    grid.set(f"{_W}linePitch", str(_LINE_TWENTIETHS))
    grid.set(f"{_W}charSpace", str(_CHARACTER_4096THS))
    section.append(grid)


def _write(paragraph: Any, line: Line) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    layout = paragraph.paragraph_format
    if line.kind in ("title", "head", "number"):
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        layout.keep_with_next = True
        if line.kind == "head":
            layout.line_spacing = Pt(_HEAD_PT * 1.3)
            layout.space_before, layout.space_after = Pt(_HEAD_PT), Pt(_BODY_PT * 2)
        elif line.kind == "number":
            _rule(paragraph, "bottom", _RED, eighths=12, gap=11)
    elif line.kind in ("to", "annex", "foot"):
        layout.page_break_before = line.kind == "annex"
        if line.kind == "foot":
            _rule(paragraph, "top", "000000", eighths=6, gap=1)
    elif line.kind == "right":
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        layout.right_indent = Pt(_BODY_PT * 2)
    elif line.kind != "blank":
        paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        indent = paragraph._p.get_or_add_pPr().get_or_add_ind()
        indent.set(f"{_W}firstLineChars", "200")
        indent.set(f"{_W}firstLine", str(_BODY_PT * 2 * 20))
        layout.keep_with_next = line.kind in ("h2", "h3")
    if line.lead:
        _run(paragraph, line.lead, _FONTS.get(line.lead_kind, _FONTS["p"]), _BODY_PT)
    size = {"title": _TITLE_PT, "head": _HEAD_PT, "foot": _FOOT_PT}.get(line.kind, _BODY_PT)
    run = _run(paragraph, line.text, _FONTS.get(line.kind, _FONTS["p"]), size)
    if line.kind == "head":
        from docx.shared import RGBColor

        run.font.color.rgb = RGBColor.from_string(_RED)
    if line.picture:
        from docx.shared import Mm

        layout.line_spacing = 1.0  # an exact pitch would cut the picture off
        run.add_picture(io.BytesIO(line.picture), width=Mm(90))


def _bookmark(paragraph: Any, number: int, name: str) -> None:
    """Over the whole text: names that begin with _ are not shown in lists of bookmarks."""
    for tag, at in (("bookmarkStart", 1 if paragraph.pPr is not None else 0), ("bookmarkEnd", -1)):
        element = paragraph.makeelement(f"{_W}{tag}", {})
        element.set(f"{_W}id", str(number))
        if tag == "bookmarkStart":
            element.set(f"{_W}name", name)
            paragraph.insert(at, element)
        else:
            paragraph.append(element)


def _rule(paragraph: Any, side: str, colour: str, *, eighths: int, gap: int) -> None:
    """A line above or below a paragraph; its thickness in eighths of a point."""
    properties = paragraph._p.get_or_add_pPr()
    borders = properties.makeelement(f"{_W}pBdr", {})
    rule = borders.makeelement(f"{_W}{side}", {})
    for name, value in (("val", "single"), ("sz", eighths), ("space", gap), ("color", colour)):
        rule.set(f"{_W}{name}", str(value))
    borders.append(rule)
    # The schema asks for this order of a paragraph's properties.
    after = ("shd", "tabs", "suppressAutoHyphens", "snapToGrid", "spacing", "ind", "jc")
    properties.insert_element_before(borders, *(f"w:{name}" for name in after))


def _run(paragraph: Any, text: str, face: str, size: int) -> Any:
    from docx.shared import Pt

    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    _east_asian(run._r.get_or_add_rPr(), face)
    return run


def _page_number(paragraph: Any, align: str) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph.alignment = getattr(WD_ALIGN_PARAGRAPH, align.upper())
    layout = paragraph.paragraph_format
    layout.left_indent = layout.right_indent = Pt(_FOOT_PT)
    _run(paragraph, "— ", "宋体", _FOOT_PT)
    run = _run(paragraph, "", "宋体", _FOOT_PT)
    for kind, words in (("begin", ""), ("", "PAGE"), ("end", "")):
        name = "fldChar" if kind else "instrText"
        part = run._r.makeelement(f"{_W}{name}", {})
        if kind:
            part.set(f"{_W}fldCharType", kind)
        else:
            part.text = words
        run._r.append(part)
    _run(paragraph, " —", "宋体", _FOOT_PT)


@dataclass(frozen=True, slots=True)
class Form:
    """A table on one page: lines of a label and what is filled in, then boxes for words and a seal.

    ``boxes``: label, words, and the lines that stand right below them, such as the date.
    """

    title: str
    above: str
    rows: Sequence[tuple[str, str]]
    boxes: Sequence[tuple[str, str, Sequence[str]]]


_LABEL_MM, _VALUE_MM, _BOX_MM = 34, 128, 38
_CELL_PT = 13


def forms(sheets: Sequence[Form], *, title: str) -> bytes:
    """Write forms as .docx, each on a page of A4 of its own, as they are printed."""
    import docx
    from docx.shared import Mm, Pt

    document = docx.Document()
    document.core_properties.title, document.core_properties.author = title, ""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.left_margin = section.right_margin = Mm(24)
    section.bottom_margin = Mm(20)
    for at, sheet in enumerate(sheets):
        for text, face, size in (
            (sheet.above, _FONTS["p"], 14),
            (sheet.title, _FONTS["title"], _TITLE_PT),
        ):
            paragraph = _cell_line(document.add_paragraph(), text, face, size, align="CENTER")
            paragraph.paragraph_format.space_after = Pt(6)
            paragraph.paragraph_format.page_break_before = at > 0 and text is sheet.above
        _form_table(document, sheet)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _form_table(document: Any, sheet: Form) -> None:
    from docx.shared import Mm

    table = document.add_table(rows=0, cols=2, style="Table Grid")
    table.autofit = False
    for label, value in sheet.rows:
        _form_row(table, label, [(value, "LEFT")])
    for label, words, below in sheet.boxes:
        lines = [(words, "LEFT"), ("", "LEFT"), *((line, "RIGHT") for line in below)]
        _form_row(table, label, lines).height = Mm(_BOX_MM)


def _form_row(table: Any, label: str, lines: Sequence[tuple[str, str]]) -> Any:
    from docx.enum.table import WD_ALIGN_VERTICAL
    from docx.shared import Mm

    row = table.add_row()
    first, second = row.cells
    first.width, second.width = Mm(_LABEL_MM), Mm(_VALUE_MM)
    first.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
    second.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
    _cell_line(first.paragraphs[0], label, _FONTS["p"], _CELL_PT, align="CENTER")
    for at, (text, align) in enumerate(lines):
        paragraph = second.paragraphs[0] if at == 0 else second.add_paragraph()
        _cell_line(paragraph, text, _FONTS["p"], _CELL_PT, align=align)
    return row


def _cell_line(paragraph: Any, text: str, face: str, size: int, *, align: str) -> Any:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph.alignment = getattr(WD_ALIGN_PARAGRAPH, align)
    _run(paragraph, text, face, size)
    return paragraph
