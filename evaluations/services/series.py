"""Setting up a bulletin that comes out again and again."""

import logging
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from committees.models import Unit
from evaluations import figures, notices
from evaluations.models import BulletinIssue, BulletinSeries
from evaluations.services import bulletins
from portal.kernel import audit, calendar, counters
from portal.kernel.calendar import Period, period_of
from portal.kernel.errors import Refused
from portal.kernel.refusals import speaking_for

log = logging.getLogger(__name__)

FIELDS = frozenset({
    "name", "publisher", "cadence", "report_to", "send_to", "issue_to", "copies", "earlier_issues",
    "opens_day",
})  # fmt: skip


@transaction.atomic
def open_series(
    unit: Unit, *, fields: Mapping[str, Any], slug: str = "", by: Any
) -> BulletinSeries:
    """Start a series; it is called by its slug on the command line, jianbao-1 when none is given.

    `earlier_issues` counts those printed before the portal, so that 总第×期 goes on from them.
    """
    series = BulletinSeries(unit=unit, slug=slug or _next_slug(), **_known(fields))
    _start_clock(series)
    series.publisher = series.publisher or f"{unit.name}关工委办公室"
    with audit.acting("bulletin.series_opened", by=by), speaking_for(BulletinSeries):
        series.save()
    _set_editors(series, fields)
    audit.record("bulletin.series_opened", series, by=by)
    return series


@transaction.atomic
def change_series(series: BulletinSeries, *, fields: Mapping[str, Any], by: Any) -> None:
    """Change what coming issues print; issued ones keep what they printed."""
    for name, value in _known(fields).items():
        setattr(series, name, value)
    _start_clock(series)
    with audit.acting("bulletin.series_changed", by=by), speaking_for(BulletinSeries):
        series.save()
    _set_editors(series, fields)
    audit.record("bulletin.series_changed", series, by=by)


def _set_editors(series: BulletinSeries, fields: Mapping[str, Any]) -> None:
    if "editors" in fields:
        series.editors.set(fields["editors"])


def _start_clock(series: BulletinSeries) -> None:
    """Issues open by themselves from the period of the day this was switched on, none before."""
    if series.opens_day is None:
        series.automatic_from = None
    elif series.automatic_from is None:
        series.automatic_from = calendar.today()


def open_due(*, on: date) -> list[BulletinIssue]:
    """Each morning: open the issues that are due, once each, whatever mornings were missed.

    Each is opened, filled with the suggested records and told to its editors in a transaction of
    its own; a second round at the same moment waits for the first and finds nothing left.
    """
    opened = []
    automatic = BulletinSeries.objects.filter(opens_day__isnull=False).order_by("pk")
    for series in automatic:
        for period in due_periods(series, on=on):
            try:
                issue = _open_one(series.pk, period, on=on)
            except Refused as refusal:
                log.warning("series %s, %s: %s", series.pk, period.code, refusal)
                continue
            if issue is not None:
                opened.append(issue)
    return opened


def due_periods(series: BulletinSeries, *, on: date) -> Iterator[Period]:
    """The periods whose issue should have been opened by `on`, oldest first."""
    if series.opens_day is None or series.automatic_from is None:
        return
    period = period_of(series.automatic_from, series.cadence)
    while period.ends_on + timedelta(days=series.opens_day) <= on:
        yield period
        period = period_of(period.ends_on + timedelta(days=1), series.cadence)


@transaction.atomic
def _open_one(series_pk: int, period: Period, *, on: date) -> BulletinIssue | None:
    """None when the period has its issue, opened by hand or by a round that was quicker."""
    locked = BulletinSeries.objects.select_for_update(of=("self",)).select_related("unit")
    series = locked.get(pk=series_pk)
    if series.issues.filter(period=period.code, is_supplement=False).exists():
        return None
    issue = bulletins.open_issue(series, period=period.code, on=on, by=None)
    bulletins.choose(issue, activities=figures.suggested(series.unit, period), by=None)
    notices.tell_editors(issue)
    return issue


def _known(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name in FIELDS}


def _next_slug() -> str:
    """The next free jianbao-N; an operator may have taken some by hand."""
    while True:
        slug = f"jianbao-{counters.take('bulletin-series')}"
        if not BulletinSeries.objects.filter(slug=slug).exists():
            return slug
