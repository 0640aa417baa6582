"""Setting up a bulletin that comes out again and again."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from committees.models import Unit
from evaluations.models import BulletinSeries
from portal.kernel import audit, counters
from portal.kernel.refusals import speaking_for

FIELDS = frozenset({
    "name", "publisher", "cadence", "report_to", "send_to", "issue_to", "copies", "earlier_issues",
})  # fmt: skip


@transaction.atomic
def open_series(
    unit: Unit, *, fields: Mapping[str, Any], slug: str = "", by: Any
) -> BulletinSeries:
    """Start a series; it is called by its slug on the command line, jianbao-1 when none is given.

    `earlier_issues` counts those printed before the portal, so that 总第×期 goes on from them.
    """
    series = BulletinSeries(unit=unit, slug=slug or _next_slug(), **_known(fields))
    series.publisher = series.publisher or f"{unit.name}关工委办公室"
    with audit.acting("bulletin.series_opened", by=by), speaking_for(BulletinSeries):
        series.save()
    audit.record("bulletin.series_opened", series, by=by)
    return series


@transaction.atomic
def change_series(series: BulletinSeries, *, fields: Mapping[str, Any], by: Any) -> None:
    """Change what coming issues print; issued ones keep what they printed."""
    for name, value in _known(fields).items():
        setattr(series, name, value)
    with audit.acting("bulletin.series_changed", by=by), speaking_for(BulletinSeries):
        series.save()
    audit.record("bulletin.series_changed", series, by=by)


def _known(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name in FIELDS}


def _next_slug() -> str:
    """The next free jianbao-N; an operator may have taken some by hand."""
    while True:
        slug = f"jianbao-{counters.take('bulletin-series')}"
        if not BulletinSeries.objects.filter(slug=slug).exists():
            return slug
