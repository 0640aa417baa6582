"""Reading a list of partners (社区、基地、退教协会…) into typed rows. Nothing is stored."""

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from activities.choices import PartnerKind
from activities.imports.mentors import shown_phone
from committees.imports import words
from portal.kernel import cells
from portal.kernel.cells import CellValue, Read
from portal.kernel.findings import Finding, Place, Severity
from portal.kernel.records import RowReader, read_rows
from portal.kernel.sheets import Sheet
from portal.kernel.tables import Column, Layout, TableKind, records

PARTNERS = TableKind(
    "partners",
    "合作伙伴",
    (
        Column(
            "name",
            "名称",
            ("合作伙伴", "伙伴名称", "共建单位", "合作单位", "基地名称", "单位名称"),
            required=True,
        ),
        Column("kind", "类别", ("伙伴类别", "单位类别", "类型", "性质"), required=True),
        Column("contact", "联系人", ("负责人", "对方联系人")),
        Column("phone", "电话", ("联系电话", "手机", "联系方式", "手机号码")),
        Column("term", "协议期限", ("协议时间", "共建期限", "协议起止时间", "合作期限")),
        Column("unit", "联系单位", ("对接单位", "结对单位", "所属单位", "联络单位")),
        Column("place", "地址", ("地点", "所在地")),
        Column("offers", "能提供什么", ("资源", "可提供资源", "共享资源")),
    ),
    words=("合作", "伙伴", "共建", "基地", "社会力量"),
)

# The word that speaks for a kind, the narrower ones first: 退教协会 is an 协会 too.
_KINDS = (
    (("退教", "退休教", "退协"), PartnerKind.RETIRED),
    (("社区", "村", "居委"), PartnerKind.COMMUNITY),
    (("基地", "纪念馆", "博物馆", "少年宫", "图书馆"), PartnerKind.BASE),
    (("协会", "团体", "社团", "志愿", "基金会", "社会组织"), PartnerKind.ASSOCIATION),
    (("机关", "政府", "街道", "公安", "派出所", "法院", "检察", "司法", "部门"),
     PartnerKind.AUTHORITY),
    (("企业", "公司", "厂"), PartnerKind.COMPANY),
    (("其他", "其它"), PartnerKind.OTHER),
)  # fmt: skip
_DAY = re.compile(r"(\d{4})[年./-](\d{1,2})(?!\d)(?:[月./-](\d{1,2})(?!\d)日?|月)?")
_YEARS = re.compile(r"(\d{4})年?(?:至|到|~|-+)(\d{4})年?")

Term = tuple[date, date]


@dataclass(frozen=True, slots=True)
class PartnerRow:
    place: Place
    name: str
    kind: PartnerKind
    contact: str
    phone: str
    term: Term | None  # first and last day, both included
    unit: str  # empty: the sheet does not say who keeps the contact
    address: str
    offers: str


@dataclass(slots=True)
class PartnerReading:
    partners: list[PartnerRow] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def read_partners(tables: Iterable[tuple[Sheet, Layout]]) -> PartnerReading:
    """Read every partner sheet; rows that cannot be taken are findings, not rows."""
    reading = PartnerReading()
    for sheet, layout in tables:
        rows = records(sheet, layout)
        reading.partners += read_rows(rows, PARTNERS, _partner, reading.findings)
    _refuse_repeated(reading)
    return reading


def _partner(row: RowReader) -> PartnerRow:
    return PartnerRow(
        place=row.place,
        name=row.must_text("name", most=80),
        kind=row.read("kind", partner_kind) or PartnerKind.OTHER,
        contact=row.text("contact", most=60),
        phone=row.read("phone", shown_phone) or "",
        term=row.read("term", term),
        unit=words.unit_name(row.text("unit", most=80)),
        address=row.text("place", most=80),
        offers=row.text("offers", most=200),
    )


def partner_kind(cell: CellValue) -> Read[PartnerKind]:
    """社区, 社区（村）, 某某协会: the kind the word speaks for; anything else is 其他, to check."""
    if cells.is_nothing(cell):
        return Read(PartnerKind.OTHER, "没有填，先按“其他”记，请核对。")
    written = cells.text(cell)
    for marks, kind in _KINDS:
        if any(mark in written for mark in marks):
            return Read(kind)
    return Read(PartnerKind.OTHER, f"“{written}”对不上现有的类别，先按“其他”记，请核对。")


def term(cell: CellValue) -> Read[Term]:
    """2022-09-01至2025-08-31, 2022年9月—2025年8月, 2022—2025年; whole months and years."""
    if cells.is_nothing(cell):
        return Read(None)
    shown = cells.text(cell)
    written = cells.key(shown)
    if years := _YEARS.fullmatch(written):
        return _checked(date(int(years[1]), 1, 1), date(int(years[2]), 12, 31), shown)
    found = list(_DAY.finditer(written))
    if len(found) != 2:
        example = "2022-09-01至2025-08-31"
        return Read(None, f"“{shown}”看不出从哪天到哪天，协议没有记，请写成 {example}。")
    try:
        return _checked(_first_day(found[0]), _last_day(found[1]), shown)
    except ValueError:
        return Read(None, f"“{shown}”里有日历上没有的日子，协议没有记，请核对。")


def _first_day(match: re.Match[str]) -> date:
    return date(int(match[1]), int(match[2]), int(match[3] or 1))


def _last_day(match: re.Match[str]) -> date:
    year, month = int(match[1]), int(match[2])
    if not 1 <= month <= 12:
        raise ValueError(month)
    return date(year, month, int(match[3] or monthrange(year, month)[1]))


def _checked(first: date, last: date, shown: str) -> Read[Term]:
    if not (1949 <= first.year and last.year <= 2100 and first < last):
        return Read(None, f"“{shown}”的起止日期不对，协议没有记，请核对。")
    return Read((first, last))


def _refuse_repeated(reading: PartnerReading) -> None:
    """The same partner twice is a duplicate, unless the rows tell of two agreements."""
    seen: dict[tuple[object, ...], PartnerRow] = {}
    kept = []
    for row in reading.partners:
        first = seen.setdefault((cells.key(row.name), cells.key(row.unit), row.term), row)
        if first is row:
            kept.append(row)
            continue
        sentence = f"“{row.name}”在第{first.place.row}行已经有了，只取那一行；请删去重复的。"
        reading.findings.append(Finding("duplicate", sentence, row.place, Severity.REFUSED))
    reading.partners = kept
