"""What waits for one person, put in order, and how the own year stands."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count

from activities.choices import ActivityState
from activities.figures import By, Matrix, matrix
from activities.models import Activity
from committees.models import ObligationSet, Unit
from committees.permissions import home_unit, may, may_anywhere
from committees.policy import Can
from portal.web import (
    bulletin_cards,
    check_cards,
    five_good_cards,
    lecture_cards,
    record_cards,
    result_cards,
    statistics_cards,
)
from portal.web import cards as of
from portal.web.cards import Card

MOST_CARDS = 5  # more than a hand's fingers is a list, not a work day


@dataclass(frozen=True, slots=True)
class OwnYear:
    """The duties of the person's own unit or of the units below it, and the year's records."""

    board: Matrix | None
    records: dict[str, int]


def own_year(user: Any, home: Unit | None, *, year: int, on: date) -> OwnYear:
    if home is None or not may(user, Can.ACTIVITY_VIEW, home):
        return OwnYear(None, {})
    states = (
        Activity.objects.visible_to(user)
        .in_year(year)
        .exclude(state=ActivityState.DRAFT)
        .filter(unit__path__startswith=home.path)
        .order_by()
        .values_list("state")
        .annotate(Count("pk"))
    )
    return OwnYear(_board(user, home, year=year, on=on), dict(states))


def _board(user: Any, home: Unit | None, *, year: int, on: date) -> Matrix | None:
    if home is None or home.city is None or not may(user, Can.ACTIVITY_VIEW, home):
        return None
    current = ObligationSet.objects.current(home.city, year)
    by: By = "unit" if home.is_institution else "office"
    return matrix(current, root=home, by=by, on=on) if current is not None else None


def cards(user: Any, home: Unit | None, own: OwnYear, *, on: date) -> list[Card]:
    """Most pressing first: sent back, overdue, waiting for this person, soon due, half written.

    What was sent back is one press from done, and somebody waits for it. Each thing once, however
    many ways lead to it.
    """
    writes = home is not None and home.is_institution and may(user, Can.ACTIVITY_LOG, home)
    duties = of.duties(own.board, on=on) if writes and own.board is not None else []
    checks = list(check_cards.five_haves(user, on=on))
    to_mend = list(five_good_cards.five_good(user, on=on))
    yearly = [*bulletin_cards.annual(user, on=on), *statistics_cards.statistics(user, on=on)]
    asked = [*of.requests(user, on=on), *of.reading(user, on=on)]
    dated = [*duties, *yearly, *asked, *checks, *to_mend]
    logs = may_anywhere(user, Can.ACTIVITY_LOG)
    return _once([
        *(of.returned(user) if logs else []),
        *(card for card in dated if card.tone == "late"),
        *lecture_cards.mentoring(user, on=on),
        *of.judging(user),
        *of.reviews(user, on=on),
        *record_cards.corrections(user),
        *bulletin_cards.bulletins(user),
        *bulletin_cards.papers(user),
        *lecture_cards.lectures(user, on=on),
        *of.overdue_below(home, own.board),
        *(card for card in dated if card.tone != "late"),
        *record_cards.series(user, on=on),
        *record_cards.decisions(user, on=on),
        *result_cards.results(user, on=on),
        *of.cohosts(user),
        *of.work_plans(user),
        *(of.drafts(user) if logs else []),
    ])  # fmt: skip


def _once(found: Iterable[Card]) -> list[Card]:
    first: dict[tuple[str, str], Card] = {}
    for card in found:
        first.setdefault((card.title, card.url), card)
    return list(first.values())


def open_cards(user: Any, *, on: date) -> list[Card]:
    """The same cards away from the page: for messages and the call list."""
    home = home_unit(user)
    own = OwnYear(_board(user, home, year=on.year, on=on), {})
    return cards(user, home, own, on=on)
