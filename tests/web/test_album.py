"""年度相册: months in order, what may be shown and nothing else, on the screen and as PDF."""

from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from activities.choices import FileRole
from activities.models import Activity, ActivityFile, Attendee, CoHost
from activities.services import activities
from portal.kernel import files, jobs
from portal.kernel.models import Job
from portal.web import album as albums
from tests.factories import activities as records
from tests.factories import committees as people
from tests.factories import reading_entries as entries
from tests.pdf_text import open_pdf
from tests.personas import World

pytestmark = pytest.mark.django_db
CHILD, ELDER = "柏小禾", "闻人远"


def photo(record: Activity, colour: str, role: str = FileRole.PHOTO) -> ActivityFile:
    buffer = BytesIO()
    Image.new("RGB", (900, 600), colour).save(buffer, "JPEG")
    stored = files.store_photo(SimpleUploadedFile("a.jpg", buffer.getvalue()))
    return ActivityFile.objects.create(activity=record, file=stored, role=role, name="a.jpg")


@pytest.fixture
def year(city: World) -> World:
    by, reviewer, school = city.school_secretary, city.office_secretary, city.school
    facts = {"by": by, "reviewer": reviewer}
    late = records.accepted(school, title="暑期托管", held_on=date(2023, 7, 9), attendance=30,
                            chair=f"{ELDER}、{CHILD}", speakers="路人甲", **facts)  # fmt: skip
    early = records.accepted(school, title=f"{CHILD}讲雷锋故事", held_on=date(2023, 3, 5),
                             attendance=40, **facts)  # fmt: skip
    records.accepted(school, title="去年的活动", held_on=date(2022, 3, 5), **facts)
    gone = records.accepted(school, title="作废活动", held_on=date(2023, 4, 6), **facts)
    activities.void(gone, note="记重了", by=reviewer)
    records.submitted(school, by=by, title="待审活动")
    entries.draft(entries.running_edition(city.bureau), school, name=CHILD)
    elder = people.make_person(school, ELDER)
    Attendee.objects.create(activity=late, person=elder, name=ELDER, via="ticked", added_by=by)
    Attendee.objects.create(activity=late, name="来宾小童", via="typed", added_by=by)
    for colour in ("red", "green", "blue", "white", "black"):
        photo(early, colour)
    photo(late, "orange", FileRole.SHEET)
    return city


def test_the_year_is_told_in_months_with_counts_and_those_of_the_register(year: World) -> None:
    made = albums.album(year.school_secretary, year.school, year=2023)

    assert [month.label for month in made.months] == ["3月", "7月"]
    early, late = (month.deeds[0] for month in made.months)
    assert early.title == "×××讲雷锋故事"
    assert (len(early.photos), early.more_photos) == (4, 1)
    assert late.photos == []  # a sign-in sheet is evidence, never a picture
    assert late.people == ELDER
    assert made.sentence == "2023 年办了 2 次活动，到场 70 人次"
    assert albums.years_of(year.school_secretary, year.school) == [2023, 2022]


def test_the_page_shows_no_child_and_nothing_that_was_not_accepted(
    client: Client, year: World
) -> None:
    client.force_login(year.school_secretary)
    with CaptureQueriesContext(connection) as asked:
        said = client.get(f"/units/{year.school.pk}/album/2023/").content.decode()

    assert said.index("讲雷锋故事") < said.index("暑期托管")
    never = [CHILD, "来宾小童", "路人甲", "作废活动", "待审活动", "去年的活动"]
    assert [words for words in never if words in said] == []
    assert len(asked) <= 22
    assert client.get(f"/units/{year.school.pk}/album/99999/").status_code == 404
    assert "年度相册" in client.get(f"/units/{year.school.pk}/").content.decode()


def test_what_was_done_together_stands_in_both_albums_and_counts_once(year: World) -> None:
    shared = Activity.objects.get(title="暑期托管")
    CoHost.objects.create(activity=shared, unit=year.schools[1], state="confirmed",
                          answered_at=shared.submitted_at)  # fmt: skip
    made = albums.album(year.sibling_secretary, year.schools[1], year=2023)

    [month] = made.months
    assert month.deeds[0].together == f"和{year.school}共办"
    assert (made.deeds, made.attendance) == (1, 0)


def test_its_print_is_small_and_holds_the_photos(client: Client, year: World) -> None:
    client.force_login(year.school_secretary)
    answer = client.post(f"/units/{year.school.pk}/album/2023/print/")
    job = Job.objects.get(kind="album")
    jobs.run(job.pk)
    job.refresh_from_db()

    assert answer.headers["Location"] == f"/jobs/{job.pk}/"
    assert job.result_file is not None, job.message
    content = files.read(job.result_file)
    with open_pdf(content) as document:
        text = "".join(page.extract_text() for page in document.pages)
        assert sum(len(page.images) for page in document.pages) == 4
    assert "讲雷锋故事" in text
    assert CHILD not in text
    assert len(content) < 400_000

    empty = client.post(f"/units/{year.school.pk}/album/2021/print/")
    assert (empty.status_code, Job.objects.count()) == (409, 1)
