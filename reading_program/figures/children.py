"""Everything the programme holds on one child: found by name, put together, taken along."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Prefetch, TextField, Value
from django.db.models.functions import StrIndex

from committees.models import Unit
from reading_program.choices import Nominee
from reading_program.models import BlindCopy, Certificate, Entry, EntryFile, ScoreSheet
from reading_program.models.entries import EntryQuerySet

MOST_FOUND = 50  # schools with a child of this name


@dataclass(frozen=True, slots=True)
class Child:
    """A name at one school; two children of one name and school are told apart by class."""

    name: str
    unit: Unit
    entries: list[Entry]
    key: int  # an entry the child stands in
    at: int  # 0 the one put forward, 1 the first of the other authors, …

    def __str__(self) -> str:
        return f"{self.unit.name} {self.name}"

    @property
    def classes(self) -> str:
        """Where the child was put forward from, each class once."""
        mine = [each for each in self.entries if each.nominee_name == self.name]
        return "、".join(dict.fromkeys(each.class_label for each in mine if each.class_label))


def people_of(entry: Entry) -> list[str]:
    return [entry.nominee_name, *map(str, entry.members)]


def named_in(words: str, found: EntryQuerySet) -> set[str]:
    """Names of people of these entries that stand in the words; one character is no name."""
    if not words:
        return set()
    people = found.exclude(track__nominee=Nominee.CLASS)
    first = (
        people.of_people()
        .annotate(at=StrIndex(Value(words, TextField()), F("nominee_name")))
        .filter(at__gt=0)
        .values_list("nominee_name", flat=True)
    )
    together = people.exclude(members=[]).values_list("members", flat=True)
    others = {str(name) for names in together for name in names}
    return {name for name in {*first, *others} if len(name) > 1 and name in words}


def children_named(name: str, found: EntryQuerySet) -> list[Child]:
    """One a school, in the order of schools; `found` are the entries one may look into."""
    rows = found.naming(name).select_related("unit", "track", "edition")
    schools: dict[int, list[Entry]] = {}
    for entry in rows.order_by("unit__path", "-edition__starts_on", "pk"):
        schools.setdefault(entry.unit_id, []).append(entry)
    return [
        Child(name, mine[0].unit, mine, mine[0].pk, people_of(mine[0]).index(name))
        for mine in list(schools.values())[:MOST_FOUND]
    ]


def whole(found: EntryQuerySet) -> list[Entry]:
    """Entries with all that stands about them, newest edition first."""
    copies = BlindCopy.objects.select_related("round").prefetch_related(
        Prefetch("sheets", ScoreSheet.objects.exclude(total=None).order_by("pk"))
    )
    certificates = Certificate.objects.select_related("edition").in_order()
    return list(
        found.select_related("edition", "track", "group", "unit", "result__level", "result__list")
        .prefetch_related(
            "advisers",
            Prefetch("files", EntryFile.objects.select_related("file")),
            Prefetch("copies", copies.order_by("round__pk")),
            Prefetch("result__certificates", certificates),
        )
        .order_by("-edition__starts_on", "track__position", "pk")
    )


def result_words(entry: Entry) -> str:
    """What the entry came to, with its number of certificate; empty while it has no result."""
    result = getattr(entry, "result", None)
    if result is None:
        return ""
    if result.revoked_at is not None:
        words = "奖项已撤销"
    else:
        words = str(result.level) if result.level else "没有获奖"
    return f"{words}（{result.list.get_state_display()}）"


def certificates_of(entry: Entry) -> list[Certificate]:
    result = getattr(entry, "result", None)
    return list(result.certificates.all()) if result is not None else []


def archive(book: bytes, papers: Sequence[tuple[str, bytes]]) -> bytes:
    """A ZIP of the workbook and the files, each under a number so that no two are one."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as here:
        here.writestr("材料.xlsx", book)
        for at, (name, content) in enumerate(papers, start=1):
            plain = name.replace("/", "_").replace("\\", "_")
            here.writestr(f"文件/{at:02}-{plain}", content)
    return made.getvalue()


def row_of(entry: Entry, name: str) -> dict[str, Any]:
    """One line of the page."""
    return {
        "it": entry,
        "part": "推荐的人" if entry.nominee_name == name else "其他作者",
        "result": result_words(entry),
        "certificates": certificates_of(entry),
        "papers": entry.files.all(),
    }
