"""Two versions of a text side by side: which paragraphs changed, and which words within them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

ALIKE = 0.4  # below this two paragraphs are one gone and one new, not one changed


@dataclass(frozen=True, slots=True)
class Piece:
    text: str
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """One paragraph on the left and the right; None where that side has none here."""

    left: Sequence[Piece] | None
    right: Sequence[Piece] | None

    @property
    def changed(self) -> bool:
        sides = (self.left, self.right)
        return None in sides or any(piece.changed for side in sides if side for piece in side)


def side_by_side(old: str, new: str) -> list[Pair]:
    """Pairs in reading order. The left sides joined by newlines are `old`, the right `new`."""
    left, right = old.split("\n"), new.split("\n")
    pairs: list[Pair] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if tag == "equal":
            pairs += [Pair([Piece(line)], [Piece(line)]) for line in left[i1:i2]]
        else:
            pairs += _changed(left[i1:i2], right[j1:j2])
    return pairs


def _changed(left: Sequence[str], right: Sequence[str]) -> Iterator[Pair]:
    """Line up a run of changed paragraphs one by one, apart where they have little in common."""
    for place in range(max(len(left), len(right))):
        before = left[place] if place < len(left) else None
        after = right[place] if place < len(right) else None
        if before is not None and after is not None and _alike(before, after):
            yield Pair(*_words(before, after))
            continue
        if before is not None:
            yield Pair([Piece(before, changed=True)], None)
        if after is not None:
            yield Pair(None, [Piece(after, changed=True)])


def _alike(before: str, after: str) -> bool:
    return SequenceMatcher(None, before, after, autojunk=False).quick_ratio() >= ALIKE


def _words(before: str, after: str) -> tuple[list[Piece], list[Piece]]:
    """Compared by Chinese character, and by whole number or Latin word."""
    left, right = (re.findall(r"[0-9A-Za-z.]+|.", text) for text in (before, after))
    old: list[Piece] = []
    new: list[Piece] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        same = tag == "equal"
        if i2 > i1:
            old.append(Piece("".join(left[i1:i2]), changed=not same))
        if j2 > j1:
            new.append(Piece("".join(right[j1:j2]), changed=not same))
    return old, new
