"""What telephones make goes up through the record's page and is kept as a small upright JPEG."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from pillow_heif import from_pillow

from portal.kernel import files
from portal.kernel.files import PHOTO_EDGE
from tests.factories import activities as records
from tests.personas import World

pytestmark = pytest.mark.django_db
ORIENTATION, GPS, MAKE = 0x0112, 0x8825, 0x010F
LYING = (3200, 2400)


def exif(orientation: int) -> Image.Exif:
    made = Image.Exif()
    made[ORIENTATION], made[MAKE] = orientation, "Telephone"
    made.get_ifd(GPS)[1] = "N"
    return made


def taken(fmt: str, orientation: int) -> bytes:
    """What a sensor that lies on its side sees: the left edge, red, is the top of the scene."""
    picture = Image.new("RGB", LYING, "white")
    picture.paste("red", (0, 0, 800, 2400))
    buffer = io.BytesIO()
    if fmt == "heic":
        made = from_pillow(picture)
        made.save(buffer, quality=60, exif=exif(orientation).tobytes())
    else:
        picture.save(buffer, "JPEG", quality=90, exif=exif(orientation))
    return buffer.getvalue()


@pytest.mark.parametrize(("fmt", "magic"), [("heic", b"ftypheic"), ("jpeg", b"\xff\xd8")])
@pytest.mark.parametrize("scripted", [True, False])
def test_a_photo_taken_on_its_side_comes_out_upright_small_and_without_exif(
    client: Client, city: World, fmt: str, magic: bytes, scripted: bool
) -> None:
    content = taken(fmt, 6)  # turn it a quarter to the right to see it
    assert magic in content[:32]
    record = records.draft(city.school, by=city.school_secretary)
    client.force_login(city.school_secretary)
    photo = SimpleUploadedFile(f"IMG_0001.{fmt}", content)
    words = {"title": record.title, "version": str(record.version)}
    by_script = {"X-Requested-With": "XMLHttpRequest"} if scripted else {}
    address = reverse("activities:add_file", args=[record.pk])
    answer = client.post(address, words | {"file": photo}, headers=by_script)
    assert answer.status_code == (201 if scripted else 302)

    [attached] = record.files.select_related("file")
    kept = files.read(attached.file)
    with Image.open(io.BytesIO(kept)) as picture:
        assert picture.format == "JPEG"
        assert picture.size == (PHOTO_EDGE * 3 // 4, PHOTO_EDGE)
        top, below = picture.getpixel((900, 50)), picture.getpixel((900, 2500))
        assert top[0] > 200 > 90 > top[1], "the red edge is on top"
        assert min(below) > 200
        assert dict(picture.getexif()) == {}
        assert "exif" not in picture.info
    assert b"Telephone" not in kept
    assert len(kept) < 200_000
