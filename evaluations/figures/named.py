"""Lists of names for a commendation: whom a campaign named, what a reading edition awarded, or
what somebody typed or pasted, one name a line."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from committees.figures import DIRECT
from evaluations.models import Campaign, Title
from portal.kernel.numbering import han_numeral
from reading_program.choices import HonourKind, ListState, PublicityState
from reading_program.figures.results import public_name, whole_results
from reading_program.models import Edition, Honour, Result


def titles_list(campaign: Campaign) -> str:
    """The units a campaign named, office by office."""
    found = Title.objects.filter(appraisal__campaign=campaign).select_related("unit__office")
    groups = groupby(
        found.order_by("unit__path"),
        key=lambda it: it.unit.office.name if it.unit.office else DIRECT,
    )
    return _outline((office, [one.unit.name for one in group]) for office, group in groups)


def awards_list(edition: Edition) -> str:
    """Final awards by group and level, then honours. Pupils as on the public list: 张*.

    A paper stays for ever and a child's name does not (reading_program/services/erasure.py).
    """
    final = Result.objects.filter(list__edition=edition, list__state=ListState.FINAL).awarded()
    groups: dict[str, list[str]] = {}
    for it in whole_results(final):
        group = f" {it.list.group.name}" if it.list.group else ""
        words = f"{public_name(it.entry)}（{it.entry.unit.name}）"
        groups.setdefault(f"{it.list.track.name}{group}{it.level}", []).append(words)
    honours = Honour.objects.filter(edition=edition, publicity__state=PublicityState.ENDED)
    for one in honours.standing().select_related("unit").order_by("kind", "unit__path", "pk"):
        words = f"{one.name}（{one.unit.name}）" if one.name else one.unit.name
        groups.setdefault(str(HonourKind(one.kind).label), []).append(words)
    return _outline(groups.items())


HEADING = re.compile(r"^(?:[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[）)])\s*(.+)$")
APART = re.compile(r"[\s，,、；;]+")


@dataclass(slots=True)
class TypedNames:
    """A typed list: `groups` hold what is printed, `doubts` say line by line what to put right."""

    groups: list[tuple[str, list[str]]] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)

    @property
    def body(self) -> str:
        kept = [group for group in self.groups if group[1]]
        if len(kept) == 1 and not kept[0][0]:
            return "、".join(kept[0][1])
        return _outline((name or "名单", members) for name, members in kept)


def read_names(text: str, *, units: Collection[str]) -> TypedNames:
    """Read a line a name: a unit, or a person and the unit; “一、先进单位” begins a group.

    Tabs, commas and spaces divide alike, so that two columns of a sheet can be pasted.
    """
    found, seen = TypedNames([("", [])]), set()
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.strip()
        if not words:
            continue
        if heading := HEADING.match(words):
            found.groups.append((re.sub(r"[（(]\d+[）)]$", "", heading[1]), []))
            continue
        said = _line(words, units)
        if not said:
            found.doubts.append(f"第 {number} 行“{words[:40]}”")
        elif (len(found.groups), said) in seen:
            found.doubts.append(f"第 {number} 行“{words[:40]}”前面已经有了")
        else:
            seen.add((len(found.groups), said))
            found.groups[-1][1].append(said)
    return found


def _line(words: str, units: Collection[str]) -> str:
    """The line as it is printed; empty where it names no unit we know."""
    if words in units:
        return words
    first, *more = [part for part in APART.split(words) if part]
    if len(more) != 1:
        return ""
    unit, person = (first, more[0]) if first in units else (more[0], first)
    return f"{person}（{unit}）" if unit in units and person not in units else ""


def _outline(groups: Iterable[tuple[str, Sequence[str]]]) -> str:
    lines = []
    for place, (name, members) in enumerate(groups, start=1):
        lines += [f"{han_numeral(place)}、{name}（{len(members)}）", "、".join(members)]
    return "\n".join(lines)
