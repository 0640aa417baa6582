"""Ready drafts: how other places put what 党建带关建 asks, as data a bureau starts from.

The data, and where its wordings come from, stand in activities/data/city-sets.toml.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from committees.services.obligations import THREE_TOGETHERS_THREE_ONES, ItemData

DATA = Path(__file__).parents[1] / "data" / "city-sets.toml"

Rules = dict[str, list[tuple[str, list[str]]]]  # item code → kinds of record with their fields


@dataclass(frozen=True, slots=True)
class CitySet:
    """One set to choose from: `label` and `lead` on the card, the rest goes into the draft."""

    key: str
    label: str
    lead: str
    name: str
    basis: str
    items: list[ItemData]
    rules: Rules


def _item(code: str, row: dict[str, Any]) -> ItemData:
    month, day = row["due"]
    return {"group": row["group"], "code": code, "name": row["name"], "text": row["text"],
            "kind": "flag", "min_count": 1, "due": (month, day)}  # fmt: skip


def _read() -> dict[str, CitySet]:
    """The sets by key; a set that names an unknown item fails at once."""
    data = tomllib.loads(DATA.read_text(encoding="utf-8"))
    known = {item["code"]: item for item in THREE_TOGETHERS_THREE_ONES}
    known |= {code: _item(code, row) for code, row in data["item"].items()}
    shown_by = data["shown_by"] | {code: row["shown_by"] for code, row in data["item"].items()}
    sets = {}
    for row in data["set"]:
        codes, instead = row.pop("items"), row.pop("instead", {})
        items: list[Any] = [known[code] | instead.get(code, {}) for code in codes]
        rules: Rules = {code: [(shown_by[code], ["minutes"])] for code in codes}
        sets[row["key"]] = CitySet(items=items, rules=rules, **row)
    return sets


SETS = _read()
STANDARD = SETS["standard"]
