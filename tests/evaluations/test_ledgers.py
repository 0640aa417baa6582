"""台账: what lies in which box, the index, the archive and its check."""

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from evaluations import tasks
from evaluations.documents.ledgers import INDEX, LIST, check_archive
from evaluations.figures.ledger import boxes, counts_of, ledger_of
from evaluations.models import Ledger, Title
from portal.kernel import files
from tests.factories import activities as factory
from tests.factories import five_good
from tests.pdf_text import text_of
from tests.personas import World

pytestmark = pytest.mark.django_db
MEETING, DEED = 3, 4  # places of the boxes, from 0


def two_records(city: World) -> None:
    by, reviewer = city.school_secretary, city.office_secretary
    factory.accepted(city.school, by=by, reviewer=reviewer, title="三月推进会")
    factory.accepted(city.school, by=by, reviewer=reviewer, slug="care", title="走访:困难学生")
    factory.submitted(city.school, by=by, title="还没审核的会")


def test_there_are_ten_boxes_and_each_says_where_its_papers_are_entered(city: World) -> None:
    assert [box.number for box in boxes()] == list(range(1, 11))
    known = {"unit": city.school.pk, "year": 2023}
    for box in boxes():
        assert reverse(box.enter, args=[known[name] for name in box.takes])


def test_a_box_holds_what_was_accepted_once_and_the_list_counts_the_same(city: World) -> None:
    two_records(city)

    filled = ledger_of(city.school, year=2023)
    counts = counts_of([city.school, city.other_school], year=2023)

    assert [one.count for one in filled] == counts[city.school.pk]
    assert counts[city.school.pk][MEETING] == 1
    assert counts[city.school.pk][DEED] == 1
    assert counts[city.other_school.pk][MEETING] == 0


def test_titles_and_the_appraisal_lie_in_their_boxes(city: World) -> None:
    it = five_good.submitted(city)
    facts = {"named_on": date(2023, 5, 4), "document": "云教关工〔2023〕9号"}
    Title.objects.create(unit=it.unit, name="五好关工委", **facts)
    Title.objects.create(unit=it.unit, name="先进集体", named_on=date(2024, 1, 5))
    Title.objects.create(
        unit=it.unit, name="示范点", state="revoked", checked_on=date(2023, 6, 1), **facts
    )

    filled = {one.box.name: one for one in ledger_of(it.unit, year=2023)}

    assert filled["荣誉类"].sections[0].rows == (
        ("五好关工委", "云教关工〔2023〕9号", "2023年5月4日", "保持"),
    )
    (told,) = filled["五好创建类"].sections[1].entries
    assert dict(told.facts)["自评"] == "100分"


def test_the_list_asks_no_more_for_more_units(city: World, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    sources = sum(len(box.sections) for box in boxes()) - 1  # the totals are computed
    with django_assert_num_queries(sources):
        counts_of([city.school], year=2023)
    with django_assert_num_queries(sources):
        counts_of([*city.schools, *city.offices], year=2023)


def test_the_index_names_every_box_and_says_which_are_empty(city: World) -> None:
    two_records(city)

    made = tasks.store_ledger(city.school, year=2023, by=city.school_secretary)

    text = text_of(made.pdf)
    assert "第4盒" in text
    assert "三月推进会" in text
    assert "还没审核的会" not in text
    assert "本盒今年没有材料" in text


def test_the_archive_is_in_folder_order_and_its_list_is_right(city: World, tmp_path: Path) -> None:
    two_records(city)
    made = tasks.store_ledger(city.school, year=2023, by=city.school_secretary)
    content = files.read(made.archive)

    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert names[0] == INDEX
    assert names[-1] == LIST
    folders = [name.partition("/")[0] for name in names[1:-1]]
    assert folders == sorted(folders)
    assert len(set(folders)) == 10
    assert any("走访 困难学生" in name for name in names)  # no sign Windows refuses
    assert check_archive(content).is_whole
    assert made.file_count == len(names) - 1

    file = tmp_path / "台账.zip"
    file.write_bytes(content)
    out = io.StringIO()
    call_command("verify_ledger", str(file), stdout=out)
    assert "整包与系统里最近生成的" in out.getvalue()


def test_a_changed_file_an_added_one_and_a_lost_one_are_named(city: World, tmp_path: Path) -> None:
    made = tasks.store_ledger(city.school, year=2023, by=city.school_secretary)
    whole = zipfile.ZipFile(io.BytesIO(files.read(made.archive)))
    lost = next(name for name in whole.namelist() if name.startswith("05"))
    file = tmp_path / "台账.zip"
    with zipfile.ZipFile(file, "w") as changed:
        for name in whole.namelist():
            if name != lost:
                changed.writestr(name, b"other" if name == INDEX else whole.read(name))
        changed.writestr("多出来的.txt", b"more")

    found = check_archive(file.read_bytes())

    assert (found.changed, found.missing, found.unlisted) == ((INDEX,), (lost,), ("多出来的.txt",))
    with pytest.raises(CommandError, match="与清单不一致"):
        call_command("verify_ledger", str(file), stdout=io.StringIO())


def test_a_secretary_makes_the_ledger_and_takes_it(client: Client, city: World) -> None:
    two_records(city)
    client.force_login(city.school_secretary)
    page = reverse("evaluations:ledger", args=[2023, city.school.pk])

    assert client.get(reverse("evaluations:ledgers")).status_code == 302
    assert "本盒今年没有材料" in client.get(page).content.decode()
    make = reverse("evaluations:ledger_make", args=[2023, city.school.pk])
    assert client.post(make).status_code == 302
    tasks.store_ledger(city.school, year=2023, by=city.school_secretary)

    shown = client.get(page).content.decode()
    made = Ledger.objects.get(unit=city.school)
    assert made.archive.sha256 in shown
    answer = client.get(reverse("evaluations:ledger_file", args=[made.pk, "zip"]))
    assert check_archive(b"".join(answer.streaming_content)).is_whole  # type: ignore[attr-defined]
