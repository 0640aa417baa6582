"""Copies of files that do not say whose they are: nothing hidden stays, chosen words are covered.

Hidden are: core and own properties, comments, tracked changes, editors' marks and thumbnails of a
Word file; Info, XMP, notes and attachments of a PDF; EXIF of pictures, inside either as well.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree
from PIL import Image
from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import DictionaryObject, StreamObject

from portal.kernel.archives import check_office_archive
from portal.kernel.errors import BadFile
from portal.kernel.files import MAX_PIXELS, MOST_PAGES

COVER = "×"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # of every part of the copy: when it was written tells too

# Parts that hold nothing but who wrote, when, and what was said about it.
_DROPPED = re.compile(
    r"docProps/|word/(comments|people|commentsExtended|commentsIds|commentsExtensible)[^/]*\.xml"
    r"|customXml/|word/document_rels|word/attachedToolbars|word/webextensions/",
)
_GONE = {
    f"{_W}{name}"
    for name in (
        "del", "moveFrom", "commentRangeStart", "commentRangeEnd", "commentReference",
        "moveFromRangeStart", "moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd",
        "rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "tblGridChange", "trPrChange",
        "tcPrChange", "tblPrExChange", "numberingChange", "rsids", "rsid", "attachedTemplate",
        "docVars", "mailMerge", "permStart", "permEnd",
    )
}  # fmt: skip
_UNWRAPPED = {f"{_W}ins", f"{_W}moveTo"}
_MARKS = re.compile(r"\}(rsid\w*|author|date|initials|descr|title)$")
_HIDDEN_IN_PDF = ("/Metadata", "/PieceInfo", "/LastModified", "/Annots", "/AA", "/Thumb")


@dataclass(frozen=True, slots=True)
class Hit:
    """One place a word stands in a text; the end is excluded."""

    word: str
    start: int
    end: int


def hits(text: str, words: Iterable[str]) -> list[Hit]:
    """Where the words stand, spaces inside them or not; the longest first where they overlap."""
    found: list[Hit] = []
    for word in sorted({"".join(w.split()) for w in words} - {""}, key=lambda w: (-len(w), w)):
        pattern = r"\s*".join(map(re.escape, word))
        for match in re.finditer(pattern, text):
            if all(match.end() <= hit.start or match.start() >= hit.end for hit in found):
                found.append(Hit(word, match.start(), match.end()))
    return sorted(found, key=lambda hit: hit.start)


def covered(text: str, words: Iterable[str]) -> str:
    """The text with each character of these words crossed out."""
    parts = list(text)
    for hit in hits(text, words):
        for at in range(hit.start, hit.end):
            parts[at] = COVER
    return "".join(parts)


def clean_docx(data: bytes, *, words: Sequence[str] = ()) -> bytes:
    """A copy of the Word file without its hidden parts, `words` crossed out; or BadFile."""
    check_office_archive(data, kind="docx")
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w") as new:
        for member in old.infolist():
            if _DROPPED.match(member.filename) or member.is_dir():
                continue
            part = _clean_part(member.filename, old.read(member), words)
            new.writestr(zipfile.ZipInfo(member.filename, _LONG_AGO), part, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def text_of_docx(data: bytes) -> str:
    """Every paragraph of every part, headings and footnotes too, one a line; or BadFile."""
    check_office_archive(data, kind="docx")
    found: list[str] = []
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.startswith("word/") and name.endswith(".xml"):
                root = etree.fromstring(archive.read(name), parser)
                found += [
                    "".join(piece.text or "" for piece in _texts(paragraph))
                    for paragraph in root.iter(f"{_W}p")
                ]
    return "\n".join(found)


def text_of_pdf(data: bytes) -> str:
    """The words a PDF shows as letters, page by page; nothing of what is a picture. Or BadFile."""
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted:
            raise BadFile("这个 PDF 有密码，打不开。请去掉密码后再传")
        return "\n".join(page.extract_text() for page in _pages(reader))
    except BadFile:
        raise
    except Exception as error:  # fonts and streams of hostile files break in many ways
        raise BadFile("这个 PDF 打不开，请从原来的文档再导出一份") from error


def _pages(reader: PdfReader) -> Iterator[PageObject]:
    """Page by page, up to as many as are taken: a file may say it has three and have a million."""
    for number, page in enumerate(reader.pages):
        if number >= MOST_PAGES:
            raise BadFile(f"这个 PDF 超过 {MOST_PAGES} 页。请分成几个文件再传")
        yield page


def clean_picture(data: bytes) -> bytes:
    """The same picture, its pixels alone, in its own format; or BadFile."""
    try:
        with Image.open(io.BytesIO(data)) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise BadFile("文件里有一张图片尺寸太大，请缩小后再传")
            kept = picture.copy()
            kind = picture.format or "PNG"
        kept.info = {}
        if hasattr(kept, "text"):
            kept.text = {}
        made = io.BytesIO()
        kept.save(made, kind, **({"quality": 88} if kind == "JPEG" else {}), exif=b"")
    except BadFile:
        raise
    except Exception as error:  # Pillow and its plugins raise many kinds on hostile bytes
        raise BadFile("文件里有一张图片打不开，请换成 JPG 或 PNG 图片后再传") from error
    return made.getvalue()


def clean_pdf(data: bytes) -> bytes:
    """A copy of the PDF with its pages and nothing about who made them; or BadFile."""
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted:
            raise BadFile("这个 PDF 有密码，打不开。请去掉密码后再传")
        writer = PdfWriter()
        for page in _pages(reader):
            for key in _HIDDEN_IN_PDF:
                page.pop(key, None)
            writer.add_page(page)
        writer.metadata = None
        for thing in writer._objects:
            _clean_object(thing)
        made = io.BytesIO()
        writer.write(made)
    except BadFile:
        raise
    except (PyPdfError, ValueError, KeyError, TypeError, RecursionError, OSError) as error:
        raise BadFile("这个 PDF 打不开，请从原来的文档再导出一份") from error
    return made.getvalue()


def _clean_object(thing: Any) -> None:
    if not isinstance(thing, DictionaryObject):
        return
    for key in _HIDDEN_IN_PDF:
        thing.pop(key, None)
    if isinstance(thing, StreamObject) and thing.get("/Filter") == "/DCTDecode":
        thing._data = _without_segments(thing._data)


def _without_segments(jpeg: bytes) -> bytes:
    """The JPEG without EXIF, XMP and comments; the pixels are not touched."""
    kept, at = [jpeg[:2]], 2
    while at + 4 <= len(jpeg) and jpeg[at] == 0xFF and jpeg[at + 1] != 0xDA:
        end = at + 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
        # APP1 holds EXIF and XMP, APP13 what Photoshop knows, COM whatever anybody wrote.
        if jpeg[at + 1] not in (0xE1, 0xED, 0xFE):
            kept.append(jpeg[at:end])
        at = end
    return b"".join([*kept, jpeg[at:]])


def _clean_part(name: str, data: bytes, words: Sequence[str]) -> bytes:
    if name.startswith("word/media/") and name.lower().endswith((".jpg", ".jpeg", ".png")):
        return clean_picture(data)
    if not name.endswith((".xml", ".rels")):
        return data
    root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    if name.endswith(".rels") or name == "[Content_Types].xml":
        _forget_parts(root)
    else:
        _forget_marks(root)
        for paragraph in root.iter(f"{_W}p"):
            _cover_words(paragraph, words)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _forget_parts(root: Any) -> None:
    """Relations and types of parts that are not in the copy, and of anything outside the file."""
    for row in list(root):
        target = (row.get("Target") or row.get("PartName") or "").lstrip("/")
        names = {target, f"word/{target}", target.removeprefix("../")}
        if any(_DROPPED.match(each) for each in names) or row.get("TargetMode") == "External":
            root.remove(row)


def _forget_marks(root: Any) -> None:
    for element in list(root.iter()):
        if not isinstance(element.tag, str):
            continue
        for key in [key for key in element.attrib if _MARKS.search(f"}}{key.split('}')[-1]}")]:
            if key.startswith(_W) or key in ("descr", "title"):
                del element.attrib[key]
        if element.get("name") and element.tag.endswith(("}docPr", "}cNvPr")):
            element.set("name", "")  # often the name of the photo's file
        parent = element.getparent()
        if parent is None:
            continue
        if element.tag in _GONE or (element.tag == f"{_W}r" and _is_hidden(element)):
            parent.remove(element)
        elif element.tag in _UNWRAPPED:
            at = parent.index(element)
            for child in reversed(list(element)):
                parent.insert(at, child)
            parent.remove(element)


def _is_hidden(run: Any) -> bool:
    mark = run.find(f"{_W}rPr/{_W}vanish")
    return mark is not None and mark.get(f"{_W}val") not in ("0", "false", "off")


def _cover_words(paragraph: Any, words: Sequence[str]) -> None:
    """A word may be spread over several runs; each keeps its look and its number of characters."""
    pieces = list(_texts(paragraph))
    whole = "".join(piece.text or "" for piece in pieces)
    hidden = covered(whole, words)
    if hidden == whole:
        return
    at = 0
    for piece in pieces:
        end = at + len(piece.text or "")
        piece.text = hidden[at:end]
        at = end


def _texts(paragraph: Any) -> Iterator[Any]:
    yield from paragraph.iter(f"{_W}t")
