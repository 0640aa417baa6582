"""例会: begun, changed, held, left out once, ended."""

from datetime import date
from typing import Any

from django.db import transaction

from activities.choices import ActivityState, Rhythm
from activities.models import Activity, ActivityKind, Series, SeriesMeeting
from activities.services import activities
from committees.models import Unit
from portal.kernel import audit, calendar
from portal.kernel.errors import Refused
from portal.kernel.refusals import speaking_for

HALVES = ("上半年", "下半年")
QUARTERS = ("第一季度", "第二季度", "第三季度", "第四季度")


@transaction.atomic
def start(
    unit: Unit,
    *,
    name: str,
    kind: ActivityKind,
    rhythm: Rhythm,
    starts_on: date,
    place: str = "",
    chair: str = "",
    agenda: str = "",
    by: Any,
) -> Series:
    with speaking_for(Series), audit.acting("series.started", by=by):
        made = Series.objects.create(
            unit=unit, name=name, kind=kind, rhythm=rhythm, starts_on=starts_on, place=place,
            chair=chair, agenda=agenda, created_by=by,
        )  # fmt: skip
    audit.record("series.started", made, by=by)
    return made


@transaction.atomic
def edit(
    series: Series,
    *,
    name: str,
    kind: ActivityKind,
    rhythm: Rhythm,
    starts_on: date,
    place: str,
    chair: str,
    agenda: str,
    by: Any,
) -> None:
    """What the coming meetings are; those held stay as they were."""
    for key, value in {
        "name": name, "kind": kind, "rhythm": rhythm, "starts_on": starts_on, "place": place,
        "chair": chair, "agenda": agenda,
    }.items():  # fmt: skip
        setattr(series, key, value)
    with speaking_for(Series), audit.acting("series.edited", by=by):
        series.save()
    audit.record("series.edited", series, by=by)


@transaction.atomic
def end(series: Series, *, on: date, by: Any) -> None:
    """No further meeting is proposed."""
    last = max(on, series.starts_on)
    with audit.acting("series.ended", by=by):
        changed = Series.objects.filter(pk=series.pk, ended_on__isnull=True).update(ended_on=last)
    if not changed:
        raise Refused("这个例会已经停了，刷新页面看看")
    audit.record("series.ended", series, by=by)


@transaction.atomic
def hold(series: Series, *, planned_on: date, by: Any) -> Activity:
    """Begin the record of this turn: title, kind, place and chair are there already."""
    _free_turn(series, planned_on)
    fields = {
        "kind": series.kind,
        "title": title_of(series, planned_on),
        "place": series.place,
        "chair": series.chair,
        # A meeting to come has no date yet: the day it is held is what the record says.
        "held_on": planned_on if planned_on <= calendar.today() else None,
    }
    draft = activities.start_draft(series.unit, fields=fields, by=by)
    with speaking_for(SeriesMeeting):
        SeriesMeeting.objects.create(
            series=series, planned_on=planned_on, activity=draft, added_by=by
        )
    return draft


@transaction.atomic
def skip(series: Series, *, planned_on: date, reason: str, by: Any) -> None:
    """This turn is not held, and why."""
    if not reason.strip():
        raise Refused("写一句这次为什么不开")
    _free_turn(series, planned_on)
    with speaking_for(SeriesMeeting):
        SeriesMeeting.objects.create(
            series=series, planned_on=planned_on, skipped_because=reason.strip(), added_by=by
        )
    audit.record("series.skipped", series, by=by, note=reason.strip())


def _free_turn(series: Series, planned_on: date) -> None:
    if series.ended_on is not None:
        raise Refused("这个例会已经停了，不再往下排")
    # A turn whose record was voided may be held again.
    SeriesMeeting.objects.filter(
        series=series, planned_on=planned_on, activity__state=ActivityState.VOIDED
    ).delete()


def title_of(series: Series, day: date) -> str:
    """2023年3月工作例会, 2023年第一季度汇报会, 2023年上半年全体成员会."""
    part = {
        Rhythm.MONTHLY: f"{day.month}月",
        Rhythm.QUARTERLY: QUARTERS[(day.month - 1) // 3],
        Rhythm.TERMLY: HALVES[(day.month - 1) // 6],
    }[Rhythm(series.rhythm)]
    return f"{day.year}年{part}{series.name}"
