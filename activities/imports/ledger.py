"""Reading a year's activity ledger (活动台账) into typed rows. Nothing is stored."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from committees.imports import words
from portal.kernel import cells
from portal.kernel.cells import PartialDate
from portal.kernel.findings import Finding, Place, Severity
from portal.kernel.records import RowReader, read_rows
from portal.kernel.sheets import Sheet
from portal.kernel.tables import Column, Layout, TableKind, records

LEDGER = TableKind(
    "activities",
    "活动台账",
    (
        Column("held", "日期", ("活动日期", "活动时间", "开展时间", "时间"), required=True),
        Column(
            "unit",
            "单位",
            ("开展单位", "举办单位", "单位名称", "学校", "主办单位", "学校名称"),
            required=True,
        ),
        Column("kind", "活动类别", ("活动类型", "活动形式", "类别", "类型")),
        Column("title", "活动名称", ("活动主题", "活动内容", "主题", "内容"), required=True),
        Column("place", "地点", ("活动地点", "举办地点")),
        Column("people", "主讲/组织者", ("主讲人", "组织者", "主讲", "负责人")),
        Column("elders", "参加“五老”人次", ("五老人次", "参加五老人数", "五老人数")),
        Column(
            "youth",
            "受教育青少年人次",
            ("受教育人次", "青少年人次", "受益青少年", "受教育人数", "参加人数", "学生人次"),
        ),
        Column("remark", "备注", ("说明",)),
    ),
    words=("台账", "活动", "记录"),
)


@dataclass(frozen=True, slots=True)
class ActivityRow:
    place: Place
    held: PartialDate
    unit: str
    kind: str  # as written; the activity kinds are matched when it is stored
    title: str
    venue: str
    people: str
    elders: int | None
    youth: int | None
    remark: str


@dataclass(slots=True)
class LedgerReading:
    activities: list[ActivityRow] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def read_ledger(tables: Iterable[tuple[Sheet, Layout]]) -> LedgerReading:
    """Read every ledger sheet; rows that cannot be taken are findings, not rows."""
    reading = LedgerReading()
    for sheet, layout in tables:
        rows = records(sheet, layout)
        reading.activities += read_rows(rows, LEDGER, _activity, reading.findings)
    _refuse_repeated(reading)
    return reading


def _activity(row: RowReader) -> ActivityRow:
    return ActivityRow(
        place=row.place,
        held=row.must("held", cells.when),
        unit=words.unit_name(row.must_text("unit", most=80)),
        kind=row.text("kind", most=40),
        title=row.must_text("title", most=120),
        venue=row.text("place", most=80),
        people=row.text("people", most=120),
        elders=row.read("elders", cells.count),
        youth=row.read("youth", cells.count),
        remark=row.text("remark", most=500),
    )


def _refuse_repeated(reading: LedgerReading) -> None:
    """Refuse a line that repeats another in every cell; two meetings may share all but one."""
    seen: dict[tuple[object, ...], ActivityRow] = {}
    kept = []
    for row in reading.activities:
        identity = (
            row.held,
            cells.key(row.unit),
            *(cells.key(part) for part in (row.kind, row.title, row.venue, row.people)),
            row.elders,
            row.youth,
            row.remark,
        )
        first = seen.setdefault(identity, row)
        if first is row:
            kept.append(row)
            continue
        sentence = f"与第{first.place.row}行完全相同，只取那一行；请删去重复的。"
        reading.findings.append(Finding("duplicate", sentence, row.place, Severity.REFUSED))
    reading.activities = kept
