"""Column charts laid out here and drawn by templates/components/chart.html as plain SVG.

They need no script, print as they are, and stand beside a table of the same numbers. The browser
fetches the big library only for somebody who presses 放大细看 (static/js/charts.js).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, log10
from typing import Any

WIDTH, HEIGHT = 640, 240
LEFT, RIGHT, TOP, BOTTOM = 46, 8, 22, 26
TICKS = 4
FULL = 0.62  # of a place, for all its columns together


@dataclass(frozen=True, slots=True)
class Series:
    """One row of numbers, a column each; `is_mark` draws a dash across to compare with instead."""

    name: str
    values: Sequence[int]
    is_mark: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """One column or mark in the units of the drawing; `place` numbers its series for the colour."""

    x: float
    y: float
    width: float
    height: float
    value: int
    place: int

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True, slots=True)
class Tick:
    y: float
    value: int


@dataclass(frozen=True, slots=True)
class Row:
    """One label with its number in each series, and how much of the longest bar the first is."""

    label: str
    values: Sequence[int]
    percent: int
    url: str
    x: float  # the middle of its place in the drawing


@dataclass(frozen=True, slots=True)
class Chart:
    """Numbers by label. `title` says what they are, `finding` what one sees in them."""

    key: str  # an identifier of the page
    title: str
    unit: str
    heading: str  # of the labels in the table
    labels: Sequence[str]
    series: Sequence[Series]
    finding: str = ""
    urls: Sequence[str] = ()

    @property
    def top(self) -> int:
        return nice_top(max((max(each.values, default=0) for each in self.series), default=0))

    @property
    def ticks(self) -> list[Tick]:
        top = self.top
        return [Tick(self._y(top * at // TICKS), top * at // TICKS) for at in range(TICKS + 1)]

    @property
    def columns(self) -> list[Box]:
        bars = [(n, each) for n, each in enumerate(self.series) if not each.is_mark]
        width = self._step * FULL / max(1, len(bars))
        return [
            Box(
                round(self._x(at) - self._step * FULL / 2 + width * side, 1),
                self._y(value),
                round(width, 1),
                round(HEIGHT - BOTTOM - self._y(value), 1),
                value,
                n,
            )
            for side, (n, each) in enumerate(bars)
            for at, value in enumerate(each.values)
            if value
        ]

    @property
    def marks(self) -> list[Box]:
        width = round(self._step * (FULL + 0.2), 1)
        return [
            Box(round(self._x(at) - width / 2, 1), self._y(value), width, 0, value, n)
            for n, each in enumerate(self.series)
            if each.is_mark
            for at, value in enumerate(each.values)
            if value
        ]

    @property
    def rows(self) -> list[Row]:
        most = max(self.series[0].values, default=0)
        urls = self.urls or [""] * len(self.labels)
        return [
            Row(
                label,
                [each.values[at] for each in self.series],
                self.series[0].values[at] * 100 // most if most else 0,
                urls[at],
                round(self._x(at), 1),
            )
            for at, label in enumerate(self.labels)
        ]

    @property
    def is_empty(self) -> bool:
        return not any(any(each.values) for each in self.series)

    @property
    def payload(self) -> dict[str, Any]:
        """What the page hands to the script, as JSON."""
        return {
            "title": self.title,
            "unit": self.unit,
            "labels": list(self.labels),
            "series": [
                {"name": each.name, "values": list(each.values), "mark": each.is_mark}
                for each in self.series
            ],
        }

    @property
    def _step(self) -> float:
        return (WIDTH - LEFT - RIGHT) / max(1, len(self.labels))

    def _x(self, at: int) -> float:
        return LEFT + self._step * (at + 0.5)

    def _y(self, value: int) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / self.top, 1)


def nice_top(most: int) -> int:
    """The end of the axis: a round number not under `most` that the ticks divide."""
    if most <= TICKS:
        return TICKS
    size = 10 ** int(log10(most))
    for step in (1, 1.2, 1.6, 2, 2.4, 3.2, 4, 5, 6, 8, 10):
        top = ceil(size * step)
        if top >= most and top % TICKS == 0:
            return top
    return ceil(most / TICKS) * TICKS
