"""Pages of a long list by key: page 900 costs what page 1 costs."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import F, Model, OrderBy, Q, QuerySet

PAGE_SIZE = 50
SEPARATOR = "_"
SIGN = "~"
EMPTY = f"{SIGN}n"
NOTHING = Q(pk__in=[])

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
    queryset: QuerySet[M],
    *,
    by: Sequence[str],
    after: str = "",
    size: int = PAGE_SIZE,
    empty_last: Collection[str] = (),
) -> Page[M]:
    """Return up to `size` rows in the order of `by`, starting behind the key `after`.

    `by` names fields as order_by does ("-held_on", "unit__path"); the last must be unique. Rows
    without a value stand where the database puts them, behind all others going up and before them
    going down; those of a field in `empty_last` stand behind either way. A key that cannot be read
    is an old link or an edited address: it starts at the beginning.
    """
    ordered = queryset.order_by(*(_ordering(field, empty_last) for field in by))
    keys = [_read(part) for part in after.split(SEPARATOR)] if after else []
    if len(keys) == len(by):
        try:
            behind = _behind(queryset, by, keys, empty_last)
            rows = list(ordered.filter(behind)[: size + 1])
        except (ValueError, TypeError, OverflowError, ValidationError):
            pass  # read on below, from the beginning
        else:
            return _page(rows, by, size, is_first=False)
    return _page(list(ordered[: size + 1]), by, size, is_first=True)


def _ordering(field: str, empty_last: Collection[str]) -> str | OrderBy:
    """Only where asked for: an index of the usual order serves no other."""
    name = field.removeprefix("-")
    if name == field or name not in empty_last:
        return field
    return F(name).desc(nulls_last=True)


def _behind(
    queryset: QuerySet[M],
    by: Sequence[str],
    keys: Sequence[str | None],
    empty_last: Collection[str],
) -> Q:
    """(a, b, c) > (x, y, z), where each field may run down instead of up, or have no value."""
    behind, same = Q(), Q()
    for field, key in zip(by, keys, strict=True):
        name = field.removeprefix("-")
        falls = field != name
        ends_empty = not falls or name in empty_last
        if key is None:
            further = NOTHING if ends_empty else Q(**{f"{name}__isnull": False})
            same_here = Q(**{f"{name}__isnull": True})
        else:
            further = Q(**{f"{name}__{'lt' if falls else 'gt'}": key})
            if ends_empty and _may_be_empty(queryset, name):
                further |= Q(**{f"{name}__isnull": True})
            same_here = Q(**{name: key})
        behind |= same & further
        same &= same_here
    return behind


def _may_be_empty(queryset: QuerySet[M], name: str) -> bool:
    """Whether some row on the way to this field has no value; what is computed may have none."""
    model: Any = queryset.model
    for part in name.split("__"):
        if part in queryset.query.annotations or part == "pk":
            return part != "pk"
        found = model._meta.get_field(part)
        if found.null:
            return True
        model = found.related_model
    return False


def _page(found: list[M], by: Sequence[str], size: int, *, is_first: bool) -> Page[M]:
    rows = found[:size]
    older = SEPARATOR.join(_key(rows[-1], field) for field in by) if len(found) > size else ""
    return Page(rows, older, is_first)


def _key(row: Model, field: str) -> str:
    """The value as text; the separator inside it, and no value at all, are written with a sign."""
    value: object = row
    for name in field.removeprefix("-").split("__"):
        value = getattr(value, name) if value is not None else None
    if value is None:
        return EMPTY
    return str(value).replace(SIGN, f"{SIGN}s").replace(SEPARATOR, f"{SIGN}u")


def _read(part: str) -> str | None:
    if part == EMPTY:
        return None
    return part.replace(f"{SIGN}u", SEPARATOR).replace(f"{SIGN}s", SIGN)
