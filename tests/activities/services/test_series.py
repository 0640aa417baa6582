"""例会: the next one is known, held once, or left out with a reason."""

from datetime import date, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from activities.choices import Rhythm
from activities.figures.series import proposals
from activities.models import Series
from activities.models.series import MONTHS
from activities.services import activities, series
from portal.kernel.errors import Refused
from portal.web.figures import open_cards
from tests.factories.activities import TODAY, kind
from tests.personas import World

FIRST = date(2023, 1, 31)


def monthly(city: World, **more: object) -> Series:
    told = {"name": "工作例会", "kind": kind("training"), "rhythm": Rhythm.MONTHLY,
            "starts_on": FIRST, "place": "会议室", "chair": "王老师"} | more  # fmt: skip
    return series.start(city.school, by=city.school_secretary, **told)  # type: ignore[arg-type]


@given(st.sampled_from(list(Rhythm)), st.dates(date(2000, 1, 1), date(2040, 12, 31)),
       st.integers(0, 60))  # fmt: skip
def test_turns_run_forward_one_rhythm_apart(rhythm: Rhythm, first: date, number: int) -> None:
    one = Series(rhythm=rhythm, starts_on=first)

    here, following = one.turn(number), one.turn(number + 1)

    months = (following.year - here.year) * 12 + following.month - here.month
    assert months == MONTHS[rhythm]
    assert one.first_after(here) == following
    assert one.first_after(here - timedelta(days=1)) == here


@time_machine.travel("2023-03-01T09:30:00+08:00", tick=False)
def test_the_next_meeting_comes_with_date_place_and_chair(city: World) -> None:
    one = monthly(city)
    on = date(2023, 3, 1)

    draft = series.hold(one, planned_on=proposals([one], on=on)[0].day, by=city.school_secretary)

    assert (draft.title, draft.place, draft.chair) == ("2023年1月工作例会", "会议室", "王老师")
    assert draft.held_on == FIRST
    assert proposals([one], on=on)[0].day == date(2023, 2, 28)
    with pytest.raises(Refused, match="已经有人记了"):
        series.hold(one, planned_on=FIRST, by=city.party_contact)


@time_machine.travel("2023-03-01T09:30:00+08:00", tick=False)
def test_a_turn_left_out_says_why_and_a_voided_one_comes_back(city: World) -> None:
    one = monthly(city)
    on = date(2023, 3, 1)
    with pytest.raises(Refused):
        series.skip(one, planned_on=FIRST, reason=" ", by=city.school_secretary)
    series.skip(one, planned_on=FIRST, reason="寒假", by=city.school_secretary)
    draft = series.hold(one, planned_on=date(2023, 2, 28), by=city.school_secretary)
    fields = {"attendance": 9, "minutes": "说了安排"}
    activities.save_draft(draft, fields=fields, version=1, by=city.school_secretary)
    activities.submit(draft, on=TODAY, by=city.school_secretary)
    assert proposals([one], on=on)[0].day == date(2023, 3, 31)

    activities.void(draft, note="重复", by=city.office_secretary)

    assert proposals([one], on=on)[0].day == date(2023, 2, 28)
    assert series.hold(one, planned_on=date(2023, 2, 28), by=city.school_secretary).pk != draft.pk


@pytest.mark.parametrize(("day", "told"), [("2023-01-20", False), ("2023-01-25", True),
                                            ("2023-02-05", True)])  # fmt: skip
def test_a_card_tells_of_it_in_the_week_before_and_until_it_is_dealt_with(
    city: World, day: str, told: bool
) -> None:
    with time_machine.travel(f"{day}T09:30:00+08:00", tick=False):
        one = monthly(city)
        cards = open_cards(city.school_secretary, on=date.fromisoformat(day))
        assert any(str(one) in card.title for card in cards) is told
        series.end(one, on=date.fromisoformat(day), by=city.school_secretary)
        cards = open_cards(city.school_secretary, on=date.fromisoformat(day))
        assert not any(str(one) in card.title for card in cards)
