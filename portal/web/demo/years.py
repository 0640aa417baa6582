"""A year gone by that is shut: the second city, small enough to be packed while the demo loads.

The first city's last year stays open, so that whoever looks can shut it.
"""

from dataclasses import asdict
from datetime import date
from typing import Any

from committees.models import Unit
from evaluations.models import YearClose
from evaluations.services import years


def close_last(city: Unit, *, on: date, by: Any) -> str:
    """Seal the last year with its archives, as the job behind the button does."""
    year = on.year - 1
    closing = YearClose.objects.create(
        city=city, year=year, closed_by=by, open_at_close=asdict(years.unfinished(city, year=year))
    )
    packed = years.pack(closing, by=by, say=lambda done, total, words: None)
    return f"{city.name}的{closing}，封存台账 {packed} 份"
