"""Gapless numbers. The row lock lasts until the transaction ends: an undone use gives back."""

from django.db import connection


def take(key: str) -> int:
    """Return the next number of `key`, starting at 1. Call inside the using transaction."""
    if not connection.in_atomic_block:
        raise RuntimeError("take a number inside the transaction that uses it")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kernel_counter (key, value) VALUES (%s, 1)"
            " ON CONFLICT (key) DO UPDATE SET value = kernel_counter.value + 1"
            " RETURNING value",
            [key],
        )
        return int(cursor.fetchone()[0])
