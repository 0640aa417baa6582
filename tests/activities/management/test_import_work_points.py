"""The command prints the tree and drafts the plan, or says in one sentence why not."""

import json
import zipfile
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from activities.models import WorkPlan
from committees.models import Unit
from portal.kernel.models import StoredFile
from tests.factories import plans as factory
from tests.personas import World, build_city
from tests.shared import shared


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "要点.txt"
    path.write_text(factory.DOCUMENT, "utf-8")
    return path


def run(*arguments: object) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("import_work_points", *map(str, arguments), stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_json_prints_the_tree_and_the_draft_is_kept(city: World, file: Path) -> None:
    out, err = run(file, "--json")

    printed = json.loads(out)
    assert [branch["number"] for branch in printed] == ["一", "二"]
    assert set(printed[1]) == {"number", "title", "text", "children"}
    plan = WorkPlan.objects.get()
    assert (plan.city, plan.year, plan.nodes.count()) == (city.bureau, 2023, 8)
    assert plan.source is not None
    assert "已存成云河市教育局2023年工作要点的草稿：8 条，4 项任务" in err
    assert "请核对 4 慰问老同志的任务：原文没有写由谁做" in err


def test_without_json_the_items_are_printed_with_their_tasks(city: World, file: Path) -> None:
    out, _ = run(file)

    lines = out.splitlines()
    assert lines[:3] == ["云河市教育局关工委2023年工作要点", "一 指导思想", "二 重点工作"]
    assert "        · 市教育局关工委编印简报4期" in lines


def test_a_dry_run_keeps_nothing(city: World, file: Path) -> None:
    out, err = run(file, "--json", "--dry-run")

    assert json.loads(out)
    assert "只读没有存" in err
    assert not WorkPlan.objects.exists()
    assert not StoredFile.objects.exists()


def test_the_tree_is_printed_even_where_there_is_no_bureau_to_keep_it(db: None, file: Path) -> None:
    out, err = run(file, "--json")

    assert len(json.loads(out)) == 2
    assert "没有存" in err
    with pytest.raises(CommandError, match="import_roster"):
        run(file)


def test_of_two_bureaus_one_must_be_named(city: World, file: Path) -> None:
    other = build_city("青山市教育局", prefix="青").bureau

    with pytest.raises(CommandError, match="--city"):
        run(file)
    with pytest.raises(CommandError, match="没有代码或名称是“别处”的教育局"):
        run(file, "--city", "别处")
    run(file, "--city", other.code)
    assert WorkPlan.objects.get().city == other


def test_a_published_plan_stays_when_the_file_is_read_again(city: World, file: Path) -> None:
    published = factory.published(city.bureau, by=city.bureau_staff)

    run(file, "--json")

    assert WorkPlan.objects.filter(pk=published.pk, state="published").exists()
    assert WorkPlan.objects.filter(state="draft").count() == 1


def test_a_year_that_is_not_written_must_be_given(city: World, tmp_path: Path) -> None:
    path = tmp_path / "要点.txt"
    path.write_text("关工委工作要点\n一、学习\n二、宣讲", "utf-8")

    with pytest.raises(CommandError, match="--year"):
        run(path)
    run(path, "--year", "2025")
    assert WorkPlan.objects.get().year == 2025


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.docx", b"only text", "这不是Word 文档"),
        ("a.txt", b"", "没有文字"),
        ("a.xlsx", b"PK", "不是 Word 文档"),
    ],
)
def test_a_bad_file_is_refused_and_nothing_changes(
    name: str, data: bytes, words: str, city: World, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(data)

    with pytest.raises(CommandError, match=words):
        run(path, "--json")

    assert not WorkPlan.objects.exists()
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize(
    ("part", "body", "words"),
    [
        ("word/bomb.xml", b" " * (64 * 1024 * 1024), "展开后有 64 MB"),
        ("word/bomb.bin", b"\0" * (12 * 1024 * 1024), "压缩得不正常"),
        ("word/x.xml", b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x/>', "外部实体"),
    ],
    ids=["bomb", "dense", "entity"],
)
def test_a_hostile_word_file_is_refused_and_nothing_changes(
    part: str, body: bytes, words: str, city: World, tmp_path: Path
) -> None:
    path = tmp_path / "要点.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(part, body)

    with pytest.raises(CommandError, match=words):
        run(path, "--json")

    assert not WorkPlan.objects.exists()
    assert not StoredFile.objects.exists()


def test_a_missing_file_is_named(db: None) -> None:
    with pytest.raises(CommandError, match="打不开“没有这个文件"):
        run("没有这个文件.docx")


@pytest.mark.shared
@pytest.mark.parametrize("name", ["work-points-2023.docx", "work-points-2023.raw.txt"])
def test_the_real_files_print_two_parts_and_seven_items(city: World, name: str) -> None:
    out, _ = run(shared(f"data/{name}"), "--json")

    top = json.loads(out)
    parts = top[1]["children"]
    assert [part["number"] for part in parts] == ["（一）", "（二）"]
    items = [item["number"] for part in parts for item in part["children"]]
    assert items == ["1", "2", "3", "4", "5", "6", "7"]
    assert Unit.objects.filter(pk=city.bureau.pk, work_plans__year=2023).exists()
