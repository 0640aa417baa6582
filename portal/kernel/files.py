"""Uploaded and produced files: kept by content, typed by content, photos made harmless."""

import hashlib
import io
import os
import secrets
from pathlib import Path
from typing import Any

import puremagic
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import ProtectedError
from django.http import FileResponse, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.text import get_valid_filename
from PIL import Image, ImageOps
from pillow_heif import register_heif_opener
from pypdf import PdfReader

from portal.kernel.archives import check_office_archive
from portal.kernel.errors import BadFile
from portal.kernel.models import StoredFile

register_heif_opener()

PHOTO_EDGE = 2560  # pixels; enough for A4 at 300 dpi across the text block
MAX_PIXELS = 60_000_000
MOST_PAGES = 2000  # the longest bound volume has half of that
MEGABYTE = 1024 * 1024

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = "application/pdf"
ZIP = "application/zip"


def store(content: bytes, content_type: str) -> StoredFile:
    """Keep the bytes once under their SHA-256 and return their row."""
    digest = hashlib.sha256(content).hexdigest()
    path = path_of(digest)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f"{digest}.{secrets.token_hex(4)}")
        partial.write_bytes(content)
        os.replace(partial, path)  # a reader never sees half a file
    stored, _ = StoredFile.objects.get_or_create(
        sha256=digest, defaults={"size": len(content), "content_type": content_type}
    )
    return stored


def path_of(digest: str) -> Path:
    return Path(settings.MEDIA_ROOT) / digest[:2] / digest[2:4] / digest


def read(stored: StoredFile) -> bytes:
    return path_of(stored.sha256).read_bytes()


def discard(stored: StoredFile) -> bool:
    """Take a file out for good, bytes included, unless a row still refers to it.

    Whatever refers to a file protects it; True says that it went. The bytes go once the
    transaction stands, and stay if the same content was kept anew in the meantime.
    """
    digest = stored.sha256
    try:
        with transaction.atomic():
            stored.delete()
    except ProtectedError:
        return False
    transaction.on_commit(lambda: _unlink(digest))
    return True


def _unlink(digest: str) -> None:
    if not StoredFile.objects.filter(sha256=digest).exists():
        path_of(digest).unlink(missing_ok=True)


def read_upload(upload: UploadedFile, *, limit: int | None = None) -> bytes:
    """Return the upload's bytes, or raise BadFile naming both its size and the limit."""
    limit = limit or settings.UPLOAD_LIMIT
    size = upload.size or 0
    if size > limit:
        raise BadFile(
            f"“{upload.name}”有 {size / MEGABYTE:.0f} MB，超过 {limit // MEGABYTE} MB，"
            "请换一个小一些的文件"
        )
    content = upload.read()
    if not content:
        raise BadFile(f"“{upload.name}”是空的，里面没有内容，请重新选一个文件")
    return bytes(content)


def store_photo(upload: UploadedFile) -> StoredFile:
    """Re-encode a photo upright as JPEG: place, device and any hidden content are gone."""
    content = read_upload(upload)
    try:
        with Image.open(io.BytesIO(content)) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise BadFile(f"“{upload.name}”的尺寸太大，请用手机自带的相机重拍，或缩小后再传")
            upright = ImageOps.exif_transpose(picture)
            upright = upright.convert("RGBA") if "A" in upright.getbands() else upright
            if upright.mode == "RGBA":
                white = Image.new("RGB", upright.size, "white")
                white.paste(upright, mask=upright.getchannel("A"))
                upright = white
            upright = upright.convert("RGB")
            upright.info = {}  # a comment written by whoever made the file would be saved with it
    except BadFile:
        raise
    except Exception as error:  # Pillow and its plugins raise many kinds on hostile bytes
        raise BadFile(
            f"“{upload.name}”打不开，不像是照片。请从相册里选一张照片（JPG、PNG 或 HEIC）"
        ) from error
    upright.thumbnail((PHOTO_EDGE, PHOTO_EDGE))
    buffer = io.BytesIO()
    upright.save(buffer, "JPEG", quality=82, optimize=True)
    return store(buffer.getvalue(), "image/jpeg")


def store_document(upload: UploadedFile) -> StoredFile:
    """Keep a PDF, Word or Excel file whose content is what it says it is."""
    content = read_upload(upload)
    if content.startswith(b"%PDF-"):
        _check_pages(content, upload.name or "")
        return store(content, "application/pdf")
    suffix = Path(upload.name or "").suffix.lower()
    if suffix == ".docx":
        check_office_archive(content, kind="docx")
        return store(content, DOCX)
    if suffix == ".xlsx":
        check_office_archive(content, kind="xlsx")
        return store(content, XLSX)
    raise BadFile(
        f"“{upload.name}”不能上传。材料可以是 PDF、Word（.docx）或 Excel（.xlsx）文件；"
        "旧格式请用 WPS 打开后另存一份"
    )


def _check_pages(content: bytes, name: str) -> None:
    """Refuse a PDF with more pages than anybody writes; one that cannot be counted is kept as is.

    The number is what the file says of itself: whoever lies is found where pages are read.
    """
    try:
        root: Any = PdfReader(io.BytesIO(content)).trailer["/Root"]
        pages = int(root["/Pages"]["/Count"])
    except Exception:
        return
    if pages > MOST_PAGES:
        raise BadFile(f"“{name}”有 {pages} 页，超过 {MOST_PAGES} 页。请分成几个文件再传")


def store_paper(upload: UploadedFile) -> StoredFile:
    """Keep a paper as it comes: photographed, or as a document."""
    return store_photo(upload) if is_photo(upload) else store_document(upload)


def is_photo(upload: UploadedFile) -> bool:
    """Say by content, not by name, whether to treat an upload as a photo."""
    head = upload.read(4096)
    upload.seek(0)
    try:
        kinds = {match.mime_type for match in puremagic.magic_string(head)}
    except puremagic.PureError:
        return False
    return any(kind.startswith("image/") for kind in kinds)


def made(content: bytes, name: str) -> HttpResponse:
    """Serve what was made for this asker alone, by its suffix: no cache may keep it."""
    kind = {".pdf": PDF, ".docx": DOCX, ".zip": ZIP}.get(Path(name).suffix, XLSX)
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = str(content_disposition_header(kind != PDF, name))
    answer["Cache-Control"] = "private, no-store"
    return answer


def response(stored: StoredFile, name: str, *, inline: bool) -> FileResponse:
    """Serve a file a view has already found allowed; never a script in our own origin."""
    safe = inline and stored.content_type in {"image/jpeg", "application/pdf"}
    answer = FileResponse(
        path_of(stored.sha256).open("rb"),
        as_attachment=not safe,
        filename=get_valid_filename(name) or "file",
        content_type=stored.content_type,
    )
    answer["Cache-Control"] = "private, max-age=3600"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
