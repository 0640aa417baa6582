"""The board's pages: who sees what, every number leads to its rows, the workbook says the same."""

import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from activities import figures
from activities.models import Credit
from activities.services.credits import decline
from activities.services.obligation_drafts import draft_like
from activities.services.obligations import put_in_force
from committees.models import CommitteeService, ObligationSet
from tests.factories import activities as records
from tests.factories import committees as factory

BOARD = "/obligations/2023/"


def page(client: Client, user: Any, url: str) -> Any:
    client.force_login(user)
    return client.get(url)


def links(response: Any) -> list[str]:
    return re.findall(r'href="(/obligations/[^"]+)"', response.text.replace("&amp;", "&"))


# --- who sees what ------------------------------------------------------------------------------


def test_the_bureau_sees_its_offices(city, client):
    response = page(client, city.bureau_staff, BOARD)

    assert [row["label"] for row in response.context["table"]["rows"]] == ["云山教办", "石桥教办"]


def test_the_bureau_may_look_unit_by_unit(city, client):
    response = page(client, city.bureau_staff, f"{BOARD}?by=unit")

    assert len(response.context["table"]["rows"]) == 9


def test_an_office_sees_its_own_units_and_no_other_office(city, client):
    response = page(client, city.office_secretary, BOARD)

    labels = [row["label"] for row in response.context["table"]["rows"]]
    assert labels == ["云山教办", "云山小学", "云山二小", "云山初中", "云山中心幼儿园"]
    assert "石桥" not in response.text
    assert page(client, city.office_secretary, url("office", city.offices[1])).status_code == 404
    assert page(client, city.office_secretary, url("unit", city.other_school)).status_code == 404


def test_a_school_sees_itself_alone(city, client):
    response = page(client, city.school_secretary, BOARD)

    assert "云山小学" in response.text
    assert "云山二小" not in response.text
    for foreign in (url("office", city.office), url("unit", city.schools[1])):
        assert page(client, city.school_secretary, foreign).status_code == 404
    foreign = reverse("activities:obligation_cell", args=[2023, "training", city.schools[1].pk])
    assert page(client, city.school_secretary, foreign).status_code == 404


def test_an_export_of_a_foreign_office_is_not_found(city, client):
    asked = f"/obligations/2023/export/?root={city.offices[1].pk}"

    assert page(client, city.office_secretary, asked).status_code == 404
    assert (
        page(client, city.office_secretary, "/obligations/2023/export/?root=ä").status_code == 404
    )


@pytest.mark.parametrize("persona", ["judge", "teacher", "mentor"])
def test_who_has_no_part_in_the_board_is_told_who_can_help(city, client, persona):
    response = page(client, getattr(city, persona), BOARD)

    assert response.status_code == 403
    assert "请教办或局里给您的账号开通" in response.text


@pytest.mark.parametrize("year", ["1", "1999", "3000", "99999999999999999999"])
def test_an_impossible_year_is_not_found(city, client, year):
    assert page(client, city.bureau_staff, f"/obligations/{year}/").status_code == 404


def test_the_short_address_leads_to_this_year(city, client, october):
    assert page(client, city.bureau_staff, "/obligations/").url == BOARD


@pytest.fixture
def october() -> Iterator[None]:
    """18 October 2023: 同研究, 同部署 and 学习培训 are over, the others still to come."""
    with time_machine.travel("2023-10-18 10:00+08:00", tick=False):
        yield


# --- every number leads to its rows -------------------------------------------------------------


def test_every_link_of_the_board_opens(city, client, october):
    records.accepted(city.school, by=city.school_secretary, reviewer=city.office_secretary)
    seen: set[str] = set()
    for start in (BOARD, f"{BOARD}?by=unit", url("office", city.office), f"{BOARD}?view=late"):
        for link in links(page(client, city.bureau_staff, start)):
            if link not in seen:
                seen.add(link)
                assert client.get(link).status_code == 200, link

    assert len(seen) > 60


def test_an_office_cell_opens_the_units_behind_it_and_they_sum_to_it(city, client, october):
    records.accepted(city.school, by=city.school_secretary, reviewer=city.office_secretary)
    board = page(client, city.bureau_staff, BOARD)
    for row in board.context["table"]["rows"]:
        for cell in row["cells"][:6]:
            behind = client.get(cell["url"]).context["who"]["rows"]
            words = [line["cells"][1]["status"] for line in behind]
            done, expected = cell["value"].split("/")
            assert (len(words), words.count("已完成")) == (int(expected), int(done))


