"""Storing a year's ledger: each line becomes an accepted record marked as imported."""

from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pgtrigger
from django.db.models import Q

from activities.choices import ActivitySource, ActivityState
from activities.imports.ledger import ActivityRow, LedgerReading
from activities.models import Activity, ActivityKind, CreditRule
from activities.models.activities import FACTS_STAND
from activities.services import credits
from activities.services.activities import office_on
from activities.services.kinds import ensure_kinds
from committees.imports.writing import Writing
from committees.models import Unit, UnitMembership
from portal.kernel import audit, cells, counters
from portal.kernel.journal import snapshot

Key = tuple[int, date, str, int, str]  # unit, day, precision, kind, title
TOLD = ("place", "speakers", "elders", "youth", "attendance", "minutes")
OTHER_KIND = "other"


def write_ledger(reading: LedgerReading, writing: Writing, *, at: datetime) -> LedgerReading:
    """Store the rows; return the reading without those whose unit is nowhere.

    A line that stands in the portal already (same unit, day, kind and title; the n-th such line
    is the n-th such record) is corrected where it was imported, and left alone where somebody
    logged it.
    """
    ensure_kinds()  # a line of no known kind is kept as 其他活动, which must be there
    kinds = {cells.key(kind.name): kind for kind in ActivityKind.objects.all()}
    standing = _standing(writing.city)
    moved = _units_that_moved(writing.city)
    kept, new = [], []
    for row in reading.activities:
        writing.step()
        unit = writing.unit_named(row.unit)
        if unit is None:
            writing.refuse_unknown_unit(row.unit, row.place)
            continue
        if row.held.day > at.date():
            sentence = f"日期{row.held}还没有到，只收已经办过的活动，请核对。"
            writing.refuse("held_in_future", sentence, row.place)
            continue
        kept.append(row)
        kind = _kind(row, kinds, writing)
        same = standing[unit.pk, row.held.day, row.held.precision.value, kind.pk, row.title]
        if same:
            _correct(same.pop(0), row, writing)
            continue
        record = _record(row, unit, kind, at=at, by=writing.by)
        record.office = office_on(unit, row.held.day) if unit.pk in moved else unit.office
        record.city = writing.city
        record.number = _number(record)
        new.append(record)
        writing.count_new("activities", row.title)
    _store(new, writing)
    return replace(reading, activities=kept)


def _standing(city: Unit) -> dict[Key, list[Activity]]:
    """Records of the city by what makes a line the same, oldest first."""
    found: dict[Key, list[Activity]] = defaultdict(list)
    records = Activity.objects.filter(city=city, held_on__isnull=False, kind__isnull=False)
    for record in records.exclude(state=ActivityState.VOIDED).order_by("pk"):
        assert record.held_on is not None and record.kind_id is not None  # noqa: S101, PT018
        key = (
            record.unit_id,
            record.held_on,
            record.held_precision,
            record.kind_id,
            record.title,
        )
        found[key].append(record)
    return found


def _units_that_moved(city: Unit) -> set[int]:
    """Units with a dated place in the tree: only these need their office of that day looked up."""
    links = UnitMembership.objects.filter(unit__city=city)
    return set(links.exclude(period__lower_inf=True).values_list("unit_id", flat=True))


def _kind(row: ActivityRow, kinds: dict[str, ActivityKind], writing: Writing) -> ActivityKind:
    known = kinds.get(cells.key(row.kind))
    if known is not None:
        return known
    other = next(kind for kind in kinds.values() if kind.slug == OTHER_KIND)
    said = f"没有“{row.kind}”这一类" if row.kind else "没有写活动类别"
    names = "、".join(kind.name for kind in kinds.values())
    writing.note("kind_unknown", f"{said}，先记为{other.name}；可用的类别有{names}。", row.place)
    return other


def _told(row: ActivityRow) -> dict[str, Any]:
    """The record's fields as the line tells them; who came is elders and young people together."""
    return {
        "place": row.venue,
        "speakers": row.people,
        "elders": row.elders,
        "youth": row.youth,
        "attendance": (row.elders or 0) + (row.youth or 0),
        "minutes": row.remark,
    }


def _record(row: ActivityRow, unit: Unit, kind: ActivityKind, *, at: datetime, by: Any) -> Activity:
    return Activity(
        unit=unit,
        kind=kind,
        title=row.title,
        held_on=row.held.day,
        held_precision=row.held.precision.value,
        state=ActivityState.ACCEPTED,
        source=ActivitySource.IMPORTED,
        submitted_at=at,
        reviewed_at=at,
        reviewed_by=by,
        created_by=by,
        created_at=at,
        updated_at=at,
        **_told(row),
    )


def _number(record: Activity) -> str:
    """Give the next number of the record's year, as a record handed in by hand gets it."""
    assert record.held_on is not None  # noqa: S101 - an imported line has its day
    year = record.held_on.year
    return f"{year}-{counters.take(f'activity:{record.city_id}:{year}'):06}"


def _store(records: list[Activity], writing: Writing) -> None:
    """Insert all at once (the row history is written by trigger) and settle their credits."""
    with audit.acting("activity.imported", by=writing.by):
        Activity.objects.bulk_create(records, batch_size=500)
    writing.journal.made(*records)
    years = {record.held_on.year for record in records if record.held_on}
    rules = CreditRule.objects.in_force().filter(
        Q(item__obligation_set__city=writing.city, item__obligation_set__year__in=years)
        | Q(city=writing.city, year__in=years)
    )
    counting = {
        (rule.of_year, rule.kind_id) for rule in rules.select_related("item__obligation_set")
    }
    for record in records:
        if record.held_on and (record.held_on.year, record.kind_id) in counting:
            credits.settle(record, by=writing.by)


def _correct(record: Activity, row: ActivityRow, writing: Writing) -> None:
    told = _told(row)
    same = all(getattr(record, name) == value for name, value in told.items())
    if same or record.source != ActivitySource.IMPORTED:
        if record.source != ActivitySource.IMPORTED:
            sentence = f"已经有同一天的“{row.title}”（{record.number or '草稿'}），没有再记一条。"
            writing.note("logged_already", sentence, row.place)
        writing.count_known("activities", changed=False)
        return
    before = snapshot(record, TOLD)
    for name, value in told.items():
        setattr(record, name, value)
    # A line of last year's sheet was never agreed by an office: a better sheet replaces it.
    with (
        pgtrigger.ignore(FACTS_STAND),
        audit.acting("activity.corrected", by=writing.by),
    ):
        record.save(update_fields=list(told))
    writing.journal.changed(record, before)
    writing.count_known("activities", changed=True)
    credits.settle(record, by=writing.by)
