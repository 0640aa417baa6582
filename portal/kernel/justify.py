"""Justify Chinese lines in WeasyPrint, which by itself stretches only spaces.

A full line must end flush at the right edge of the text block. What is left over is shared by
the places between two characters where Chinese may open up; a Latin word, a number, a dash pair
and an ellipsis stay closed. WeasyPrint writes glyph shifts as whole thousandths of an em and cuts
the fraction off, which alone moves the end of a 28-character line by 0.4 pt; so the shares are
laid out in whole thousandths with the error carried on, and the last glyph lands within 0.05 pt.

The names patched here are private to WeasyPrint, so ``install`` insists on the version it knows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from portal.kernel.fonts import INVISIBLE

KNOWN_VERSION = "70.0"

# A line more than this many ems short was broken by something that cannot be broken, such as a
# web address: better ragged than full of holes.
MOST_SLACK_EM = 6
CLOSED_PAIRS = ("——", "……", "――")


def is_wide(character: str) -> bool:
    """Say whether a character is set on the Chinese grid (Han, kana, full-width marks)."""
    code = ord(character)
    return (
        0x2E80 <= code <= 0xA4CF
        or 0xF900 <= code <= 0xFAFF
        or 0xFE30 <= code <= 0xFE4F
        or 0xFF01 <= code <= 0xFF60
        or 0xFFE0 <= code <= 0xFFE6
        or 0x20000 <= code <= 0x3FFFF
        or character in "—…“”‘’·●○■□★☆→①②③④⑤⑥⑦⑧⑨⑩"
    )


def may_open(before: str, after: str) -> bool:
    """Say whether the place between two neighbours may take extra space."""
    if before + after in CLOSED_PAIRS:
        return False
    if before == " " or after == " ":
        return before == " "  # one side of a space is enough
    return is_wide(before) or is_wide(after)


@dataclass(slots=True)
class Glyph:
    """One cluster of a laid out text: its natural advance in Pango units, and its source."""

    advance: int
    text: str


def openings(text: Sequence[str]) -> list[bool]:
    """For each cluster, say whether extra space may follow it; never after the last one seen."""
    seen = [at for at, cluster in enumerate(text) if cluster and cluster not in INVISIBLE]
    opens = [False] * len(text)
    for at, following in pairwise(seen):
        opens[at] = may_open(text[at][-1], text[following][0])
    return opens


def install() -> None:
    """Put our ``justify_line`` in WeasyPrint's place; doing it twice changes nothing."""
    import weasyprint
    from weasyprint.layout import inline

    if weasyprint.__version__ != KNOWN_VERSION:
        raise RuntimeError(
            f"portal.kernel.justify knows WeasyPrint {KNOWN_VERSION}, not {weasyprint.__version__}"
        )
    if inline.justify_line.__module__ == inline.__name__:
        inline.justify_line = _justifier(inline.justify_line)


def _justifier(original: Any) -> Any:
    """Wrap WeasyPrint's ``justify_line``: Chinese lines here, all others to the original."""
    from weasyprint.formatting_structure import boxes

    def justify_line(context: Any, line: Any, extra_width: float) -> None:
        parts = [box for box in _text_boxes(line, boxes) if box.text]
        if not any(is_wide(c) for box in parts for c in box.text):
            original(context, line, extra_width)
        elif extra_width <= MOST_SLACK_EM * line.style["font_size"]:
            _spread(line, parts, extra_width, boxes)

    return justify_line


def _text_boxes(box: Any, boxes: Any) -> Iterator[Any]:
    if isinstance(box, boxes.TextBox):
        yield box
    elif isinstance(box, (boxes.LineBox, boxes.InlineBox)):
        for child in box.children:
            if child.is_in_normal_flow():
                yield from _text_boxes(child, boxes)


