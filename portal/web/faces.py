"""The public page of a committee as plain words: only what was switched on, and no child's name."""

from collections.abc import Collection, Sequence
from typing import Any

from django.core.cache import cache
from django.db.models import Count

from activities.choices import ActivityState
from activities.models import Activity
from committees import figures
from committees.models import Unit
from evaluations.choices import TitleState
from evaluations.models import Title
from portal.kernel import calendar
from portal.kernel.anonymous import covered
from portal.kernel.calendar import date_cn
from portal.web.choices import FaceSection
from portal.web.models import PublicFace
from reading_program.choices import HonourKind, ListState, PublicityState
from reading_program.figures.children import named_in
from reading_program.models import Entry, Honour, Result

KEPT_SECONDS = 60
MOST_RECORDS = 60

Part = dict[str, Any]  # {"key", "title", "lines": [(main, more)]}


def kept(face: PublicFace) -> list[Part]:
    """The parts, kept for a minute; a change by the unit shows at once."""
    key = f"face:{face.pk}:{face.version}"
    found: list[Part] | None = cache.get(key)
    if found is None:
        records = face.records.all()
        found = parts(face.unit, sections=face.sections, records=records)
        cache.set(key, found, KEPT_SECONDS)
    return found


def parts(unit: Unit, *, sections: Collection[str], records: Any) -> list[Part]:
    """What is shown of a unit with these sections on; a part with nothing in it is left out."""
    lines = {
        FaceSection.MEMBERS: lambda: _members(unit),
        FaceSection.ACTIVITIES: lambda: _activities(unit, records),
        FaceSection.HONOURS: lambda: _honours(unit),
        FaceSection.RESULTS: lambda: _results(unit),
    }
    made = [
        {"key": section.value, "title": section.label, "lines": lines[section]()}
        for section in FaceSection
        if section in sections
    ]
    return [part for part in made if part["lines"]]


def _members(unit: Unit) -> list[tuple[str, str]]:
    """Who holds an office today: post and name, and nothing else of the person."""
    committee = unit.committees.filter(dissolved_on=None).first()
    if committee is None:
        return []
    posts = figures.current_posts(committee, on=calendar.today())
    return [(str(post.person), post.get_position_display()) for post in posts]


def _activities(unit: Unit, records: Any) -> Sequence[tuple[str, str]]:
    """The chosen ones that are still accepted; title without a child's name, kind and day."""
    chosen = [record.pk for record in records]
    accepted = Activity.objects.filter(pk__in=chosen, unit=unit, state=ActivityState.ACCEPTED)
    found = list(accepted.select_related("kind").newest()[:MOST_RECORDS])
    below = Entry.objects.filter(unit__path__startswith=unit.path)
    hidden = named_in("\n".join(it.title for it in found), below)
    return [
        (covered(it.title, hidden), f"{it.kind.name if it.kind else ''}，{it.held_label}")
        for it in found
    ]


def _honours(unit: Unit) -> list[tuple[str, str]]:
    """Titles that hold, and organisation awards whose publicity is over."""
    titles = Title.objects.filter(unit=unit).exclude(state=TitleState.REVOKED)
    awards = Honour.objects.standing().filter(
        unit=unit, kind=HonourKind.ORGANISATION, publicity__state=PublicityState.ENDED
    )
    return [
        *((it.name, date_cn(it.named_on)) for it in titles.order_by("-named_on", "pk")),
        *(
            (f"{it.edition.name}{it.get_kind_display()}", it.edition.school_year_label)
            for it in awards.select_related("edition").order_by("-edition", "pk")
        ),
    ]


def _results(unit: Unit) -> list[tuple[str, str]]:
    """Final awards as counts: whose works they were is nobody's business."""
    rows = (
        Result.objects.awarded()
        .filter(entry__unit=unit, list__state=ListState.FINAL)
        .order_by("-list__edition", "list__track__position", "level__position")
        .values_list("list__edition__name", "list__track__name", "level__name", "list__edition",
                     "list__track__position", "level__position")
        .annotate(works=Count("pk"))
    )  # fmt: skip
    return [
        (f"{edition}：{track}", f"{level} {works} 件") for edition, track, level, *_, works in rows
    ]
