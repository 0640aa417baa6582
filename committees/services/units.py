"""Units come into the tree, move in it and leave it; path, office and dated links change as one.

Everything that changes the tree of a city first locks its bureau's row, so two such changes wait
for each other instead of reading a path the other is about to rewrite.
"""

from datetime import date
from typing import Any

from django.db import transaction

from committees.choices import UnitKind
from committees.models import RoleGrant, Unit, UnitMembership, UnitPeriod, UnitYear
from committees.services import committees
from portal.kernel import audit
from portal.kernel.calendar import date_cn
from portal.kernel.errors import Refused
from portal.kernel.fields import labels_of
from portal.kernel.ranges import between, since
from portal.kernel.refusals import speaking_for


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
    lock_tree(parent)
    parent = Unit.objects.select_for_update().get(pk=parent.pk)  # numchild and path are its own
    check_place(kind, parent)
    office = parent if parent.kind == UnitKind.OFFICE else None
    made = {"kind": kind, "name": name, "code": code, "city_id": parent.city_id, "office": office}
    with speaking_for(Unit):
        unit: Unit = Unit.objects.add_child(parent, made | facts)
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
        with audit.acting("unit.corrected", by=by), speaking_for(Unit):
            unit.save(update_fields=changed)
        audit.record("unit.corrected", unit, by=by, note=labels_of(Unit, changed))
    return changed


@transaction.atomic
def move_unit(unit: Unit, *, to: Unit, on: date, by: Any) -> None:
    """From that day the school or kindergarten stands under another office (or the bureau).

    Records keep the office of the day they were held; only what is "now" changes.
    """
    lock_tree(unit)
    moved = Unit.objects.select_for_update().get(pk=unit.pk)
    target = Unit.objects.select_for_update().get(pk=to.pk)
    if not moved.is_institution:
        raise Refused("只有学校和幼儿园可以改换主管单位，教办不能")
    if target.city_id != moved.city_id:
        raise Refused("只能改到本市的教办，或改为市直属")
    check_place(moved.kind, target)
    current = _open_membership(moved)
    if current.parent_id == target.pk:
        raise Refused(f"“{moved}”现在就由“{target}”主管，不用改")
    _close_range(current, on, f"“{moved}”是{_since(current)}起由现在的单位主管的")
    UnitMembership.objects.create(unit=moved, parent=target, period=since(on))
    with audit.acting("unit.moved", by=by):
        Unit.objects.move(moved, target, "last-child")
        office = target if target.kind == UnitKind.OFFICE else None
        Unit.objects.filter(pk=moved.pk).update(office=office)
    unit.refresh_from_db()
    audit.record("unit.moved", unit, by=by, before=_short(current.parent), after=_short(target))


@transaction.atomic
def close_unit(unit: Unit, *, on: date, note: str, by: Any) -> None:
    """The unit ceases on that day: its place, its committee and its people's roles end with it.

    It stays in the tree as a closed branch, so its records keep a home.
    """
    lock_tree(unit)
    closing = Unit.objects.select_for_update().get(pk=unit.pk)
    if closing.kind == UnitKind.BUREAU:
        raise Refused("教育局不能在这里撤销")
    below = UnitMembership.objects.filter(parent=closing, period__upper_inf=True)
    if count := below.count():
        raise Refused(f"“{closing}”下面还有 {count} 家单位，先把它们调整到别处，再撤销")
    period = UnitPeriod.objects.filter(unit=closing, period__upper_inf=True).first()
    if period is None:
        raise Refused(f"“{closing}”已经撤销了")
    _close_range(period, on, f"“{closing}”是{_since(period)}开办的")
    membership = _open_membership(closing)
    _close_range(membership, on, f"“{closing}”是{_since(membership)}起由现在的单位主管的")
    committees.end_all_of(closing, on=on, by=by)
    with audit.acting("unit.closed", by=by, note=note):
        for grant in RoleGrant.objects.filter(unit=closing, period__upper_inf=True):
            if grant.period.lower is not None and grant.period.lower >= on:
                grant.delete()
            else:
                _close_range(grant, on, "")
    audit.record("unit.closed", closing, by=by, note=note)


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


def lock_tree(unit: Unit) -> None:
    Unit.objects.select_for_update().get(pk=unit.city_id or unit.pk)


def check_place(kind: str, parent: Unit) -> None:
    if parent.is_institution:
        raise Refused(f"“{parent}”是学校（幼儿园），下面不能再设单位")
    if kind == UnitKind.OFFICE and parent.kind != UnitKind.BUREAU:
        raise Refused("教办只能设在教育局下面")
    if not UnitPeriod.objects.filter(unit=parent, period__upper_inf=True).exists():
        raise Refused(f"“{parent}”已经撤销，不能再往下设单位")


def _open_membership(unit: Unit) -> UnitMembership:
    found = (
        UnitMembership.objects.filter(unit=unit, period__upper_inf=True)
        .select_related("parent")
        .first()
    )
    if found is None:
        raise Refused(f"“{unit}”已经撤销了")
    return found


def _close_range(link: Any, on: date, sentence: str) -> None:
    """End an open dated link on that day, which is the first day it no longer holds."""
    if link.period.lower is not None and link.period.lower >= on:
        raise Refused(f"{sentence}，日期要在这以后")
    link.period = between(link.period.lower, on)
    link.save(update_fields=["period"])


def _since(link: Any) -> str:
    return date_cn(link.period.lower) if link.period.lower else "早先"


def _short(unit: Unit) -> str:
    return unit.name[:40]
