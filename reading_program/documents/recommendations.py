"""推荐表: one page a work on A4, as the level above asks for it (domain.md 3.9); PDF and Word."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from portal.kernel import docx, pdf
from portal.kernel.calendar import date_cn
from reading_program.models import Edition, Result

SCHOOL_SEAL = ("（公章）", "年　　月　　日")


def papers_pdf(edition: Edition, works: Sequence[tuple[Result, str]], *, on: date) -> bytes:
    page = {
        "edition": str(edition),
        "sheets": [_sheet(result, words) for result, words in works],
        "city": edition.city.name,
        "dated": date_cn(on),
    }
    return pdf.render("documents/reading_recommendation/page.html", page)


def papers_docx(edition: Edition, works: Sequence[tuple[Result, str]], *, on: date) -> bytes:
    """The same forms for Word: the level above often wants them sent on as a file to write in."""
    seal = (f"{edition.city.name}关工委（公章）", date_cn(on))
    forms = []
    for result, words in works:
        sheet = _sheet(result, words)
        forms.append(
            docx.Form(
                title=sheet["title"],
                above=str(edition),
                rows=sheet["rows"],
                boxes=[
                    ("学校推荐意见", "", SCHOOL_SEAL),
                    ("市教育局关工委推荐意见", words, seal),
                ],
            )
        )
    return docx.forms(forms, title=f"{edition}推荐表")


def _sheet(result: Result, words: str) -> dict[str, Any]:
    """The rows follow from the track: its own questions and their answers come along."""
    entry, here = result.entry, result.list
    rows = [
        ("组别", here.group.name if here.group else ""),
        ("题目", entry.title),
        (entry.track.get_nominee_display(), "、".join([entry.nominee_name, *entry.members])),
        ("学校", entry.unit.name),
        ("年级班级", entry.class_label),
        ("指导老师", "、".join(each.name for each in entry.advisers.all())),
        ("字数", str(entry.characters) if entry.characters else ""),
        ("市级奖项", str(result.level)),
    ]
    rows += [(each.label, entry.extra.get(each.name, "")) for each in entry.track.limit.fields]
    return {
        "title": f"{here.track.name}推荐表",
        "rows": [(label, value) for label, value in rows if value],
        "words": words,
    }
