"""A table of points as rows of a workbook. Nothing is lost: `evaluations.imports` reads it back.

Each list of the JSON is a sheet and each entry a row; what a sheet has no column for, and what is
no plain text, stands as JSON in the last column.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.kernel import cells
from portal.kernel.cells import CellValue

OTHER = "其他（JSON）"
TOP = "总表"


@dataclass(frozen=True, slots=True)
class Layout:
    """One sheet: `parent` is the heading of the column that says what a row belongs to."""

    name: str
    columns: Mapping[str, str]  # heading: key of the JSON
    children: frozenset[str] = frozenset()
    parent: str = ""

    @property
    def headings(self) -> list[str]:
        return [*([self.parent] if self.parent else []), *self.columns, OTHER]


DIMENSIONS = Layout("方面", {"编号": "code", "名称": "name", "满分": "max"}, frozenset({"items"}))
ITEMS = Layout(
    "项目", {"编号": "code", "名称": "name", "满分": "max"}, frozenset({"criteria"}), "属于方面"
)
CRITERIA = Layout(
    "评分要点",
    {
        "编号": "code", "评分要点": "text", "满分": "max", "方法": "method", "评分办法": "rule",
        "佐证材料": "evidence",
    },
    frozenset({"rules"}),
    "属于项目",
)  # fmt: skip
RULES = Layout(
    "扣分规则",
    {
        "规则": "type", "问题": "key", "说明": "label", "怎么问": "ask", "扣分": "minus",
        "要求次数": "target", "满分线": "full_at", "每档": "step", "取整": "round",
    },
    parent="属于要点",
)  # fmt: skip
BONUS = Layout("加分", {"编号": "code", "名称": "name", "每项": "each", "最多": "max"})
VETOES = Layout("一票否决", {"编号": "code", "名称": "name"})
GRADES = Layout("等次", {"编号": "code", "名称": "name", "最低分": "min"})
FLAT = {"bonus": BONUS, "vetoes": VETOES, "grades": GRADES}


def is_plain(value: Any) -> bool:
    """A text that a cell gives back as it was."""
    return isinstance(value, str) and value != "" and cells.text(value) == value


def rubric_rows(content: Mapping[str, Any]) -> list[tuple[str, list[str], list[list[CellValue]]]]:
    """(sheet, headings, rows) for every sheet, in the order a person reads them."""
    dimensions = content["dimensions"]
    items = [(d["code"], item) for d in dimensions for item in d["items"]]
    criteria = [(item["code"], c) for _, item in items for c in item["criteria"]]
    rules = [(c["code"], rule) for _, c in criteria for rule in c["rules"]]
    nested: Sequence[tuple[Layout, Sequence[tuple[str, Mapping[str, Any]]]]] = [
        (DIMENSIONS, [("", d) for d in dimensions]), (ITEMS, items), (CRITERIA, criteria),
        (RULES, rules),
    ]  # fmt: skip
    found = [(TOP, ["名称", "内容（JSON）"], list(_top(content)))]
    for layout, entries in nested:
        rows = [_row(layout, parent, entry) for parent, entry in entries]
        found.append((layout.name, layout.headings, rows))
    for key, layout in FLAT.items():
        if key in content:
            rows = [_row(layout, "", entry) for entry in content[key]]
            found.append((layout.name, layout.headings, rows))
    return found


def _top(content: Mapping[str, Any]) -> Iterator[list[CellValue]]:
    for key, value in content.items():
        if key != "dimensions" and key not in FLAT:
            yield [key, json.dumps(value, ensure_ascii=False)]


def _row(layout: Layout, parent: str, entry: Mapping[str, Any]) -> list[CellValue]:
    known = {key: entry[key] for key in layout.columns.values() if is_plain(entry.get(key))}
    other = {
        key: value
        for key, value in entry.items()
        if key not in known and key not in layout.children
    }
    row: list[CellValue] = [parent] if layout.parent else []
    row += [known.get(key, "") for key in layout.columns.values()]
    row.append(json.dumps(other, ensure_ascii=False) if other else "")
    return row
