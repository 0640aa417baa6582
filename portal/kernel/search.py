"""Finding words in Chinese text: the question cut as the index is, and the hits marked.

The index holds every two neighbouring characters of a running text and whole words of keyboard
letters and digits; the function `search_grams` in the database cuts a text so, and this module
cuts the question the same way. Chinese has no spaces, so a pair is the shortest thing worth a
posting list; one character alone is found as the beginning of a pair.
"""

import re
import unicodedata
from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery

# The same signs that search_grams takes for a gap.
_GAP = re.compile(
    "[\\s\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u2000-\u206f"
    "\u3000-\u3004\u3008-\u303f\uff00-\uffef]+"
)
_RUN = re.compile(r"[a-z0-9]+|[^a-z0-9 ]+")
LONGEST_WORD = 100
MOST_GRAMS = 60


def fold(text: str) -> str:
    """One writing for one thing: full width as half, capitals as small letters, gaps as a space."""
    return _GAP.sub(" ", unicodedata.normalize("NFKC", text).lower()).strip()


def grams(question: str) -> list[str]:
    """The terms a text must hold; one that ends in ":*" is the beginning of one."""
    found: list[str] = []
    for run in _RUN.findall(fold(question)):
        if run[0].isascii():
            found.append(f"{run[:LONGEST_WORD]}:*")
        elif len(run) == 1:
            found.append(f"{run}:*")
        else:
            found += [run[i : i + 2] for i in range(len(run) - 1)]
    return list(dict.fromkeys(found))[:MOST_GRAMS]


class Question(SearchQuery):
    """Terms as they stand. Cast, not parsed: PostgreSQL would cut Chinese in its own way."""

    template = "(%(expressions)s)::tsquery"


def matches(question: str) -> Question | None:
    """What a SearchVectorField is compared with; None where nothing is left to look for."""
    terms = [_quoted(term) for term in grams(question)]
    if not terms:
        return None
    return Question(" & ".join(terms))


def _quoted(term: str) -> str:
    word, star, _ = term.partition(":*")
    word = word.replace("\\", "\\\\").replace("'", "''")
    return f"'{word}'{star}"


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a text; `is_hit` is marked on the page."""

    text: str
    is_hit: bool = False


def highlight(text: str, question: str) -> list[Part]:
    """Cut the text at the words of the question; put together again it is the text."""
    words = [word for word in dict.fromkeys(fold(question).split()) if word]
    pattern = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    # Same length as the text, so that places in it are places in the text.
    plain = "".join(_one(letter) for letter in text)
    parts: list[Part] = []
    at = 0
    for hit in re.finditer(pattern, plain) if pattern else ():
        if hit.start() > at:
            parts.append(Part(text[at : hit.start()]))
        parts.append(Part(text[hit.start() : hit.end()], is_hit=True))
        at = hit.end()
    if at < len(text):
        parts.append(Part(text[at:]))
    return parts


def excerpt(text: str, question: str, *, around: int = 40) -> list[Part]:
    """The text near the first hit, marked; its beginning when the hit is elsewhere."""
    text = re.sub(r"\s+", " ", text).strip()
    parts = highlight(text, question)
    first = next((i for i, part in enumerate(parts) if part.is_hit), None)
    start = 0
    if first is not None:
        before = sum(len(part.text) for part in parts[:first])
        start = max(0, before - around)
    piece = text[start : start + 3 * around]
    lead = "…" if start else ""
    tail = "…" if start + 3 * around < len(text) else ""
    return highlight(f"{lead}{piece}{tail}", question)


def _one(letter: str) -> str:
    folded = unicodedata.normalize("NFKC", letter).lower()
    return folded if len(folded) == 1 else letter
