"""汇编: one book of many bulletins, and workers that stop, die and go on."""

import os
import signal
import subprocess
import sys
import time
from io import BytesIO
from urllib.parse import urlsplit

import pdfplumber
import pytest
from django.db import connection
from pypdf import PdfReader

from evaluations import tasks
from evaluations.choices import AnnualSection as S
from evaluations.models import AnnualVolume, AnnualVolumePart
from evaluations.services import volumes
from portal.kernel import files, jobs
from portal.kernel.errors import Refused
from portal.kernel.models import Job, JobState
from portal.stack import environment
from tests.factories import annual as factory
from tests.personas import YEAR

MM = 72 / 25.4
LONG = "老校长每周三下午在图书角等孩子们来借书，陪他们读完一本又一本。" * 60


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(volumes, "PART", 2)


def written_by_all(city) -> None:
    for number, school in enumerate(city.schools):
        long = {S.HIGHLIGHTS: LONG} if number == 1 else {}
        factory.handed_in(city, school, **long)


def planned(city) -> tuple[AnnualVolume, Job]:
    """A volume of six bulletins in three parts, its job waiting for a worker."""
    written_by_all(city)
    made = volumes.plan(city.bureau, year=YEAR, by=city.bureau_staff)
    job = Job.objects.create(
        key=made.key, kind=tasks.VOLUME, title=str(made), owner=city.bureau_staff,
        arguments={"volume": made.pk},
    )  # fmt: skip
    return made, job


def text_of(made: AnnualVolume) -> str:
    pages = PdfReader(BytesIO(files.read(made.file))).pages
    return "".join(page.extract_text() for page in pages)


def test_a_volume_has_cover_contents_numbers_bookmarks_and_running_heads(city, small_parts):
    made, job = planned(city)

    jobs.run(job.pk)

    job.refresh_from_db()
    made.refresh_from_db()
    assert job.state == JobState.DONE, job.message
    reader = PdfReader(BytesIO(files.read(made.file)))
    assert len(reader.pages) == made.pages
    offices, units = {}, {}
    for entry in reader.outline:
        if isinstance(entry, list):
            units |= {one.title: reader.get_destination_page_number(one) for one in entry}
        else:
            offices[entry.title] = reader.get_destination_page_number(entry)
    assert list(offices) == ["云山教办", "石桥教办"]
    assert list(units) == [school.name for school in city.schools]
    contents = reader.pages[2].extract_text()
    for name, place in units.items():
        line = next(line for line in contents.splitlines() if line.startswith(name))
        assert line.rstrip().endswith(str(place - 4 + 1)), line  # four pages stand before it
        assert f"{name}关工委{YEAR}年度简报" in reader.pages[place].extract_text()
    second = units[city.schools[1].name] + 1
    head = "".join(reader.pages[second].extract_text().split())
    assert f"{city.schools[1].name}{YEAR}年度简报" in head


def test_the_contents_lead_to_their_pages_and_the_book_stays_pdf_a(city, small_parts):
    made, job = planned(city)
    jobs.run(job.pk)
    made.refresh_from_db()
    reader = PdfReader(BytesIO(files.read(made.file)))

    links = [one.get_object() for one in reader.pages[2]["/Annots"]]
    places = {page.indirect_reference.idnum: at for at, page in enumerate(reader.pages)}
    leads = [places[list.__getitem__(link["/Dest"], 0).idnum] for link in links]
    assert len(leads) == len(city.schools)
    for school, place in zip(city.schools, leads, strict=True):
        assert f"{school.name}关工委{YEAR}年度简报" in reader.pages[place].extract_text()
    root = reader.root_object
    assert root["/OutputIntents"][0].get_object()["/S"] == "/GTS_PDFA1"
    said = root["/Metadata"].get_object().get_data().decode()
    assert 'pdfaid:conformance="U"' in said
    assert reader.metadata.title in said
    assert reader.metadata.producer in said
    assert reader.trailer["/ID"]


