"""One message a person and week, all of it in one; what is due within days once more at most.

`person`, week and kind are unique in the table, so a second beat, a second server or a restarted
worker finds the row and passes on.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from committees.models import User
from portal.kernel import audit, messages
from portal.kernel.messages import Draft, week_of
from portal.kernel.models import Address, Message, MessageKind
from portal.web.cards import Card
from portal.web.figures import MOST_CARDS, open_cards


def remind_weekly(*, now: datetime) -> int:
    """Tell everybody who has not been told this week what is open; return how many were told."""
    if messages.is_quiet(now):
        return 0
    on = timezone.localdate(now)
    told = 0
    for person in _people(on).exclude(pk__in=_told(on, MessageKind.WEEKLY)):
        told += _put(person, MessageKind.WEEKLY, draft_for(person, on=on), now=now)
    return told


def draft_for(person: User, *, on: date) -> Draft | None:
    """This week's message, None where nothing is open."""
    cards = open_cards(person, on=on)
    return _draft(person, cards, "本周") if cards else None


def remind_urgently(*, now: datetime) -> int:
    """Once more, for what is due within three days and was told on an earlier day of the week."""
    if messages.is_quiet(now):
        return 0
    on = timezone.localdate(now)
    morning = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    told = 0
    earlier = _told(on, MessageKind.WEEKLY).filter(made_at__lt=morning)
    again = _people(on).filter(pk__in=earlier).exclude(pk__in=_told(on, MessageKind.URGENT))
    for person in again:
        cards = [card for card in open_cards(person, on=on) if card.is_pressing(on=on)]
        if cards:
            told += _put(person, MessageKind.URGENT, _draft(person, cards, "快到期"), now=now)
    return told


def _told(on: date, kind: MessageKind) -> QuerySet[Message, int]:
    """Primary keys of those whose row of this week and kind is there."""
    return Message.objects.filter(week=week_of(on), kind=kind).values_list("person", flat=True)


def _people(on: date) -> QuerySet[User]:
    found = User.objects.filter(is_active=True, grants__period__contains=on)
    return found.distinct().order_by("pk")


def _put(person: User, kind: MessageKind, draft: Draft | None, *, now: datetime) -> int:
    made = messages.put(person, kind, draft, now=now)
    return int(made is not None and draft is not None)


def _draft(person: User, cards: Iterable[Card], when: str) -> Draft:
    """The five that press most in words, the rest as a number: a letter, not a register."""
    lines = [card.line for card in cards]
    shown = lines[:MOST_CARDS]
    rest = len(lines) - MOST_CARDS
    more = f"\n还有 {rest} 件，登录以后在“待办”里看。" if rest > 0 else ""
    listed = "\n".join(f"{place}. {line}" for place, line in enumerate(shown, start=1))
    subject = f"{when}有 {len(lines)} 件事要办"
    body = (
        f"{person.name}，您好：\n\n{when}有 {len(lines)} 件事等您办：\n\n{listed}{more}\n\n"
        "办完的会自己消失，不用回复这封信。一周最多一封，急事最多再提醒一次。\n"
    )
    return Draft(subject, body, f"{subject}：{shown[0]}", lines, link=reverse("web:todo"))


@transaction.atomic
def set_address(person: User, *, email: str, phone: str, by: Any) -> Address:
    """Where the person wants messages; both empty means to be telephoned."""
    address, _ = Address.objects.update_or_create(
        user=person, defaults={"email": email, "phone": phone}
    )
    audit.record("address.set", person, by=by)
    return address
