"""The coverage page: the same numbers on screen and in the workbook, on any day."""

import io
import re
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from committees.services import committees, units
from portal.kernel import calendar
from portal.kernel.models import AuditEvent
from tests.factories import committees as factory
from tests.personas import World


@pytest.fixture
def bureau(client: Client, city: World) -> Client:
    client.force_login(city.bureau_staff)
    return client


def test_the_page_names_who_is_missing(city: World, bureau: Client) -> None:
    committees.dissolve(city.committees[city.school.pk], on=date(2023, 6, 1), by=None)

    page = bureau.get("/units/coverage/")

    assert [each.unit for each in page.context["missing"]] == [city.school]
    assert (page.context["coverage"].served, page.context["coverage"].total) == (6, 7)
    assert "云山小学" in page.content.decode()


def test_a_day_in_the_past_shows_how_it_was(city: World, bureau: Client) -> None:
    committees.dissolve(city.committees[city.school.pk], on=date(2023, 6, 1), by=None)

    then = bureau.get("/units/coverage/?on=2023-05-31").context["coverage"]
    before_all = bureau.get("/units/coverage/?on=2001-01-01")

    assert (then.served, then.on) == (7, date(2023, 5, 31))
    assert "还没有开办着的学校和幼儿园" in before_all.content.decode()


def test_a_day_nobody_can_read_is_today(bureau: Client) -> None:
    assert bureau.get("/units/coverage/?on=胡乱").context["coverage"].total == 7


def test_the_workbook_has_the_numbers_of_the_page(city: World, bureau: Client) -> None:
    from openpyxl import load_workbook

    factory.make_school(city.office, "云山三小")

    page = bureau.get("/units/coverage/").context["coverage"]
    book = load_workbook(io.BytesIO(bureau.get("/units/coverage/?xlsx=1").content))

    rows = list(book["覆盖率"].iter_rows(min_row=2, values_only=True))
    assert [(row[0], row[6], row[5]) for row in rows] == [
        (row.label, row.served, row.total) for row in page.rows
    ]
    assert [
        row[1] for row in book["还没有关工委的单位"].iter_rows(min_row=2, values_only=True)
    ] == ["云山三小"]
    assert AuditEvent.objects.filter(verb="coverage.exported").exists()


def test_an_office_sees_its_own_row(client: Client, city: World) -> None:
    client.force_login(city.office_secretary)

    rows = client.get("/units/coverage/").context["coverage"].rows

    assert [row.label for row in rows] == ["云山教办"]


COVERAGE_PAGES = [
    "/units/coverage/",
    "/units/coverage/?on=2023-05-31",
    "/units/coverage/units/",
    "/units/coverage/units/?on=2023-05-31&covered=no&stage=school",
    "/units/",
    "/five-haves/2023/",
    "/committees/vacancies/",
]


def test_coverage_pages_cost_fewer_than_twelve_queries_at_any_size(
    city: World, bureau: Client
) -> None:
    pages = [*COVERAGE_PAGES, f"/units/{city.office.pk}/"]

    def queries() -> dict[str, int]:
        counted = {}
        for page in pages:
            bureau.get(page)
            with CaptureQueriesContext(connection) as seen:
                assert bureau.get(page).status_code == 200
            counted[page] = len(seen)
        return counted

    factory.make_school(city.office, "云山三小")  # one that is missing from the first look on
    few = queries()
    for number in range(45):
        school = factory.make_school(city.offices[number % 2], f"第{number}村小")
        if number % 3:
            factory.make_committee(school)
        garden = factory.make_kindergarten(city.offices[number % 2], f"第{number}村幼儿园")
        units.state_year(garden, year=2022, students=100 + number, by=None)
    many = queries()

    assert bureau.get("/units/coverage/").context["coverage"].total > 10 * 7
    assert many == few
    of_coverage = {page: count for page, count in many.items() if "coverage" in page}
    assert max(of_coverage.values()) < 12, many


