"""Storing a roster: the frame both units and people are written in, and what it counts."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from difflib import SequenceMatcher
from typing import Any

from committees.models import Unit
from portal.kernel import cells
from portal.kernel.findings import Finding, Place, Severity
from portal.kernel.journal import Journal

NEW, UPDATED, UNCHANGED = "new", "updated", "unchanged"
NAMES_KEPT = 12


def _no_step() -> None:
    """A caller without a progress bar."""


@dataclass
class Writing:
    """One import of one city under way.

    `on` is the day the sheet speaks of: what it changes, changes from that day. `year` is the
    school year of its figures. `units` finds a unit of the city by the key of its name.
    """

    city: Unit
    by: Any
    on: date
    year: int
    step: Callable[[], None] = _no_step
    journal: Journal = field(default_factory=Journal)
    findings: list[Finding] = field(default_factory=list)
    tally: Counter[tuple[str, str]] = field(default_factory=Counter)
    names: dict[str, list[str]] = field(default_factory=dict)  # the first new ones of each noun
    units: dict[str, Unit] = field(default_factory=dict)
    codes: dict[str, Unit] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for unit in Unit.objects.filter(city=self.city).exclude(pk=self.city.pk):
            self.know(unit)

    def know(self, unit: Unit) -> None:
        self.units[cells.key(unit.name)] = unit
        if unit.code:
            self.codes[unit.code] = unit

    def unit_named(self, name: str) -> Unit | None:
        return self.units.get(cells.key(name))

    def count_new(self, noun: str, name: str) -> None:
        self.tally[noun, NEW] += 1
        named = self.names.setdefault(noun, [])
        if len(named) < NAMES_KEPT:
            named.append(name)

    def count_known(self, noun: str, *, changed: bool) -> None:
        self.tally[noun, UPDATED if changed else UNCHANGED] += 1

    def note(self, code: str, sentence: str, place: Place) -> None:
        self.findings.append(Finding(code, sentence, place))

    def refuse(self, code: str, sentence: str, place: Place) -> None:
        self.findings.append(Finding(code, sentence, place, Severity.REFUSED))

    def refuse_unknown_unit(self, name: str, place: Place) -> None:
        """Refuse a row whose unit is nowhere, naming the one it is most like."""
        likely = closest(name, [unit.name for unit in self.units.values()])
        hint = f"最像的是“{likely}”。" if likely else ""
        sentence = f"没有“{name}”这个单位。{hint}请改成单位的全称，或先导入这个单位。"
        self.refuse("unit_unknown", sentence, place)

    def verdicts(self) -> dict[str, dict[str, int]]:
        """Return noun → {new, updated, unchanged}."""
        nouns = dict.fromkeys(noun for noun, _ in self.tally)
        kinds = (NEW, UPDATED, UNCHANGED)
        return {noun: {kind: self.tally[noun, kind] for kind in kinds} for noun in nouns}


def closest(name: str, known: list[str]) -> str:
    """Return the known name most like this one, or nothing when none is close."""
    letters = set(name)
    # A name that shares no more than half its characters cannot be meant; saves the slow part.
    near = [other for other in known if len(letters & set(other)) * 2 > len(letters)]
    best = max(near, key=lambda other: _likeness(name, other), default="")
    return best if best and _likeness(name, best) >= 0.6 else ""


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio()
