"""Whom a message does not reach, with what is open and which numbers to call."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from committees.models import Person, RoleGrant, Unit, User
from committees.models.scoping import grants_of
from committees.policy import Can
from portal.kernel import sms
from portal.kernel.models import Address, Message
from portal.web.figures import open_cards

PATIENCE = timedelta(days=2)  # so long a message may lie unread
RECENT = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Call:
    """One person to telephone. `numbers` are (whose, number), whole; a page masks them."""

    person: User
    unit: Unit
    role: str
    why: str
    items: list[str]
    numbers: list[tuple[str, str]]


def calls_for(user: Any, *, now: datetime) -> list[Call]:
    """The people one level below, in the order of the tree; an office calls its schools, the
    bureau its offices and the units that stand under it directly."""
    on = timezone.localdate(now)
    grants = list(_grants_below(user, on))
    people = {grant.user_id for grant in grants}
    addresses = {one.user_id: one for one in Address.objects.filter(user__in=people)}
    unread = _unread(people, now)
    register = dict(
        Person.objects.filter(account__in=people)
        .exclude(phone="")
        .values_list("account_id", "phone")
    )
    found, done = [], set()
    for grant in grants:
        why = _why(addresses.get(grant.user_id), unread.get(grant.user_id, []), now=now)
        if grant.user_id in done or not why:
            continue
        done.add(grant.user_id)
        items = [card.line for card in open_cards(grant.user, on=on)]
        if items:
            address = addresses.get(grant.user_id)
            numbers = [
                ("本人", register.get(grant.user_id, "") or (address.phone if address else "")),
                ("单位", grant.unit.phone),
            ]
            found.append(
                Call(
                    grant.user, grant.unit, grant.get_role_display(), why, items,
                    [(whose, number) for whose, number in numbers if number],
                )
            )  # fmt: skip
    return found


def _grants_below(user: Any, on: date) -> Iterable[RoleGrant]:
    homes = Unit.objects.filter(pk__in=[unit_id for _, _, unit_id in grants_of(user)])
    below = RoleGrant.objects.none()
    for home in homes:
        below |= RoleGrant.objects.filter(
            unit__path__startswith=home.path, unit__depth=home.depth + 1
        )
    reached = Unit.objects.reachable_by(user, Can.CALL_LIST)
    return (
        below.filter(unit__in=reached, period__contains=on, user__is_active=True)
        .select_related("user", "unit")
        .order_by("unit__path", "pk")
    )


def _unread(people: Iterable[int], now: datetime) -> dict[int, list[Message]]:
    """The messages of the last two weeks by person, newest first."""
    found: dict[int, list[Message]] = defaultdict(list)
    recent = Message.objects.filter(person__in=people, made_at__gte=now - RECENT)
    for message in recent.exclude(items=[]).select_related("notice").order_by("-made_at"):
        found[message.person_id].append(message)
    return found


def _why(address: Address | None, recent: list[Message], *, now: datetime) -> str:
    """Why this person is called; empty for somebody who can be reached or has looked in."""
    if recent and (recent[0].seen_at or (recent[0].notice and recent[0].notice.read_at)):
        return ""
    has_way = address is not None and bool(
        address.email or (address.phone and sms.gateway() is not None)
    )
    if not has_way:
        return "没有留邮箱和收短信的手机"
    if recent and now - recent[0].made_at >= PATIENCE:
        days = (now - recent[0].made_at).days
        return f"提醒发出 {days} 天，还没有看"
    return ""
