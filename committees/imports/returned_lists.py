"""What taking a list back has to know of one sort of list; each app names its own."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from committees.policy import Can
from portal.kernel.journal import Journal
from portal.kernel.returned import EditedRow, Texts


class Change(Protocol):
    """Take the cells of a row that are wanted; (was anything changed, why it was not)."""

    def __call__(
        self, row: EditedRow, take: Mapping[str, bool], journal: Journal, *, by: Any
    ) -> tuple[bool, str]: ...


class TakeNew(Protocol):
    """Enter a row that has no number; a sentence on why not, or nothing when it was entered."""

    def __call__(self, texts: Texts, journal: Journal, *, by: Any) -> str: ...


@dataclass(frozen=True, slots=True)
class ReturnedList:
    """`rows` are those within a person's reach as they stand, by number; `title` names one."""

    fields: Sequence[str]
    editable: Sequence[str]
    power: Can
    rows: Callable[[Collection[int], Any], Mapping[int, Texts]]
    title: Callable[[Texts], str]
    change: Change
    no_new: str = ""
    take_new: TakeNew | None = None


def wanted(row: EditedRow, take: Mapping[str, bool]) -> dict[str, str]:
    """Heading → text of the cells to take: no conflict, or the sheet's word was asked for."""
    return {
        cell.field: cell.returned
        for cell in row.cells
        if take.get(cell.field, not cell.is_conflict)
    }
