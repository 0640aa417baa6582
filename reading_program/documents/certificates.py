"""证书 as PDF: A4 across, one a page, with a QR code that leads to the public check page."""

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

from pypdf import PdfReader, PdfWriter

from portal.kernel import codes, fonts, pdf
from portal.kernel.calendar import date_cn
from portal.kernel.pdf import MissingGlyphs
from portal.kernel.wording import masked
from reading_program.choices import HonourKind, Nominee
from reading_program.figures.results import public_name
from reading_program.models import Certificate, Honour, Result

CHUNK = 40  # sheets laid out at once: progress shows, and memory stays small

LONG = 78  # characters of holder and body that still fit in the large type

Say = Callable[[int, int], None]


def words_of_result(result: Result) -> dict[str, str]:
    """holder, masked, award, and the words of the sheet, from a result with all it needs."""
    entry, here = result.entry, result.list
    names = "、".join([entry.nominee_name, *map(str, entry.members)])
    is_person = entry.track.nominee in {Nominee.WORK, Nominee.PUPIL}
    many = is_person and len(entry.members) > 0
    group = f"（{here.group.name}）" if here.group else ""
    work = f"作品《{entry.title}》" if entry.title else ""
    return {
        "holder": names,
        "masked": public_name(entry),
        "award": f"{here.track.name}{result.level}",
        "to": names + (" 同学" if is_person and not many else ""),
        "from": entry.unit.name if entry.nominee_name != entry.unit.name else "",
        "body": f"在{here.edition.school_year_label}{here.edition}中，"
        f"{work}荣获{here.track.name}{group}",
        "level": str(result.level),
        "foot": "指导老师：" + "、".join(each.name for each in entry.advisers.all())
        if entry.advisers.all()
        else "",
    }


def words_of_honour(honour: Honour) -> dict[str, str]:
    kind = HonourKind(honour.kind)
    name = honour.name or honour.unit.name
    doing = "指导学生成绩突出" if kind == HonourKind.ADVISER else "组织工作成绩突出"
    return {
        "holder": name,
        "masked": masked(honour.name) or honour.unit.name,
        "award": kind.label,
        "to": f"{name} 老师" if honour.name else name,
        "from": honour.unit.name if honour.name else "",
        "body": f"在{honour.edition.school_year_label}{honour.edition}中，{doing}，荣获",
        "level": "优秀指导老师" if kind == HonourKind.ADVISER else "优秀组织奖",
        "foot": "",
    }


def refuse_unprintable(words: Sequence[dict[str, str]]) -> None:
    """Name every character no font has before any number is taken or sheet laid out."""
    missing = fonts.missing(text for each in words for text in each.values())
    if missing:
        raise MissingGlyphs(missing)


def certificates_pdf(certificates: Sequence[Certificate], *, site: str) -> bytes:
    """One sheet a certificate, in the order given; each with its edition and city at hand."""
    images = {f"qr-{it.pk}": codes.qr_svg(address_of(it, site=site)) for it in certificates}
    page = {"sheets": [_sheet(it) for it in certificates]}
    return pdf.render("documents/certificate/page.html", page, images=images)


def in_chunks(
    certificates: Sequence[Certificate], *, site: str, say: Say
) -> list[tuple[Sequence[Certificate], bytes]]:
    """The same in several documents, telling after each how many sheets are laid out."""
    made = []
    for at in range(0, len(certificates), CHUNK):
        chunk = certificates[at : at + CHUNK]
        made.append((chunk, certificates_pdf(chunk, site=site)))
        say(at + len(chunk), len(certificates))
    return made


def address_of(it: Certificate, *, site: str) -> str:
    return f"{site}/reading/check/{it.token}/"


def _sheet(it: Certificate) -> dict[str, Any]:
    return it.text | {
        "is_long": len(it.text["to"]) + len(it.text["body"]) > LONG,
        "number": it.number,
        "token": it.token,
        "qr": f"qr-{it.pk}",
        "issuer": f"{it.edition.city.name}关心下一代工作委员会",
        "dated": date_cn(it.dated),
    }


def one_book(parts: Sequence[tuple[Sequence[Certificate], bytes]]) -> bytes:
    """All sheets as one document for the printer."""
    writer = PdfWriter()
    for _, content in parts:
        writer.append(io.BytesIO(content))
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def one_archive(parts: Sequence[tuple[Sequence[Certificate], bytes]]) -> bytes:
    """A ZIP with one document a certificate, named by number, school and holder."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for chunk, content in parts:
            pages = PdfReader(io.BytesIO(content)).pages
            for it, page in zip(chunk, pages, strict=True):
                writer = PdfWriter()
                writer.add_page(page)
                sheet = io.BytesIO()
                writer.write(sheet)
                archive.writestr(file_name(it), sheet.getvalue())
    return made.getvalue()


def file_name(it: Certificate) -> str:
    plain = re.sub(r'[\\/:*?"<>|\s]+', "", f"{it.number}-{it.school}-{it.holder}")
    return f"{plain[:80]}.pdf"
