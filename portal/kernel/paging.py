"""Pages of a long list by key, newest first: page 900 costs what page 1 costs."""

from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from django.db import models
from django.db.models import Q

M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """`older` is the key of the next page, empty on the last; `is_first` has nothing newer."""

    rows: list[M]
    older: str
    is_first: bool


def newest_first(queryset: models.QuerySet[M], *, day: str, after: str, size: int) -> Page[M]:
    """Return rows after the key `after` ("2023-10-17_481"), by day and id, newest first.

    A key that cannot be read is an old link: it starts at the beginning.
    """
    ordered = queryset.order_by(f"-{day}", "-pk")
    key = _read(after)
    if key is not None:
        at, pk = key
        ordered = ordered.filter(Q(**{f"{day}__lt": at}) | Q(**{day: at, "pk__lt": pk}))
    rows = list(ordered[: size + 1])
    older = ""
    if len(rows) > size:
        rows.pop()
        older = f"{getattr(rows[-1], day).isoformat()}_{rows[-1].pk}"
    return Page(rows, older, is_first=key is None)


def _read(after: str) -> tuple[date, int] | None:
    at, _, pk = after.partition("_")
    try:
        return date.fromisoformat(at), int(pk)
    except ValueError:
        return None
