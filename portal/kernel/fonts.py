"""The fonts that come with the project: which files, and which characters they can print."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont

FOLDER = Path(__file__).parents[2] / "static" / "fonts"

# A style sheet names one face and then, always, the fallbacks: a face that lacks a character
# leaves it to them, so the faces count only for what all of them have. Latin, which stands
# before the body face, holds nothing that Fang lacks.
FACES = ("YuandingFang.otf", "YuandingKai.otf", "YuandingHei.otf", "YuandingTitle.otf")
FALLBACKS = ("YuandingRare.otf", "YuandingRarest.ttf")
FILES = ("YuandingLatin.otf", *FACES, *FALLBACKS)

# Characters of no width that shaping drops: they need no glyph.
INVISIBLE = frozenset("\n\t\r\u200b\u200c\u200d\u2060\ufeff")
VARIATION_SELECTORS = frozenset([*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)])


@dataclass(frozen=True, slots=True)
class Missing:
    """One character nothing here can print, and the words around its first place."""

    character: str
    place: str

    def __str__(self) -> str:
        code = f"U+{ord(self.character):04X}"
        shown = self.character if unicodedata.category(self.character)[0] != "C" else "不可见字符"
        return f"“{shown}”（{code}，在“{self.place}”处）" if self.place else f"“{shown}”（{code}）"


@cache
def coverage() -> frozenset[int]:
    """Return every code point a document can print; reads the files once, about 0.2 s."""
    faces = [_code_points(name) for name in FACES]
    common = frozenset.intersection(*faces)
    return common.union(*(_code_points(name) for name in FALLBACKS))


def missing(texts: Iterable[str]) -> list[Missing]:
    """Return what cannot be printed in these texts, each character once, in order of meeting."""
    known = coverage()
    found: dict[str, Missing] = {}
    for text in texts:
        for at, character in enumerate(text):
            code = ord(character)
            if code in known or character in INVISIBLE or code in VARIATION_SELECTORS:
                continue
            if character not in found:
                found[character] = Missing(character, _around(text, at))
    return list(found.values())


def _around(text: str, at: int) -> str:
    """Quote up to eight characters on each side, without the unprintable ones."""
    before = text[max(0, at - 8) : at].split("\n")[-1]
    after = text[at + 1 : at + 9].split("\n")[0]
    return "".join(c for c in f"{before}□{after}" if unicodedata.category(c)[0] != "C").strip()


def _code_points(name: str) -> frozenset[int]:
    with TTFont(FOLDER / name, lazy=True) as font:
        return frozenset(font.getBestCmap())
