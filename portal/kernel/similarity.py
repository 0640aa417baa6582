"""Which of many texts share passages with one, and where: a MinHash sketch, then exact passages.

The sketch is one permutation hashing with rotation (Li, Owen, Zhang 2012; Shrivastava, Li 2014):
every shingle is hashed once and falls into one of BINS bins, each bin keeps its smallest. Two
bins of two texts agree with a probability close to the share of shingles the texts have in
common. Pairs of bins make bucket numbers; texts that share a bucket are worth a closer look.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

SHINGLE = 5  # characters; most runs of five Chinese characters are a text's own
BINS_BITS = 7
BINS = 1 << BINS_BITS
BANDS = BINS // 2  # pairs of bins: a fifth of the text in common is met with more than nine in ten
SHORTEST_PASSAGE = 13  # characters; shorter runs are sayings everybody uses
MOST_PLACES = 40  # of one shingle in a text; more is a refrain and costs time only

_MIX = 0x9E3779B97F4A7C15
_MASK = (1 << 64) - 1
_UNITS = 4  # bytes of one character in UTF-32

Sketch = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """One run both texts have; offsets are in the texts as given, ends excluded."""

    start: int
    end: int
    other_start: int
    other_end: int
    length: int  # characters that count: letters, digits and Chinese characters


def bare(text: str) -> tuple[str, list[int]]:
    """The letters and digits of the text in one case and width, and where each of them stood."""
    kept: list[str] = []
    places: list[int] = []
    for at, character in enumerate(text):
        if not character.isalnum():
            continue
        for part in unicodedata.normalize("NFKC", character).casefold():
            kept.append(part)
            places.append(at)
    return "".join(kept), places


def sketch(text: str) -> Sketch:
    """BINS numbers that stand for the text; empty for one too short to compare."""
    letters = bare(text)[0]
    if len(letters) < SHINGLE:
        return ()
    data = letters.encode("utf-32-le")
    width = SHINGLE * _UNITS
    hashes = {
        (crc32(data[at : at + width]) + 1) * _MIX & _MASK
        for at in range(0, len(data) - width + 1, _UNITS)
    }
    bins: list[int | None] = [None] * BINS
    shift = 64 - BINS_BITS
    for value in sorted(hashes, reverse=True):
        bins[value >> shift] = value
    return tuple(_filled(bins))


def _filled(bins: list[int | None]) -> list[int]:
    """An empty bin borrows from the next that is not, marked by how far away that was."""
    filled: list[int] = [0] * BINS
    found, distance = 0, 0
    for at in range(2 * BINS - 1, -1, -1):
        value = bins[at % BINS]
        if value is not None:
            found, distance = value, 0
        else:
            distance += 1
        if at < BINS:
            filled[at] = (found + distance * _MIX) & _MASK
    return filled


def buckets(made: Sketch) -> list[int]:
    """BANDS numbers that fit a signed 64-bit column; each names its band as well.

    They are kept for years: nothing here may depend on the Python that runs.
    """
    numbers = []
    for band in range(len(made) // 2):
        mixed = (made[2 * band] ^ (made[2 * band + 1] * _MIX + band)) * _MIX & _MASK
        numbers.append(mixed - (1 << 63))
    return numbers


def resemblance(one: Sketch, other: Sketch) -> float:
    """Estimate of the share of shingles in common, 0 to 1."""
    if not one or not other:
        return 0.0
    return sum(a == b for a, b in zip(one, other, strict=True)) / BINS


def passages(text: str, other: str, *, at_least: int = SHORTEST_PASSAGE) -> list[Passage]:
    """The runs of `text` that stand in `other` too, in the order of `text`, none overlapping."""
    here, here_at = bare(text)
    there, there_at = bare(other)
    index = _places(there, at_least)
    found: list[Passage] = []
    at = 0
    while at + at_least <= len(here):
        length, place = _longest(here, at, there, index.get(here[at : at + at_least], ()))
        if length < at_least:
            at += 1
            continue
        found.append(
            Passage(
                here_at[at],
                here_at[at + length - 1] + 1,
                there_at[place],
                there_at[place + length - 1] + 1,
                length,
            )
        )
        at += length
    return found


def share_in_common(text: str, found: Sequence[Passage]) -> float:
    """How much of the text the passages are, 0 to 1."""
    whole = len(bare(text)[0])
    return sum(each.length for each in found) / whole if whole else 0.0


def _places(text: str, width: int) -> dict[str, list[int]]:
    index: dict[str, list[int]] = defaultdict(list)
    for at in range(len(text) - width + 1):
        known = index[text[at : at + width]]
        if len(known) < MOST_PLACES:
            known.append(at)
    return index


def _longest(here: str, at: int, there: str, starts: Sequence[int]) -> tuple[int, int]:
    best, place = 0, 0
    for start in starts:
        length = 0
        room = min(len(here) - at, len(there) - start)
        while length < room and here[at + length] == there[start + length]:
            length += 1
        if length > best:
            best, place = length, start
    return best, place
