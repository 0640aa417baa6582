"""The handbook: one chapter a job, kept as data in docs/handbook, read once.

A chapter says which pages it explains, by URL name or a pattern of names ("activities:plan*"), and
which pictures its steps need; scripts/handbook.py takes them from the running demo. Those of kinds
of documents (`document = true`) are made by scripts/document_pictures.py.
"""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from itertools import groupby

from django.conf import settings
from PIL import Image

from portal.kernel.search import Part, excerpt, fold, highlight


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a page, or of a kind of document; `file` as static files name it."""

    name: str
    shows: str
    width: int
    height: int
    is_phone: bool = False
    is_document: bool = False

    @property
    def file(self) -> str:
        return f"{'documents' if self.is_document else 'handbook'}/{self.name}.png"


@dataclass(frozen=True, slots=True)
class Step:
    say: str
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Procedure:
    title: str
    steps: Sequence[Step]


@dataclass(frozen=True, slots=True)
class Asked:
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Chapter:
    slug: str
    title: str
    group: str
    lead: str
    pages: Sequence[str]
    parts: Sequence[Procedure]
    asked: Sequence[Asked]

    def sentences(self) -> Iterator[str]:
        """Everything it says, in the order it is read."""
        yield self.lead
        for part in self.parts:
            yield f"{part.title}。"
            yield from (step.say for step in part.steps)
        for one in self.asked:
            yield one.question
            yield one.answer


@dataclass(frozen=True, slots=True)
class Found:
    chapter: Chapter
    title: list[Part]
    excerpt: list[Part]


@cache
def chapters() -> tuple[Chapter, ...]:
    """All chapters, in the order of the contents list: that of their file names."""
    files = sorted(settings.HANDBOOK_DIR.glob("*.toml"))
    read = [_chapter(path.stem, path.read_text(encoding="utf-8")) for path in files]
    groups = list(dict.fromkeys(chapter.group for chapter in read))
    return tuple(sorted(read, key=lambda chapter: groups.index(chapter.group)))


def contents() -> list[tuple[str, list[Chapter]]]:
    """The contents list: the chapters of each group of readers."""
    return [(group, list(members)) for group, members in groupby(chapters(), lambda one: one.group)]


def chapter_called(slug: str) -> Chapter | None:
    return next((chapter for chapter in chapters() if chapter.slug == slug), None)


@cache
def chapter_of(page: str) -> Chapter | None:
    """The chapter that explains the page with this URL name; the closest pattern wins."""
    fitting = [
        (pattern, chapter)
        for chapter in chapters()
        for pattern in chapter.pages
        if fnmatchcase(page, pattern)
    ]
    if not fitting:
        return None
    return max(fitting, key=lambda pair: (pair[0] == page, len(pair[0])))[1]


def find(words: str) -> list[Found]:
    """Chapters that hold every word of the question, those with it in the title first."""
    asked = fold(words).split()
    if not asked:
        return []
    hits = []
    for chapter in chapters():
        text = " ".join(chapter.sentences())
        title = fold(chapter.title)
        if all(word in title or word in fold(text) for word in asked):
            in_title = all(word in title for word in asked)
            found = Found(chapter, highlight(chapter.title, words), excerpt(text, words))
            hits.append((not in_title, found))
    return [found for _, found in sorted(hits, key=lambda pair: pair[0])]


def _chapter(stem: str, text: str) -> Chapter:
    told = tomllib.loads(text)
    return Chapter(
        slug=stem.partition("-")[2],
        title=told["title"],
        group=told["group"],
        lead=told["lead"],
        pages=told["pages"],
        parts=[
            Procedure(part["title"], [_step(step) for step in part["steps"]])
            for part in told["parts"]
        ],
        asked=[Asked(one["question"], one["answer"]) for one in told.get("asked", [])],
    )


def _step(told: str | dict) -> Step:
    if isinstance(told, str):
        return Step(told)
    picture = told["picture"]
    is_document = picture.get("document", False)
    folder = settings.DOCUMENT_PICTURES if is_document else settings.HANDBOOK_DIR / "pictures"
    with Image.open(folder / f"{picture['name']}.png") as image:
        width, height = image.size  # told to the page, so that nothing jumps when it comes
    return Step(
        told["say"],
        Picture(
            *(picture["name"], picture["shows"], width, height),
            is_phone=picture.get("phone", False),
            is_document=is_document,
        ),
    )
