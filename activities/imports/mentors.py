"""Reading a register of mentors (关爱导师、讲师团) into typed rows. Nothing is stored."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from activities.choices import TravelLimit
from committees.imports import words
from portal.kernel import cells
from portal.kernel.cells import CellValue, PartialDate, Read
from portal.kernel.findings import Finding, Place, Severity
from portal.kernel.records import RowReader, read_rows
from portal.kernel.sheets import Sheet
from portal.kernel.tables import Column, Layout, TableKind, records

MENTORS = TableKind(
    "mentors",
    "关爱导师",
    (
        Column("name", "姓名", ("导师姓名", "讲师姓名"), required=True),
        Column(
            "unit",
            "单位",
            ("登记单位", "所在单位", "所属单位", "导师单位", "所在关工委"),
            required=True,
        ),
        Column(
            "topics", "专题", ("宣讲专题", "擅长专题", "能讲的专题", "讲座专题", "主讲专题"),
            required=True,
        ),
        Column("phone", "手机", ("手机号码", "联系电话", "电话", "联系方式")),
        Column("team", "讲师团", ("所在讲师团", "团队")),
        Column("travel", "能走多远", ("服务范围", "宣讲范围")),
        Column("most_a_term", "一学期最多几场", ("每学期最多场次", "最多场次")),
        Column("about", "简介", ("个人简介", "导师简介")),
        Column("joined", "入团日期", ("加入日期", "入团时间", "聘任时间")),
    ),
    words=("导师", "讲师", "宣讲"),
)  # fmt: skip

_BETWEEN_TOPICS = re.compile(r"[、，,；;/]+")
_TRAVELS = {cells.key(label): TravelLimit(value) for value, label in TravelLimit.choices} | {
    "本片区": TravelLimit.OWN_OFFICE,
    "本镇": TravelLimit.OWN_OFFICE,
    "全市": TravelLimit.CITY,
}


@dataclass(frozen=True, slots=True)
class MentorRow:
    place: Place
    name: str
    unit: str
    topics: tuple[str, ...]
    phone: str
    team: str
    travel: TravelLimit | None
    most_a_term: int | None
    about: str
    joined: PartialDate | None


@dataclass(slots=True)
class MentorReading:
    mentors: list[MentorRow] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def read_mentors(tables: Iterable[tuple[Sheet, Layout]]) -> MentorReading:
    """Read every mentor sheet; rows that cannot be taken are findings, not rows."""
    reading = MentorReading()
    for sheet, layout in tables:
        rows = records(sheet, layout)
        reading.mentors += read_rows(rows, MENTORS, _mentor, reading.findings)
    _refuse_repeated(reading)
    return reading


def _mentor(row: RowReader) -> MentorRow:
    return MentorRow(
        place=row.place,
        name=row.must("name", cells.person_name),
        unit=words.unit_name(row.must_text("unit", most=80)),
        topics=row.read("topics", _topics) or (),
        phone=row.read("phone", shown_phone) or "",
        team=row.text("team", most=40),
        travel=row.read("travel", _travel),
        most_a_term=row.read("most_a_term", _most_a_term),
        about=row.text("about", most=300),
        joined=row.read("joined", cells.when),
    )


def _topics(cell: CellValue) -> Read[tuple[str, ...]]:
    if cells.is_nothing(cell):
        return Read(None)
    named = (part.strip() for part in _BETWEEN_TOPICS.split(cells.text(cell)))
    return Read(tuple(dict.fromkeys(part for part in named if part)))


def _travel(cell: CellValue) -> Read[TravelLimit]:
    if cells.is_nothing(cell):
        return Read(None)
    if known := _TRAVELS.get(cells.key(cell)):
        return Read(known)
    wanted = "或".join(f"“{label}”" for _, label in TravelLimit.choices)
    return Read(None, f"“{cells.text(cell)}”看不出能走多远，请填{wanted}。")


def _most_a_term(cell: CellValue) -> Read[int]:
    return cells.count(cell, most=60)


def shown_phone(cell: CellValue) -> Read[str]:
    """A number our own workbook shows in part says nothing; any other is read as always."""
    return Read(None) if "*" in cells.text(cell) else cells.phone(cell)


def _refuse_repeated(reading: MentorReading) -> None:
    seen: dict[tuple[str, str, str], MentorRow] = {}
    kept = []
    for row in reading.mentors:
        first = seen.setdefault((row.name, cells.key(row.unit), row.phone), row)
        if first is row:
            kept.append(row)
            continue
        sentence = f"“{row.name}”在第{first.place.row}行已经有了，只取那一行；请删去重复的。"
        reading.findings.append(Finding("duplicate", sentence, row.place, Severity.REFUSED))
    reading.mentors = kept
