"""Messages out of the portal: one a person, week and kind; never at night; left once.

`put` writes the row, which the unique key lets in once, whoever else is writing it. `send_waiting`
takes rows under a lock that other senders pass over, so two beats never send one row twice. A
worker killed between the mail server's answer and the commit would send that one row again; the
other way round it would be lost, which is worse.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from smtplib import SMTPException
from typing import Any

from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from portal.kernel import origin, sms
from portal.kernel.models import Address, Message, MessageKind, Notice

log = logging.getLogger(__name__)

FIRST_HOUR, LAST_HOUR = time(8, 30), time(18, 0)
TRY_FOR = timedelta(days=6)  # what could not leave within the week is old news


@dataclass(frozen=True, slots=True)
class Draft:
    """`items` are plain lines, kept to tell later what was said; `link` opens the portal there."""

    subject: str
    body: str
    short: str
    items: Sequence[str]
    link: str = ""


def week_of(day: date) -> str:
    """2023-W42, the ISO week."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def is_quiet(now: datetime) -> bool:
    """True at night and at weekends, China's time: no telephone rings then because of us."""
    here = timezone.localtime(now)
    return here.weekday() > 4 or not FIRST_HOUR <= here.time() < LAST_HOUR


def put(person: Any, kind: MessageKind, draft: Draft | None, *, now: datetime) -> Message | None:
    """Keep what to tell this person this week, or that there is nothing (`draft` None).

    Returns None when a message of this week and kind is there already.
    """
    made_at = now
    fields: dict[str, Any] = {"made_at": made_at}
    if draft is None:
        fields["sent_at"] = now
    else:
        fields |= {"subject": draft.subject, "body": draft.body, "items": list(draft.items)}
    with transaction.atomic():
        message, is_new = Message.objects.get_or_create(
            person=person, week=week_of(timezone.localdate(now)), kind=kind, defaults=fields
        )
        if not is_new:
            return None
        if draft is not None:
            message.notice = Notice.objects.create(
                user=person, text=draft.short[:300], link=draft.link, created_at=now
            )
            message.save(update_fields=["notice"])
    return message


def send_waiting(*, now: datetime) -> int:
    """Send what waits and is not too old; return how many rows were dealt with."""
    if is_quiet(now):
        return 0
    count = 0
    for pk in list(_waiting(now).values_list("pk", flat=True)):
        with transaction.atomic():
            message = (
                _waiting(now)
                .filter(pk=pk)
                .select_for_update(skip_locked=True, of=("self",))
                .first()
            )
            if message is None or not _send(message):
                continue
            message.sent_at = now
            message.save(update_fields=["sent_at", "ways"])
            count += 1
    return count


def seen(person: Any, *, now: datetime) -> None:
    """The person looked at the page the message speaks of; somebody looking for them has not."""
    if origin.looker() is not None:
        return
    Message.objects.filter(person=person, seen_at=None).exclude(items=[]).update(seen_at=now)


def _waiting(now: datetime) -> Any:
    return Message.objects.filter(sent_at=None, made_at__gte=now - TRY_FOR).order_by("pk")


def _send(message: Message) -> bool:
    """By every way the person named; False when each of them was away and it should be tried again.

    In the portal it stands in any case, so a person without an address is done with here.
    """
    address = Address.objects.filter(user=message.person_id).first()
    wanted = [way for way in ("email", "sms") if address and _reach(way, address)]
    message.ways = [way for way in wanted if address and _by(way, address, message)]
    return bool(message.ways) or not wanted


def _reach(way: str, address: Address) -> bool:
    if way == "email":
        return bool(address.email)
    return bool(address.phone) and sms.gateway() is not None


def _by(way: str, address: Address, message: Message) -> bool:
    try:
        if way == "email":
            EmailMessage(message.subject, message.body, to=[address.email]).send()
        else:
            gateway = sms.gateway()
            assert gateway is not None  # noqa: S101 - asked in _reach
            lines = "；".join(message.items)
            gateway.send(address.phone, sms.shortened(f"{message.subject}：{lines}"))
    except (OSError, SMTPException):
        log.warning("message %s did not leave by %s", message.pk, way)
        return False
    return True
