"""Records in every state, walked there by the services."""

from datetime import date
from typing import Any

from activities.models import Activity, ActivityKind
from activities.services import activities
from activities.services.kinds import ensure_kinds
from activities.services.obligations import draft_standard_set, put_in_force
from committees.models import ObligationSet, Unit

HELD = date(2023, 3, 1)
TODAY = date(2023, 12, 31)


def kind(slug: str) -> ActivityKind:
    return ActivityKind.objects.get(slug=slug)


def put_standard_set_in_force(city: Unit, *, year: int = 2023) -> ObligationSet:
    """三个同 and 三个一 with their standard rules, published."""
    ensure_kinds()
    drafted = draft_standard_set(city, year=year, by=None)
    put_in_force(drafted, by=None)
    return drafted


def draft(unit: Unit, *, by: Any, slug: str = "training", **fields: Any) -> Activity:
    whole = {
        "kind": kind(slug), "held_on": HELD, "title": "关工同志学习培训", "attendance": 18,
        "minutes": "学习了文件，讨论了今年的安排。", "place": "会议室",
    }  # fmt: skip
    return activities.start_draft(unit, fields=whole | fields, by=by)


def submitted(unit: Unit, *, by: Any, slug: str = "training", **fields: Any) -> Activity:
    made = draft(unit, by=by, slug=slug, **fields)
    activities.submit(made, on=TODAY, by=by)
    return made


def accepted(
    unit: Unit, *, by: Any, reviewer: Any, slug: str = "training", **fields: Any
) -> Activity:
    made = submitted(unit, by=by, slug=slug, **fields)
    activities.accept(made, by=reviewer)
    return made


def returned(
    unit: Unit, *, by: Any, reviewer: Any, note: str = "请补两张照片", **fields: Any
) -> Activity:
    made = submitted(unit, by=by, **fields)
    activities.send_back(made, note=note, by=reviewer)
    return made
