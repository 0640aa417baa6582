"""台账 on paper and as files: the index as PDF, the files as a ZIP in folder order.

The archive holds, for every box, a folder; for every entry with files a folder of its own; rosters
as workbooks; the index; and 校验清单.txt, one line a file as sha256sum writes them, so that anybody
can check it without the portal.
"""

import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from committees.models import Unit
from evaluations.figures.ledger import FilledBox
from evaluations.figures.ledger_reading import Entry, Section
from portal.kernel import files, pdf
from portal.kernel.calendar import date_cn
from portal.kernel.errors import BadFile
from portal.kernel.workbooks import NewSheet, write_workbook

INDEX = "00 台账目录.pdf"
LIST = "校验清单.txt"
LONGEST_NAME = 40
_CARRIED = re.compile(r'[\x00-\x1f\\/:*?"<>|\s]+')  # what Windows takes in no file name
_LINE = re.compile(r"([0-9a-f]{64})  (.+)")
SUFFIXES = {"image/jpeg": ".jpg", files.PDF: ".pdf", files.DOCX: ".docx", files.XLSX: ".xlsx"}


@dataclass(frozen=True, slots=True)
class Checked:
    """What the list of an archive says of its files; all empty means that nothing differs."""

    count: int
    changed: tuple[str, ...]
    missing: tuple[str, ...]
    unlisted: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        return not (self.changed or self.missing or self.unlisted)


def ledger_pdf(unit: Unit, filled: Sequence[FilledBox], *, year: int, on: date) -> bytes:
    """The index: cover, contents with page numbers, a chapter a box."""
    chapters = [
        {
            "anchor": f"box-{one.box.number}",
            "number": one.box.number,
            "name": one.box.name,
            "holds": one.box.holds,
            "count": one.count,
            "sections": [
                {
                    "anchor": f"section-{one.box.number}-{place}",
                    "name": section.name,
                    "headings": section.headings,
                    "rows": section.rows,
                    "entries": [
                        _shown(entry, number) for number, entry in enumerate(section.entries, 1)
                    ],
                }
                for place, section in enumerate(one.filled, start=1)
            ],
        }
        for one in filled
    ]
    page = {"unit": unit.name, "year": year, "dated": date_cn(on), "chapters": chapters}
    return pdf.render("documents/ledger/page.html", page)


def _shown(entry: Entry, number: int) -> dict[str, Any]:
    return {
        "number": number,
        "title": entry.title,
        "facts": [(label, value) for label, value in entry.facts if value],
        "paragraphs": [line.strip() for line in entry.text.splitlines() if line.strip()],
        "papers": [_file_name(place, paper) for place, paper in enumerate(entry.papers, start=1)],
    }


def ledger_archive(filled: Sequence[FilledBox], *, index: bytes, year: int) -> tuple[bytes, int]:
    """Return the ZIP and how many files it holds, its own list not counted."""
    buffer, listed = io.BytesIO(), []
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _members(filled, index):
            _put(archive, name, content, year)
            listed.append(f"{hashlib.sha256(content).hexdigest()}  {name}\n")
        _put(archive, LIST, "".join(listed).encode(), year)
    return buffer.getvalue(), len(listed)


def _put(archive: zipfile.ZipFile, name: str, content: bytes, year: int) -> None:
    member = zipfile.ZipInfo(name, (year, 12, 31, 0, 0, 0))
    # Photos and office files are packed already.
    packed = name.endswith((".jpg", ".docx", ".xlsx"))
    member.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
    member.external_attr = 0o644 << 16
    archive.writestr(member, content)


def _members(filled: Sequence[FilledBox], index: bytes) -> Iterator[tuple[str, bytes]]:
    yield INDEX, index
    for one in filled:
        folder = one.box.folder
        if not one.count:
            yield f"{folder}/本盒今年没有材料.txt", f"应放：{one.box.holds}。\n".encode()
        for section in one.filled:
            yield from _of_section(folder, section)


def _of_section(folder: str, section: Section) -> Iterator[tuple[str, bytes]]:
    if section.rows:
        sheet = NewSheet(section.name, section.headings, section.rows)
        yield f"{folder}/{_plain(section.name)}.xlsx", write_workbook([sheet])
    for number, entry in enumerate(section.entries, start=1):
        day = f"{entry.day.isoformat()} " if entry.day else ""
        place = f"{folder}/{_plain(section.name)}/{number:02} {day}{_plain(entry.title)}"
        yield f"{place}/说明.txt", _told(entry).encode()
        for order, paper in enumerate(entry.papers, start=1):
            yield f"{place}/{_file_name(order, paper)}", files.read(paper.file)


def _told(entry: Entry) -> str:
    facts = [f"{label}：{value}" for label, value in entry.facts if value]
    return "\n".join([entry.title, *facts, *filter(None, [entry.text])]) + "\n"


def _file_name(order: int, paper: Any) -> str:
    suffix = SUFFIXES.get(paper.file.content_type, "")
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", paper.name)
    return f"{order:02} {_plain(stem) or '材料'}{suffix}"


def _plain(name: str) -> str:
    return _CARRIED.sub(" ", name).strip(" .")[:LONGEST_NAME].strip(" .")


def check_archive(content: bytes) -> Checked:
    """Compare every file of an archive with its list; raises BadFile for what is no archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            held = {
                name: hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()
            }
            listed = archive.read(LIST).decode() if LIST in held else ""
    except (zipfile.BadZipFile, UnicodeDecodeError, zlib.error) as error:
        raise BadFile("这个文件不是完整的压缩包，请重新下载一份再核对") from error
    lines = {found[2]: found[1] for line in listed.splitlines() if (found := _LINE.fullmatch(line))}
    if not lines:
        raise BadFile(f"压缩包里没有“{LIST}”，不是园丁做的台账，请换一个文件")
    held.pop(LIST)
    return Checked(
        len(lines),
        tuple(name for name in lines if name in held and held[name] != lines[name]),
        tuple(name for name in lines if name not in held),
        tuple(name for name in held if name not in lines),
    )
