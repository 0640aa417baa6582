"""Where an account is signed in: noted, seen again, ended."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.sessions.models import Session
from django.db import transaction

from committees.models import User
from portal.kernel import audit, origin
from portal.web.models import PortalSession

# Word for word in the order to look: Edge calls itself Chrome too, and Chrome Safari.
BROWSERS = (
    ("MicroMessenger", "微信"), ("DingTalk", "钉钉"), ("Edg", "Edge 浏览器"),
    ("Firefox", "Firefox 浏览器"), ("Chrome", "Chrome 浏览器"), ("Safari", "Safari 浏览器"),
)  # fmt: skip
MACHINES = (
    ("iPad", "平板"), ("iPhone", "苹果手机"), ("Android", "安卓手机"), ("Windows", "Windows 电脑"),
    ("Macintosh", "苹果电脑"), ("Linux", "Linux 电脑"),
)  # fmt: skip


def device_of(agent: str) -> str:
    """What a person would call it: Windows 电脑 · Edge 浏览器."""
    machine = _first(MACHINES, agent, "其他设备")
    browser = _first(BROWSERS, agent, "")
    return f"{machine} · {browser}" if browser else machine


def _first(names: Sequence[tuple[str, str]], agent: str, otherwise: str) -> str:
    return next((word for mark, word in names if re.search(rf"\b{mark}", agent)), otherwise)


@transaction.atomic
def begin(user: User, *, session_key: str, agent: str, way: str, by: Any) -> PortalSession:
    """Note a sign-in that has just succeeded; `way` is password, code or sso."""
    made = PortalSession.objects.create(
        user=user,
        session_key=session_key,
        origin=origin.current(),
        device=device_of(agent),
        way=way,
    )
    audit.record("account.signed_in", user, by=by, note=made.device)
    return made


def seen(pk: int, *, at: datetime, by: Any) -> None:
    PortalSession.objects.filter(pk=pk, user=by).update(seen_at=at)


def go_on(pk: int, *, session_key: str, by: Any) -> None:
    """The same sign-in under a new key, as after a change of password."""
    PortalSession.objects.filter(pk=pk, user=by).update(session_key=session_key)


@transaction.atomic
def end(rows: Sequence[PortalSession], *, by: Any) -> int:
    """Sign these out at once, wherever they are; return how many."""
    keys = [each.session_key for each in rows]
    Session.objects.filter(session_key__in=keys).delete()
    for each in rows:
        audit.record("account.signed_out", each.user, by=by, note=each.device)
    PortalSession.objects.filter(pk__in=[each.pk for each in rows]).delete()
    return len(rows)


@transaction.atomic
def end_all(user: User, *, by: Any, but: str = "") -> int:
    """Sign the account out everywhere but in the session of that key."""
    rows = PortalSession.objects.filter(user=user).exclude(session_key=but)
    return end(list(rows.select_for_update(of=("self",)).select_related("user")), by=by)


def note_refusal(username: str, *, user: User | None, by: Any) -> None:
    """Write down a sign-in that did not succeed, alike for names that exist and that do not."""
    nobody = User(username=username, name="没有这个登录名")
    audit.record("account.sign_in_refused", user or nobody, by=by)


def forget_ended(*, by: Any = None) -> int:
    """Rows whose session ran out; the nightly round."""
    living = PortalSession.objects.living().values("pk")
    gone, _ = PortalSession.objects.exclude(pk__in=living).delete()
    return gone
