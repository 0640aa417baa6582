"""Several PDF files bound into one: page numbers set, bookmarks nested, nothing laid out again.

The numbers come as a PDF of their own with as many pages as the book, printed by the same rules
as any other page, and are laid over the bound pages. A link to ``page:7`` in the front leads to
that page of the book, from 1 behind the front. Parts are read one after the other; what stays in
memory is their compressed pages and no layout.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    RectangleObject,
)

PAGE_LINK = "page:"


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A line of the outline; `page` counts from 0 within the bound pages behind the front."""

    title: str
    page: int
    inside: tuple["Bookmark", ...] = field(default_factory=tuple)


def page_count(content: bytes) -> int:
    return len(PdfReader(BytesIO(content)).pages)


def starts_of(content: bytes) -> list[int]:
    """On which page, from 0, each bookmark of the outermost level stands."""
    reader = PdfReader(BytesIO(content))
    found = []
    for entry in reader.outline:
        if isinstance(entry, list):
            continue
        page = reader.get_destination_page_number(entry)
        found.append(page or 0)
    return found


def bind(
    front: bytes,
    parts: Iterable[Path],
    *,
    numbers: bytes,
    bookmarks: Sequence[Bookmark],
    title: str,
) -> tuple[bytes, int]:
    """Return the bound file and how many pages it has, the front's included.

    `numbers` has one page for each page of the parts.
    """
    writer = PdfWriter()
    writer.append(BytesIO(front), import_outline=False)
    if len(writer.pages) % 2:
        writer.add_blank_page()  # page 1 of the book is a right one
    before = len(writer.pages)
    for part in parts:
        writer.append(part, import_outline=False)
    # Walked once: asking for a page by its number walks the whole tree each time.
    over = iter(list(PdfReader(BytesIO(numbers)).pages))
    for place, page in enumerate(list(writer.pages)[before:]):
        _lay_over(writer, page, next(over), f"/N{place}")
    _outline(writer, bookmarks, before, None)
    _link(writer, before)
    _keep_archival(writer, PdfReader(BytesIO(front)), title)
    made = BytesIO()
    writer.write(made)
    return made.getvalue(), len(writer.pages)


def _link(writer: PdfWriter, before: int) -> None:
    """Let the contents lead to their pages, which were not there when they were laid out."""
    pages = list(writer.pages)
    for page in pages[:before]:
        for annotation in page.get("/Annots", []):
            link = annotation.get_object()
            address = str(link.get("/A", {}).get("/URI", ""))
            if not address.startswith(PAGE_LINK):
                continue
            target = pages[before + int(address.removeprefix(PAGE_LINK)) - 1]
            place = [target.indirect_reference, NameObject("/Fit")]
            link[NameObject("/Dest")] = ArrayObject(place)
            del link["/A"]


def _keep_archival(writer: PdfWriter, front: PdfReader, title: str) -> None:
    """The parts are PDF/A; what a file says of itself once is taken from the front."""
    for name in ("/OutputIntents", "/Metadata", "/Lang"):
        if name in front.root_object:
            kept = front.root_object.raw_get(name).clone(writer)
            writer.root_object[NameObject(name)] = kept
    made_by = front.metadata.producer if front.metadata else None
    writer.add_metadata({"/Title": title, "/Producer": made_by or ""})
    writer.generate_file_identifiers()


def _lay_over(writer: PdfWriter, page: Any, number: Any, name: str) -> None:
    """Draw the number's page over the other as a form with resources of its own."""
    content = number.get_contents()
    form = DecodedStreamObject()
    form.set_data(content.get_data() if content is not None else b"")
    form.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Form"),
            NameObject("/BBox"): RectangleObject(tuple(number.mediabox)),
            NameObject("/Resources"): number["/Resources"].clone(writer),
        }
    )
    drawn, restored = DecodedStreamObject(), DecodedStreamObject()
    drawn.set_data(b"q\n")
    restored.set_data(f"\nQ q {name} Do Q\n".encode())
    resources = DictionaryObject(page["/Resources"].get_object())
    forms = DictionaryObject(resources.get("/XObject", DictionaryObject()).get_object())
    forms[NameObject(name)] = writer._add_object(form)
    resources[NameObject("/XObject")] = forms
    page[NameObject("/Resources")] = resources
    old = page["/Contents"] if "/Contents" in page else ArrayObject()
    streams = page.raw_get("/Contents") if "/Contents" in page else ArrayObject()
    inner = list(old) if isinstance(old, ArrayObject) else [streams]
    page[NameObject("/Contents")] = ArrayObject(
        [writer._add_object(drawn), *inner, writer._add_object(restored)]
    )


def _outline(writer: PdfWriter, entries: Sequence[Bookmark], before: int, parent: Any) -> None:
    for entry in entries:
        page = before + entry.page
        made = writer.add_outline_item(title=entry.title, page_number=page, parent=parent)
        _outline(writer, entry.inside, before, made)
