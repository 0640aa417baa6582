"""Reading a roster's sheets into typed rows: schools, kindergartens, people. Nothing is stored."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from committees.choices import Gender, Position, SchoolStage
from committees.imports import words
from committees.imports.columns import KINDERGARTENS, PEOPLE, SCHOOLS
from committees.imports.words import CommitteeForm, CommitteeState
from portal.kernel import cells
from portal.kernel.calendar import school_year
from portal.kernel.cells import PartialDate
from portal.kernel.findings import Finding, Place, Severity
from portal.kernel.records import RowReader, read_rows
from portal.kernel.sheets import Sheet
from portal.kernel.tables import Layout, Record, records

# A blank 教办 means "as above" where offices write it once a group, and an omission elsewhere.
_WRITTEN_ONCE_A_GROUP = 0.5
_REPORTER = re.compile(r"填报单位[:：]\s*(\S+)")
_REPORTED_ON = re.compile(r"填报(?:日期|时间)[:：]\s*(\S+)")
_BUREAU = re.compile(r"[\u4e00-\u9fff]{0,10}?教育局")
_SCHOOL_YEAR = re.compile(r"(20\d\d)(?:[-—－~至]20\d\d)?学年")


@dataclass(frozen=True, slots=True)
class SchoolRow:
    place: Place
    office: str  # empty: directly under the bureau
    name: str
    code: str
    stage: SchoolStage | None
    students: int | None
    staff: int | None
    party_org: str
    state: CommitteeState
    established_on: PartialDate | None
    director: str
    standing_deputy: str
    secretary_general: str
    phone: str


@dataclass(frozen=True, slots=True)
class KindergartenRow:
    place: Place
    office: str
    name: str
    code: str
    children: int | None
    classes: int | None
    is_central: bool | None  # None: the sheet does not say
    form: CommitteeForm
    head: str
    phone: str


@dataclass(frozen=True, slots=True)
class PersonRow:
    place: Place
    name: str
    gender: Gender | None
    born_on: PartialDate | None
    former_post: str
    retired_on: PartialDate | None
    categories: tuple[str, ...]
    strengths: str
    phone: str
    committee: str  # the unit whose 关工委 the person serves in
    position: Position
    is_mentor: bool | None  # None: the sheet does not say


UnitRow = SchoolRow | KindergartenRow


@dataclass(slots=True)
class RosterReading:
    """What the sheets say. `bureau` may be empty; `figures_year` is a school year or None."""

    bureau: str = ""
    figures_year: int | None = None
    reported_on: date | None = None
    schools: list[SchoolRow] = field(default_factory=list)
    kindergartens: list[KindergartenRow] = field(default_factory=list)
    people: list[PersonRow] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def units(self) -> list[UnitRow]:
        return [*self.schools, *self.kindergartens]

    @property
    def offices(self) -> list[str]:
        """Every 教办 once, in the order of the sheets."""
        return list(dict.fromkeys(row.office for row in self.units if row.office))

    @property
    def students(self) -> int:
        """Pupils of the schools and children of the kindergartens together."""
        pupils = sum(row.students or 0 for row in self.schools)
        return pupils + sum(row.children or 0 for row in self.kindergartens)

    @property
    def school_committees(self) -> int:
        return sum(row.state is CommitteeState.ESTABLISHED for row in self.schools)


def read_roster(tables: Iterable[tuple[Sheet, Layout]]) -> RosterReading:
    """Read every recognised sheet; rows that cannot be taken are findings, not rows."""
    reading = RosterReading()
    for sheet, layout in tables:
        _read_titles(sheet, layout, reading)
        rows = list(records(sheet, layout))
        if layout.kind is PEOPLE:
            reading.people += read_rows(rows, PEOPLE, _person, reading.findings)
            continue
        rows = _with_offices(rows, reading.findings)
        if layout.kind is SCHOOLS:
            reading.schools += read_rows(rows, SCHOOLS, _school, reading.findings)
        elif layout.kind is KINDERGARTENS:
            reading.kindergartens += read_rows(rows, KINDERGARTENS, _kindergarten, reading.findings)
    _refuse_repeated_units(reading)
    _refuse_repeated_people(reading)
    return reading


# --- titles -------------------------------------------------------------------------------------


def _read_titles(sheet: Sheet, layout: Layout, reading: RosterReading) -> None:
    """Find who reports and for which school year in titles above and notes below the table."""
    spoken = list(layout.titles)
    spoken += [cells.text(row.own()[0][1]) for row in sheet.rows[-10:] if len(row.own()) in {1, 2}]
    for line in spoken:
        if not reading.bureau and (match := _REPORTER.search(line) or _BUREAU.search(line)):
            reading.bureau = words.unit_name(match[match.lastindex or 0])
        if match := _SCHOOL_YEAR.search(line):
            reading.figures_year = int(match[1])
        if (match := _REPORTED_ON.search(line)) and (told := cells.when(match[1]).value):
            reading.reported_on = told.day
    if reading.figures_year is None and reading.reported_on is not None:
        reading.figures_year = school_year(reading.reported_on)


# --- rows ---------------------------------------------------------------------------------------


def _with_offices(rows: Sequence[Record], findings: list[Finding]) -> list[Record]:
    """Carry 教办 down where a sheet writes it only at the first row of each group."""
    blank = sum(cells.is_nothing(row["office"]) for row in rows)
    if not rows or blank < len(rows) * _WRITTEN_ONCE_A_GROUP:
        return list(rows)
    carried, office = [], None
    for row in rows:
        if not cells.is_nothing(row["office"]):
            office = row["office"]
            carried.append(row)
            continue
        carried.append(replace(row, cells={**row.cells, "office": office}))
        sentence = f"没有写教办，按上面一行记为“{cells.text(office)}”，请核对。"
        findings.append(Finding("office_carried", sentence, Place(row.sheet, row.number)))
    return carried


def _office(row: RowReader) -> str:
    office = words.unit_name(row.must_text("office", most=80))
    return "" if words.is_directly_under_bureau(office) else office


def _name(row: RowReader) -> str:
    return words.unit_name(row.must_text("name", most=80))


def _code(row: RowReader) -> str:
    code = row.read("code", cells.code) or ""
    if len(code) > 20:
        row.note("code", "超过20位，没有记，请核对。")
        return ""
    return code


def _school(row: RowReader) -> SchoolRow:
    name = _name(row)
    state = row.read("established", words.committee_state) or CommitteeState.NONE
    established_on = row.read("established_on", cells.when)
    if state is CommitteeState.ESTABLISHED and established_on is None:
        row.remark("established_undated", "关工委已成立，但没有成立时间，请补上。")
    if state is not CommitteeState.ESTABLISHED and established_on is not None:
        row.remark(
            "dated_not_established", "填了成立时间，但没有写已成立，先按没有成立记，请核对。"
        )
    return SchoolRow(
        place=row.place,
        office=_office(row),
        name=name,
        code=_code(row),
        stage=row.read("stage", words.stage),
        students=row.read("students", cells.count),
        staff=row.read("staff", cells.count),
        party_org=row.text("party_org", most=120),
        state=state,
        established_on=established_on,
        director=row.read("director", cells.person_name) or "",
        standing_deputy=row.read("standing_deputy", cells.person_name) or "",
        secretary_general=row.read("secretary_general", cells.person_name) or "",
        phone=row.read("phone", cells.phone) or "",
    )


def _kindergarten(row: RowReader) -> KindergartenRow:
    return KindergartenRow(
        place=row.place,
        name=_name(row),
        office=_office(row),
        code=_code(row),
        children=row.read("children", cells.count),
        classes=row.read("classes", cells.count),
        is_central=row.read("is_central", cells.yes_no),
        form=row.read("form", words.committee_form) or CommitteeForm.NONE,
        head=row.read("head", cells.person_name) or "",
        phone=row.read("phone", cells.phone) or "",
    )


def _person(row: RowReader) -> PersonRow:
    name = row.must("name", cells.person_name)
    position = row.read("position", words.position)
    if cells.is_nothing(row.record["position"]):
        row.note("position", "没有填，先按委员记，请核对。")
    return PersonRow(
        place=row.place,
        name=name,
        gender=row.read("gender", words.gender),
        born_on=row.read("born", cells.when),
        former_post=row.text("former_post", most=120),
        retired_on=row.read("retired", cells.when),
        categories=row.read("category", words.categories) or (),
        strengths=row.text("strengths", most=120),
        phone=row.read("phone", cells.phone) or "",
        committee=words.unit_name(row.must_text("committee", most=80)),
        position=position or Position.MEMBER,
        is_mentor=row.read("is_mentor", cells.yes_no),
    )


# --- what a single row cannot know --------------------------------------------------------------

DUPLICATE = "duplicate"


def _refuse_repeated_units(reading: RosterReading) -> None:
    """Keep the first row of each unit; the same name again is a duplicate, a used code a slip."""
    names: dict[str, UnitRow] = {}
    codes: dict[str, UnitRow] = {}
    refused: set[Place] = set()
    for row in reading.units:
        first = names.setdefault(cells.key(row.name), row)
        holder = codes.get(row.code) if row.code else None
        if first is not row:
            code, sentence = _repeated_name(row, first)
        elif holder is not None:
            code = "code_taken"
            sentence = f"代码{row.code}已经给了“{holder.name}”（{_where(holder)}），请核对代码。"
        else:
            if row.code:
                codes[row.code] = row
            continue
        refused.add(row.place)
        reading.findings.append(Finding(code, sentence, row.place, Severity.REFUSED))
    reading.schools = [row for row in reading.schools if row.place not in refused]
    reading.kindergartens = [row for row in reading.kindergartens if row.place not in refused]


def _repeated_name(row: UnitRow, first: UnitRow) -> tuple[str, str]:
    if cells.key(row.office) == cells.key(first.office):
        return DUPLICATE, f"“{row.name}”在{_where(first)}已经有了，只取那一行；请删去重复的。"
    return (
        "name_taken",
        f"“{row.name}”与{_where(first)}（{first.office or '市直属'}）同名，请写全称以便区分。",
    )


def _refuse_repeated_people(reading: RosterReading) -> None:
    """The same person with the same post in the same committee twice is a duplicate."""
    seen: dict[tuple[str, str, str, str], PersonRow] = {}
    kept = []
    for row in reading.people:
        identity = (row.name, row.phone, cells.key(row.committee), row.position.value)
        first = seen.setdefault(identity, row)
        if first is row:
            kept.append(row)
            continue
        sentence = f"“{row.name}”在{_where(first)}已经登记了同样的职务，请删去重复的。"
        reading.findings.append(Finding(DUPLICATE, sentence, row.place, Severity.REFUSED))
    reading.people = kept


def _where(row: UnitRow | PersonRow) -> str:
    return f"“{row.place.sheet}”第{row.place.row}行"
