"""An edition by office: what came in, places used, and the edition before beside it."""

from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.kernel.sheets import read_workbook
from reading_program.models import Edition, Entry
from reading_program.services import quotas
from tests.factories import judging
from tests.factories import reading_entries as entries
from tests.factories import reading_program as reading
from tests.personas import World

BOARD = "reading_program:entry_board"


def handed_in(edition: Edition, unit: Any, *names: str, state: str = "submitted") -> None:
    now = timezone.now()
    for name in names:
        entries.draft(
            edition, unit, name=name, state=state, submitted_at=now, reviewed_at=now,
            number=Entry.objects.filter(edition=edition).count() + 1, return_reason="缺题目",
        )  # fmt: skip


def board(client: Client, edition: Edition) -> dict[str, dict[str, Any]]:
    page = client.get(reverse(BOARD, args=[edition.pk]))
    return {row[0][1]: dict(row) for row in page.context["totals"]}


def test_offices_stand_with_their_works_places_and_last_years_number(
    city: World, client: Client
) -> None:
    last = reading.published_edition(city.bureau, name="去年的")
    judging.city_entry(last, city.school)
    edition = entries.running_edition(city.bureau)
    for unit, places in ((city.office, 9), (city.school, 4)):
        quotas.give(entries.track(edition), unit=unit, places=places, by=None)
    handed_in(edition, city.school, "沈小禾")
    handed_in(edition, city.school, "许知远", state="returned")
    handed_in(edition, city.schools[1], "林一诺", state="reserve")
    handed_in(edition, city.other_school, "甄雨", state="city")
    entries.draft(edition, city.school, name="没报的")

    client.force_login(city.bureau_staff)
    rows = board(client, edition)
    own = rows[city.office.name]
    assert (own["读书征文"], own["占名额"], own["名额"], own["上一届报市"]) == (2, 2, 9, 1)
    assert [own[each] for each in ("待审核", "已退回", "已报市", "候补")] == [1, 1, 0, 1]
    whole = rows["合计"]
    assert (whole["占名额"], whole["名额"], whole["上一届报市"]) == (3, 9, 1)
    other = rows[city.other_school.office.name]
    assert (other["名额"], other["上一届报市"]) == (None, 0)

    book = client.get(reverse("reading_program:entry_board_xlsx", args=[edition.pk]))
    offices, schools, _meaning = read_workbook(book.content)
    assert offices.rows[0].cells[:2] == ("教办", "读书征文")
    assert "甄雨" not in str(offices.rows) + str(schools.rows)


def test_an_office_sees_its_own_line_and_the_page_asks_as_often_for_many(
    city: World, client: Client, django_assert_max_num_queries: Any
) -> None:
    edition = entries.running_edition(city.bureau)
    handed_in(edition, city.other_school, "甄雨")
    client.force_login(city.office_secretary)
    assert list(board(client, edition)) == [city.office.name]
    client.force_login(city.bureau_staff)
    for school in city.schools:
        handed_in(edition, school, "一", "二", "三")
    with django_assert_max_num_queries(24):
        client.get(reverse(BOARD, args=[edition.pk]))
