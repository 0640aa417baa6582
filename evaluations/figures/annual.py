"""How far a year's bulletins are, and which paragraph rests on what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from committees.models import Committee, Unit
from committees.policy import Can
from evaluations.choices import AnnualSection, AnnualState
from evaluations.models import AnnualBulletin, AnnualRound, AnnualSource
from portal.kernel import calendar

TONES = {
    AnnualState.DRAFT: "draft",
    AnnualState.SUBMITTED: "waiting",
    AnnualState.READ: "waiting",
    AnnualState.RETURNED: "returned",
    AnnualState.ACCEPTED: "done",
}
ALIKE = 0.45  # a paragraph as like its draft as this is still made of the same things
HANDED_IN = {AnnualState.SUBMITTED, AnnualState.READ, AnnualState.ACCEPTED}


@dataclass(frozen=True, slots=True)
class AnnualRow:
    """One unit asked for its bulletin; `late` is days after the last day, None where unknown."""

    unit: Unit
    bulletin: AnnualBulletin | None
    late: int | None

    @property
    def is_handed_in(self) -> bool:
        return self.bulletin is not None and self.bulletin.state in HANDED_IN

    @property
    def word(self) -> str:
        if self.bulletin is None:
            return "还没开始写"
        return str(self.bulletin.get_state_display())

    @property
    def tone(self) -> str:
        return "none" if self.bulletin is None else TONES[AnnualState(self.bulletin.state)]

    @property
    def timing(self) -> str:
        """交得按时、晚了几天, or how long it is overdue."""
        if self.late is None or (self.late <= 0 and not self.is_handed_in):
            return ""
        if self.is_handed_in:
            return f"晚交 {self.late} 天" if self.late > 0 else "按时交的"
        return f"已逾期 {self.late} 天"


def asked_units(user: Any) -> QuerySet[Unit]:
    """Schools and kindergartens with a committee of their own, within reach, in tree order."""
    living = Committee.objects.filter(host=OuterRef("pk"), dissolved_on=None)
    found: QuerySet[Unit] = (
        Unit.objects.reachable_by(user, Can.ANNUAL_VIEW)
        .filter(Exists(living), kind__in=["school", "kindergarten"])
        .open_on(calendar.today())
        .select_related("office", "city")
        .order_by("path")
    )
    return found


def rows(
    units: Sequence[Unit], user: Any, *, year: int, asked: AnnualRound | None, on: date
) -> list[AnnualRow]:
    """A row a unit in the order given; two queries, whatever their number."""
    seen = AnnualBulletin.objects.visible_to(user).filter(year=year, unit__in=units)
    standing = {one.unit_id: one for one in seen}
    return [
        AnnualRow(unit, standing.get(unit.pk), lateness(standing.get(unit.pk), asked, on=on))
        for unit in units
    ]


def lateness(bulletin: AnnualBulletin | None, asked: AnnualRound | None, *, on: date) -> int | None:
    """Days from the last day to the day it first came, or to today while it has not."""
    if asked is None:
        return None
    came = on
    if bulletin is not None and bulletin.first_submitted_at is not None:
        came = timezone.localtime(bulletin.first_submitted_at).date()
    return (came - asked.due_on).days


@dataclass(frozen=True, slots=True)
class OfficeRow:
    """One office (None: units of no office): how many of its units were asked and came."""

    office: Unit | None
    asked: int
    handed_in: int
    accepted: int

    @property
    def label(self) -> str:
        return self.office.name if self.office else "市直属"

    @property
    def key(self) -> str:
        return str(self.office.pk) if self.office else "0"


def by_office(found: Sequence[AnnualRow]) -> list[OfficeRow]:
    groups: dict[int | None, list[AnnualRow]] = {}
    for row in found:
        groups.setdefault(row.unit.office_id, []).append(row)
    return [
        OfficeRow(
            group[0].unit.office,
            len(group),
            sum(row.is_handed_in for row in group),
            sum(row.bulletin is not None and row.bulletin.state == "accepted" for row in group),
        )
        for group in groups.values()
    ]


@dataclass(frozen=True, slots=True)
class SourcedText:
    text: str
    sources: tuple[AnnualSource, ...]


@dataclass(frozen=True, slots=True)
class SectionText:
    """One section as it stands: its paragraphs, and what the draft offered and is not used."""

    section: AnnualSection
    paragraphs: tuple[SourcedText, ...]
    unused: tuple[AnnualSource, ...]


def sections_of(bulletin: AnnualBulletin) -> list[SectionText]:
    """The five sections, each paragraph with what it rests on; one query."""
    offered: dict[str, list[AnnualSource]] = {section: [] for section in AnnualSection}
    for source in bulletin.sources.order_by("section", "position", "pk"):
        offered[source.section].append(source)
    return [
        _section(section, getattr(bulletin, section), offered[section]) for section in AnnualSection
    ]


def _section(section: AnnualSection, text: str, offered: list[AnnualSource]) -> SectionText:
    lines = [line.strip(" \t\u3000") for line in text.splitlines()]
    paragraphs = [line for line in lines if line]
    drafts = list(dict.fromkeys(source.drafted for source in offered))
    place = {drafted: _place_of(drafted, paragraphs) for drafted in drafts}
    told = [
        SourcedText(line, tuple(source for source in offered if place[source.drafted] == number))
        for number, line in enumerate(paragraphs)
    ]
    unused = tuple(source for source in offered if place[source.drafted] is None)
    return SectionText(section, tuple(told), unused)


def _place_of(drafted: str, paragraphs: Sequence[str]) -> int | None:
    """Which paragraph reads most like the drafted one; None when none does any more."""
    if drafted in paragraphs:
        return paragraphs.index(drafted)
    likeness = [alike(drafted, line) for line in paragraphs]
    best = max(likeness, default=0.0)
    return likeness.index(best) if best >= ALIKE else None


def alike(drafted: str, line: str) -> float:
    """How much of the shorter text stands in the other, 0 to 1: a cut paragraph is its own."""
    match = SequenceMatcher(None, drafted, line, autojunk=False)
    same = sum(block.size for block in match.get_matching_blocks() if block.size > 1)
    return same / max(1, min(len(drafted), len(line)))


def readable_by_all(user: Any, *, year: int, q: str = "") -> QuerySet[AnnualBulletin]:
    """Appraised bulletins of the year that this person may read, in the order of the tree."""
    found = AnnualBulletin.objects.visible_to(user).filter(year=year, state=AnnualState.ACCEPTED)
    if q:
        found = found.filter(Q(unit__name__icontains=q))
    return found.select_related("unit__office").order_by("unit__path")
