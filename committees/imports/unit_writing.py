"""Storing offices, schools and kindergartens, and the committees that serve them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from committees.choices import UnitKind
from committees.imports.roster import KindergartenRow, RosterReading, SchoolRow, UnitRow
from committees.imports.words import CommitteeForm, CommitteeState
from committees.imports.writing import Writing
from committees.models import (
    Committee,
    CommitteeService,
    Unit,
    UnitMembership,
    UnitPeriod,
    UnitYear,
)
from committees.services import committees, founding, units
from portal.kernel import cells
from portal.kernel.journal import snapshot
from portal.kernel.records import RowRefused


def write_units(reading: RosterReading, writing: Writing) -> RosterReading:
    """Store every unit row; return the reading without the rows that had to be refused."""
    stored: dict[str, Unit] = {}
    kept: list[UnitRow] = []
    for row in reading.units:
        writing.step()
        try:
            unit = _write_unit(row, writing)
        except RowRefused as refusal:
            writing.refuse(refusal.code, str(refusal), row.place)
            continue
        kept.append(row)
        stored[cells.key(row.name)] = unit
    schools = [row for row in kept if isinstance(row, SchoolRow)]
    gardens = [row for row in kept if isinstance(row, KindergartenRow)]
    for school in schools:
        _write_school_committee(school, stored[cells.key(school.name)], writing)
    _write_kindergarten_committees(gardens, stored, writing)
    return replace(reading, schools=schools, kindergartens=gardens)


# --- units --------------------------------------------------------------------------------------


def _write_unit(row: UnitRow, writing: Writing) -> Unit:
    kind = UnitKind.SCHOOL if isinstance(row, SchoolRow) else UnitKind.KINDERGARTEN
    unit = _find(row, kind, writing)
    parent = _office(row.office, writing)
    facts = _facts(row)
    if unit is None:
        unit = units.open_unit(
            parent=parent, kind=kind, name=row.name, code=row.code, by=writing.by, **facts
        )
        _journal_new_unit(unit, writing)
        _write_year(row, unit, writing)
        writing.count_new("units", unit.name)
        return unit
    facts |= {"name": row.name} | ({"code": row.code} if row.code else {})
    before = snapshot(unit, facts)
    changed = bool(units.correct_unit(unit, by=writing.by, **facts))
    writing.journal.changed(unit, before)
    writing.know(unit)
    if unit.office_id != parent.office_id:
        sentence = f"现在由“{unit.office or '市教育局'}”主管，没有按表改动，请在单位页办理调整。"
        writing.note("office_differs", sentence, row.place)
    changed |= _write_year(row, unit, writing)
    writing.count_known("units", changed=changed)
    return unit


def _find(row: UnitRow, kind: UnitKind, writing: Writing) -> Unit | None:
    by_code = writing.codes.get(row.code) if row.code else None
    by_name = writing.unit_named(row.name)
    if by_code and by_name and by_code.pk != by_name.pk:
        raise RowRefused(
            "code_and_name_differ",
            f"代码{row.code}是“{by_code}”的，名称却是“{by_name}”，请核对是哪一家。",
        )
    unit = by_code or by_name
    if unit is not None and unit.kind != kind:
        raise RowRefused(
            "kind_differs",
            f"“{unit}”已经登记为{unit.get_kind_display()}，这里写在{kind.label}表里，请核对。",
        )
    if by_code is not None and by_code.name != row.name:
        sentence = f"代码{row.code}原来登记为“{by_code}”，按表改名为“{row.name}”，请核对。"
        writing.note("renamed", sentence, row.place)
    return unit


def _facts(row: UnitRow) -> dict[str, Any]:
    """What the row tells about the unit itself; an empty cell leaves what stands."""
    told: dict[str, Any] = {"phone": row.phone}
    if isinstance(row, SchoolRow):
        told |= {"stage": row.stage.value if row.stage else "", "party_org": row.party_org}
    told = {name: value for name, value in told.items() if value}
    if isinstance(row, KindergartenRow) and row.is_central is not None:
        told["is_central"] = row.is_central
    return told


def _office(name: str, writing: Writing) -> Unit:
    if not name:
        return writing.city
    known = writing.unit_named(name)
    if known is None:
        known = units.open_unit(parent=writing.city, kind=UnitKind.OFFICE, name=name, by=writing.by)
        _journal_new_unit(known, writing)
        writing.count_new("offices", name)
    elif known.kind != UnitKind.OFFICE:
        raise RowRefused(
            "office_is_no_office",
            f"“{name}”登记为{known.get_kind_display()}，不是教办，请核对所属教办。",
        )
    return known


def _journal_new_unit(unit: Unit, writing: Writing) -> None:
    writing.know(unit)
    writing.journal.made(
        unit,
        *UnitPeriod.objects.filter(unit=unit),
        *UnitMembership.objects.filter(unit=unit),
    )


def _write_year(row: UnitRow, unit: Unit, writing: Writing) -> bool:
    """Store the year's figures; an empty cell leaves what stands. True when something changed."""
    if isinstance(row, SchoolRow):
        told = {"students": row.students, "staff": row.staff}
    else:
        told = {"students": row.children, "classes": row.classes}
    told = {name: number for name, number in told.items() if number is not None}
    if not told:
        return False
    stood = UnitYear.objects.filter(unit=unit, year=writing.year).first()
    names = ("students", "classes", "staff")
    if stood is None:
        figures = units.state_year(unit, year=writing.year, by=writing.by, **told)
        writing.journal.made(figures)
        return True
    whole = {name: getattr(stood, name) for name in names} | told
    before = snapshot(stood, names)
    figures = units.state_year(unit, year=writing.year, by=writing.by, **whole)
    writing.journal.changed(figures, before)
    return snapshot(figures, names) != before