def test_each_figure_leads_to_the_units_it_counts_as_of_its_day(
    city: World, bureau: Client
) -> None:
    units.move_unit(city.school, to=city.offices[1], on=date(2023, 9, 1), by=None)
    committees.dissolve(city.committees[city.school.pk], on=date(2023, 6, 1), by=None)
    factory.make_kindergarten(city.office, "云山小星星幼儿园")

    for day in ("2023-05-31", "2023-08-31", "2023-09-01"):
        board = bureau.get(f"/units/coverage/?on={day}")
        behind = re.findall(r'href="([^"]*/coverage/units/[^"]*)">([0-9]+)(?:／([0-9]+))?<',
                            board.content.decode())  # fmt: skip
        assert len(behind) >= 10
        for url, first, second in behind:
            listed = bureau.get(url.replace("&amp;", "&")).context
            assert f"共 {second or first} 家" == listed["count_sentence"], (day, url)

    then = bureau.get(f"/units/coverage/units/?on=2023-08-31&office={city.office.pk}&covered=no")
    assert {
        (row.unit.name, row.office, row.reason, row.months) for row in then.context["rows"]
    } == {
        ("云山小学", "云山教办", "本单位关工委2023年6月1日撤销", 12),
        ("云山小星星幼儿园", "云山教办", "还没有建过关工委，也没有联合关工委覆盖", 12),
    }
    assert "云山小学" not in {
        row.unit.name
        for row in bureau.get(
            f"/units/coverage/units/?on=2023-09-01&office={city.office.pk}"
        ).context["rows"]
    }


def test_the_list_behind_a_figure_is_exported_as_it_is_filtered(
    city: World, bureau: Client
) -> None:
    from openpyxl import load_workbook

    units.close_unit(city.school, on=date(2023, 8, 1), note="", by=None)
    answer = bureau.get("/units/coverage/units/?on=2023-07-31&stage=primary&xlsx=1")

    rows = list(load_workbook(io.BytesIO(answer.content))["单位"].values)[1:]
    assert [(row[1], row[3], row[5]) for row in rows if row[1] == "云山小学"] == [
        ("云山小学", "云山小学关工委", 7)
    ]
    assert {row[2] for row in rows} == {"小学"}


def test_figures_of_a_year_are_stated_and_corrected(city: World, client: Client) -> None:
    client.force_login(city.school_secretary)
    path = f"/units/{city.school.pk}/years/"
    year = str(calendar.school_year(calendar.today()))

    client.post(path, {"year": year, "students": "1,245人", "classes": "30", "staff": ""})
    client.post(path, {"year": year, "students": "1250", "classes": "30", "staff": "80"})

    stated = city.school.years.get()
    assert (stated.students, stated.classes, stated.staff) == (1250, 30, 80)
    assert "1250" in client.get(path).content.decode()
    assert client.post(path, {"year": year, "students": ""}).status_code == 422
    client.force_login(city.party_contact)
    assert client.post(path, {"year": year, "students": "1"}).status_code == 403


def test_the_party_phone_is_masked_until_somebody_asks_and_that_is_kept(
    city: World, bureau: Client
) -> None:
    facts = {
        "name": "云山小学", "stage": "primary", "code": city.school.code,
        "party_secretary": "周文", "party_phone": "13800001234",
    }  # fmt: skip
    bureau.post(f"/units/{city.school.pk}/edit/", facts)

    page = bureau.get(f"/units/{city.school.pk}/").content.decode()
    assert "周文，138****1234" in page
    assert "13800001234" not in page
    answer = bureau.post(f"/units/{city.school.pk}/party-phone/")
    assert "13800001234" in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    assert AuditEvent.objects.filter(verb="unit.party_phone_seen").count() == 1
    bureau.post(f"/units/{city.school.pk}/edit/", facts | {"party_phone": ""})
    city.school.refresh_from_db()
    assert city.school.party_phone == "13800001234"


def test_the_mark_for_larger_kindergartens_is_the_bureaus_to_set(
    city: World, bureau: Client
) -> None:
    garden = factory.make_kindergarten(city.office, "云山大幼儿园")
    units.state_year(garden, year=2022, students=150, by=None)
    line = "云山大幼儿园</a>（云山教办，150 人）"
    assert line not in bureau.get("/units/coverage/").content.decode()

    bureau.post("/units/coverage/threshold/", {"children": "120"})

    assert line in bureau.get("/units/coverage/").content.decode()
