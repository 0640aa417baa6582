"""Which line of which page each paragraph of a print stands on, read out of the PDF itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.pdf_text import BOTTOM, TOP, lines_of

UNSEEN = "\u200b \u3000"


@dataclass(frozen=True, slots=True)
class Said:
    """What must stand in the print, in this order: a heading, a paragraph or a picture."""

    kind: str  # "heading", "p" or "picture"
    text: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """One line on paper: its page from 0, its number on the page from 0, and its middle in pt
    (of a picture its upper edge)."""

    page: int
    line: int
    middle: float


def letters(pages: Sequence[Any]) -> tuple[str, list[Place]]:
    """Everything inside the text block as one string, and where each letter of it stands."""
    text, places = [], []
    for number, page in enumerate(pages):
        for at, line in enumerate(lines_of(page)):
            middle = (line[0]["top"] + line[0]["bottom"]) / 2
            for char in sorted(line, key=lambda one: one["x0"]):
                for letter in char["text"]:
                    if letter not in UNSEEN:
                        text.append(letter)
                        places.append(Place(number, at, middle))
    return "".join(text), places


def follow(pages: Sequence[Any], said: Sequence[Said]) -> list[list[Place]]:
    """The lines of each thing said; a thing that is not there in its order fails the test."""
    text, places = letters(pages)
    pictures = [
        Place(number, -1, image["top"])  # two side by side begin at one height
        for number, page in enumerate(pages)
        for image in sorted(page.images, key=lambda one: (round(one["top"]), one["x0"]))
    ]
    found, at = [], 0
    for one in said:
        if one.kind == "picture":
            assert pictures, "a picture is lost"
            found.append([pictures.pop(0)])
            continue
        wanted = "".join(letter for letter in one.text if letter not in UNSEEN)
        begin = text.find(wanted, at)
        assert begin >= 0, f"lost or out of order: {one.text[:30]}"
        at = begin + len(wanted)
        found.append(sorted(set(places[begin:at]), key=lambda place: (place.page, place.line)))
    assert not pictures, "a picture that nobody asked for"
    return found


def faults(pages: Sequence[Any], said: Sequence[Said]) -> list[str]:
    """Name every widow, orphan, heading left behind and thing out of its place."""
    found = follow(pages, said)
    wrong = []
    for number, (one, lines) in enumerate(zip(said, found, strict=True)):
        by_page: dict[int, int] = {}
        for place in lines:
            by_page[place.page] = by_page.get(place.page, 0) + 1
        if one.kind == "p" and len(by_page) > 1:
            if by_page[max(by_page)] < 2:
                wrong.append(f"widow: {one.text[:20]}")
            if by_page[min(by_page)] < 2:
                wrong.append(f"orphan: {one.text[:20]}")
        if one.kind == "heading" and len(by_page) > 1:
            wrong.append(f"torn heading: {one.text[:20]}")
        if number + 1 < len(said):
            after = found[number + 1][0]
            if one.kind == "heading" and after.page != lines[-1].page:
                wrong.append(f"heading left behind: {one.text[:20]}")
            if (after.page, after.middle) < (lines[-1].page, lines[-1].middle - 1):
                wrong.append(f"out of place: {one.text[:20]} / {said[number + 1].text[:20]}")
    for number, page in enumerate(pages):
        wrong += [
            f"a picture over the margin of page {number + 1}"
            for image in page.images
            if image["bottom"] > BOTTOM + 0.5 or image["top"] < TOP - 0.5
        ]
    return wrong
