"""Finding the table in a sheet made for the eye: its headings, its columns, its real rows.

Pure. An app says which columns it can read (`TableKind`); this module finds the heading row
under the titles, guesses which column is which, and passes over blank, total and note rows.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from portal.kernel.cells import CellValue, key, text
from portal.kernel.sheets import Row, Sheet

SEARCH_ROWS = 20
_GOOD_ENOUGH = 50
_BRACKETS = re.compile(r"[（(\[【].*?[)）\]】]")
_PUNCTUATION = re.compile(r"[\s“”\"'‘’·、,，。.:：;；*＊/／_\-()（）\[\]【】《》<>?？]")
_TOTALS = frozenset({"合计", "总计", "小计", "共计", "累计", "总数", "合计数", "平均"})
_NOTE = re.compile(
    r"(注|备注|说明|填表说明|填表人|审核人|负责人签字|制表|填报人|联系人)[:：\d]|注意|※|★|\*"
)


@dataclass(frozen=True, slots=True)
class Column:
    """One fact of a row: the field it fills, its usual heading and other words for it."""

    field: str
    label: str
    synonyms: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True)
class TableKind:
    """A table an app can read; `words` in a sheet's name or title speak for it."""

    name: str
    label: str
    columns: tuple[Column, ...]
    words: tuple[str, ...] = ()

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.field == name)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading cell: its place from 0, as printed, and as compared (unique in the sheet)."""

    column: int
    text: str
    key: str


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a table's facts stand in a sheet; `columns` maps field → column from 0."""

    sheet: str
    kind: TableKind
    header_row: int
    headings: tuple[Heading, ...]
    columns: Mapping[str, int]
    score: float = 0.0
    titles: tuple[str, ...] = ()
    remembered: bool = False

    @property
    def signature(self) -> str:
        """The same for sheets with the same headings, in whatever order and after any title."""
        return signature(self.kind.name, self.headings)

    @property
    def missing(self) -> tuple[Column, ...]:
        """Required columns that no heading was found for."""
        return tuple(c for c in self.kind.columns if c.required and c.field not in self.columns)

    def by_heading(self) -> dict[str, str]:
        """Return heading key → field: what is remembered when a person confirms the columns."""
        keys = {heading.column: heading.key for heading in self.headings}
        return {keys[column]: name for name, column in self.columns.items() if column in keys}


@dataclass(frozen=True, slots=True)
class Record:
    """The cells of one real row, by field."""

    sheet: str
    number: int
    cells: Mapping[str, CellValue]
    inherited: frozenset[str] = field(default_factory=frozenset)  # filled from a merged area

    def __getitem__(self, name: str) -> CellValue:
        return self.cells.get(name)


def signature(kind: str, headings: Sequence[Heading]) -> str:
    keys = "\n".join(sorted(heading.key for heading in headings))
    return hashlib.sha256(f"{kind}\n{keys}".encode()).hexdigest()


# --- which column is which ----------------------------------------------------------------------


def plain(heading: str) -> str:
    """Return a heading without spaces, line breaks and punctuation: “学生数\\n(人)” is 学生数人."""
    return _PUNCTUATION.sub("", key(heading))


def likeness(heading: str, column: Column) -> float:
    """Say from 0 to 100 how well a heading names the column."""
    whole, bare = plain(heading), plain(_BRACKETS.sub("", heading))
    best = 0.0
    for rank, word in enumerate((column.label, *column.synonyms)):
        wanted = plain(word)
        # An earlier synonym is the more usual one: it wins between equal likenesses.
        ahead = 1 - rank / 1000
        if wanted == whole:
            best = max(best, 100 * ahead)
        elif bare and wanted == bare:
            best = max(best, 96 * ahead)
        elif len(wanted) >= 2 and wanted in whole:
            best = max(best, (55 + 35 * len(wanted) / len(whole)) * ahead)
        elif len(bare) >= 2 and bare in wanted:
            best = max(best, (45 + 35 * len(bare) / len(wanted)) * ahead)
    return best


def match_columns(headings: Sequence[Heading], kind: TableKind) -> tuple[dict[str, int], float]:
    """Give each field the heading that names it best; a heading serves one field."""
    pairs = [
        (likeness(heading.text, column), -heading.column, column.field)
        for heading in headings
        for column in kind.columns
    ]
    chosen: dict[str, int] = {}
    taken: set[int] = set()
    total = 0.0
    for score, place, name in sorted(pairs, reverse=True):
        if score < _GOOD_ENOUGH:
            break
        if name not in chosen and -place not in taken:
            chosen[name] = -place
            taken.add(-place)
            total += score
    return chosen, total


# --- where the table begins ---------------------------------------------------------------------


