"""Every number of an issue and of a yearly bulletin opens the rows behind it, and keeps them."""

import re
from datetime import date

import pytest

from activities.services import activities
from evaluations import documents
from evaluations.figures import issue_numbers, records_of
from evaluations.services import annual, bulletins
from evaluations.tasks import print_issue
from portal.kernel.calendar import parse_period
from tests.factories import committees as people
from tests.factories import evaluations as factory
from tests.factories.evaluations import TODAY
from tests.pdf_text import text_of, words_of
from tests.personas import YEAR

ROW = re.compile(r'<td class="number">([\d,]+)</td>')


def shown(client, url: str) -> tuple[int, list[int], str]:
    """The number, what each row adds, the page."""
    page = client.get(url).content.decode()
    value = re.search(r"<strong>([\d,]+) ", page)
    assert value, page
    return (
        int(value[1].replace(",", "")),
        [int(n.replace(",", "")) for n in ROW.findall(page)],
        page,
    )


def signed(issue, city):
    bulletins.submit(issue, by=city.bureau_staff)
    issue.refresh_from_db()
    bulletins.sign(issue, on=TODAY, by=city.bureau_leader)
    return print_issue(issue.pk, by=city.bureau_leader)


@pytest.fixture
def issue(city):
    """The second quarter's, with two records of its own and one of the first quarter."""
    factory.record(city, attendance=40, youth=30, elders=3, held_on=date(2023, 4, 3))
    factory.record(city, attendance=10, youth=None, elders=None, held_on=date(2023, 4, 4))
    factory.record(city, attendance=5, youth=5, elders=None, held_on=date(2023, 2, 1))
    made = bulletins.open_issue(
        factory.series(city), period="2023-Q2", on=TODAY, by=city.bureau_staff
    )
    bulletins.choose(
        made,
        activities=records_of(city.bureau, parse_period("2023-Q2"))[:1],
        by=city.bureau_staff,
    )
    return made


EXPECTED = {
    "activities": (2, 2), "units": (1, 1), "attendance": (50, 2), "youth": (30, 1),
    "elders": (3, 1), "year-activities": (3, 3), "year-attendance": (55, 3),
}  # fmt: skip


def test_each_number_of_an_issue_leads_to_rows_that_add_up_to_it(issue, city, client):
    client.force_login(city.bureau_staff)
    page = client.get(f"/bulletins/{issue.pk}/").content.decode()

    for key, (value, rows) in EXPECTED.items():
        url = f"/bulletins/{issue.pk}/numbers/{key}/"
        assert url in page
        number, amounts, _ = shown(client, url)
        assert (number, len(amounts)) == (value, rows), key
        assert sum(amounts) == (2 if key == "units" else value), key
    assert client.get(f"/bulletins/{issue.pk}/numbers/money/").status_code == 404


def test_the_numbers_of_the_sheet_are_those_of_the_page(issue, city):
    closing = documents.closing_of(issue, issue_numbers.counted(issue))

    assert closing == [
        "据统计，2023年第2季度，全市各级关工委共有1家单位开展活动2次，参加50人次，"
        "其中受教育青少年30人次、“五老”3人次。",
        "今年以来，累计开展活动3次，参加55人次。",
    ]


def test_live_until_signed_then_of_the_signing_day_with_its_rows(issue, city, client):
    client.force_login(city.bureau_staff)
    late = factory.record(city, attendance=7, held_on=date(2023, 4, 5))
    assert shown(client, f"/bulletins/{issue.pk}/numbers/attendance/")[0] == 57

    printed = signed(issue, city)
    activities.void(late, note="重复", by=city.office_secretary)
    number, amounts, page = shown(client, f"/bulletins/{issue.pk}/numbers/attendance/")

    assert (number, sum(amounts)) == (57, 57)
    assert "2023年4月10日签发时的数" in page
    assert "现在数是 50 人次" in page
    assert "2023年4月10日签发时的数" in client.get(f"/bulletins/{issue.pk}/").content.decode()
    again = words_of(documents.bulletin_pdf(printed.content))
    assert again == text_of(printed.pdf)
    assert "参加57人次" in again


def test_a_reader_sees_the_number_whole_and_only_rows_within_reach(issue, city, client):
    signed(issue, city)
    client.force_login(city.other_school_secretary)

    number, amounts, page = shown(client, f"/bulletins/{issue.pk}/numbers/activities/")

    assert (number, amounts) == (2, [])
    assert "另有 2 行" in page


def test_a_supplement_and_an_issue_printed_before_rows_were_kept_show_no_numbers(city, client):
    client.force_login(city.bureau_staff)
    series = factory.series(city)
    made = bulletins.open_supplement(series, topic="家教家风", on=TODAY, by=city.bureau_staff)
    assert "这一期的数" not in client.get(f"/bulletins/{made.pk}/").content.decode()

    old = factory.draft(city, series)
    old.content = {"closing": []}
    assert issue_numbers.of_issue(old) == ([], None)


def test_the_numbers_of_a_yearly_bulletin_open_what_they_counted(city, client):
    factory.record(city, attendance=40)
    factory.record(city, attendance=10)
    people.make_person(city.school, "陈老师", categories=["teacher"])
    made = annual.start(city.school, year=YEAR, on=date(YEAR, 12, 20), by=city.school_secretary)
    factory.record(city, attendance=99)

    client.force_login(city.school_secretary)
    page = client.get(f"/annual/{YEAR}/{city.school.pk}/").content.decode()

    for kind, amounts in (("figures", [10, 40]), ("people", [1])):
        source = made.sources.filter(kind=kind).exclude(rows=[]).get()
        url = f"/annual/{YEAR}/{city.school.pk}/rows/{source.pk}/"
        assert url in page
        rows = client.get(url).content.decode()
        assert sorted(int(n) for n in ROW.findall(rows)) == amounts
        assert f"合计 {sum(amounts)} " in rows
