"""A table and an archive of documents: tried first, entered whole, taken back whole."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portal.kernel import archives
from portal.kernel.errors import BadFile, Refused
from portal.kernel.models import StoredFile
from reading_program.models import Edition, Entry, EntryBatch
from reading_program.services import batches
from tests.factories import reading_entries as entries
from tests.personas import World

HEAD = "姓名\t题目\t年级\t班级\t指导老师\t原创承诺\t监护人同意"
ROWS = [
    "沈小禾\t一盏灯\t五年级\t2班\t周老师\t是\t是",
    "许知远\t老屋\t五年级\t1班\t\t是\t是",
    "\t没有姓名\t五年级\t\t\t\t",
    "沈小禾\t一盏灯\t五年级\t2班\t\t是\t是",
]


@pytest.fixture
def edition(city: World) -> Edition:
    return entries.running_edition(city.bureau)


def docx(text: str) -> bytes:
    from docx import Document

    document = Document()
    document.add_paragraph(text)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def zipped(*files: tuple[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in files:
            archive.writestr(name, content)
    return made.getvalue()


def tried(client: Client, city: World, edition: Edition, *files: tuple[str, bytes]) -> str:
    client.force_login(city.school_secretary)
    answer = client.post(
        f"/reading/{edition.pk}/tracks/essay/bulk/",
        {
            "pasted": "\n".join([HEAD, *ROWS]),
            "archive": SimpleUploadedFile("作品.zip", zipped(*files)),
        },
        follow=True,
    )
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_trial_lists_what_does_not_fit_and_enters_nothing(
    city: World, edition: Edition, client: Client
) -> None:
    page = tried(
        client, city, edition,
        ("作品/云山小学沈小禾一盏灯.docx", docx(entries.ESSAY)),
        ("作品/云山小学何其安海.docx", docx("海")),
        ("作品/照片.jpg", b"x"),
        ("作品/云山小学许知远老屋.docx", b"not a document"),
    )  # fmt: skip

    assert "读到 2 件可以登记，1 件对上了文档" in page
    assert "第 4 行：这一行没有姓名，请补上。" in page
    assert "第 5 行：和前面的一行是同一个人" in page
    assert "对不上表里的哪一行" in page
    assert "照片.jpg" in page
    assert "没有对上文档" in page
    assert Entry.objects.count() == 0


def test_it_is_entered_in_one_go_and_taken_back_whole(
    city: World, edition: Edition, client: Client
) -> None:
    tried(client, city, edition, ("云山小学沈小禾一盏灯.docx", docx(entries.ESSAY)))
    batch = EntryBatch.objects.get()

    client.post(f"/reading/batches/{batch.pk}/enter/")
    entry = Entry.objects.get(nominee_name="沈小禾")
    assert entry.body == entries.ESSAY
    assert entry.group is not None
    assert (entry.group.name, entry.grade, entry.pledge) == ("小学高段", 5, True)
    assert [each.name for each in entry.advisers.all()] == ["周老师"]
    batch.refresh_from_db()
    assert batch.rows == []  # no child's name stays behind

    client.post(f"/reading/batches/{batch.pk}/undo/")
    assert Entry.objects.count() == 0


def test_a_batch_with_a_work_changed_since_stays(city: World, edition: Edition) -> None:
    batch = entries.trial(edition, city.school, by=city.school_secretary)
    batches.carry_out(batch, by=city.school_secretary)
    batch.refresh_from_db()
    Entry.objects.update(version=2)

    with pytest.raises(Refused, match=r"沈小禾.*不能整批撤销"):
        batches.undo(batch, by=city.school_secretary)
    assert Entry.objects.count() == 1


def test_one_row_that_cannot_be_entered_stops_them_all(city: World, edition: Edition) -> None:
    batch = entries.trial(edition, city.school, by=city.school_secretary)
    row = batch.rows[0]
    batch.rows = [{**row, "facts": {**row["facts"], "nominee_name": "许知远"}}, row]
    batch.save()
    entries.draft(edition, city.school, name="沈小禾", is_sole=True)

    with pytest.raises(Refused, match=r"第 2 行.*一件也没有登记"):
        batches.carry_out(batch, by=city.school_secretary)
    assert not Entry.objects.filter(nominee_name="许知远").exists()
    assert not StoredFile.objects.exists()


def test_names_of_windows_are_read_and_paths_that_lead_out_refused() -> None:
    of_windows = zipped(("XXXXXX.docx", b"x")).replace(b"XXXXXX", "沈小禾".encode("gb18030"))
    found, _ = archives.documents_in(of_windows, suffixes=["docx"])
    assert found == [("沈小禾.docx", b"x")]

    with pytest.raises(BadFile, match="指向别处"):
        archives.documents_in(zipped(("../../a.docx", b"x")), suffixes=["docx"])
    with pytest.raises(BadFile, match="ZIP"):
        archives.documents_in(b"not a zip", suffixes=["docx"])
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.docx", bytes(60_000_000))
    with pytest.raises(BadFile, match="展开后太大"):
        archives.documents_in(bomb.getvalue(), suffixes=["docx"])
