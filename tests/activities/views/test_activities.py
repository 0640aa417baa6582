"""The log: who sees what, by which filters, in pages, in a workbook; one record and its uses."""

from datetime import date, timedelta
from urllib.parse import parse_qs, urlparse

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from activities.choices import ActivityState, CreditState
from activities.views.activities import PAGE
from portal.kernel.sheets import read_workbook
from tests.factories import activities as records
from tests.personas import World

LIST = "/activities/?year=2023"


def titles(page: object) -> list[str]:
    return [row["activity"].title for row in page.context["rows"]]  # type: ignore[attr-defined]


@pytest.fixture
def log(city: World) -> World:
    """A record in each office, one of them accepted, and a draft nobody else should see."""
    records.accepted(city.school, by=city.school_secretary, reviewer=city.office_secretary,
                     title="甲校学习", held_on=date(2023, 3, 1))  # fmt: skip
    records.submitted(city.schools[1], by=city.sibling_secretary, title="乙校宣讲", slug="lecture",
                      held_on=date(2023, 4, 2))  # fmt: skip
    records.submitted(city.other_school, by=city.other_school_secretary, title="石桥汇报",
                      slug="report_heard", held_on=date(2023, 5, 3))  # fmt: skip
    records.draft(city.school, by=city.school_secretary, title="甲校草稿")
    return city


@pytest.mark.parametrize(
    ("persona", "seen"),
    [
        ("school_secretary", ["甲校学习"]),
        ("office_secretary", ["乙校宣讲", "甲校学习"]),
        ("bureau_staff", ["石桥汇报", "乙校宣讲", "甲校学习"]),
        ("auditor", ["石桥汇报", "乙校宣讲", "甲校学习"]),
    ],
)
def test_each_sees_the_records_of_the_own_branch(
    client: Client, log: World, persona: str, seen: list[str]
) -> None:
    client.force_login(log.users[persona])

    assert titles(client.get(LIST)) == seen


def test_a_draft_is_shown_to_its_own_unit_alone(client: Client, log: World) -> None:
    client.force_login(log.school_secretary)
    assert "甲校草稿" in client.get(LIST).text
    for persona in ("office_secretary", "bureau_staff", "sibling_secretary"):
        client.force_login(log.users[persona])
        assert "甲校草稿" not in client.get(LIST).text
        assert "甲校草稿" not in client.get(f"{LIST}&state=draft").text


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("state=accepted", ["甲校学习"]),
        ("q=宣讲", ["乙校宣讲"]),
        ("q=石桥小学", ["石桥汇报"]),
        ("since=2023-04-01&until=2023.4.30", ["乙校宣讲"]),
        ("since=看不懂", ["石桥汇报", "乙校宣讲", "甲校学习"]),
        ("year=2022", []),
        ("kind=999999", ["石桥汇报", "乙校宣讲", "甲校学习"]),
    ],
)
def test_filters_narrow_the_list_and_nonsense_is_passed_over(
    client: Client, log: World, query: str, seen: list[str]
) -> None:
    client.force_login(log.bureau_staff)

    page = client.get(f"/activities/?year=2023&{query}")

    assert page.status_code == 200
    assert titles(page) == seen


def test_an_applied_filter_can_be_taken_off_alone(client: Client, log: World) -> None:
    client.force_login(log.bureau_staff)
    office = log.office.pk

    page = client.get(f"{LIST}&state=submitted&office={office}")

    (state, without_state), (_, without_office) = sorted(page.context["applied"], reverse=True)
    assert state == "状态：待审核"
    assert parse_qs(urlparse(without_state).query) == {"year": ["2023"], "office": [str(office)]}
    assert parse_qs(urlparse(without_office).query) == {"year": ["2023"], "state": ["submitted"]}