def test_the_numbers_of_a_volume_stand_where_official_paper_wants_them(city, small_parts):
    made, job = planned(city)
    jobs.run(job.pk)
    made.refresh_from_db()

    with pdfplumber.open(BytesIO(files.read(made.file))) as book:
        for place, page in enumerate(book.pages[4:], start=1):
            below = page.crop((0, float(page.height) - 35 * MM, page.width, page.height))
            assert below.extract_text().split() == ["—", str(place), "—"]
            dashes = [letter for letter in below.chars if letter["text"] == "—"]
            left, right = 28 * MM, float(page.width) - 26 * MM
            if place % 2:
                assert dashes[-1]["x1"] == pytest.approx(right - 14, abs=1.5)
            else:
                assert dashes[0]["x0"] == pytest.approx(left + 14, abs=1.5)
        full = book.pages[5 if made.pages > 6 else 4]
        body = [one for one in full.chars if abs(one["size"] - 16) < 0.1]
        assert min(one["x0"] for one in body) >= 28 * MM - 0.5
        assert max(one["x1"] for one in body) <= float(full.width) - 26 * MM + 1.5


def test_asked_twice_one_volume_is_made(city, small_parts):
    written_by_all(city)

    one = volumes.make(city.bureau, year=YEAR, by=city.bureau_staff)
    other = volumes.make(city.bureau, year=YEAR, by=city.bureau_staff)

    assert one == other
    assert AnnualVolumePart.objects.count() == 3


def test_an_offices_volume_holds_its_own_schools(city, small_parts):
    written_by_all(city)

    made = volumes.plan(city.office, year=YEAR, by=city.office_secretary)

    assert sum(len(part.bulletins) for part in made.parts.all()) == 3
    with pytest.raises(Refused, match="还没有交上来"):
        volumes.plan(city.office, year=YEAR - 1, by=city.office_secretary)


def test_stopped_it_keeps_what_is_printed_and_goes_on_from_there(city, small_parts):
    made, job = planned(city)
    assert tasks.print_next_part(made.pk)
    first = made.parts.get(position=0).file_id
    jobs.ask_cancel(job)
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED

    again = volumes.go_on(made, by=city.bureau_staff)
    assert again.pk == job.pk
    jobs.run(job.pk)

    made.refresh_from_db()
    assert made.parts.get(position=0).file_id == first
    assert made.file is not None


def test_a_part_another_worker_prints_is_left_to_it(city, small_parts):
    made, _ = planned(city)
    AnnualVolumePart.objects.filter(volume=made, position__gt=0).update(
        file=files.store(b"%PDF-1.7", "application/pdf"), pages=1
    )

    assert tasks.print_next_part(made.pk)
    assert not tasks.print_next_part(made.pk)


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_on_the_way_leaves_one_complete_volume(city, small_parts):
    made, job = planned(city)
    worker = subprocess.Popen(
        [
            sys.executable, "-c",
            "import django; django.setup()\n"
            "from portal.kernel import jobs; from evaluations import tasks\n"
            f"jobs.run({job.pk})",
        ],
        env={**os.environ, "DATABASE_URL": address(), "DJANGO_SETTINGS_MODULE": "tests.settings"},
        cwd=environment.ROOT,
    )  # fmt: skip
    try:
        until = time.monotonic() + 60
        while not made.parts.filter(file__isnull=False).exists():
            assert worker.poll() is None
            assert time.monotonic() < until
            time.sleep(0.02)
    finally:
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
    kept = dict(made.parts.filter(file__isnull=False).values_list("position", "file"))
    assert 0 < len(kept) < 3
    job.refresh_from_db()
    assert job.state == JobState.RUNNING

    until = time.monotonic() + 20
    while not jobs.run(job.pk):  # the lock goes with the dead worker's session
        assert time.monotonic() < until
        time.sleep(0.1)

    job.refresh_from_db()
    made.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.DONE, 2)
    assert AnnualVolume.objects.filter(file__isnull=False).count() == 1
    assert kept.items() <= dict(made.parts.values_list("position", "file")).items()
    text = text_of(made)
    for school in city.schools:
        assert text.count(f"{school.name}关工委{YEAR}年度简报") == 1


def address() -> str:
    """The test's own database, as another process reaches it."""
    given = urlsplit(os.environ["DATABASE_URL"])
    return given._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
