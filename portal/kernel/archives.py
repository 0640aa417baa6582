"""Whether an Office file is safe to open: asked before any library sees the bytes.

A .docx or .xlsx is a ZIP of XML parts. Bombs, entities, macros and odd paths all show in the
directory or in the first bytes of a part, so they are refused here, once, for both kinds.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Literal

from portal.kernel.errors import BadFile

OfficeKind = Literal["docx", "xlsx"]

MEGABYTE = 1024 * 1024
MAX_FILE = 20 * MEGABYTE
MAX_UNPACKED = 200 * MEGABYTE
MAX_MEMBERS = 5000
#: One part may shrink two hundred times only while it is small: XML of a real sheet stays below 60.
MAX_RATIO, RATIO_FREE = 200, 10 * MEGABYTE

_FOLDER: dict[OfficeKind, str] = {"docx": "word/", "xlsx": "xl/"}
_NAMES: dict[OfficeKind, str] = {"docx": "Word 文档（.docx）", "xlsx": "Excel 工作簿（.xlsx）"}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MACRO_PARTS = ("vbaproject.bin", "vbadata.xml", "/macrosheets/", "/dialogsheets/", "/activex/")
_MARKUP_SUFFIXES = (".xml", ".rels", ".vml", ".xhtml", ".html", ".htm", ".svg")
_DECLARED_ENCODING = re.compile(rb"""<\?xml[^>]{0,80}encoding\s*=\s*["']([\w.:-]+)["']""", re.A)
#: In these every ASCII letter is one byte (UTF-16 once its zero bytes are dropped), so that a
#: search for "<!DOCTYPE" finds it; UTF-7 or EBCDIC would hide it.
_PLAIN_ENCODINGS = {
    b"utf-8", b"utf8", b"utf-16", b"utf-16le", b"utf-16be", b"us-ascii", b"ascii",
    b"iso-8859-1", b"windows-1252", b"gbk", b"gb2312", b"gb18030",
}  # fmt: skip


def check_office_archive(
    data: bytes,
    *,
    kind: OfficeKind,
    max_bytes: int = MAX_FILE,
    max_unpacked: int = MAX_UNPACKED,
) -> None:
    """Pass silently when ``data`` is a whole, plain ``kind`` file; otherwise raise BadFile.

    Sizes are bytes. Nothing is written to disk, and no part is held in memory whole.
    """
    _check_outside(data, kind=kind, max_bytes=max_bytes)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            _check_directory(members, kind=kind, max_unpacked=max_unpacked)
            for member in members:
                _check_part(archive, member)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
        raise BadFile(
            f"文件不完整或已损坏，打不开。请用 Office 或 WPS 打开原件，"
            f"另存为{_NAMES[kind]}后再上传。"
        ) from error


def _check_outside(data: bytes, *, kind: OfficeKind, max_bytes: int) -> None:
    if not data:
        raise BadFile("这个文件是空的（0 字节）。请重新选择有内容的文件。")
    if len(data) > max_bytes:
        raise BadFile(
            f"文件有 {_megabytes(len(data))} MB，最大只收 {_megabytes(max_bytes)} MB。"
            "请删去图片和多余内容，或拆成几个文件再上传。"
        )
    if data.startswith(_OLE):
        raise BadFile(
            "这是旧版格式的 Office 文件，或者设了打开密码。"
            f"请取消密码，另存为{_NAMES[kind]}后再上传。"
        )
    if not zipfile.is_zipfile(io.BytesIO(data)):
        raise BadFile(
            f"这不是{_NAMES[kind]}，只是改了文件名或已损坏。"
            f"请用 Office 或 WPS 打开原件，另存为{_NAMES[kind]}后再上传。"
        )


def _check_directory(
    members: list[zipfile.ZipInfo], *, kind: OfficeKind, max_unpacked: int
) -> None:
    """Look at names and declared sizes only; ``zipfile`` never unpacks more than is declared."""
    if len(members) > MAX_MEMBERS:
        raise BadFile(
            f"文件里有 {len(members)} 个部件，多得不正常。请新建一个文件，把内容复制过去再上传。"
        )
    names = [member.filename.replace("\\", "/") for member in members]
    if any(name.startswith("/") or ":" in name or ".." in name.split("/") for name in names):
        raise BadFile("文件里夹带了指向别处的路径，不能打开。请向发文件的人要原件，另存后再上传。")
    if any(member.flag_bits & 0x1 for member in members):
        raise BadFile("文件设了打开密码。请取消密码，保存后再上传。")
    _check_kind(names, kind=kind)
    if any(part in f"/{name.lower()}" for name in names for part in _MACRO_PARTS):
        raise BadFile(f"文件里带有宏，不能打开。请另存为不带宏的{_NAMES[kind]}后再上传。")
    unpacked = sum(member.file_size for member in members)
    if unpacked > max_unpacked:
        raise BadFile(
            f"文件展开后有 {_megabytes(unpacked)} MB，超过 {_megabytes(max_unpacked)} MB。"
            "请删去多余的空行、空列和图片，或拆成几个文件再上传。"
        )
    if any(_swells(member) for member in members):
        raise BadFile(
            "文件里有一部分压缩得不正常，展开会占满内存，没有打开。"
            "请新建一个文件，把需要的内容复制过去再上传。"
        )


def _check_kind(names: list[str], *, kind: OfficeKind) -> None:
    if "[Content_Types].xml" in names and any(name.startswith(_FOLDER[kind]) for name in names):
        return
    for other, folder in _FOLDER.items():
        if any(name.startswith(folder) for name in names):
            raise BadFile(f"这是{_NAMES[other]}，这里要的是{_NAMES[kind]}。请换一个文件上传。")
    raise BadFile(f"这是压缩包，不是{_NAMES[kind]}。请先解压，再上传里面的文件。")


def _check_part(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Read one part to its end (which checks its CRC) and refuse a DTD in markup."""
    with archive.open(member) as part:
        chunk = part.read(MEGABYTE)
        markup = _is_markup(member.filename, chunk)
        if markup:
            declared = _DECLARED_ENCODING.search(chunk[:400].replace(b"\0", b""))
            if declared and declared[1].lower() not in _PLAIN_ENCODINGS:
                raise BadFile(
                    "文件内部用了少见的编码，不能放心打开。请用 Office 或 WPS 另存后再上传。"
                )
        tail = b""
        while chunk:
            if markup:
                # UTF-16 has a zero byte beside every ASCII letter.
                seen = tail + chunk.replace(b"\0", b"")
                if b"<!DOCTYPE" in seen or b"<!ENTITY" in seen:
                    raise BadFile(
                        "文件里夹带了外部实体定义（正常的 Office 文件没有），为安全起见没有打开。"
                        "请把内容复制到新建的文件里再上传。"
                    )
                if b"macroEnabled" in seen and member.filename == "[Content_Types].xml":
                    raise BadFile("文件里带有宏，不能打开。请另存为不带宏的文件后再上传。")
                tail = seen[-16:]
            chunk = part.read(MEGABYTE)


def _is_markup(name: str, start: bytes) -> bool:
    bare = start[:64].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return name.lower().endswith(_MARKUP_SUFFIXES) or bare.startswith(b"<")


def _swells(member: zipfile.ZipInfo) -> bool:
    if member.file_size <= RATIO_FREE:
        return False
    return member.file_size > MAX_RATIO * max(member.compress_size, 1)


def _megabytes(size: int) -> str:
    """Whole megabytes above ten, one decimal below, never "0"."""
    value = size / MEGABYTE
    return f"{value:.0f}" if value >= 10 else f"{max(value, 0.1):.1f}".removesuffix(".0")


# --- a folder of documents ----------------------------------------------------------------------

MAX_FOLDER = 50 * MEGABYTE
MOST_DOCUMENTS = 500


def documents_in(
    data: bytes, *, suffixes: Iterable[str]
) -> tuple[list[tuple[str, bytes]], list[str]]:
    """(name, content) of the documents of a .zip, and the names passed over for their kind.

    Names are the last part of the path, read as Windows writes Chinese ones. Raises BadFile for
    bombs, passwords, paths that lead outside, and too many files; nothing is written to disk.
    """
    if len(data) > MAX_FOLDER:
        raise BadFile(
            f"压缩包有 {_megabytes(len(data))} MB，最大只收 {_megabytes(MAX_FOLDER)} MB。请分成几次"
        )
    if not zipfile.is_zipfile(io.BytesIO(data)):
        raise BadFile("这不是 ZIP 压缩包。请把文档放进一个文件夹，压缩成 .zip 再上传")
    wanted = {f".{suffix}" for suffix in suffixes}
    taken, passed_over = [], []
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [each for each in archive.infolist() if not each.is_dir()]
            _check_folder(members)
            for member in members:
                path = PurePosixPath(_name_of(member).replace("\\", "/"))
                if path.name.startswith((".", "~$")) or "__MACOSX" in path.parts:
                    continue
                if path.suffix.lower() in wanted:
                    taken.append((path.name, archive.read(member)))
                else:
                    passed_over.append(path.name)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
        raise BadFile("压缩包不完整或已损坏，打不开。请重新压缩成 .zip 再上传") from error
    return taken, passed_over


def _check_folder(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MOST_DOCUMENTS:
        raise BadFile(f"压缩包里有 {len(members)} 个文件，一次最多 {MOST_DOCUMENTS} 个。请分成几次")
    names = [_name_of(member).replace("\\", "/") for member in members]
    if any(name.startswith("/") or ":" in name or ".." in name.split("/") for name in names):
        raise BadFile("压缩包里夹带了指向别处的路径，不能打开。请重新压缩一次再上传")
    if any(member.flag_bits & 0x1 for member in members):
        raise BadFile("压缩包设了密码。请去掉密码，重新压缩再上传")
    unpacked = sum(member.file_size for member in members)
    if unpacked > MAX_UNPACKED or any(_swells(member) for member in members):
        raise BadFile("压缩包展开后太大，没有打开。请分成几次，或删去不是作品的文件再压缩")


def _name_of(member: zipfile.ZipInfo) -> str:
    """Without the UTF-8 flag a name is in the code page of the machine: GBK on ours."""
    if member.flag_bits & 0x800:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return member.filename
