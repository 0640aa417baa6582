"""Short messages: one small door, so that a city can put its own provider behind it.

`SMS_GATEWAY` names a class by its path; it is made without arguments. Without a setting there is
no gateway, and whoever has no other address stands on the call list.
"""

import json
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

LONGEST = 210  # three parts of seventy characters: what every provider joins again


class SmsGateway(Protocol):
    """`send` hands one text to one number; it raises OSError when the provider did not take it."""

    def send(self, phone: str, text: str) -> None: ...


class FileGateway:
    """Writes one line of JSON a message to SMS_FILE: for tests and for trying things out."""

    def send(self, phone: str, text: str) -> None:
        place = Path(settings.SMS_FILE)
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("a", encoding="utf-8") as out:
            out.write(json.dumps({"phone": phone, "text": text}, ensure_ascii=False) + "\n")


def gateway() -> SmsGateway | None:
    """The city's gateway, or None where short messages are not bought."""
    path = settings.SMS_GATEWAY
    if not path:
        return None
    made: SmsGateway = import_string(path)()
    return made


def shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
