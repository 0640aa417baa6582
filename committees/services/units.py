"""Units come into the tree, move in it and leave it; path, office and dated links change as one."""

from datetime import date
from typing import Any

from django.db import transaction

from committees.choices import UnitKind
from committees.models import Unit, UnitMembership, UnitPeriod, UnitYear
from portal.kernel import audit
from portal.kernel.errors import Refused
from portal.kernel.ranges import since


@transaction.atomic
def open_bureau(*, name: str, code: str = "", opened_on: date | None = None, by: Any) -> Unit:
    """Make the root of one city."""
    bureau = Unit.objects.add_root({"kind": UnitKind.BUREAU, "name": name, "code": code})
    Unit.objects.filter(pk=bureau.pk).update(city=bureau)
    bureau.city = bureau
    UnitPeriod.objects.create(unit=bureau, period=since(opened_on))
    audit.record("unit.opened", bureau, by=by)
    return bureau


@transaction.atomic
def open_unit(
    *,
    parent: Unit,
    kind: str,
    name: str,
    code: str = "",
    opened_on: date | None = None,
    by: Any,
    **facts: Any,
) -> Unit:
    """Open an office, school or kindergarten under `parent` from `opened_on` (None: always was)."""
    parent = Unit.objects.select_for_update().get(pk=parent.pk)  # numchild and path are its own
    if parent.is_institution:
        raise Refused(f"“{parent}”是学校（幼儿园），下面不能再设单位")
    if kind == UnitKind.OFFICE and parent.kind != UnitKind.BUREAU:
        raise Refused("教办只能设在教育局下面")
    office = parent if parent.kind == UnitKind.OFFICE else None
    made = {"kind": kind, "name": name, "code": code, "city_id": parent.city_id, "office": office}
    unit = Unit.objects.add_child(parent, made | facts)
    if kind == UnitKind.OFFICE:
        Unit.objects.filter(pk=unit.pk).update(office=unit)
        unit.office = unit
    UnitPeriod.objects.create(unit=unit, period=since(opened_on))
    UnitMembership.objects.create(unit=unit, parent=parent, period=since(opened_on))
    audit.record("unit.opened", unit, by=by)
    return unit


@transaction.atomic
def correct_unit(unit: Unit, *, by: Any, **facts: Any) -> list[str]:
    """Set changed facts and return the names of the fields that really changed."""
    changed = [name for name, value in facts.items() if getattr(unit, name) != value]
    if changed:
        for name in changed:
            setattr(unit, name, facts[name])
        with audit.acting("unit.corrected", by=by):
            unit.save(update_fields=changed)
        audit.record("unit.corrected", unit, by=by, note="、".join(changed))
    return changed


def state_year(
    unit: Unit,
    *,
    year: int,
    students: int | None = None,
    classes: int | None = None,
    staff: int | None = None,
    by: Any,
) -> UnitYear:
    """Record the unit's figures of one school year; a second call corrects the first."""
    figures, _ = UnitYear.objects.update_or_create(
        unit=unit,
        year=year,
        defaults={"students": students, "classes": classes, "staff": staff},
    )
    return figures
