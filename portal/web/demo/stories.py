"""How a unit writes down what it did: stories of texts/*.toml, filled for one unit and one day."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

TEXTS = Path(__file__).parent / "texts"
STORY_FILES = ("meetings", "lessons", "deeds", "city")
SLOT = re.compile(r"\{(\w+)\}")


def read(name: str) -> dict[str, Any]:
    return tomllib.loads((TEXTS / f"{name}.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Story:
    """One way a kind of activity goes: titles to choose from, sentences with alternatives."""

    key: str
    kind: str
    at: frozenset[str]
    stages: frozenset[str]
    months: frozenset[int]
    titles: tuple[str, ...]
    say: tuple[tuple[str, ...], ...]
    decisions: str

    def fits(self, kind: str, at: str, stage: str, month: int) -> bool:
        return (
            self.kind == kind
            and at in self.at
            and (not self.stages or stage in self.stages)
            and (not self.months or month in self.months)
        )


@dataclass(frozen=True, slots=True)
class Told:
    title: str
    minutes: str
    decisions: str


def _paragraphs(sentences: list[str]) -> str:
    """A longer record is told in two paragraphs: what happened, and how it went."""
    if len(sentences) < 4:
        return "".join(sentences)
    return "".join(sentences[:2]) + "\n" + "".join(sentences[2:])


@cache
def stories() -> tuple[Story, ...]:
    found = []
    for name in STORY_FILES:
        for number, story in enumerate(read(name)["story"]):
            found.append(
                Story(
                    key=f"{name}-{number}",
                    kind=story["kind"],
                    at=frozenset(story["at"]),
                    stages=frozenset(story.get("stages", ())),
                    months=frozenset(story.get("months", ())),
                    titles=tuple(story["title"]),
                    say=tuple(tuple(line.split(" / ")) for line in story["say"]),
                    decisions=story.get("decisions", ""),
                )
            )
    return tuple(found)


@cache
def words() -> Mapping[str, list[str]]:
    return read("words")


def choose(
    random: Random, *, kind: str, at: str, stage: str, month: int, told: Iterable[str]
) -> Story | None:
    """A fitting story this unit has not told yet; an old one when all are told; else None."""
    fitting = [story for story in stories() if story.fits(kind, at, stage, month)]
    new = [story for story in fitting if story.key not in told]
    return random.choice(new or fitting) if fitting else None


def tell(story: Story, random: Random, slots: Mapping[str, str]) -> Told:
    """Fill the story; a word drawn for one record stays the same throughout it."""
    drawn = {name: random.choice(choices) for name, choices in words().items()}
    drawn |= {"n": str(random.randint(2, 5)), "n2": str(random.randint(6, 12))}
    drawn |= {"n3": str(random.randint(3, 6))}
    drawn |= slots

    def fill(text: str) -> str:
        return SLOT.sub(lambda match: drawn[match[1]], text)

    return Told(
        title=fill(random.choice(story.titles)),
        minutes=_paragraphs([fill(random.choice(sentence)) for sentence in story.say]),
        decisions=fill(story.decisions),
    )
