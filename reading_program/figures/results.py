"""What a result says: whole for lists and certificates, masked for everybody."""

from typing import Any

from django.db.models import QuerySet

from portal.kernel import anonymous
from portal.kernel.wording import masked
from reading_program.choices import HonourKind
from reading_program.models import Entry, Honour, Result


def whole_results(results: QuerySet[Result]) -> list[Result]:
    """Results with all that a list, a certificate or a form says of them, in the lists' order."""
    return list(
        results.select_related(
            "level",
            "list__track",
            "list__group",
            "list__edition",
            "entry__unit",
            "entry__track",
            "entry__group",
        )
        .prefetch_related("entry__advisers")
        .order_by(
            "list__track__position", "list__group__position", "level__position", "place", "pk"
        )
    )


def public_name(entry: Entry) -> str:
    """张*; a class or a unit is no person and keeps its name."""
    names = [entry.nominee_name, *map(str, entry.members)]
    if not entry.is_of_people:
        return entry.nominee_name
    return "、".join(map(masked, names))


def public_title(entry: Entry) -> str:
    """The title, people named in it crossed out."""
    people = {entry.nominee_name, *map(str, entry.members)}
    people |= {adviser.name for adviser in entry.advisers.all()}
    return anonymous.covered(entry.title, {name for name in people if len(name) > 1})


def public_row(result: Result) -> dict[str, Any]:
    entry, here = result.entry, result.list
    return {
        "ref": f"result:{result.pk}",
        "section": f"{here.track.name}{f' {here.group.name}' if here.group else ''}",
        "level": f"{result.level or ''}{'（补授）' if result.is_late else ''}",
        "name": public_name(entry),
        "school": entry.unit.name,
        "title": public_title(entry),
    }


def public_honour(honour: Honour) -> dict[str, Any]:
    kind = HonourKind(honour.kind)
    return {
        "ref": f"honour:{honour.pk}",
        "section": kind.label,
        "level": kind.label,
        "name": masked(honour.name) or honour.unit.name,
        "school": honour.unit.name,
        "title": "",
    }
