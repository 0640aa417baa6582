"""Setting a year's duties: drafted, put right, shown beforehand, put in force — by the bureau."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

import activities.schedule  # noqa: F401 - the worker finds it by itself; here the job runs at once
from activities.models import ActivityKind, ObligationCell
from activities.services.obligation_drafts import draft_like
from committees.models import ObligationSet
from tests.factories import activities as records
from tests.personas import World

SET = "/obligations/2024/set/"


@pytest.fixture
def bureau(city: World, client: Client) -> Client:
    client.force_login(city.bureau_staff)
    return client


@pytest.fixture
def drafted(city: World) -> ObligationSet:
    return draft_like(city.obligation_set, year=2024, by=city.bureau_staff)


def item_fields(**changes: Any) -> dict[str, Any]:
    return {
        "group": "三个一", "name": "学习培训", "text": "每年组织两次",
        "due_on": "2024-10-31", "min_count": "2",
        "unit_kinds": ["school"], "requires": ["minutes"],
        "kinds": [ActivityKind.objects.get(slug="training").pk],
    } | changes  # fmt: skip


def test_a_year_without_a_set_says_so_and_lets_the_bureau_begin(city, bureau):
    assert "去起草" in bureau.get("/obligations/2024/").text

    bureau.post(f"{SET}draft/", {"from": "standard"})

    made = ObligationSet.objects.get(year=2024)
    assert (made.published_at, made.items.count()) == (None, 6)


def test_sets_of_other_cities_are_offered_and_begun(city, bureau):
    page = bureau.get(SET).text
    assert "四纳入、四统一、四到位" in page
    assert "参照甘肃省" in page
    bureau.post(f"{SET}draft/", {"from": "four_included_five_together"})

    made = ObligationSet.objects.get(year=2024)
    assert (made.name, made.items.count()) == ("“四纳入”“五同时”", 9)


def test_one_item_more_is_written_into_the_draft(city, bureau, drafted):
    url = f"{SET}items/new/"
    assert "加一项要求" in bureau.get(url).text
    refused = bureau.post(url, item_fields(name="同检查", group=""))
    assert refused.status_code == 422
    assert "写一下属于哪一组" in refused.text
    bureau.post(url, item_fields(name="同检查", group="三个同"))
    assert [item.name for item in drafted.items.all()][3] == "同检查"


def test_others_read_that_nothing_is_published_and_see_no_draft(city, client, drafted):
    for persona in ("office_secretary", "school_secretary", "bureau_leader", "auditor"):
        client.force_login(getattr(city, persona))
        for url in ("/obligations/2024/", SET):
            assert "局关工委还没有发布这一年的要求" in client.get(url).text


@pytest.mark.parametrize("persona", ["office_secretary", "school_secretary", "bureau_leader"])
def test_only_the_bureaus_staff_may_touch_a_draft(city, client, drafted, persona):
    client.force_login(getattr(city, persona))
    item = drafted.items.first()

    for url in (f"{SET}edit/", f"{SET}items/{item.pk}/", f"{SET}force/"):
        assert client.get(url).status_code == 403
        assert client.post(url).status_code == 403
    assert client.post(f"{SET}draft/").status_code == 403
    assert client.post(f"{SET}items/{item.pk}/remove/").status_code == 403


def test_a_second_draft_is_not_begun_beside_the_first(city, bureau, drafted):
    bureau.post(f"{SET}draft/", {"from": "latest"})

    assert ObligationSet.objects.filter(year=2024).count() == 1


def test_an_item_is_put_right_on_its_own_page(city, bureau, drafted):
    item = drafted.items.get(code="training")

    response = bureau.post(f"{SET}items/{item.pk}/", item_fields())

    assert response.url == SET
    item.refresh_from_db()
    assert (item.min_count, f"{item.due_on}", item.unit_kinds) == (2, "2024-10-31", ["school"])


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("due_on", "2025-01-05", "要在 2024 年里，最晚可以写 2024年12月31日"),
        ("due_on", "年底", "看不懂“年底”，请写成 2023-10-17 或 10月17日"),
        ("due_on", "", "写一下最晚哪天完成"),
        ("min_count", "0", "数字不能小于 1"),
        ("name", "", "写一下名称，例如“听取汇报”"),
        ("unit_kinds", [], "至少选一类单位"),
        ("kinds", [], "至少选一类活动，不然这一项没法完成"),
    ],
)
def test_a_slip_is_answered_with_what_to_do_and_changes_nothing(
    city, bureau, drafted, field, value, sentence
):
    item = drafted.items.get(code="training")

    response = bureau.post(f"{SET}items/{item.pk}/", item_fields(**{field: value}))

    assert response.status_code == 422
    assert sentence in response.text
    item.refresh_from_db()
    assert item.text == "每年组织一次关工同志专题学习培训"


def test_the_name_the_basis_and_who_is_asked_are_put_right(city, bureau, drafted):
    bureau.post(f"{SET}edit/", {"name": "四纳入", "basis": "某文件", "only_served": "no"})

    drafted.refresh_from_db()
    assert (drafted.name, drafted.basis, drafted.only_served) == ("四纳入", "某文件", False)


def test_an_item_is_taken_out_after_a_page_that_asks(city, bureau, drafted):
    item = drafted.items.get(code="training")

    assert "以前年度的不受影响" in bureau.get(f"{SET}items/{item.pk}/remove/").text
    bureau.post(f"{SET}items/{item.pk}/remove/")

    assert not drafted.items.filter(code="training").exists()


def test_an_item_of_the_set_in_force_has_no_page_to_change_it(city, bureau):
    item = city.obligation_set.items.first()

    assert bureau.get(f"/obligations/2023/set/items/{item.pk}/").status_code == 404
    assert bureau.get("/obligations/2023/set/force/").status_code == 404


def test_putting_in_force_shows_what_will_count_and_then_counts_it(
    city, bureau, django_capture_on_commit_callbacks
):
    records.accepted(
        city.school, by=city.school_secretary, reviewer=city.office_secretary,
        held_on=date(2023, 3, 1),
    )  # fmt: skip
    draft_like(city.obligation_set, year=2023, by=None)
    preview = bureau.get("/obligations/2023/set/force/")
    assert {gain.item.code: gain.accepted for gain in preview.context["gains"]}["training"] == 1
    assert "第 1 版会停用" in preview.text

    with django_capture_on_commit_callbacks(execute=True):
        progress = bureau.post("/obligations/2023/set/force/", follow=True)

    assert (
        "2023年“三个同”“三个一”生效了，1 条记录已按它计入"
        in bureau.get(progress.request["PATH_INFO"]).text
    )
    current = ObligationSet.objects.current(city.bureau, 2023)
    assert current is not None
    assert current.version == 2
    counted = ObligationCell.objects.filter(counted=1).values_list("item__obligation_set__version")
    assert list(counted) == [(2,)]


def test_the_draft_is_shown_first_and_the_set_in_force_on_asking(city, bureau):
    draft_like(city.obligation_set, year=2023, by=None)

    assert bureau.get("/obligations/2023/set/").context["set"].version == 2
    assert bureau.get("/obligations/2023/set/?show=current").context["set"].version == 1
