"""Turning one record of a sheet into a typed row, with every doubt kept as a finding."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from portal.kernel import cells
from portal.kernel.cells import CellValue, Read
from portal.kernel.findings import Finding, Place, Severity
from portal.kernel.tables import Record, TableKind

R = TypeVar("R")
V = TypeVar("V")


class RowRefused(Exception):
    """The row cannot be taken; `code` groups it with its like, the text says what to do."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


class RowReader:
    """Reads the cells of one record; remarks gather in `findings`."""

    def __init__(self, record: Record, kind: TableKind) -> None:
        self.record = record
        self.place = Place(record.sheet, record.number)
        self.findings: list[Finding] = []
        self._kind = kind

    def text(self, field: str, *, most: int = 200) -> str:
        if cells.is_nothing(self.record[field]):
            return ""
        written = cells.text(self.record[field])
        if len(written) > most:
            self.note(field, f"超过{most}个字，只记了前{most}个字，请核对。")
        return written[:most]

    def read(self, field: str, reader: Callable[[CellValue], Read[V]]) -> V | None:
        """Return the cell's value; one that cannot be read is left empty, with a note."""
        read = reader(self.record[field])
        if read.warning:
            self.note(field, read.warning)
        return read.value

    def must(self, field: str, reader: Callable[[CellValue], Read[V]]) -> V:
        """Return the cell's value, or refuse the row where it is empty or unreadable."""
        read = reader(self.record[field])
        label = self._kind.column(field).label
        if read.value is None:
            sentence = read.warning or f"请补上{label}。"
            raise RowRefused(f"{field}_needed", f"{label}：{sentence}")
        if read.warning:
            self.note(field, read.warning)
        return read.value

    def must_text(self, field: str, *, most: int = 80) -> str:
        written = "" if cells.is_nothing(self.record[field]) else cells.text(self.record[field])
        label = self._kind.column(field).label
        if not written:
            raise RowRefused(f"{field}_needed", f"这一行没有{label}，请补上。")
        if len(written) > most:
            raise RowRefused(f"{field}_too_long", f"{label}超过{most}个字，请缩短。")
        return written

    def note(self, field: str, sentence: str) -> None:
        label = self._kind.column(field).label
        self.remark(f"{field}_doubt", f"{label}：{sentence}")

    def remark(self, code: str, sentence: str) -> None:
        self.findings.append(Finding(code, sentence, self.place))


def read_rows(
    records: Iterable[Record],
    kind: TableKind,
    build: Callable[[RowReader], R],
    findings: list[Finding],
) -> Iterator[R]:
    """Build each record into a row; a refused one leaves a finding instead."""
    for record in records:
        reader = RowReader(record, kind)
        try:
            row = build(reader)
        except RowRefused as refusal:
            findings.append(Finding(refusal.code, str(refusal), reader.place, Severity.REFUSED))
            continue
        findings.extend(reader.findings)
        yield row
