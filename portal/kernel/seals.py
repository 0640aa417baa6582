"""Rows a trigger holds shut: its sentence for people, and the one path that may still write.

A trigger that guards what is sealed raises SQLSTATE YD001 with a whole Chinese sentence. It lets a
write pass inside `correcting`, which only the service of dated corrections opens.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import Error, connection, transaction

SEALED = "YD001"
_MARK = "portal.correcting"


def sentence_of(error: BaseException) -> str | None:
    """What the trigger said, or None for every other error of the database."""
    # Of a code it does not know the driver keeps the number in its report alone.
    report = getattr(error.__cause__, "diag", None) if isinstance(error, Error) else None
    if report is None or report.sqlstate != SEALED:
        return None
    return str(report.message_primary)


@contextmanager
def correcting() -> Iterator[None]:
    """Let a dated correction write into what is sealed; the mark ends with the block."""
    with transaction.atomic():
        _mark("on")
        try:
            yield
        finally:
            if not connection.needs_rollback:
                _mark("")


def _mark(value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [_MARK, value])
