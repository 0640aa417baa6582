"""The rules page: listed, exported, previewed before anything moves; and statistics by rule."""

from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from activities.choices import CreditTarget
from activities.figures.lines import counted_lines, recommended, unit_lines
from activities.models import Activity, CreditRule, RuleChange
from activities.services import rules
from activities.services.credits import decline
from evaluations.figures import suggested
from portal.kernel.calendar import parse_period
from tests.factories import activities as records
from tests.personas import YEAR, World

LIST = reverse("activities:rules", args=[YEAR])
LINES = reverse("activities:rule_lines", args=[YEAR])


@pytest.fixture
def bureau(city: World, client: Client) -> Client:
    client.force_login(city.bureau_staff)
    return client


def accepted(city: World, slug: str, unit: object = None) -> Activity:
    return records.accepted(
        unit or city.school, by=city.bureau_staff, reviewer=city.bureau_staff, slug=slug
    )


def in_force(city: World, target: str, line: str, slug: str) -> CreditRule:
    draft = rules.RuleDraft(
        target=target, line=line, line_name=f"项目{line}", kind=records.kind(slug)
    )
    change = rules.propose(city.bureau, year=YEAR, draft=draft, by=city.bureau_staff)
    rules.apply_change(change, by=city.bureau_staff)
    return CreditRule.objects.get(line=line)


def sheets(content: bytes) -> dict[str, list[list[object]]]:
    from openpyxl import load_workbook

    book = load_workbook(BytesIO(content))
    return {
        sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
        for sheet in book
    }


def test_the_list_says_what_each_rule_counts_and_goes_out_as_a_workbook(
    city: World, bureau: Client
) -> None:
    accepted(city, "training")
    page = bureau.get(LIST).text
    assert "计入“学习培训”" in page

    found = sheets(bureau.get(f"{LIST}?xlsx=1").content)

    training = next(row for row in found["计入规则"] if row[1] == "学习培训")
    assert (training[0], training[3], training[5], training[8]) == (
        "义务", "专题学习培训", "写了会议内容", 1,
    )  # fmt: skip
    assert len(found["计入规则"]) == 6


def test_a_narrowed_rule_lists_what_would_be_lost_before_anything_moves(
    city: World, bureau: Client
) -> None:
    record = accepted(city, "training")
    rule = CreditRule.objects.get(item__code="training")
    draft = rules.RuleDraft(
        target=CreditTarget.OBLIGATION, item=rule.item, kind=rule.kind,
        requires=("minutes",), first_month=9,
    )  # fmt: skip
    change = rules.propose(city.bureau, year=YEAR, draft=draft, rule=rule, by=city.bureau_staff)
    url = reverse("activities:rule_change", args=[YEAR, change.pk])

    page = bureau.get(url).text

    assert "会新计入 0 条，会不再计入 1 条" in page
    assert str(record) in page
    assert record.credits.count() == 1
    found = sheets(bureau.get(f"{url}?xlsx=1").content)
    assert [row[0] for row in found["会不再计入的记录"]] == [record.number]
    assert found["会新计入的记录"] == []
    assert found["这次修改"][1][1] == change.before


def test_a_change_of_another_city_is_not_there(city: World, bureau: Client) -> None:
    assert bureau.get(reverse("activities:rule_change", args=[YEAR, 10**9])).status_code == 404
    assert not RuleChange.objects.exists()


def test_statistics_by_rule_count_each_record_once_and_follow_the_reach(
    city: World, client: Client
) -> None:
    in_force(city, CreditTarget.STATISTIC, "s-1", "lecture")
    in_force(city, CreditTarget.RUBRIC, "r-1", "reading")
    accepted(city, "lecture")
    accepted(city, "lecture", city.other_school)
    dropped = accepted(city, "lecture")
    decline(dropped.credits.get(), reason="重复", by=city.office_secretary)
    client.force_login(city.bureau_leader)

    page = client.get(LINES)

    assert [(line.line, line.records, line.units) for line in page.context["lines"]] == [
        ("r-1", 0, 0), ("s-1", 2, 2),
    ]  # fmt: skip
    assert [(row.label, row.records) for row in page.context["offices"]] == [
        ("云山教办", (0, 1)), ("石桥教办", (0, 1)),
    ]  # fmt: skip
    found = sheets(client.get(f"{LINES}?xlsx=1").content)
    assert found["按教办"] == [["云山教办", 0, 1], ["石桥教办", 0, 1]]
    client.force_login(city.office_secretary)
    assert [line.records for line in client.get(LINES).context["lines"]] == [0, 1]


def test_the_statistics_cost_the_same_for_one_line_and_for_many(
    city: World, bureau: Client
) -> None:
    in_force(city, CreditTarget.STATISTIC, "s-1", "lecture")
    accepted(city, "lecture")
    bureau.get(LINES)
    with CaptureQueriesContext(connection) as before:
        bureau.get(LINES)
    for number, slug in enumerate(["reading", "care", "training"]):
        in_force(city, CreditTarget.RUBRIC, f"r-{number}", slug)
        accepted(city, slug, city.other_school)
    with CaptureQueriesContext(connection) as after:
        bureau.get(LINES)
    assert len(before) == len(after)


def test_an_evaluation_reads_the_records_of_each_rubric_line(city: World) -> None:
    in_force(city, CreditTarget.RUBRIC, "r-1", "reading")
    in_force(city, CreditTarget.STATISTIC, "s-1", "reading")
    for _ in range(2):
        accepted(city, "reading")
    counted = counted_lines(city.bureau, year=YEAR)
    assert unit_lines(counted) == {city.school.pk: {"r-1": 2}}


def test_a_rule_for_the_bulletin_makes_records_candidates_until_it_is_declined(
    city: World,
) -> None:
    record = accepted(city, "partnership")
    accepted(city, "lecture")
    assert not recommended(Activity.objects.all()).exists()
    in_force(city, CreditTarget.BULLETIN, "candidate", "partnership")

    assert list(recommended(Activity.objects.all())) == [record]
    assert record in suggested(city.bureau, parse_period("2023-Q1"))

    decline(record.credits.get(), reason="报过了", by=city.office_secretary)
    assert not recommended(Activity.objects.all()).exists()