def test_who_is_missing_stands_first_with_a_telephone(city, client, october):
    records.accepted(city.schools[0], by=city.school_secretary, reviewer=city.office_secretary)
    type(city.school).objects.filter(pk=city.schools[1].pk).update(phone="6600 0012")

    asked = f"{url('office', city.office)}?item=training"
    rows = page(client, city.bureau_staff, asked).context["who"]["rows"]

    states = [row["cells"][1]["status"] for row in rows]
    assert states == ["已逾期"] * 4 + ["已完成"]
    assert "tel:6600 0012" in [row["cells"][4].get("url") for row in rows]


def test_the_direct_schools_have_their_own_page(city, client):
    direct = factory.make_school(city.bureau, "云河中学")
    factory.make_committee(direct)

    board = page(client, city.bureau_staff, BOARD)
    row = board.context["table"]["rows"][0]
    behind = client.get(row["url"])

    assert row["label"] == "市直属"
    assert [line["label"] for line in behind.context["table"]["rows"]] == ["云河中学"]


def test_only_late_rows_are_left_when_asked_and_the_total_follows(city, client, october):
    for unit in [city.offices[1], *city.schools[3:]]:
        for slug in ("training", "party_study", "party_deploy"):
            records.accepted(unit, by=city.school_secretary, reviewer=city.bureau_staff, slug=slug)

    response = page(client, city.bureau_staff, f"{BOARD}?view=late")

    assert [row["label"] for row in response.context["table"]["rows"]] == ["云山教办"]
    assert response.context["table"]["total"]["label"] == "合计 5 家"


@time_machine.travel("2023-11-10 10:00+08:00", tick=False)
def test_what_is_due_in_30_days_leaves_other_columns_out(city, client):
    response = page(client, city.bureau_staff, f"{BOARD}?view=due30")

    labels = [column["label"] for column in response.context["table"]["columns"]]
    assert labels == ["听取汇报", "推进会"]


def test_a_long_list_of_units_comes_in_pages_with_one_total(city, client, monkeypatch):
    monkeypatch.setattr("activities.views.obligations.ROWS_A_PAGE", 4)
    client.force_login(city.bureau_staff)
    labels, after = [], ""
    while True:
        response = client.get(f"{BOARD}?by=unit&after={after}")
        table = response.context["table"]
        assert table["total"]["label"] == "合计 9 家"
        labels += [row["label"] for row in table["rows"]]
        after = response.context["after"]
        if not after:
            break

    assert len(labels) == len(set(labels)) == 9


# --- one unit and one cell ----------------------------------------------------------------------


def test_a_school_reads_what_it_still_owes_and_by_when(city, client, october):
    records.accepted(city.school, by=city.school_secretary, reviewer=city.office_secretary)

    response = page(client, city.school_secretary, BOARD)

    assert response.context["sentence"] == "还差 5 项，其中 2 项过了日子"
    [(_, together), (_, ones)] = response.context["groups"]
    assert [card["word"] for card in together] == ["已逾期", "已逾期", "未到期"]
    assert [card["word"] for card in ones] == ["未到期", "已完成", "未到期"]


def test_a_school_without_a_committee_reads_that_nothing_is_asked(city, client):
    CommitteeService.objects.filter(unit=city.school).delete()

    response = page(client, city.school_secretary, BOARD)

    assert response.context["sentence"].startswith("这个单位还没有关工委覆盖")
    assert {card["word"] for _, cards in response.context["groups"] for card in cards} == {"不适用"}


def test_a_cell_shows_what_counts_waits_was_declined_and_does_not_count(city, client):
    by, reviewer = city.school_secretary, city.office_secretary
    counted = records.accepted(city.school, by=by, reviewer=reviewer, title="第一次学习")
    waiting = records.submitted(city.school, by=by, title="第二次学习")
    refused = records.accepted(city.school, by=by, reviewer=reviewer, title="第三次学习")
    decline(refused.credits.get(), reason="这是教研活动", by=reviewer)
    draft = records.draft(city.school, by=by, title="第四次学习")

    response = page(client, by, url("training", city.school))

    sections = {
        section["state"]: [row["credit"].activity_id for row in section["credits"]]
        for section in response.context["sections"]
    }
    assert sections == {
        "counted": [counted.pk], "pending": [waiting.pk], "declined": [refused.pk],
    }  # fmt: skip
    others = [(row["activity"].pk, row["why"]) for row in response.context["others"]]
    assert others == [(draft.pk, "还是草稿，交上去才算")]
    assert "这是教研活动" in response.text
    assert "依据规则：2023年内的“专题学习培训”记录，写了会议内容，通过后计入“学习培训”" in (
        response.text
    )
    assert f"/activities/new/?kind=training&amp;unit={city.school.pk}" in response.text


