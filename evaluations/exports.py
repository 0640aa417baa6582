"""Workbooks of lists."""

from collections.abc import Mapping, Sequence

from committees.models import Unit
from evaluations.figures.ledger import boxes
from portal.kernel.cells import CellValue
from portal.kernel.workbooks import NewSheet, write_workbook


def ledgers_workbook(
    units: Sequence[Unit], counts: Mapping[int, Sequence[int]], *, year: int
) -> bytes:
    """One row a unit, one column a box: how many things lie in it."""
    rows: list[list[CellValue]] = [
        [unit.name, *counts[unit.pk], sum(1 for count in counts[unit.pk] if count)]
        for unit in units
    ]
    headings = ["单位", *(box.name for box in boxes()), "有材料的盒数"]
    return write_workbook([NewSheet(f"{year}年台账", headings, rows)])
