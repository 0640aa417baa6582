import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from committees.models import ImportRun, Unit
from tests.factories import committees as factory
from tests.rosters import messy_roster
from tests.shared import shared


def run(path: Path, *arguments: str) -> str:
    out = io.StringIO()
    call_command("import_roster", str(path), *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def roster(tmp_path: Path) -> tuple[Path, dict[str, int]]:
    data, truth = messy_roster(3)
    path = tmp_path / "海陵名册.xlsx"
    path.write_bytes(data)
    return path, truth


@pytest.mark.shared
def test_the_real_roster_comes_in_truly_and_nothing_is_doubled(db):
    path, truth = (
        shared("data/roster-messy.xlsx"),
        json.loads(shared("data/roster-messy.truth.json").read_text()),
    )
    assert json.loads(run(path, "--dry-run", "--json")) == truth
    assert not Unit.objects.exists()
    assert json.loads(run(path, "--json")) == truth
    assert Unit.objects.count() == 1 + 18 + 140 + 95
    assert json.loads(run(path, "--json")) == truth
    assert Unit.objects.count() == 1 + 18 + 140 + 95


def test_on_a_fresh_portal_the_bureau_comes_from_the_title(db, roster):
    path, truth = roster
    assert json.loads(run(path, "--json")) == truth
    assert Unit.objects.get(depth=1).name == "海陵市教育局"


def test_several_bureaus_must_be_told_apart_except_in_a_test_run(db, roster):
    path, truth = roster
    one, two = factory.make_bureau("甲市教育局"), factory.make_bureau("乙市教育局")
    schools = [factory.make_school(bureau, "直属一小") for bureau in (one, two)]
    with pytest.raises(CommandError, match=f"--city.*{one.code}.*{two.code}"):
        run(path, "--json")
    assert json.loads(run(path, "--dry-run", "--json")) == truth
    assert Unit.objects.count() == 4
    run(path, "--city", two.code)
    assert Unit.objects.filter(city=two).count() > 2
    assert list(Unit.objects.filter(city=one)) == [one, schools[0]]


def test_of_several_bureaus_the_one_the_title_names_is_taken(db, roster):
    factory.make_bureau("甲市教育局")
    named = factory.make_bureau("海陵市教育局")
    run(roster[0])
    assert Unit.objects.filter(city=named).count() > 1


def test_a_roster_goes_to_the_city_that_waits_for_one_and_back_to_where_its_units_stand(db, roster):
    path, truth = roster
    busy, waiting = factory.make_bureau("甲市教育局"), factory.make_bureau("乙市教育局")
    factory.make_school(busy, "直属一小")

    assert json.loads(run(path, "--json")) == truth
    made = Unit.objects.filter(city=waiting).count()
    assert json.loads(run(path, "--json")) == truth

    assert made > 2
    assert Unit.objects.filter(city=waiting).count() == made
    assert Unit.objects.filter(city=busy).count() == 2


def test_an_unknown_city_is_refused_naming_those_there_are(db, roster):
    bureau = factory.make_bureau("甲市教育局")
    with pytest.raises(CommandError, match=bureau.name):
        run(roster[0], "--city", "999", "--dry-run")


def test_without_json_it_tells_the_numbers_and_what_to_look_at(db, roster):
    said = run(roster[0], "--dry-run")
    assert "什么也没有改" in said
    assert f"中小学：{roster[1]['schools']}" in said
    assert "已经有了" in said


@pytest.mark.parametrize(
    ("content", "word"),
    [(b"name,phone", "Excel"), (b"", "空"), (b"x" * (21 * 2**20), "最大只收"), (None, "打不开")],
)
def test_a_bad_file_is_one_chinese_sentence_and_changes_nothing(db, tmp_path, content, word):
    path = tmp_path / "名册.xlsx"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CommandError, match=word) as refusal:
        run(path)
    assert refusal.value.returncode == 1
    assert not Unit.objects.exists()
    assert not ImportRun.objects.exists()
