"""年度相册: what one committee did in a work year, month by month, with what may be shown of it.

Only accepted records are in it, with their photos and never a sign-in sheet. Of people it names
those of the register who were there, led or spoke; whoever else is written in a record may be a
child. The name of a child of the unit's own contest entries is crossed out where it stands in
words of the records.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch, Q

from activities.choices import CoHostState, FileRole
from activities.models import Activity, ActivityFile, Attendee
from committees.models import Person, Unit
from portal.kernel.anonymous import covered
from reading_program.figures.children import named_in
from reading_program.models import Entry

MOST_PHOTOS = 4  # of one record; the others are one press away
MOST_NAMES = 12
ONLY_THE_YEAR = 0  # the month of a record whose source told no more than its year
_BETWEEN_NAMES = re.compile(r"[、，,；;\s]+")


@dataclass(frozen=True, slots=True)
class Photo:
    """`pk` is of the attached file, `digest` of its content."""

    pk: int
    digest: str
    words: str


@dataclass(frozen=True, slots=True)
class Deed:
    """One record: `counts` and `people` are ready sentences, empty where nothing is known."""

    pk: int
    day: str
    title: str
    kind: str
    counts: str
    people: str
    together: str
    photos: list[Photo]
    more_photos: int


@dataclass(frozen=True, slots=True)
class Month:
    label: str
    deeds: list[Deed]


@dataclass(frozen=True, slots=True)
class Album:
    """`attendance` and `youth` count the unit's own records: joint ones count with their host."""

    year: int
    months: list[Month] = field(default_factory=list)
    deeds: int = 0
    attendance: int = 0
    youth: int = 0
    photos: int = 0

    @property
    def sentence(self) -> str:
        said = f"{self.year} 年办了 {self.deeds} 次活动"
        said += f"，到场 {self.attendance:,} 人次" if self.attendance else ""
        return said + (f"，受教育青少年 {self.youth:,} 人次" if self.youth else "")


def years_of(user: Any, unit: Unit) -> list[int]:
    """The years with something in them, newest first."""
    days = records_of(user, unit).order_by().dates("held_on", "year", order="DESC")
    return [day.year for day in days]


def records_of(user: Any, unit: Unit) -> Any:
    """Accepted records of the unit, and those it was a confirmed co-host of."""
    shared = Q(cohosts__unit=unit, cohosts__state=CoHostState.CONFIRMED)
    ours = Activity.objects.filter(Q(unit=unit) | shared).values("pk")
    return Activity.objects.visible_to(user).accepted().filter(pk__in=ours)


def album(user: Any, unit: Unit, *, year: int) -> Album:
    """The year of one unit as far as `user` may read its records; seven queries at most."""
    photos = ActivityFile.objects.filter(role=FileRole.PHOTO).select_related("file")
    named = Attendee.objects.filter(person__isnull=False)
    found = list(
        records_of(user, unit)
        .in_year(year)
        .select_related("kind", "unit")
        .prefetch_related(
            Prefetch("files", photos, to_attr="photos"),
            Prefetch("attendee_list", named, to_attr="registered"),
        )
        .order_by("held_on", "pk")
    )
    below = Entry.objects.filter(unit__path__startswith=unit.path)
    hidden = named_in(_words_of(found), below)
    known = _registered(found, unit) - hidden
    deeds: dict[int, list[Deed]] = {}
    for record in found:
        month = ONLY_THE_YEAR if record.held_precision == "year" else record.held_on.month
        deeds.setdefault(month, []).append(_deed(record, unit, hidden=hidden, known=known))
    own = [record for record in found if record.unit_id == unit.pk]
    last = 13  # what has no month stands behind December
    return Album(
        year=year,
        months=[
            Month(f"{month}月" if month else "只知道年份的", deeds[month])
            for month in sorted(deeds, key=lambda month: month or last)
        ],
        deeds=len(found),
        attendance=sum(record.attendance or 0 for record in own),
        youth=sum(record.youth or 0 for record in own),
        photos=sum(len(record.photos) for record in found),
    )


def _deed(record: Any, unit: Unit, *, hidden: set[str], known: set[str]) -> Deed:
    title = covered(record.title, hidden)
    counts = [
        f"到场 {record.attendance:,} 人" if record.attendance else "",
        f"“五老” {record.elders:,} 人次" if record.elders else "",
        f"受教育青少年 {record.youth:,} 人次" if record.youth else "",
    ]
    shown = record.photos[:MOST_PHOTOS]
    return Deed(
        pk=record.pk,
        day=record.held_label,
        title=title,
        kind=str(record.kind or ""),
        counts="，".join(filter(None, counts)),
        people=_people(record, known),
        together=f"和{record.unit.name}共办" if record.unit_id != unit.pk else "",
        photos=[
            Photo(it.pk, it.file.sha256, covered(it.caption, hidden) or f"{title}第 {at} 张照片")
            for at, it in enumerate(shown, start=1)
        ],
        more_photos=len(record.photos) - len(shown),
    )


def _people(record: Any, known: set[str]) -> str:
    """Who of the register led, spoke or was there; each name once."""
    names = [*_names(record.chair), *_names(record.speakers)]
    names += [attendee.name for attendee in record.registered]
    each = [name for name in dict.fromkeys(names) if name in known]
    more = f"等 {len(each)} 人" if len(each) > MOST_NAMES else ""
    return "、".join(each[:MOST_NAMES]) + more


def _names(words: str) -> list[str]:
    return [name for name in _BETWEEN_NAMES.split(words) if name]


def _registered(found: Sequence[Any], unit: Unit) -> set[str]:
    """Those of the names that stand on the city's register, besides who was ticked from it."""
    ticked = {attendee.name for record in found for attendee in record.registered}
    written = {name for it in found for name in _names(f"{it.chair}、{it.speakers}")} - ticked
    if not written:
        return ticked
    city = unit.city or unit
    known = Person.objects.filter(unit__path__startswith=city.path, name__in=written)
    return ticked | set(known.values_list("name", flat=True))


def _words_of(found: Iterable[Any]) -> str:
    pieces: list[str] = []
    for record in found:
        pieces += [record.title, record.chair, record.speakers]
        pieces += [photo.caption for photo in record.photos]
        pieces += [attendee.name for attendee in record.registered]
    return "\n".join(filter(None, pieces))
