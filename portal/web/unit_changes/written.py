"""The rows a change wrote, table by table, and the sections in which they are told."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps

from activities.models import ObligationRelief
from committees.models import ObligationItem, Unit
from portal.kernel.journal import Entry

NAMES_SHOWN = 8

Link = tuple[str, str]  # what it says, where it leads


@dataclass(frozen=True, slots=True)
class Section:
    """One side of the organisation; no lines means that nothing changes there."""

    title: str
    lines: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)


class Written:
    """The entries of one table, and the rows behind them as they stand after the change."""

    def __init__(self, entries: Iterable[Entry], label: str) -> None:
        ours = [entry for entry in entries if label in entry.values()]
        self.made = {entry["pk"] for entry in ours if "made" in entry}
        self.changed = {entry["pk"]: entry for entry in ours if "changed" in entry}
        self.removed = {entry["pk"]: entry["before"] for entry in ours if "removed" in entry}
        rows = apps.get_model(label)._base_manager.filter(pk__in=[*self.made, *self.changed])
        self.rows: dict[int, Any] = {row.pk: row for row in rows.order_by("pk")}

    def of_made(self) -> list[Any]:
        return [row for pk, row in self.rows.items() if pk in self.made]

    def of_changed(self, name: str = "") -> list[Any]:
        """Rows in which this field changed, or any."""
        return [
            self.rows[pk]
            for pk, entry in self.changed.items()
            if not name or name in entry["before"]
        ]

    def before(self, row: Any, name: str) -> Any:
        return self.changed[row.pk]["before"].get(name)


def counted(rows: list[Any], by: str, sentence: str) -> list[str]:
    numbers = Counter(getattr(row, by) for row in rows)
    return [sentence.format(count=n, unit=unit_name(pk)) for pk, n in numbers.items()]


def unit_name(pk: int | None) -> str:
    return Unit.objects.get(pk=pk).name if pk else "市直属"


def names_of(names: Iterable[str]) -> str:
    every = list(names)
    shown = "、".join(every[:NAMES_SHOWN])
    return f"{shown}等 {len(every)} 人" if len(every) > NAMES_SHOWN else shown


def item_words(relief: ObligationRelief) -> str:
    """2023年“学习培训”: the item by its name in the latest version of the year's set."""
    versions = ObligationItem.objects.filter(
        obligation_set__city=relief.unit.city_id, obligation_set__year=relief.year, code=relief.code
    )
    item = versions.order_by("-obligation_set__version").first()
    return f"{relief.year}年“{item.name if item else relief.code}”"