def find_layout(
    sheet: Sheet,
    kinds: Sequence[TableKind],
    remembered: Mapping[str, Mapping[str, str]] | None = None,
) -> Layout | None:
    """Return the likeliest table of the sheet, or None when no kind's needs are met.

    `remembered` maps signature → (heading key → field) as people confirmed it before.
    """
    found = [
        layout
        for kind in kinds
        for layout in _candidates(sheet, kind)
        if not layout.missing or layout.signature in (remembered or {})
    ]
    if not found:
        return None
    best = max(found, key=lambda layout: (layout.score, -layout.header_row))
    known = (remembered or {}).get(best.signature)
    return with_mapping(best, known) if known is not None else best


def guess_layout(sheet: Sheet, kind: TableKind) -> Layout | None:
    """Return the best table of one kind even where required columns are still to be named."""
    found = [layout for layout in _candidates(sheet, kind) if layout.columns]
    return max(found, key=lambda layout: (layout.score, -layout.header_row), default=None)


def with_mapping(layout: Layout, mapping: Mapping[str, str]) -> Layout:
    """Return the layout with a person's choice: heading key → field, other headings unused."""
    fields = {column.field for column in layout.kind.columns}
    places = {heading.key: heading.column for heading in layout.headings}
    columns = {
        name: places[heading]
        for heading, name in mapping.items()
        if heading in places and name in fields
    }
    return Layout(
        layout.sheet,
        layout.kind,
        layout.header_row,
        layout.headings,
        columns,
        layout.score,
        layout.titles,
        remembered=True,
    )


def _candidates(sheet: Sheet, kind: TableKind) -> Iterator[Layout]:
    """Try each of the first rows as heading, alone and together with the row under it."""
    for index, row in enumerate(sheet.rows[:SEARCH_ROWS]):
        if len(row.own()) < 2:
            continue
        for depth in (1, 2):
            rows = sheet.rows[index : index + depth]
            if len(rows) < depth or (depth == 2 and not _is_double(rows)):
                continue
            headings = _headings(rows)
            columns, score = match_columns(headings, kind)
            titles = _titles(sheet.rows[:index])
            spoken = "".join((sheet.name, *titles))
            bonus = 20 if any(word in spoken for word in kind.words) else 0
            yield Layout(
                sheet.name, kind, rows[-1].number, headings, columns, score + bonus, titles
            )


def _is_double(rows: Sequence[Row]) -> bool:
    """Two rows are one heading only where merged areas tie them: across, or down."""
    upper, lower = rows
    return bool(upper.filled or lower.filled)


def _headings(rows: Sequence[Row]) -> tuple[Heading, ...]:
    """Read headings off one row, or off two whose words belong together (班子 over 主任)."""
    headings: list[Heading] = []
    seen: dict[str, int] = {}
    width = max(len(row.cells) for row in rows)
    for column in range(width):
        words = [text(row.cells[column]) for row in rows if column < len(row.cells)]
        shown = " ".join(dict.fromkeys(word for word in words if word))
        if not shown:
            continue
        base = plain(shown) or shown
        seen[base] = seen.get(base, 0) + 1
        unique = base if seen[base] == 1 else f"{base}#{seen[base]}"
        headings.append(Heading(column, shown, unique))
    return tuple(headings)


def _titles(rows: Sequence[Row]) -> tuple[str, ...]:
    return tuple(text(cell) for row in rows for _, cell in row.own() if text(cell))


# --- the real rows ------------------------------------------------------------------------------


def records(sheet: Sheet, layout: Layout) -> Iterator[Record]:
    """Yield the rows under the heading that say something about one thing each.

    Passed over: blank rows (also those that hold only a serial number or a merged area's
    value), totals, notes, and headings repeated for the printer.
    """
    keys = {heading.column: plain(heading.text) for heading in layout.headings}
    used = set(layout.columns.values())
    for row in sheet.rows:
        if row.number <= layout.header_row:
            continue
        own = row.own()
        if not any(column in used for column, _ in own):
            # A row below the table may still be a note written in an unused column.
            continue
        if _is_total(own) or _is_note(own) or _is_heading(own, keys):
            continue
        yield _record(layout, row)


def _record(layout: Layout, row: Row) -> Record:
    cells = {
        name: row.cells[column] if column < len(row.cells) else None
        for name, column in layout.columns.items()
    }
    inherited = frozenset(name for name, col in layout.columns.items() if col in row.filled)
    return Record(layout.sheet, row.number, cells, inherited)


def _is_total(own: Sequence[tuple[int, CellValue]]) -> bool:
    first = [plain(text(cell)) for _, cell in own[:3] if isinstance(cell, str)]
    return any(
        word in _TOTALS or (len(word) <= 12 and word.endswith(("合计", "小计", "总计")))
        for word in first
    )


def _is_note(own: Sequence[tuple[int, CellValue]]) -> bool:
    return len(own) <= 3 and isinstance(own[0][1], str) and bool(_NOTE.match(text(own[0][1])))


def _is_heading(own: Sequence[tuple[int, CellValue]], keys: Mapping[int, str]) -> bool:
    same = sum(plain(text(cell)) == keys.get(column) for column, cell in own)
    return same >= 2 and same * 2 > len(own)
