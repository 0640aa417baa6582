"""An exported list that comes back edited: what was changed there, here, and in both places.

Every exported row carries its number in a hidden first column, and a second, hidden sheet keeps
the row as it was given out. So three states can be told apart without asking the history: as
given out, as it came back, as it stands now. All three are compared as the texts a sheet shows.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from portal.kernel.cells import CellValue, text
from portal.kernel.errors import BadFile
from portal.kernel.sheets import Sheet, read_workbook
from portal.kernel.workbooks import NewSheet

NUMBER = "编号（请不要改）"
AS_GIVEN = "原样"
HOW_TO_RETURN = "在“{0}”上直接改，存为 .xlsx，再从同一页“交回改好的表”。不改的行不会动"

Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Edited:
    """One cell changed in the sheet; `now` is what stands here, `given` what was given out."""

    field: str
    given: str
    returned: str
    now: str

    @property
    def is_conflict(self) -> bool:
        """Somebody changed it here too, since, and to something else."""
        return self.now != self.given


@dataclass(frozen=True, slots=True)
class EditedRow:
    pk: int
    row: int  # as the spreadsheet numbers it
    cells: list[Edited]
    texts: Texts  # the whole row as it came back


@dataclass(slots=True)
class Comparison:
    """`changed` rows of ours, `new` rows without a number, `unknown` rows out of reach; `frozen`
    names columns that were typed over but are not changed by a sheet."""

    changed: list[EditedRow] = field(default_factory=list)
    new: list[tuple[int, Texts]] = field(default_factory=list)
    unknown: list[int] = field(default_factory=list)
    frozen: list[tuple[int, list[str]]] = field(default_factory=list)
    untouched: int = 0

    @property
    def conflicts(self) -> int:
        return sum(cell.is_conflict for row in self.changed for cell in row.cells)


def sheets_for(
    name: str, fields: Sequence[str], rows: Iterable[tuple[int, Mapping[str, CellValue]]]
) -> list[NewSheet]:
    """The list with its numbers hidden, and the hidden copy it will be compared with."""
    headings = [NUMBER, *fields]
    written: list[Sequence[CellValue]] = [
        (str(pk), *(texts.get(each, "") for each in fields)) for pk, texts in rows
    ]
    return [
        NewSheet(name, headings, written, hides_first_column=True),
        NewSheet(AS_GIVEN, headings, written, is_hidden=True),
    ]


@dataclass(frozen=True, slots=True)
class Returned:
    """What a file says: (spreadsheet row, number or None, texts), and by number as given out."""

    rows: list[tuple[int, int | None, Texts]]
    given: Mapping[int, Texts]


def read(data: bytes, name: str, fields: Sequence[str]) -> Returned:
    """Read a list back. Raises BadFile where it is not one of ours, with what to do."""
    sheets = read_workbook(data, name)
    shown = next((sheet for sheet in sheets if sheet.name != AS_GIVEN and _is_ours(sheet)), None)
    given = next((sheet for sheet in sheets if sheet.name == AS_GIVEN and _is_ours(sheet)), None)
    if shown is None or given is None:
        raise BadFile(
            "这不是从本页导出的表，或者另存时丢了隐藏的“编号”列和“原样”工作表。"
            "请重新导出一份，在上面改好，存为 .xlsx 再上传"
        )
    rows = list(_rows(shown, fields))
    numbers = Counter(pk for _, pk, _ in rows if pk is not None)
    if doubled := next((pk for pk, times in numbers.items() if times > 1), None):
        which = "、".join(str(row) for row, pk, _ in rows if pk == doubled)
        raise BadFile(f"第 {which} 行的编号相同，像是复制出来的。多出来的行请把编号清空，再上传")
    return Returned(rows, {pk: texts for _, pk, texts in _rows(given, fields) if pk is not None})


def _is_ours(sheet: Sheet) -> bool:
    return bool(sheet.rows) and any(text(cell) == NUMBER for cell in sheet.rows[0].cells)


def _rows(sheet: Sheet, fields: Sequence[str]) -> Iterable[tuple[int, int | None, Texts]]:
    headings = [text(cell) for cell in sheet.rows[0].cells]
    places = {name: headings.index(name) for name in fields if name in headings}
    number = headings.index(NUMBER)
    for row in sheet.rows[1:]:
        cells = row.cells
        texts = {
            name: text(cells[place]) if place < len(cells) else "" for name, place in places.items()
        }
        if not any(texts.values()):
            continue
        written = text(cells[number]) if number < len(cells) else ""
        yield row.number, int(written) if written.isdecimal() else None, texts


def compare(returned: Returned, now: Mapping[int, Texts], *, editable: Sequence[str]) -> Comparison:
    """Tell what was changed. `now` are the rows within reach, by number, as they stand."""
    found = Comparison()
    for number, pk, texts in returned.rows:
        if pk is None:
            found.new.append((number, texts))
            continue
        if pk not in now or pk not in returned.given:
            found.unknown.append(number)
            continue
        given = returned.given[pk]
        shut = [
            name
            for name, written in texts.items()
            if name not in editable and written != returned.given[pk].get(name, "")
        ]
        if shut:
            found.frozen.append((number, shut))
        stands = {name: text(now[pk].get(name, "")) for name in editable}
        cells = [
            Edited(name, given.get(name, ""), texts[name], stands[name])
            for name in editable
            if name in texts and texts[name] not in {given.get(name, ""), stands[name]}
        ]
        if cells:
            found.changed.append(EditedRow(pk, number, cells, texts))
        else:
            found.untouched += 1
    return found
