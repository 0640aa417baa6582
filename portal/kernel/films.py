"""How long an MP4 film runs, read from its header without any decoder."""

import struct
from collections.abc import Iterator

from portal.kernel.errors import BadFile

UNREADABLE = (
    "这个文件不像完整的 MP4 视频，读不出时长。请用手机自带的相机重录，或用剪辑软件导出为 MP4 再传"
)


def seconds_of(data: bytes) -> float:
    """Return the duration in the movie header (ISO 14496-12, `moov/mvhd`), or raise BadFile."""
    if data[4:8] != b"ftyp":
        raise BadFile(UNREADABLE)
    moov = next((body for kind, body in _boxes(data) if kind == b"moov"), None)
    header = moov and next((body for kind, body in _boxes(moov) if kind == b"mvhd"), None)
    try:
        if not header:
            raise BadFile(UNREADABLE)
        if header[0] == 1:
            scale, length = struct.unpack_from(">IQ", header, 20)
        else:
            scale, length = struct.unpack_from(">II", header, 12)
    except struct.error as error:
        raise BadFile(UNREADABLE) from error
    if not scale or not length:
        raise BadFile(UNREADABLE)
    return float(length) / float(scale)


def without_tags(data: bytes) -> bytes:
    """The same film, its picture and sound untouched, without titles, places, devices and XMP.

    Boxes that hold such things are turned into free space of the same length, so that no offset
    in the film moves.
    """
    kept = bytearray(data)
    _blank(kept, 0, len(kept))
    return bytes(kept)


_TELLING = {b"udta", b"meta", b"uuid", b"ilst", b"XMP_"}
_NESTED = {b"moov", b"trak", b"mdia", b"minf"}


def _blank(data: bytearray, start: int, end: int) -> None:
    for kind, head, first, last in _spans(data, start, end):
        if kind in _TELLING:
            data[first - head + 4 : first - head + 8] = b"free"
            data[first:last] = bytes(last - first)
        elif kind in _NESTED:
            _blank(data, first, last)


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield (kind, content) of the boxes of one level; a broken one ends the list."""
    for kind, _, first, last in _spans(data, 0, len(data)):
        yield kind, data[first:last]


def _spans(data: bytes | bytearray, at: int, end: int) -> Iterator[tuple[bytes, int, int, int]]:
    """Yield (kind, length of its head, where its content begins, where it ends)."""
    while at + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, at)
        head = 8
        if size == 1 and at + 16 <= end:
            size, head = struct.unpack_from(">Q", data, at + 8)[0], 16
        size = size or end - at
        if size < head or at + size > end:
            return
        yield kind, head, at + head, at + size
        at += size
