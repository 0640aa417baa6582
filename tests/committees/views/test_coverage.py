"""The coverage page: the same numbers on screen and in the workbook, on any day."""

import io
from datetime import date

import pytest
from django.test import Client

from committees.services import committees
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

    assert list(page.context["missing"]) == [city.school]
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
