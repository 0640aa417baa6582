"""Messages inside the portal."""

from collections.abc import Iterable
from typing import Any

from portal.kernel.models import Notice


def notify(people: Iterable[Any], text: str, link: str = "") -> None:
    """Leave the message for each person once."""
    Notice.objects.bulk_create(
        Notice(user_id=pk, text=text[:300], link=link)
        for pk in dict.fromkeys(person.pk for person in people)
    )