def test_only_the_office_above_is_offered_to_decline(city, client):
    record = records.accepted(city.school, by=city.school_secretary, reviewer=city.office_secretary)
    offer = reverse("activities:decline", args=[record.credits.get().pk])

    cell = url("training", city.school)
    assert offer in page(client, city.office_secretary, cell).text
    assert offer not in page(client, city.school_secretary, cell).text
    assert offer not in page(client, city.auditor, cell).text


def test_an_unknown_item_is_not_found(city, client):
    assert page(client, city.bureau_staff, url("nothing", city.school)).status_code == 404


# --- the workbook says the same -----------------------------------------------------------------


def opened(response: Any) -> Any:
    from openpyxl import load_workbook

    return load_workbook(io.BytesIO(response.getvalue()))


@pytest.mark.parametrize("by", ["office", "unit"])
def test_the_workbook_holds_the_numbers_of_the_page_and_their_meaning(city, client, by, october):
    records.accepted(city.school, by=city.school_secretary, reviewer=city.office_secretary)
    records.submitted(city.other_school, by=city.other_school_secretary)
    board = page(client, city.bureau_staff, f"{BOARD}?by={by}")
    matrix: figures.Matrix = board.context["matrix"]

    response = client.get(board.context["export_url"])
    book = opened(response)

    rows = list(book.worksheets[0].iter_rows(min_row=2, values_only=True))
    if by == "office":
        numbers = [
            [
                number
                for c in row.cells
                for number in (
                    c.expected,
                    c.done,
                    c.on_time,
                    c.late,
                    c.waiting,
                    c.overdue,
                    c.waived,
                    c.extended,
                )
            ]
            for row in (*matrix.rows, matrix.total)
        ]
        assert [list(row[2:-1]) for row in rows] == numbers
    else:
        numbers = [
            [
                number
                for c in row.cells
                for number in (c.counted, c.pending, c.on_time, c.late, c.waived)
            ]
            for row in matrix.rows
        ]
        # Of seven columns an item the first is a word and the last a day.
        found = [[v for i, v in enumerate(row[2:-1]) if i % 7 not in {0, 6}] for row in rows]
        assert found == numbers
    assert [row[-1] for row in rows][: len(matrix.rows)] == [row.overdue for row in matrix.rows]
    meaning = dict(book["口径"].iter_rows(min_row=2, values_only=True))
    assert meaning["范围"] == f"云河市教育局，按{'教办' if by == 'office' else '单位'}，全部"
    assert meaning["数据时间"]
    shown = dict(board.context["meaning"])
    assert {k: v for k, v in meaning.items() if k != "数据时间"} == {
        k: v for k, v in shown.items() if k != "数据时间"
    }


def test_not_asked_is_an_empty_cell_of_the_workbook_and_nought_is_a_nought(city, client):
    drafted = draft_like(city.obligation_set, year=2023, by=None)
    drafted.items.filter(code="training").update(unit_kinds=["school"])
    put_in_force(drafted, by=None)
    client.force_login(city.bureau_staff)

    asked = f"/obligations/2023/export/?root={city.bureau.pk}&by=unit"
    book = opened(client.get(asked))

    sheet = book.worksheets[0]
    place = [cell.value for cell in sheet[1]].index("学习培训 已通过")
    found = {row[0]: row[place] for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert (found["云山小学"], found["云山中心幼儿园"]) == (0, None)


# --- cost ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["", "?by=unit", "?by=unit&item=training"])
def test_the_board_asks_as_often_for_five_offices_as_for_two(
    city, client, query, django_assert_num_queries
):
    client.force_login(city.bureau_staff)
    client.get(BOARD)  # whatever a first page of a process reads once

    small = count_queries(client, BOARD + query)
    for number in range(3):
        office = factory.make_office(city.bureau)
        school = factory.make_school(office, f"新办第{number}小学")
        factory.make_committee(school)
        records.submitted(school, by=city.bureau_staff)

    assert count_queries(client, BOARD + query) == small


def count_queries(client: Client, url: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def url(name: str, unit: Any) -> str:
    if name in {"office", "unit"}:
        return reverse(f"activities:obligation_{name}", args=[2023, unit.pk])
    return reverse("activities:obligation_cell", args=[2023, name, unit.pk])


def test_a_cell_costs_the_same_for_one_record_and_for_four(city, client):
    client.force_login(city.office_secretary)
    records.accepted(city.school, by=city.school_secretary, reviewer=city.office_secretary)
    one = count_queries(client, url("training", city.school))
    for _ in range(3):
        records.accepted(city.school, by=city.school_secretary, reviewer=city.office_secretary)

    assert count_queries(client, url("training", city.school)) == one
    assert Credit.objects.count() == 4
    assert ObligationSet.objects.count() == 1
