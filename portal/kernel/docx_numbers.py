"""Automatic numbers of a Word file: what its lists print before a paragraph."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from portal.kernel.numbering import circled, han_numeral

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@dataclass(frozen=True, slots=True)
class Level:
    start: int = 1
    format: str = "decimal"
    text: str = ""


@dataclass(slots=True)
class Numbers:
    """Counts like Word: one row of counters for each list definition."""

    levels: dict[str, dict[int, Level]]  # numId → ilvl → level
    lists: dict[str, str]  # numId → the definition whose counters it shares
    styles: dict[str, tuple[str | None, int]]  # paragraph style → numId, ilvl
    counters: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))

    @classmethod
    def of(cls, document: Any) -> "Numbers":
        numbering = next(
            (
                relation.target_part.element
                for relation in document.part.rels.values()
                if not relation.is_external and relation.reltype.endswith("/numbering")
            ),
            None,
        )
        levels, lists = _definitions(numbering) if numbering is not None else ({}, {})
        return cls(levels, lists, _style_numbers(document.styles.element))

    def next(self, paragraph: Any) -> str:
        """Return the printed number of this paragraph, or ""; counts it."""
        num_id, depth = self._place(paragraph)
        level = self.levels.get(num_id or "", {}).get(depth)
        if num_id in (None, "0") or level is None:
            return ""
        counts = self.counters[self.lists[num_id]]
        counts[depth] = counts.get(depth, level.start - 1) + 1
        for deeper in [d for d in counts if d > depth]:
            del counts[deeper]
        if level.format in ("bullet", "none"):
            return ""
        text = level.text
        for other, definition in self.levels[num_id].items():
            value = counts.get(other, definition.start)
            text = text.replace(f"%{other + 1}", _printed(definition.format, value))
        return text

    def _place(self, paragraph: Any) -> tuple[str | None, int]:
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        name = style.get(f"{_W}val") if style is not None else ""
        num_id, depth = self.styles.get(name, (None, 0))
        own = paragraph.find(f"{_W}pPr/{_W}numPr")
        if own is not None:
            num_id = _value(own, "numId") or num_id
            depth = int(_value(own, "ilvl") or depth)
        return num_id, depth


def _value(element: Any, name: str) -> str | None:
    child = element.find(f"{_W}{name}")
    return None if child is None else child.get(f"{_W}val")


def _definitions(numbering: Any) -> tuple[dict[str, dict[int, Level]], dict[str, str]]:
    abstract = {
        element.get(f"{_W}abstractNumId"): {
            int(level.get(f"{_W}ilvl")): _level(level) for level in element.iter(f"{_W}lvl")
        }
        for element in numbering.iter(f"{_W}abstractNum")
    }
    levels, lists = {}, {}
    for num in numbering.iter(f"{_W}num"):
        num_id, shared = num.get(f"{_W}numId"), _value(num, "abstractNumId") or ""
        levels[num_id], lists[num_id] = dict(abstract.get(shared, {})), shared
        for override in num.iter(f"{_W}lvlOverride"):
            depth = int(override.get(f"{_W}ilvl"))
            own = override.find(f"{_W}lvl")
            level = _level(own) if own is not None else levels[num_id].get(depth, Level())
            start = _value(override, "startOverride")
            levels[num_id][depth] = Level(int(start or level.start), level.format, level.text)
            if start is not None:
                lists[num_id] = f"{shared}/{num_id}"  # it starts afresh: counters of its own
    return levels, lists


def _level(element: Any) -> Level:
    return Level(
        int(_value(element, "start") or 1),
        _value(element, "numFmt") or "decimal",
        _value(element, "lvlText") or "",
    )


def _style_numbers(styles: Any) -> dict[str, tuple[str | None, int]]:
    """Numbers that a paragraph style brings along, its own or its ancestor's."""
    own: dict[str, tuple[str | None, str | None, str | None]] = {}
    default = ""
    for style in styles.iter(f"{_W}style"):
        name, numbered = style.get(f"{_W}styleId"), style.find(f"{_W}pPr/{_W}numPr")
        num_id = _value(numbered, "numId") if numbered is not None else None
        depth = _value(numbered, "ilvl") if numbered is not None else None
        own[name] = (num_id, depth, _value(style, "basedOn"))
        if style.get(f"{_W}default") == "1" and style.get(f"{_W}type") == "paragraph":
            default = name
    found: dict[str, tuple[str | None, int]] = {}
    for name in own:
        num_id, depth = None, None
        step: str | None = name
        seen: set[str] = set()
        while step in own and step not in seen:
            seen.add(step)
            num_id, depth = num_id or own[step][0], depth or own[step][1]
            step = own[step][2]
        found[name] = (num_id, int(depth or 0))
    found[""] = found.get(default, (None, 0))
    return found


_HAN_FORMATS = ("chinese", "japaneseCounting", "taiwaneseCounting", "ideographDigital")


def _printed(number_format: str, value: int) -> str:
    """Print a counter as Word does in the formats that Chinese documents use."""
    if number_format.startswith(_HAN_FORMATS):
        return han_numeral(value) if 1 <= value <= 99 else str(value)
    if number_format.startswith("decimalEnclosed") and number_format != "decimalEnclosedFullstop":
        return f"（{value}）" if "Paren" in number_format else circled(max(value, 1))
    if number_format == "decimalEnclosedFullstop":
        return f"{value}."
    if number_format in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (value - 1) % 26)
        return letter if number_format == "lowerLetter" else letter.upper()
    if number_format == "decimalZero":
        return f"{value:02d}"
    return str(value)
