"""So many times in so many seconds, counted in the cache: for pages that ask no sign-in."""

from django.core.cache import cache


def within(key: str, *, most: int, seconds: int) -> bool:
    """Count one use of `key`; False when it was used `most` times in this stretch already.

    The stretch begins with its first use, so a burst over its edge may reach twice the number.
    """
    name = f"limit:{key}"
    cache.add(name, 0, seconds)
    try:
        return int(cache.incr(name)) <= most
    except ValueError:  # it ran out between the two lines
        return True