def _spread(line: Any, parts: list[Any], extra_width: float, boxes: Any) -> None:
    """Give every text of the line a layout whose glyphs share the slack, and move what follows."""
    layouts = [_spread_layout_class()(box.text, box.style) for box in parts]
    target = sum(box.width for box in parts) + extra_width
    places = openings([glyph.text for layout in layouts for glyph in layout.glyphs])
    if not any(places):
        return
    slack = target - sum(layout.natural_width for layout in layouts)
    share = slack / sum(places)
    replaced: dict[int, tuple[Any, float]] = {}
    at = 0
    for box, layout in zip(parts, layouts, strict=True):
        mine = places[at : at + len(layout.glyphs)]
        at += len(layout.glyphs)
        layout.shares = [share if opens else 0.0 for opens in mine]
        replaced[id(box)] = (layout, layout.natural_width + share * sum(mine))
    _move(line, 0.0, replaced, boxes)


def _move(box: Any, shift: float, replaced: dict[int, tuple[Any, float]], boxes: Any) -> float:
    """Shift a box, put the new layouts in, and return the shift of whatever comes next."""
    if isinstance(box, boxes.TextBox):
        box.position_x += shift
        if id(box) in replaced:
            layout, width = replaced[id(box)]
            layout.deactivate()
            box.pango_layout = layout
            shift += width - box.width
            box.width = width
    elif isinstance(box, (boxes.LineBox, boxes.InlineBox)):
        before = shift
        box.position_x += shift
        for child in box.children:
            if child.is_in_normal_flow():
                shift = _move(child, shift, replaced, boxes)
        box.width += shift - before
    else:
        box.translate(shift, 0)
    return shift


@cache
def _spread_layout_class() -> Any:
    """Make the layout class once, and late: WeasyPrint is a heavy import."""
    from weasyprint.text.ffi import FROM_UNITS, TO_UNITS, ffi, pango
    from weasyprint.text.line_break import Layout

    class SpreadLayout(Layout):
        """A layout without letter spacing, whose glyph advances are set one by one."""

        def __init__(self, text: str, style: Any) -> None:
            self.plain_style = style.copy()
            self.plain_style["letter_spacing"] = "normal"
            self.shares: list[float] = []
            super().__init__(self.plain_style)
            self.set_text(text)
            self.glyphs = [glyph for glyph, *_ in self.clusters()]
            self.natural_width = sum(glyph.advance for glyph in self.glyphs) * FROM_UNITS

        def clusters(self) -> Iterator[tuple[Glyph, Any, Any, float]]:
            """Yield each cluster with its last glyph, its font, and the font's size in units."""
            first_line, _ = self.get_first_line()
            content = self.text.encode()
            size = self.plain_style["font_size"] * TO_UNITS
            run = first_line.runs[0] if first_line.runs else ffi.NULL
            while run != ffi.NULL:
                item = run.data
                string, start, length = item.glyphs, item.item.offset, item.item.length
                ends = [string.log_clusters[i] for i in range(string.num_glyphs)] + [length]
                advance = 0
                for i in range(string.num_glyphs):
                    advance += string.glyphs[i].geometry.width
                    if ends[i + 1] == ends[i]:
                        continue
                    part = content[start + ends[i] : start + ends[i + 1]].decode()
                    yield Glyph(advance, part), string.glyphs[i], item.item.analysis.font, size
                    advance = 0
                run = run.next

        def reactivate(self, style: Any) -> None:
            """Lay the text out again for drawing, and set the advances."""
            super().reactivate(self.plain_style)
            # Drawing asks for this mode too; asking later would throw our advances away.
            pango.pango_layout_set_single_paragraph_mode(self.layout, 1)
            ink, logical = ffi.new("PangoRectangle *"), ffi.new("PangoRectangle *")
            carried = 0.0
            shares = zip(self.clusters(), self.shares, strict=True)
            for (_, glyph, font, size), share in shares:
                if glyph.glyph == pango.PANGO_GLYPH_EMPTY:
                    continue
                pango.pango_font_get_glyph_extents(font, glyph.glyph, ink, logical)
                full = round(logical.width * 1000 / size)
                wished = glyph.geometry.width * 1000 / size + share * TO_UNITS * 1000 / size
                narrower = full - wished + carried
                whole = round(narrower)
                carried = narrower - whole
                # Drawing cuts the fraction off; a quarter keeps it on the right side of that.
                bias = 0.25 if whole > 0 else -0.25 if whole < 0 else 0.0
                glyph.geometry.width = round((full - whole - bias) * size / 1000)

    return SpreadLayout
