"""Dated links: half-open date ranges that may not overlap for the same thing."""

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import F, Func, Q, Value


def since(day: date | None) -> DateRange:
    return DateRange(day, None)


def between(first: date | None, last: date | None) -> DateRange:
    """From `first` up to, not including, `last`."""
    return DateRange(first, last)


def no_overlap(
    name: str, *keys: str, words: tuple[str, ...] = (), message: str, condition: Q | None = None
) -> ExclusionConstraint:
    """Two rows with equal integer `keys` and equal text `words` may not overlap in `period`.

    The embedded PostgreSQL has no btree_gist, so equality is written as overlap of a one-number
    range, which the built-in operators can index; a word stands there by its hash.
    """
    numbers: list[F | Func] = [F(key) for key in keys]
    numbers += [Func(F(word), function="hashtext") for word in words]
    same = [
        (Func(number, number, Value("[]"), function="int8range"), RangeOperators.OVERLAPS)
        for number in numbers
    ]
    return ExclusionConstraint(
        name=name,
        expressions=[*same, ("period", RangeOperators.OVERLAPS)],
        condition=condition,
        violation_error_message=message,
    )
