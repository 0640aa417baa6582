"""Lists of names for a commendation: whom a campaign named, what a reading edition awarded."""

from collections.abc import Iterable, Sequence
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


def _outline(groups: Iterable[tuple[str, Sequence[str]]]) -> str:
    lines = []
    for place, (name, members) in enumerate(groups, start=1):
        lines += [f"{han_numeral(place)}、{name}（{len(members)}）", "、".join(members)]
    return "\n".join(lines)
