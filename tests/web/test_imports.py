import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from activities.models import Activity
from committees.models import ImportMapping, ImportRun, Unit
from committees.models.imports import ImportState
from portal.kernel.models import StoredFile
from portal.kernel.sheets import read_workbook
from portal.web.roster_import.reading import read_file
from portal.web.roster_import.template import template
from tests.rosters import messy_roster
from tests.web.roster_import.test_runs import everything


@pytest.fixture
def staff(city, client: Client) -> Client:
    client.force_login(city.bureau_staff)
    return client


def choose(client: Client, data: bytes, name: str = "海陵名册.xlsx"):
    return client.post("/imports/", {"file": SimpleUploadedFile(name, data)})


def shown_fields(page) -> dict[str, str]:
    """What a browser would post back of the columns page as it stands."""
    return {
        bound.html_name: bound.value() or "" for sheet in page.context["sheets"] for bound in sheet
    }


@pytest.fixture
def walk(staff, django_capture_on_commit_callbacks):
    """Post with Celery's part done at once, as on_commit would send it."""

    def post(url: str, fields: dict[str, str] | None = None):
        with django_capture_on_commit_callbacks(execute=True):
            return staff.post(url, fields or {})

    return post


@pytest.fixture
def checked(staff, walk) -> ImportRun:
    choose(staff, messy_roster(8)[0])
    run = ImportRun.objects.get()
    walk(f"/imports/{run.pk}/map/", shown_fields(staff.get(f"/imports/{run.pk}/map/")))
    run.refresh_from_db()
    return run


def test_a_file_is_chosen_matched_checked_imported_and_taken_back(city, staff, walk):
    before = everything()
    data, truth = messy_roster(8)
    answer = choose(staff, data)
    run = ImportRun.objects.get()
    assert answer.url == f"/imports/{run.pk}/map/"

    page = staff.get(answer.url)
    assert [sheet["kind"].value() for sheet in page.context["sheets"]] == [
        "schools", "kindergartens", "people", "activities",
    ]  # fmt: skip
    answer = walk(answer.url, shown_fields(page))
    assert answer.url == f"/imports/{run.pk}/"

    page = staff.get(answer.url)
    figures = {row["label"]: row["value"] for row in page.context["figures"]}
    assert figures["中小学"] == truth["schools"]
    assert "检查好了，还没有导入" in page.text
    assert "重复的行" in page.text
    assert "桃源第一学校" in page.text
    assert everything() == before

    walk(f"/imports/{run.pk}/start/")
    page = staff.get(f"/imports/{run.pk}/")
    assert "导入好了" in page.text
    assert Unit.objects.filter(name="桃源第一学校", city=city.bureau).exists()
    assert ImportMapping.objects.count() == 4

    assert "撤销导入" in staff.get(f"/imports/{run.pk}/undo/").text
    answer = walk(f"/imports/{run.pk}/undo/")
    assert answer.url == f"/imports/{run.pk}/"
    after = everything()
    changed = {name for name in before if after[name] != before[name]}
    assert not changed - {"activities.ObligationCell"}


def test_the_file_comes_back_with_a_column_of_what_was_found(staff, checked):
    answer = staff.get(f"/imports/{checked.pk}/file/")
    sheet = read_workbook(b"".join(answer.streaming_content))[0]
    results = [row.cells[-1] for row in sheet.rows if row.cells[-1]]
    assert results[0] == "检查结果"
    assert any("只取那一行" in str(result) for result in results)


