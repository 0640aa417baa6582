"""What the portal writes about itself: one JSON line an event, found again by its request id.

Logs are read by people who may not know what stands in the records. So nothing personal goes in:
no address, no name, no parameter of a query; what a library says is cleaned before it is written.
"""

import json
import logging
import re
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import connection

HEADER = "X-Request-ID"
MOST_SQL = 2000

slow = logging.getLogger("portal.slow")

# What proxies make: nginx's $request_id, or a UUID. Anything else might be a person's words.
LOOKS_LIKE_ONE = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

_REQUEST: ContextVar[str] = ContextVar("request_id", default="")

# From DETAIL on, PostgreSQL quotes the row: "Key (phone)=(139…) already exists."
DETAIL = re.compile(r"\s*(DETAIL|CONTEXT|HINT|Failing row).*", re.DOTALL)
PERSONAL = (
    re.compile(r"[^\x00-\x7f]+(?:[ ·]*[^\x00-\x7f]+)*"),  # Chinese: names, titles, sentences
    re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+"),
    re.compile(r"\d{5,}"),  # telephones, identity cards
    re.compile(r"(?<=')[^']*(?=')|(?<=\")[^\"]*(?=\")"),  # values a library quotes
    # Tokens of calendars and certificates, which open what they name.
    re.compile(r"(?<![\w-])(?![0-9a-f]{8}-[0-9a-f]{4}-)(?=[\w-]*\d)[\w-]{20,}(?![\w-])"),
)


def current() -> str:
    """The id of the request, or of the task, that is being served; "" outside of both."""
    return _REQUEST.get()


def believed(told: str) -> str:
    """Return the id a proxy sent when it looks like one, else a new one."""
    return told if LOOKS_LIKE_ONE.fullmatch(told) else uuid4().hex


def reference() -> str:
    """What a secretary reads out on the telephone: the first eight of the id at hand."""
    return (current() or uuid4().hex)[:8].upper()


@contextmanager
def asking(request_id: str) -> Iterator[None]:
    token = _REQUEST.set(request_id)
    try:
        yield
    finally:
        _REQUEST.reset(token)


def cleaned(text: str) -> str:
    """Take out of a library's sentence whatever may be somebody's."""
    text = DETAIL.sub("", text)
    for pattern in PERSONAL:
        text = pattern.sub("…", text)
    return text


def frames(error: BaseException) -> list[str]:
    """Where it broke, innermost last, causes first: file, line, function; no values."""
    chain: list[BaseException] = []
    each: BaseException | None = error
    while each is not None and each not in chain:
        chain.append(each)
        each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)
    return [
        line
        for one in reversed(chain)
        for line in (
            *(f"{f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(one.__traceback__)),
            f"{type(one).__module__}.{type(one).__qualname__}: {cleaned(str(one))}",
        )
    ]


class JsonLines(logging.Formatter):
    """One event a line: time (UTC), level, logger, message, request, then the event's own facts."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": cleaned(record.getMessage()),
            "request": current(),
            "process": record.process,
            **getattr(record, "facts", {}),
        }
        if record.exc_info and record.exc_info[1]:
            line["error"] = frames(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


class PlainLines(logging.Formatter):
    """For a person who tries the portal out: the library's line, and the facts behind it."""

    def format(self, record: logging.LogRecord) -> str:
        facts = getattr(record, "facts", {})
        return super().format(record) + "".join(f" {name}={facts[name]}" for name in facts)


def watching_queries() -> AbstractContextManager[None]:
    """Write down each query slower than SLOW_QUERY_MS; 0 watches none and costs nothing.

    PostgreSQL's own log_min_duration_statement would print the parameters, which are people's.
    """
    least = settings.SLOW_QUERY_MS
    return connection.execute_wrapper(_Watch(least)) if least else nullcontext()


class _Watch:
    def __init__(self, least: int) -> None:
        self.least = least

    def __call__(
        self, execute: Callable[..., Any], sql: Any, params: Any, many: Any, context: Any
    ) -> Any:
        began = time.monotonic()
        try:
            return execute(sql, params, many, context)
        finally:
            took = (time.monotonic() - began) * 1000
            if took >= self.least:
                facts = {"ms": round(took), "sql": str(sql)[:MOST_SQL]}
                slow.warning("slow query", extra={"facts": facts})
