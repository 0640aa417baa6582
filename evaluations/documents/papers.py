"""公文 under a red head (GB/T 9704-2012): gathered into plain data, printed as PDF and as Word.

``paper_page`` gathers what is said and can be kept as JSON; ``paper_pdf`` and ``paper_docx`` lay
such data out.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from evaluations.models import OfficialPaper
from portal.kernel import binding, docx, gongwen, pdf
from portal.kernel.calendar import date_cn
from portal.kernel.docx import Line

TEMPLATE = "documents/official/page.html"
COMMITTEE = "关心下一代工作委员会"
SEAL_SPACES = 4  # characters between a sealed date and the right edge


def paper_page(paper: OfficialPaper, *, number: str, dated_on: date | None) -> dict[str, Any]:
    """Gather everything a paper prints; without a date it is a proof."""
    issuer = f"{paper.unit.name}{COMMITTEE}"
    annexes = list(paper.annexes.all())
    return {
        "issuer": issuer,
        "number": number,
        "title": paper.title,
        "addressees": paper.addressees,
        "body": paper.body,
        "annexes": [{"title": one.title, "body": one.body} for one in annexes],
        "dated": date_cn(dated_on) if dated_on else "签发日期",
        "note": paper.note,
        "copy_to": paper.copy_to,
        "printed_by": f"{issuer}办公室",
        "copies": paper.copies,
    }


def paper_pdf(page: Mapping[str, Any]) -> bytes:
    """Print it; the 版记 stands at the foot of an even page, over the leaf where need be.

    Raises MissingGlyphs naming what cannot be printed.
    """
    laid = laid_out(page)
    content = pdf.render(TEMPLATE, {"page": laid})
    if binding.page_count(content) % 2:
        content = pdf.render(TEMPLATE, {"page": laid | {"turns_over": True}})
    return content


def laid_out(page: Mapping[str, Any]) -> dict[str, Any]:
    """Add what the template shows: lines of the title, blocks, where the signature stands."""
    annexes = [
        {
            "label": _annex_label(page, place),
            "title": one["title"],
            "title_lines": gongwen.title_lines(one["title"]),
            "blocks": gongwen.blocks(one["body"]),
        }
        for place, one in enumerate(page["annexes"], start=1)
    ]
    wider = (len(page["issuer"]) - _width(page["dated"])) / 2
    return {
        **page,
        "masthead": gongwen.masthead(_head(page["issuer"])),
        "title_lines": gongwen.title_lines(page["title"]),
        "blocks": gongwen.blocks(page["body"]),
        "annexes": annexes,
        "right_em": max(0.0, SEAL_SPACES - max(0.0, wider)),
    }


def _head(issuer: str) -> str:
    """云州市教育局 over 关心下一代工作委员会文件: the name is not broken within a word."""
    return f"{issuer}文件".replace(COMMITTEE, f"\n{COMMITTEE}")


def _annex_label(page: Mapping[str, Any], place: int) -> str:
    return f"附件{place}" if len(page["annexes"]) > 1 else "附件"


def _width(text: str) -> float:
    """In characters: a figure takes half of one."""
    return sum(0.5 if letter.isascii() else 1 for letter in text)


def paper_docx(page: Mapping[str, Any]) -> bytes:
    """The same paper for Word and WPS."""
    return docx.official(list(_lines(page)), title="".join(page["title"].split()))


def _lines(page: Mapping[str, Any]) -> Iterator[Line]:
    yield Line("head", f"{page['issuer']}文件")
    yield Line("number", page["number"])
    yield Line("blank", "")
    for line in gongwen.title_lines(page["title"]):
        yield Line("title", line)
    yield Line("blank", "")
    yield Line("to", f"{page['addressees']}：")
    yield from _body(page["body"])
    if page["annexes"]:
        yield Line("blank", "")
    for place, one in enumerate(page["annexes"], start=1):
        number = f"{place}．" if len(page["annexes"]) > 1 else ""
        yield Line("p", f"{'附件：' if place == 1 else '　　　'}{number}{one['title']}")
    yield Line("blank", "")
    yield Line("right", page["issuer"])
    yield Line("right", page["dated"])
    if page["note"]:
        yield Line("p", f"（{page['note']}）")
    for place, one in enumerate(page["annexes"], start=1):
        yield Line("annex", _annex_label(page, place))
        yield Line("title", one["title"])
        yield Line("blank", "")
        yield from _body(one["body"])
    yield Line("blank", "")
    if page["copy_to"]:
        yield Line("foot", f"抄送：{page['copy_to']}")
    yield Line("foot", f"{page['printed_by']}　　{page['dated']}印发")


def _body(text: str) -> Iterator[Line]:
    for block in gongwen.blocks(text):
        if block.kind != "picture":
            yield Line(block.kind, block.text, block.lead, block.lead_kind)
