"""What judges are given of a work's file: the code for a name, and nothing of whose it is."""

import io
import struct

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portal.kernel import anonymous, files, films
from portal.kernel.errors import BadFile, Refused
from portal.kernel.models import Job
from reading_program.choices import CopyState
from reading_program.models import BlindCopy, Edition, ScoreSheet
from reading_program.services import copies
from reading_program.services import judging as services
from tests.factories import judging, reading_program
from tests.personas import World

PUPIL = "林小雨"


@pytest.fixture
def edition(city: World) -> Edition:
    return reading_program.published_edition(city.bureau)


def docx(*lines: str) -> bytes:
    from docx import Document

    document = Document()
    document.core_properties.author = PUPIL
    for line in lines:
        document.add_paragraph(line)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def printed(text: str) -> bytes:
    from portal.kernel import pdf

    return pdf.from_html(f"<p>{text}</p>")


def prepared(city: World, edition: Edition, content: bytes, kind: str) -> BlindCopy:
    entry = judging.city_entry(edition, city.school, nominee=PUPIL)
    judging.with_paper(entry, content, kind, f"{PUPIL}的作文")
    judging.judges(edition, 2, first=city.judge)
    return judging.prepared_round(edition).copies.get()


def test_a_word_file_is_cleaned_by_a_job_and_covered_with_the_text(
    city: World, edition: Edition, client: Client
) -> None:
    copy = prepared(city, edition, docx(f"我是{PUPIL}。", "我爱读书。"), files.DOCX)
    assert Job.objects.get().kind == copies.CLEAN
    with pytest.raises(Refused, match="没有核对姓名"):
        services.open_round(copy.round, by=None)

    copies.clean_round(copy.round, by=city.bureau_staff)
    copy.refresh_from_db()
    assert (copy.words, copy.state) == ([PUPIL], CopyState.WAITING)
    copies.clear_copy(copy, cover=True, by=city.bureau_staff)
    services.open_round(copy.round, by=city.bureau_staff)

    client.force_login(city.judge)
    sheet = ScoreSheet.objects.get(judge__account=city.judge)
    answer = client.get(f"/reading/judge/{sheet.pk}/file/")
    given = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert f"{copy.code}.docx" in answer["Content-Disposition"]
    assert "我是×××。" in anonymous.text_of_docx(given)
    assert PUPIL.encode() not in given


def test_a_name_in_a_pdf_is_told_and_another_file_takes_its_place(
    city: World, edition: Edition, client: Client
) -> None:
    copy = prepared(city, edition, printed(f"作者：{PUPIL}"), files.PDF)
    copies.clean_round(copy.round, by=city.bureau_staff)
    client.force_login(city.bureau_staff)
    page = client.get(f"/reading/copies/{copy.pk}/").content.decode()
    assert f"PDF 里写着{PUPIL}，遮不住" in page

    url = f"/reading/copies/{copy.pk}/replace/"
    still = SimpleUploadedFile("a.docx", docx(f"{PUPIL}写的"))
    assert "遮好再传" in client.post(url, {"upload": still}).content.decode()
    client.post(url, {"upload": SimpleUploadedFile("a.pdf", printed("作者：×××"))})
    client.post(f"/reading/copies/{copy.pk}/", {"keep": "1"})

    copy.refresh_from_db()
    assert (copy.state, copy.file_problem) == (CopyState.CLEARED, "")
    assert copy.file is not None
    assert "×××" in anonymous.text_of_pdf(files.read(copy.file))


def test_a_file_that_does_not_open_is_left_out_by_a_person(city: World, edition: Edition) -> None:
    copy = prepared(city, edition, b"%PDF-1.7 broken", files.PDF)
    copies.clean_round(copy.round, by=city.bureau_staff)
    copy.refresh_from_db()
    assert copy.file is None
    assert copy.file_problem
    assert copy.state == CopyState.WAITING

    copies.replace_file(copy, upload=None, by=city.bureau_staff)
    copy.refresh_from_db()
    copies.clear_copy(copy, cover=False, by=city.bureau_staff)
    with pytest.raises(BadFile):
        anonymous.text_of_pdf(b"%PDF-1.7 broken")


def test_a_film_keeps_its_length_and_loses_what_it_says_of_itself() -> None:
    def box(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I4s", len(content) + 8, kind) + content

    header = box(b"mvhd", bytes(12) + struct.pack(">II", 1000, 90_000))
    film = (
        box(b"ftyp", b"isom")
        + box(b"moov", header + box(b"udta", box(b"\xa9nam", "林小雨 云山小学".encode())))
        + box(b"uuid", "云山小学".encode())
        + box(b"mdat", b"picture and sound")
    )

    clean = films.without_tags(film)

    assert len(clean) == len(film)
    assert films.seconds_of(clean) == 90
    assert b"picture and sound" in clean
    assert "林小雨".encode() not in clean
    assert "云山小学".encode() not in clean


def test_answers_to_the_tracks_own_questions_are_judged_too(city: World, edition: Edition) -> None:
    track = edition.tracks.get(code="outstanding_class")
    entry = judging.city_entry(edition, city.school, nominee="五年级2班", title="")
    entry.track = track
    entry.extra = {"features": "每周三读书会", "other": "不在问题里"}

    text = copies.text_of(entry)

    assert "【班级读书活动特色】\n每周三读书会" in text
    assert "不在问题里" not in text
