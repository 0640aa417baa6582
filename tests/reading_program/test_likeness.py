"""Essays that share passages are found when handed in; people read them side by side."""

import pytest
from django.test import Client

from portal.kernel import jobs
from reading_program import schedule
from reading_program.models import Edition, Entry, EssayPrint, Likeness
from reading_program.services import entries as services
from reading_program.services import likeness
from tests.factories import reading_entries as entries
from tests.personas import World

OWN = "我家的老屋前有一棵枣树，爷爷说那是他参军回来的那年栽下的。每到秋天，红红的枣子挂满枝头。"
OTHER = "图书角的灯亮到很晚，同学们围着一本旧书，谁也舍不得先走，窗外的雨声像是有人在轻轻翻页。"


@pytest.fixture
def edition(city: World) -> Edition:
    return entries.running_edition(city.bureau)


def sent(edition: Edition, unit: object, name: str, body: str) -> Entry:
    entry = entries.draft(edition, unit, name=name, body=body * 12)  # type: ignore[arg-type]
    services.send_one(entry, by=None)
    return entry


def test_a_copied_essay_is_told_of_and_taken_all_the_same(
    city: World, edition: Edition, client: Client
) -> None:
    first = sent(edition, city.school, "沈小禾", OWN)
    copied = entries.draft(edition, city.other_school, name="许知远", body=OTHER * 6 + OWN * 4)
    services.send_one(copied, by=None)

    pair = Likeness.objects.get()
    assert (pair.entry, pair.other) == (copied, first)
    assert 30 < pair.percent < 60
    assert copied.state == "submitted"
    client.force_login(city.bureau_staff)
    page = client.get(f"/reading/likeness/{pair.pk}/").content.decode()
    assert "<mark>我家的老屋前" in page
    assert "沈小禾" in page

    client.post(f"/reading/likeness/{pair.pk}/", {"note": "请学校核实"})
    assert "没有要看的" in client.get(f"/reading/{edition.pk}/likeness/").content.decode()
    assert "请学校核实" in client.get(f"/reading/{edition.pk}/likeness/?looked=1").content.decode()


def test_an_office_sees_of_anothers_school_the_passages_alone(
    city: World, edition: Edition, client: Client
) -> None:
    sent(edition, city.other_school, "许知远", OTHER + OWN)
    sent(edition, city.school, "沈小禾", OWN)
    pair = Likeness.objects.get()
    client.force_login(city.office_secretary)

    page = client.get(f"/reading/likeness/{pair.pk}/").content.decode()

    assert "许知远" not in page
    assert city.other_school.name not in page
    assert "别的教办的一件" in page
    assert "<mark>我家的老屋前" in page
    client.force_login(city.school_secretary)
    assert client.get(f"/reading/likeness/{pair.pk}/").status_code == 403


def test_the_job_looks_up_what_was_handed_in_before(city: World, edition: Edition) -> None:
    sent(edition, city.school, "沈小禾", OWN)
    sent(edition, city.other_school, "许知远", OWN)
    sent(edition, city.schools[1], "何其安", OTHER)
    EssayPrint.objects.all().delete()
    Likeness.objects.all().delete()

    job = likeness.start_comparing(edition, by=city.bureau_staff)
    assert schedule.compare_essays  # a worker has it by its own discovery
    assert jobs.run(job.pk)

    job.refresh_from_db()
    assert "找到 1 处相似" in job.message
    assert EssayPrint.objects.count() == 3
    assert Likeness.objects.get().percent == 100


def test_a_changed_essay_is_looked_up_anew_and_old_pairs_go(city: World, edition: Edition) -> None:
    sent(edition, city.school, "沈小禾", OWN)
    copied = sent(edition, city.other_school, "许知远", OWN)
    assert Likeness.objects.count() == 1

    Entry.objects.filter(pk=copied.pk).update(body=OTHER * 12)
    copied.refresh_from_db()
    assert likeness.note_essay(copied, by=None) == 0
    assert Likeness.objects.count() == 0
