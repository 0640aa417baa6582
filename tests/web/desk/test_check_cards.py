"""五有 has a day: it is asked for in time, and what came late says so."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from committees.choices import Have
from committees.figures import five_haves as figures
from committees.models import FiveHavesCheck, User
from committees.services import five_haves
from committees.services.five_haves import Found, Own
from portal.web.check_cards import five_haves as cards
from tests.personas import World

DUE = date(2023, 11, 10)
MET = {have.value: Own("met", "有文件") for have in Have}
SEEN = {have.value: Found("met", "") for have in Have}


def at(day: int, month: int = 11) -> datetime:
    return datetime(2023, month, day, 2, tzinfo=UTC)


def handed_in(city: World, moment: datetime) -> FiveHavesCheck:
    check = five_haves.begin(city.school, year=2023, by=None)
    five_haves.fill_in(check, own_word="", answers=MET, by=None)
    five_haves.submit(check, at=moment, by=None)
    return check


def titles(user: User, on: date) -> list[tuple[str, str]]:
    return [(card.title, card.tone) for card in cards(user, on=on)]


def test_the_bureau_sets_the_day_and_may_move_it(city: World, client: Client) -> None:
    client.force_login(city.bureau_staff)
    url = reverse("committees:five_haves_due", args=[2023])
    for day in (date(2023, 11, 1), DUE):
        client.post(url, {"due_on": day.isoformat()})
        assert figures.due_of(city.school, 2023) == day


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2023, 10, 1), []),
        (date(2023, 10, 20), [("交2023年“五有”自查", "soon")]),
        (DUE, [("交2023年“五有”自查", "soon")]),
        (date(2023, 11, 11), [("交2023年“五有”自查", "late")]),
    ],
)
def test_a_unit_is_asked_from_a_month_before_until_it_hands_in(
    city: World, on: date, expected: list[tuple[str, str]]
) -> None:
    five_haves.set_due(city.bureau, year=2023, due_on=DUE, by=None)
    with time_machine.travel(f"{on}T09:30:00+08:00", tick=False):
        assert titles(city.school_secretary, on) == expected
        handed_in(city, at(11))
        assert titles(city.school_secretary, on) == []


def test_without_a_day_nobody_is_asked_and_nothing_is_late(city: World) -> None:
    assert titles(city.school_secretary, date(2023, 12, 31)) == []
    check = handed_in(city, at(30))
    assert figures.timing(check, None, on=date(2023, 12, 31)) == ""


def test_the_reviewer_has_a_card_until_the_last_check_is_looked_at(city: World) -> None:
    check = handed_in(city, at(1))
    on = date(2023, 11, 3)
    (card,) = cards(city.office_secretary, on=on)
    assert (card.title, card.count, card.detail) == ("复核“五有”自查", 1, "最早一份已等 2 天")
    five_haves.confirm(check, word="", found=SEEN, at=at(3), by=city.office_secretary)
    assert list(cards(city.office_secretary, on=on)) == []


def test_a_check_sent_back_is_as_early_as_it_first_came_and_a_withdrawn_one_is_not(
    city: World,
) -> None:
    check = handed_in(city, at(9))
    five_haves.send_back(check, note="补材料", found=SEEN, at=at(10), by=None)
    five_haves.submit(check, at=at(15), by=None)
    assert figures.timing(check, DUE, on=date(2023, 12, 1)) == "按时交"

    five_haves.withdraw(check, by=None)
    assert figures.timing(check, DUE, on=date(2023, 11, 20)) == "逾期 10 天没交"
    five_haves.submit(check, at=at(21), by=None)
    assert figures.timing(check, DUE, on=date(2023, 12, 1)) == "晚交 11 天"


def test_the_board_counts_who_is_late_and_the_units_page_says_it(
    city: World, client: Client
) -> None:
    five_haves.set_due(city.bureau, year=2023, due_on=DUE, by=None)
    handed_in(city, at(13))
    client.force_login(city.office_secretary)
    with time_machine.travel("2023-11-20T09:30:00+08:00", tick=False):
        page = client.get(reverse("committees:five_haves", args=[2023]))
        unit = client.get(reverse("committees:five_haves_unit", args=[2023, city.school.pk])).text
    (row,) = page.context["offices"]
    assert (row.handed_in, row.late) == (1, row.asked)
    assert "晚交 3 天" in page.text
    assert "2023年11月10日前交，晚交 3 天" in unit
