"""Setting up a bulletin that comes out again and again."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from committees.models import Unit
from evaluations.choices import Cadence
from evaluations.models import BulletinSeries
from portal.kernel import audit

FIELDS = frozenset({
    "name", "publisher", "cadence", "report_to", "send_to", "issue_to", "copies", "earlier_issues",
})  # fmt: skip


@transaction.atomic
def open_series(
    unit: Unit,
    *,
    slug: str,
    name: str,
    publisher: str = "",
    cadence: str = Cadence.QUARTER,
    readers: Mapping[str, str] | None = None,
    copies: int = 0,
    earlier_issues: int = 0,
    by: Any,
) -> BulletinSeries:
    """Start a series; `readers` gives report_to, send_to and issue_to.

    `earlier_issues` counts those printed before the portal, so that 总第×期 goes on from them.
    """
    series = BulletinSeries(
        unit=unit,
        slug=slug,
        name=name,
        publisher=publisher or f"{unit.name}关工委办公室",
        cadence=cadence,
        copies=copies,
        earlier_issues=earlier_issues,
        **(readers or {}),
    )
    with audit.acting("bulletin.series_opened", by=by):
        series.save()
    audit.record("bulletin.series_opened", series, by=by)
    return series


@transaction.atomic
def change_series(series: BulletinSeries, *, fields: Mapping[str, Any], by: Any) -> None:
    """Change what coming issues print; issued ones keep what they printed."""
    for name, value in fields.items():
        if name in FIELDS:
            setattr(series, name, value)
    with audit.acting("bulletin.series_changed", by=by):
        series.save()
    audit.record("bulletin.series_changed", series, by=by)
