"""The sample of every kind of document, as its folder holds it."""

import json
import re
from datetime import date
from typing import Any

from portal.kernel import pdf

KINDS = sorted(path.name for path in pdf.DOCUMENTS.iterdir() if path.name != "shared")
DAY = re.compile(r"\d{4}-\d\d-\d\d")


def sample(kind: str) -> tuple[str, dict[str, Any], list[str]]:
    """The kind's name, what its page is given, and the names of the images it shows."""
    given = json.loads((pdf.DOCUMENTS / kind / "sample.json").read_text(encoding="utf-8"))
    name, images = given.pop("kind"), given.pop("images", [])
    return name, _with_days(given), images


def _with_days(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _with_days(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_with_days(inner) for inner in value]
    is_day = isinstance(value, str) and DAY.fullmatch(value)
    return date.fromisoformat(value) if is_day else value