def test_pages_follow_each_other_without_a_gap(client: Client, city: World) -> None:
    for number in range(PAGE + 2):
        records.submitted(
            city.school, by=city.school_secretary, title=f"第 {number} 次",
            held_on=date(2023, 3, 1) + timedelta(days=number // 2),
        )  # fmt: skip
    client.force_login(city.school_secretary)

    first = client.get(LIST)
    second = client.get(f"{LIST}&after={first.context['older']}")

    both = titles(first) + titles(second)
    assert both == [f"第 {number} 次" for number in reversed(range(PAGE + 2))]
    assert second.context["older"] == ""
    assert "回到最前" in second.text


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_however_long(
    client: Client, city: World, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rows):
        records.submitted(city.schools[number], by=city.office_secretary, title=f"{number}")
    client.force_login(city.office_secretary)

    with django_assert_num_queries(11):
        page = client.get(LIST)

    assert len(page.context["rows"]) == rows


def test_the_workbook_holds_what_the_list_shows(client: Client, log: World) -> None:
    client.force_login(log.office_secretary)

    answer = client.get("/activities/export.xlsx?year=2023&state=submitted")

    (sheet,) = read_workbook(answer.content)
    rows = [row.cells for row in sheet.rows]
    assert [row[5] for row in rows[1:]] == ["乙校宣讲"]
    assert rows[1][1:5] == ("2023年4月2日", "云山二小", "云山教办", "主题宣讲")


def test_a_record_says_by_which_rule_it_counts(client: Client, city: World) -> None:
    record = records.accepted(city.school, by=city.school_secretary, reviewer=city.office_secretary)
    client.force_login(city.school_secretary)

    page = client.get(reverse("activities:activity", args=[record.pk]))

    assert "计入：学习培训" in page.text
    assert "依据规则：2023年内的“专题学习培训”记录" in page.text
    assert [event["what"] for event in page.context["events"]] == ["通过", "提交", "开始记"]


def test_a_foreign_record_is_not_found_and_its_file_neither(client: Client, city: World) -> None:
    record = records.submitted(city.school, by=city.school_secretary)
    client.force_login(city.other_school_secretary)

    names = ["activity", "edit", "check", "done", "void", "review", "discard"]
    assert {
        client.get(reverse(f"activities:{name}", args=[record.pk])).status_code for name in names
    } == {404}


def test_voiding_takes_the_credits_back_and_keeps_the_record(client: Client, city: World) -> None:
    record = records.accepted(city.school, by=city.school_secretary, reviewer=city.office_secretary)
    url = reverse("activities:void", args=[record.pk])
    client.force_login(city.school_secretary)
    assert client.post(url, {"note": "重复"}).status_code == 403
    client.force_login(city.office_secretary)

    assert client.post(url, {"note": ""}).status_code == 422
    client.post(url, {"note": "重复了"})

    record.refresh_from_db()
    assert record.state == ActivityState.VOIDED
    assert not record.credits.exists()
    assert "重复了" in client.get(reverse("activities:activity", args=[record.pk])).text


def test_a_credit_is_declined_with_a_reason_the_school_reads(client: Client, city: World) -> None:
    record = records.accepted(city.school, by=city.school_secretary, reviewer=city.office_secretary)
    credit = record.credits.get()
    client.force_login(city.office_secretary)

    client.post(reverse("activities:decline", args=[credit.pk]), {"note": "这是校务会"})
    credit.refresh_from_db()
    assert (credit.state, credit.declined_reason) == (CreditState.DECLINED, "这是校务会")
    client.force_login(city.school_secretary)
    page = client.get(reverse("activities:activity", args=[record.pk]))
    assert "不计入：学习培训" in page.text
    assert "这是校务会" in page.text
    assert client.post(reverse("activities:restore", args=[credit.pk])).status_code == 403

    client.force_login(city.office_secretary)
    client.post(reverse("activities:restore", args=[credit.pk]))
    credit.refresh_from_db()
    assert credit.state == CreditState.COUNTED
