"""A table of points read back from its workbook; each fault is told with its sheet and row."""

import json
from collections.abc import Mapping
from typing import Any

from evaluations.documents.rubrics import (
    CRITERIA,
    DIMENSIONS,
    FLAT,
    ITEMS,
    OTHER,
    RULES,
    TOP,
    Layout,
)
from evaluations.scoring_input import no_doubles
from evaluations.services import rubrics
from portal.kernel import cells
from portal.kernel.cells import CellValue
from portal.kernel.errors import BadFile
from portal.kernel.sheets import Sheet, read_workbook

Entries = dict[str, list[dict[str, Any]]]


def read_rubric(data: bytes, name: str) -> dict[str, Any]:
    """The content of a table of points from a .json or an .xlsx file."""
    if name.lower().endswith(".xlsx"):
        content = read_rubric_workbook(data)
        rubrics.check(content)
        return content
    return rubrics.read_json(data)


def read_rubric_workbook(data: bytes) -> dict[str, Any]:
    sheets = {sheet.name: sheet for sheet in read_workbook(data)}
    missing = [
        one for one in (TOP, DIMENSIONS.name, ITEMS.name, CRITERIA.name, RULES.name)
        if one not in sheets
    ]  # fmt: skip
    if missing:
        raise BadFile(f"表格里少了“{missing[0]}”这一页，请用“导出表格”得到的文件来改")
    content = _top(sheets[TOP])
    dimensions = _entries(sheets[DIMENSIONS.name], DIMENSIONS)[""]
    items = _entries(sheets[ITEMS.name], ITEMS)
    criteria = _entries(sheets[CRITERIA.name], CRITERIA)
    rules = _entries(sheets[RULES.name], RULES)
    _hang(dimensions, "items", items, ITEMS)
    _hang([one for own in items.values() for one in own], "criteria", criteria, CRITERIA)
    _hang([one for own in criteria.values() for one in own], "rules", rules, RULES)
    content["dimensions"] = dimensions
    for key, layout in FLAT.items():
        if layout.name in sheets:
            content[key] = _entries(sheets[layout.name], layout)[""]
    return content


def _top(sheet: Sheet) -> dict[str, Any]:
    found = {}
    for row in sheet.rows[1:]:
        key = cells.text(row.cells[0]) if row.cells else ""
        if key:
            found[key] = _json(row.cells[1] if len(row.cells) > 1 else None, sheet, row)
    return found


def _entries(sheet: Sheet, layout: Layout) -> Entries:
    """The rows by what they belong to; under "" where a sheet has no such column."""
    headings = [cells.text(cell) for cell in sheet.rows[0].cells] if sheet.rows else []
    lost = [one for one in layout.headings if one not in headings]
    if lost:
        raise BadFile(f"“{sheet.name}”这一页少了“{lost[0]}”这一列，请不要改第一行")
    found: Entries = {} if layout.parent else {"": []}
    for row in sheet.rows[1:]:
        texts = dict(zip(headings, map(cells.text, row.cells), strict=False))
        if not any(texts.values()):
            continue
        entry: dict[str, Any] = {
            key: texts[heading] for heading, key in layout.columns.items() if texts.get(heading)
        }
        if texts.get(OTHER):
            more = _json(row.cells[headings.index(OTHER)], sheet, row)
            if not isinstance(more, dict):
                raise BadFile(f"“{sheet.name}”第 {row.number} 行的“{OTHER}”要写成一组“名称：值”")
            entry |= more
        found.setdefault(texts.get(layout.parent, "") if layout.parent else "", []).append(entry)
    return found


def _json(cell: CellValue, sheet: Sheet, row: Any) -> Any:
    """As it was written, spaces and full-width signs included."""
    try:
        return json.loads(str(cell), object_pairs_hook=no_doubles)
    except (ValueError, RecursionError) as error:
        raise BadFile(
            f"“{sheet.name}”第 {row.number} 行的 JSON 看不懂，请照原来的样子写"
        ) from error


def _hang(
    above: list[dict[str, Any]], key: str, below: Mapping[str, list[dict[str, Any]]], layout: Layout
) -> None:
    """Hang each entry under the one its row names; one that names nothing known is refused."""
    codes = {str(one.get("code", "")) for one in above}
    stray = next((code for code in below if code not in codes), None)
    if stray is not None:
        raise BadFile(f"“{layout.name}”这一页写着{layout.parent}“{stray}”，没有这个编号")
    for one in above:
        one[key] = below.get(str(one.get("code", "")), [])
