"""What a city counts as a kindergarten large enough for a 关工委 of its own."""

from typing import Any

from django.db import transaction

from committees.models import CoverageThreshold, Unit
from portal.kernel import audit


@transaction.atomic
def set_threshold(city: Unit, *, children: int, by: Any) -> None:
    CoverageThreshold.objects.update_or_create(
        city=city, defaults={"kindergarten_children": children}
    )
    audit.record("coverage.threshold_set", city, by=by, note=f"在园幼儿 {children} 人")
