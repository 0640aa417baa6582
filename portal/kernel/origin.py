"""Where the request at hand comes from and who really asks, for the audit trail and for limits."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.http import HttpRequest

_ORIGIN: ContextVar[str] = ContextVar("origin", default="")
_LOOKER: ContextVar[Any] = ContextVar("looker", default=None)


def current() -> str:
    """The network address of the asker; "" outside of a request: the portal itself."""
    return _ORIGIN.get()


@contextmanager
def asking(address: str) -> Iterator[None]:
    token = _ORIGIN.set(address)
    try:
        yield
    finally:
        _ORIGIN.reset(token)


def looker() -> Any:
    """Who looks at the portal with somebody else's eyes; None where people look with their own."""
    return _LOOKER.get()


@contextmanager
def looking(person: Any) -> Iterator[None]:
    token = _LOOKER.set(person)
    try:
        yield
    finally:
        _LOOKER.reset(token)


def address_of(request: HttpRequest) -> str:
    """The asker's address as our outermost own proxy saw it.

    Each proxy adds one address to X-Forwarded-For, and only those of our own proxies
    (settings.PROXIES of them) are believed: whatever stands before them the asker wrote.
    """
    seen = str(request.META.get("REMOTE_ADDR", ""))
    told = [part.strip() for part in str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")]
    if settings.PROXIES and len(told) >= settings.PROXIES and told[-settings.PROXIES]:
        seen = told[-settings.PROXIES]
    return seen[:60]
