"""Pages of a long list by key: page 900 costs what page 1 costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet

PAGE_SIZE = 50
SEPARATOR = "_"

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """`older` is the key of the next page, empty on the last; `is_first` has nothing before it."""

    rows: list[M]
    older: str
    is_first: bool


def newest_first(queryset: QuerySet[M], *, day: str, after: str, size: int) -> Page[M]:
    """Return rows after the key `after` ("2023-10-17_481"), by day and id, newest first."""
    return read_page(queryset, by=[f"-{day}", "-pk"], after=after, size=size)


def read_page(
    queryset: QuerySet[M], *, by: Sequence[str], after: str = "", size: int = PAGE_SIZE
) -> Page[M]:
    """Return up to `size` rows in the order of `by`, starting behind the key `after`.

    `by` names fields as order_by does ("-held_on", "unit__path"); the last must be unique. A key
    that cannot be read is an old link or an edited address: it starts at the beginning.
    """
    ordered = queryset.order_by(*by)
    keys = after.split(SEPARATOR) if after else []
    if len(keys) == len(by):
        try:
            behind = list(ordered.filter(_behind(by, keys))[: size + 1])
        except (ValueError, TypeError, OverflowError, ValidationError):
            pass  # read on below, from the beginning
        else:
            return _page(behind, by, size, is_first=False)
    return _page(list(ordered[: size + 1]), by, size, is_first=True)


def _behind(by: Sequence[str], keys: Sequence[str]) -> Q:
    """(a, b, c) > (x, y, z), where each field may run down instead of up."""
    behind, same = Q(), Q()
    for field, key in zip(by, keys, strict=True):
        name = field.removeprefix("-")
        comparison = "lt" if field.startswith("-") else "gt"
        behind |= same & Q(**{f"{name}__{comparison}": key})
        same &= Q(**{name: key})
    return behind


def _page(found: list[M], by: Sequence[str], size: int, *, is_first: bool) -> Page[M]:
    rows = found[:size]
    older = SEPARATOR.join(_key(rows[-1], field) for field in by) if len(found) > size else ""
    return Page(rows, older, is_first)


def _key(row: Model, field: str) -> str:
    value: object = row
    for name in field.removeprefix("-").split("__"):
        value = getattr(value, name)
    return str(value)
