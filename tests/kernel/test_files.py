"""Files by content: photos lose their place, lies about the type are found."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from portal.kernel import files
from portal.kernel.errors import BadFile

ORIENTATION, GPS = 0x0112, 0x8825


def photo(fmt: str = "JPEG", size=(60, 40), exif: Image.Exif | None = None, mode="RGB") -> bytes:
    buffer = io.BytesIO()
    picture = Image.new(mode, size, "red" if mode == "RGB" else (255, 0, 0, 0))
    picture.save(buffer, fmt, **({"exif": exif} if exif else {}))
    return buffer.getvalue()


def upload(content: bytes, name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.mark.django_db
@pytest.mark.parametrize("fmt", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_any_phone_photo_becomes_a_plain_jpeg(fmt, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path

    stored = files.store_photo(upload(photo(fmt), "IMG.jpg"))

    with Image.open(io.BytesIO(files.read(stored))) as kept:
        assert (kept.format, stored.content_type) == ("JPEG", "image/jpeg")


@pytest.mark.django_db
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_stands_upright_and_has_forgotten_where_it_was_taken(
    orientation, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif.get_ifd(GPS)[1] = "N"

    stored = files.store_photo(upload(photo(exif=exif), "a.jpg"))

    with Image.open(io.BytesIO(files.read(stored))) as kept:
        assert kept.size == ((60, 40) if orientation <= 4 else (40, 60))
        assert len(kept.getexif()) == 0


@pytest.mark.django_db
def test_transparent_becomes_white_and_large_becomes_printable(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path

    clear = files.store_photo(upload(photo("PNG", mode="RGBA"), "a.png"))
    large = files.store_photo(upload(photo(size=(4000, 3000)), "b.jpg"))

    with Image.open(io.BytesIO(files.read(clear))) as kept:
        assert kept.getpixel((5, 5)) == (255, 255, 255)
    with Image.open(io.BytesIO(files.read(large))) as kept:
        assert max(kept.size) == files.PHOTO_EDGE


@pytest.mark.django_db
def test_the_same_bytes_are_kept_once(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path

    first = files.store(b"%PDF-1.7 x", "application/pdf")
    second = files.store(b"%PDF-1.7 x", "application/pdf")

    assert first == second
    assert len([p for p in tmp_path.rglob("*") if p.is_file()]) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("空.jpg", b"", "是空的"),
        ("假.jpg", b"not a picture at all", "不像是照片"),
        ("半.jpg", photo(size=(400, 400))[:300], "不像是照片"),
    ],
)
def test_what_is_not_a_photo_is_refused_with_a_way_on(name, content, sentence, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path

    with pytest.raises(BadFile, match=sentence):
        files.store_photo(upload(content, name))

    assert list(tmp_path.rglob("*")) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content"),
    [("病毒.exe", b"MZ\x90"), ("假.docx", b"plain text"), ("页.html", b"<script>1</script>")],
)
def test_what_is_not_a_document_is_refused(name, content, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path

    with pytest.raises(BadFile):
        files.store_document(upload(content, name))


def test_a_file_over_the_limit_names_both_sizes():
    big = upload(b"x" * (3 * files.MEGABYTE), "大.pdf")

    with pytest.raises(BadFile, match=r"3 MB，超过 2 MB"):
        files.read_upload(big, limit=2 * files.MEGABYTE)


@pytest.mark.django_db
def test_nothing_but_pictures_and_pdf_opens_in_our_own_page(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    page = files.store(b"<script>1</script>", "text/html")

    answer = files.response(page, "a.html", inline=True)

    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    answer.close()