# --- committees ---------------------------------------------------------------------------------


def _living(unit: Unit) -> Committee | None:
    return Committee.objects.filter(host=unit, dissolved_on=None).first()


def _found(host: Unit, writing: Writing, facts: Mapping[str, Any] | None = None) -> Committee:
    committee = committees.establish(host, by=writing.by, **(facts or {}))
    writing.journal.made(committee, *committee.services.all())
    writing.count_new("committees", committee.name)
    return committee


def _write_school_committee(row: SchoolRow, unit: Unit, writing: Writing) -> None:
    committee = _living(unit)
    if row.state is not CommitteeState.ESTABLISHED:
        if committee is not None:
            sentence = f"“{committee}”已经登记为成立，这里写没有成立；没有改动，请核对。"
            writing.note("committee_stands", sentence, row.place)
        return
    told = row.established_on
    if committee is None:
        if _served(unit, row, writing):
            return
        facts = {"established_on": told.day, "precision": told.precision.value} if told else {}
        _found(unit, writing, facts)
        return
    if told is None:
        writing.count_known("committees", changed=False)
        return
    own = list(committee.services.filter(unit=unit, period__upper_inf=True))
    links = [(link, snapshot(link, ("period",))) for link in own]
    before = snapshot(committee, ("established_on", "established_precision"))
    changed = founding.correct_founding(
        committee, established_on=told.day, precision=told.precision.value, by=writing.by
    )
    writing.journal.changed(committee, before)
    for link, stood in links:
        link.refresh_from_db()
        writing.journal.changed(link, stood)
    writing.count_known("committees", changed=changed)


def _served(unit: Unit, row: UnitRow, writing: Writing) -> bool:
    """Tell whether another committee serves the unit today; the row then changes nothing."""
    service = (
        CommitteeService.objects.filter(unit=unit, period__upper_inf=True)
        .select_related("committee")
        .first()
    )
    if service is None:
        return False
    sentence = f"现在由“{service.committee}”覆盖，没有改动，请核对。"
    writing.note("served_already", sentence, row.place)
    return True


def _write_kindergarten_committees(
    rows: list[KindergartenRow], stored: dict[str, Unit], writing: Writing
) -> None:
    """Own committees first: a central kindergarten with its own one may host the joint one."""
    for row in rows:
        unit = stored[cells.key(row.name)]
        if row.form is CommitteeForm.OWN:
            if _living(unit) is not None:
                writing.count_known("committees", changed=False)
            elif not _served(unit, row, writing):
                _found(unit, writing)
        elif row.form is CommitteeForm.NONE and (committee := _living(unit)) is not None:
            sentence = f"“{committee}”已经登记为成立，这里写没有成立；没有改动，请核对。"
            writing.note("committee_stands", sentence, row.place)
    forms = {stored[cells.key(row.name)].pk: row.form for row in rows}
    for row in rows:
        if row.form is CommitteeForm.JOINT:
            _join(row, stored[cells.key(row.name)], forms, writing)


def _join(
    row: KindergartenRow, unit: Unit, forms: dict[int, CommitteeForm], writing: Writing
) -> None:
    """Let the committee at the office's central kindergarten serve this one."""
    central = _central_of(unit)
    if central is None:
        sentence = "写的是联合（挂靠中心园），但本教办没有登记中心园，没有记组织关系，请核对。"
        writing.note("central_missing", sentence, row.place)
        return
    committee = _living(central)
    if committee is None and forms.get(central.pk, CommitteeForm.NONE) is CommitteeForm.NONE:
        sentence = f"写的是联合（挂靠中心园），但“{central}”自己写未成立，没有记组织关系，请核对。"
        writing.note("central_without_committee", sentence, row.place)
        return
    if committee is None:
        name = f"{central.name}联合关工委"
        committee = _found(central, writing, {"name": name, "is_joint": True})
    if unit.pk == central.pk:
        return
    if CommitteeService.objects.filter(
        committee=committee, unit=unit, period__upper_inf=True
    ).exists():
        return
    if _served(unit, row, writing):
        return
    if not committee.is_joint:
        before = snapshot(committee, ("is_joint",))
        founding.make_joint(committee, by=writing.by)
        writing.journal.changed(committee, before)
    service = committees.serve(committee, unit, since_day=committee.established_on, by=writing.by)
    writing.journal.made(service)


def _central_of(unit: Unit) -> Unit | None:
    """The central kindergarten of the unit's office (of the city, for one without office)."""
    central: Unit | None = (
        Unit.objects.filter(city=unit.city_id, office=unit.office_id, is_central=True)
        .order_by("path")
        .first()
    )
    return central
