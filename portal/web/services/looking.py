"""Looking at the portal with somebody else's eyes, to help: half an hour, and nothing is changed.

What is under way stands in the session of who looks, and is asked anew with every page.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from committees.models import User
from portal.kernel import audit
from portal.kernel.errors import Refused
from portal.kernel.notices import notify
from portal.web.permissions import may_look_now

LONGEST = timedelta(minutes=30)

WOULD_WRITE = "替看的时候只能看：打开这一页会替本人记下东西，所以没有打开。请本人自己打开"
# A statement that changes rows, alone or behind another; SELECT … FOR UPDATE is none.
WRITES = re.compile(r"(?:^|;)\s*(?:INSERT|UPDATE|DELETE|MERGE|TRUNCATE)\b", re.IGNORECASE)
TRAIL = "kernel_auditevent"  # what is read is written down, above all now


@dataclass(frozen=True, slots=True)
class Looking:
    person: User
    reason: str
    until: datetime
    minutes_left: int


@transaction.atomic
def begin(person: User, *, reason: str, now: datetime, by: User) -> dict[str, Any]:
    """What the session is to keep. The person is told: nobody is looked at in secret."""
    until = now + LONGEST
    note = f"{reason}（最迟到 {timezone.localtime(until):%H:%M}）"
    audit.record("account.look_began", person, by=by, note=note)
    notify([person], f"{by}为了帮您，用您的身份看了看平台，只能看、不能改。原因：{reason}")
    return {
        "person": person.pk,
        "by": by.pk,
        "reason": reason,
        "until": int(until.timestamp()),
    }


def read(kept: Any, *, by: User, now: datetime) -> Looking | None:
    """None when the time is over, and when the session says what may not, or no longer, be."""
    if not isinstance(kept, Mapping) or kept.get("by") != by.pk:
        return None
    until, pk = kept.get("until"), kept.get("person")
    if not isinstance(until, int) or not isinstance(pk, int):
        return None
    left = until - now.timestamp()
    if not 0 < left <= LONGEST.total_seconds():
        return None
    person = User.objects.filter(pk=pk, is_active=True).first()
    if person is None or not may_look_now(by, person):
        return None
    end = datetime.fromtimestamp(until, tz=now.tzinfo)
    return Looking(person, str(kept.get("reason", "")), end, math.ceil(left / 60))


def end(kept: Any, *, why: str, by: User) -> None:
    """`why` says who or what ended it; a session that names nobody is written of its owner."""
    pk = kept.get("person") if isinstance(kept, Mapping) else None
    person = User.objects.filter(pk=pk).first() if isinstance(pk, int) else None
    audit.record("account.look_ended", person or by, by=by, note=why)


@contextmanager
def nothing_written() -> Iterator[None]:
    """Refuse every statement that changes a row inside, but the line in the trail."""
    with connection.execute_wrapper(_refuse_writes):
        yield


def _refuse_writes(execute: Callable[..., Any], sql: Any, *rest: Any) -> Any:
    said = str(sql)
    if WRITES.search(said) and TRAIL not in said:
        raise Refused(WOULD_WRITE)
    return execute(sql, *rest)
