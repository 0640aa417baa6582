"""本周要办: at most five, each once, each with all one needs to begin."""

from datetime import date

import pytest
import time_machine
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.choices import AnsweredVia
from activities.figures import matrix
from activities.services import lectures
from portal.web.cards import HORIZON
from portal.web.figures import open_cards
from reading_program.models import ScoreSheet
from tests.factories import activities as records
from tests.factories import judging, reading_entries
from tests.factories import lectures as lecture_factory
from tests.pdf_text import open_pdf
from tests.personas import PERSONAS, World

OCTOBER = "2023-10-18T09:30:00+08:00"


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(day=st.dates(date(2023, 1, 1), date(2023, 12, 31)))
def test_the_cards_are_the_duties_open_within_the_horizon(city: World, day: date) -> None:
    with time_machine.travel(f"{day}T09:30:00+08:00", tick=False):
        cards = open_cards(city.school_secretary, on=day)
        board = matrix(city.obligation_set, root=city.school, by="unit", on=day)

    own = next(row for row in board.rows if row.key == city.school.pk)
    due = {
        column.item.name
        for column, cell in zip(board.columns, own.cells, strict=True)
        if cell.expected and not cell.done and column.item.due_on <= day + HORIZON
    }
    named = [card.title.partition("“")[2].rstrip("”") for card in cards]
    assert sorted(named) == sorted(due)


@time_machine.travel(OCTOBER, tick=False)
def test_no_page_shows_more_than_five_before_the_lid(client: Client, city: World) -> None:
    for day in range(1, 9):
        records.draft(city.school, by=city.school_secretary, title=f"第{day}次")
    client.force_login(city.school_secretary)

    page = client.get("/todo/")

    assert len(page.context["cards"]) == 5
    shown = [*page.context["cards"], *page.context["more_cards"]]
    assert len({(card.title, card.url) for card in shown}) == len(shown) >= 8


@pytest.mark.parametrize("persona", PERSONAS)
@time_machine.travel(OCTOBER, tick=False)
def test_every_card_opens_and_says_how_long_it_takes(
    client: Client, city: World, persona: str
) -> None:
    records.submitted(city.school, by=city.school_secretary)
    records.returned(
        city.sibling_secretary.grants.get().unit, by=city.sibling_secretary,
        reviewer=city.office_secretary, held_on=date(2023, 9, 12),
    )  # fmt: skip
    user = city.users[persona]
    client.force_login(user)

    for card in open_cards(user, on=date(2023, 10, 18)):
        assert card.minutes > 0
        assert card.at_hand
        assert client.get(card.url, follow=True).status_code == 200


@time_machine.travel(OCTOBER, tick=False)
def test_the_printed_list_is_one_sheet_with_the_same_five(client: Client, city: World) -> None:
    for day in range(1, 9):
        records.draft(city.school, by=city.school_secretary, title=f"很长很长的题目{day}" * 8)
    client.force_login(city.school_secretary)
    shown = client.get("/todo/").context["cards"]

    with open_pdf(client.get("/todo/list.pdf").content) as printed:
        (page,) = printed.pages
        text = page.extract_text().replace("\n", "")

    for card in shown:
        assert card.title[:8] in text


def test_a_judge_is_told_how_many_works_are_left_and_of_whom_nothing(city: World) -> None:
    edition = reading_entries.running_edition(city.bureau)
    judging.judges(edition, 2, first=city.judge)
    works = [
        judging.city_entry(edition, unit, nominee="周小满")
        for unit in (city.school, city.other_school)
    ]
    here = judging.open_round(edition)
    on = date(2023, 10, 18)

    (card,) = open_cards(city.judge, on=on)
    assert (card.title, card.count, card.unit) == (f"评作品：{here}", len(works), "份")
    assert "周小满" not in f"{card}"
    for sheet in ScoreSheet.objects.filter(judge__account=city.judge):
        judging.mark(sheet, 28, 28, 18, 18)
    assert open_cards(city.judge, on=on) == []


@time_machine.travel("2023-03-01T10:00:00+08:00", tick=False)
def test_a_mentor_who_cannot_go_is_a_card_of_its_own_with_the_way_to_the_next(
    client: Client, city: World
) -> None:
    teacher = lecture_factory.mentor(city.office, "陈老")
    asked = lecture_factory.ordered(city.school)
    lecture_factory.ordered(city.schools[1])
    invitation = lecture_factory.invited(asked, teacher)
    lectures.decline(
        invitation, reason="other", via=AnsweredVia.PHONE, now=lecture_factory.NOW, by=None
    )

    cards = {card.url: card for card in open_cards(city.office_secretary, on=date(2023, 3, 1))}

    assert cards["/lectures/"].count == 1
    assert cards[f"/lectures/{asked.pk}/"].button == "去定下一位"
