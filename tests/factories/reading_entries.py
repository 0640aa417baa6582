"""Entries and places of a published edition."""

from datetime import date, timedelta
from typing import Any

from committees.models import Unit
from portal.kernel import calendar
from reading_program.models import Edition, Entry, EntryBatch, EntryGroup, Track
from reading_program.services import batches
from tests.factories import reading_program as reading

ESSAY = "我读《红岩》，" + "读到江姐的故事，我懂得了今天的生活来之不易。" * 25


def running_edition(city: Unit, *, on: date | None = None, **facts: Any) -> Edition:
    """An edition whose schools are choosing today."""
    on = on or calendar.today()
    edition = reading.published_edition(
        city,
        starts_on=on - timedelta(days=60),
        ends_on=on + timedelta(days=120),
        plans_due_on=on - timedelta(days=30),
        **facts,
    )
    edition.stages.filter(closes="school").update(ends_on=on + timedelta(days=10))
    edition.stages.filter(closes="office").update(
        starts_on=on + timedelta(days=11), ends_on=on + timedelta(days=40)
    )
    return edition


def track(edition: Edition, code: str = "essay") -> Track:
    return edition.tracks.get(code=code)


def group(edition: Edition, name: str = "小学高段") -> EntryGroup:
    return edition.groups.get(name=name)


def draft(edition: Edition, unit: Unit, *, name: str = "沈小禾", **facts: Any) -> Entry:
    whole: dict[str, Any] = {
        "track": track(edition),
        "group": group(edition),
        "office": unit.office,
        "city": edition.city,
        "title": "一本书，一盏灯",
        "nominee_name": name,
        "grade": 5,
        "class_name": "2班",
        "body": ESSAY,
        "characters": 550,
        "pledge": True,
        "consent": True,
    }
    return Entry.objects.create(edition=edition, unit=unit, **(whole | facts))


def trial(edition: Edition, unit: Unit, *, by: Any) -> EntryBatch:
    """A bulk entry of one essay, read and not yet entered."""
    facts = {"nominee_name": "沈小禾", "title": "一盏灯", "grade": 5, "class_name": "2班",
             "group": group(edition).pk, "born": "", "pledge": True, "consent": True}  # fmt: skip
    row = {"row": 2, "facts": facts, "advisers": ["周老师"], "file": None}
    return batches.keep_trial(
        track(edition), unit=unit, rows=[row], findings={}, documents=[],
        table_name="表.xlsx", archive_name="", by=by,
    )  # fmt: skip
