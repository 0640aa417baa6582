"""From the file's bytes to what it says, by the columns guessed or confirmed. Nothing is stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from activities.imports.ledger import LEDGER, LedgerReading, read_ledger
from activities.imports.mentors import MENTORS, MentorReading, read_mentors
from activities.imports.partners import PARTNERS, PartnerReading, read_partners
from committees.imports.columns import ROSTER_KINDS
from committees.imports.roster import RosterReading, read_roster
from portal.kernel.errors import BadFile
from portal.kernel.findings import Finding, Place
from portal.kernel.sheets import Sheet, read_workbook
from portal.kernel.tables import Layout, TableKind, find_layout, guess_layout, with_mapping
from portal.kernel.workbooks import MEANING_SHEET

KINDS: tuple[TableKind, ...] = (*ROSTER_KINDS, LEDGER, MENTORS, PARTNERS)
KIND_BY_NAME = {kind.name: kind for kind in KINDS}
SKIP = "skip"

# What a person confirmed: sheet name → {"kind": name or "skip", "columns": {heading key: field}}.
Chosen = Mapping[str, Mapping[str, Any]]
# What was confirmed before: signature → {heading key: field}.
Remembered = Mapping[str, Mapping[str, str]]


@dataclass(slots=True)
class FileReading:
    """One file read: its sheets with their layouts, and the rows in them."""

    roster: RosterReading
    ledger: LedgerReading
    mentors: MentorReading
    partners: PartnerReading
    layouts: list[Layout]
    skipped: list[str] = field(default_factory=list)

    @property
    def findings(self) -> list[Finding]:
        return [
            *self.roster.findings,
            *self.ledger.findings,
            *self.mentors.findings,
            *self.partners.findings,
        ]

    @property
    def header_rows(self) -> dict[str, int]:
        return {layout.sheet: layout.header_row for layout in self.layouts}

    @property
    def total(self) -> int:
        """How many rows there are to store."""
        return (
            len(self.roster.units)
            + len(self.roster.people)
            + len(self.ledger.activities)
            + len(self.mentors.mentors)
            + len(self.partners.partners)
        )


def layouts_of(
    sheets: Sequence[Sheet],
    *,
    mapping: Chosen | None = None,
    remembered: Remembered | None = None,
) -> list[tuple[Sheet, Layout | None]]:
    """Say for each sheet which table it is: as confirmed, as remembered, or as guessed."""
    return [
        (sheet, _layout_of(sheet, (mapping or {}).get(sheet.name), remembered)) for sheet in sheets
    ]


def _layout_of(
    sheet: Sheet, chosen: Mapping[str, Any] | None, remembered: Remembered | None
) -> Layout | None:
    if chosen is None:
        return find_layout(sheet, KINDS, remembered)
    kind = KIND_BY_NAME.get(chosen["kind"])
    layout = guess_layout(sheet, kind) if kind else None
    return with_mapping(layout, chosen["columns"]) if layout else None


def read_file(
    data: bytes, name: str, *, mapping: Chosen | None = None, remembered: Remembered | None = None
) -> FileReading:
    """Read the whole file, or raise BadFile where it cannot be read or holds no known table."""
    tables = layouts_of(read_workbook(data, name), mapping=mapping, remembered=remembered)
    known = [(sheet, layout) for sheet, layout in tables if layout is not None]
    if not known:
        raise BadFile(no_table_sentence())
    for _, layout in known:
        if layout.missing:
            labels = "、".join(column.label for column in layout.missing)
            raise BadFile(f"“{layout.sheet}”里还没有指明哪一列是{labels}，请先对好列。")
    skipped = [
        sheet.name
        for sheet, layout in tables
        if layout is None and any_row(sheet) and sheet.name != MEANING_SHEET
    ]
    roster = read_roster(_of_kinds(known, *ROSTER_KINDS))
    ledger = read_ledger(_of_kinds(known, LEDGER))
    mentors = read_mentors(_of_kinds(known, MENTORS))
    partners = read_partners(_of_kinds(known, PARTNERS))
    if mapping is None:
        roster.findings += [
            Finding(
                "sheet_skipped", f"没有认出“{sheet}”是什么表，没有导入这一张。", Place(sheet, 1)
            )
            for sheet in skipped
        ]
    layouts = [layout for _, layout in known]
    reading = FileReading(roster, ledger, mentors, partners, layouts, skipped)
    if not reading.total and not reading.findings:
        raise BadFile("表里只有表头，没有一行数据。请填好后再上传。")
    return reading


def _of_kinds(
    tables: Sequence[tuple[Sheet, Layout]], *kinds: TableKind
) -> list[tuple[Sheet, Layout]]:
    return [(sheet, layout) for sheet, layout in tables if layout.kind in kinds]


def any_row(sheet: Sheet) -> bool:
    return any(row.own() for row in sheet.rows)


def no_table_sentence() -> str:
    labels = "、".join(f"“{kind.label}”" for kind in KINDS)
    return (
        f"没有在文件里认出{labels}这几种表。请核对是不是选错了文件；"
        "表头里要有“单位名称”和“所属教办”，或“姓名”和“任职关工委”，或“日期”“单位”和“活动名称”，"
        "或“姓名”“单位”和“专题”（导师），或“名称”和“类别”（合作伙伴）。"
    )