@pytest.mark.parametrize(
    ("name", "data", "word"),
    [
        ("名册.xlsx", "姓名,电话".encode(), "Excel"),
        ("名册.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "旧格式"),
        ("名册.xlsx", b"", "空的"),
        ("名册.xlsx", b"0" * (20 * 2**20 + 1), "20 MB"),
    ],
)
def test_a_bad_file_gets_a_sentence_beside_the_field_and_is_not_kept(staff, name, data, word):
    page = choose(staff, data, name)
    assert page.status_code == 422
    assert word in page.text
    assert not ImportRun.objects.exists()
    assert not StoredFile.objects.exists()


def test_without_a_file_the_page_asks_for_one(staff):
    page = staff.post("/imports/", {})
    assert page.status_code == 422
    assert "请选一个名册文件" in page.text


def test_a_required_column_must_be_named(staff, walk):
    choose(staff, messy_roster(8)[0])
    run = ImportRun.objects.get()
    page = staff.get(f"/imports/{run.pk}/map/")
    fields = shown_fields(page)
    name = next(bound.html_name for bound in page.context["sheets"][0] if bound.value() == "name")
    answer = walk(f"/imports/{run.pk}/map/", fields | {name: ""})
    assert answer.status_code == 422
    assert "还没有指明哪一列是单位名称" in answer.text
    run.refresh_from_db()
    assert run.job is None


def test_one_fact_cannot_stand_in_two_columns(staff, walk):
    choose(staff, messy_roster(8)[0])
    run = ImportRun.objects.get()
    page = staff.get(f"/imports/{run.pk}/map/")
    number = next(
        row["field"] for row in page.context["sheets"][0].rows if row["heading"] == "序号"
    )
    answer = walk(f"/imports/{run.pk}/map/", shown_fields(page) | {number.html_name: "code"})
    assert answer.status_code == 422
    assert "两列都对成了单位代码" in answer.text


def test_picking_another_kind_shows_its_columns_before_going_on(staff, walk):
    choose(staff, messy_roster(8)[0])
    run = ImportRun.objects.get()
    url = f"/imports/{run.pk}/map/"
    answer = walk(url, shown_fields(staff.get(url)) | {"s1-kind": "schools"})
    assert answer.status_code == 200
    assert answer.context["sheets"][1].layout.kind.name == "schools"
    assert "重新猜了一遍" in answer.text
    run.refresh_from_db()
    assert run.job is None


def test_a_sheet_left_out_is_not_imported(staff, walk):
    choose(staff, messy_roster(8)[0])
    run = ImportRun.objects.get()
    url = f"/imports/{run.pk}/map/"
    fields = shown_fields(staff.get(url)) | {"s3-kind": "skip"}
    walk(url, fields)
    page = walk(url, fields | {"s3-was": "skip"})
    assert page.status_code == 302
    run.refresh_from_db()
    assert run.counts["accepted"]["activities"] == 0
    assert run.counts["accepted"]["people"] == 12


def test_columns_confirmed_once_are_offered_again(city, staff, walk, checked):
    walk(f"/imports/{checked.pk}/start/")
    mapping = ImportMapping.objects.get(sheet_kind="kindergartens")
    mapping.columns = {key: name for key, name in mapping.columns.items() if name != "head"}
    mapping.save()
    choose(staff, messy_roster(9, shuffled=True)[0])
    page = staff.get(f"/imports/{ImportRun.objects.latest('pk').pk}/map/")
    gardens = page.context["sheets"][1]
    assert gardens.layout.remembered
    assert "head" not in gardens.layout.columns
    assert "按上次确认的列" in page.text


def test_progress_moves_alone_and_reloads_the_page_at_the_end(staff, walk, checked):
    answer = staff.get(f"/imports/{checked.pk}/progress/", headers={"HX-Request": "true"})
    assert answer.headers["HX-Refresh"] == "true"
    assert staff.get(f"/imports/{checked.pk}/progress/").status_code == 302


def test_undo_says_what_stands_in_the_way(staff, walk, checked):
    walk(f"/imports/{checked.pk}/start/")
    record = Activity.objects.filter(source="imported").first()
    Activity.objects.filter(pk=record.pk).update(version=2)
    page = walk(f"/imports/{checked.pk}/undo/")
    assert page.status_code == 409
    assert f"“{record.title}”导入以后又改过" in page.text
    assert ImportRun.objects.get(pk=checked.pk).state == ImportState.DONE


@pytest.mark.parametrize(
    "persona",
    ["bureau_leader", "office_secretary", "school_secretary", "party_contact", "teacher", "judge",
     "mentor", "auditor"],
)  # fmt: skip
def test_only_the_bureaus_staff_import(city, client, persona):
    run = ImportRun.objects.create(
        city=city.bureau, file=_stored(), file_name="a.xlsx", created_by=city.bureau_staff
    )
    client.force_login(city.users[persona])
    for url in ("/imports/", "/imports/template/", f"/imports/{run.pk}/", f"/imports/{run.pk}/map/",
                f"/imports/{run.pk}/file/", f"/imports/{run.pk}/undo/"):  # fmt: skip
        assert client.get(url).status_code == 403, url
    assert client.post(f"/imports/{run.pk}/start/").status_code == 403


def _stored() -> StoredFile:
    from portal.kernel import files

    return files.store(messy_roster(8)[0], files.XLSX)


def test_another_citys_import_is_not_there(city, client):
    from committees.policy import Role
    from tests.factories import committees as factory

    run = ImportRun.objects.create(city=city.bureau, file=_stored(), file_name="a.xlsx")
    elsewhere = factory.make_bureau("海陵市教育局")
    client.force_login(factory.make_user(elsewhere, Role.BUREAU_STAFF, username="else"))
    for page in ("", "map/", "file/", "undo/", "progress/"):
        assert client.get(f"/imports/{run.pk}/{page}").status_code == 404


def test_the_empty_template_reads_back_as_a_roster(staff):
    answer = staff.get("/imports/template/")
    data = b"".join(answer.streaming_content)
    reading = read_file(data, "模板.xlsx")
    assert data[:2] == template()[:2] == b"PK"
    assert len(reading.roster.schools) == len(reading.roster.kindergartens) == 1
    assert len(reading.roster.people) == len(reading.ledger.activities) == 1
    assert reading.findings == []


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_as_much_for_three_imports_as_for_one(
    city, staff, rows, django_assert_max_num_queries
):
    for number in range(rows):
        ImportRun.objects.create(
            city=city.bureau,
            file=_stored(),
            file_name=f"{number}.xlsx",
            created_by=city.bureau_staff,
        )
    with django_assert_max_num_queries(12):
        page = staff.get("/imports/")
    assert len(page.context["runs"]) == rows
