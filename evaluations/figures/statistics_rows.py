"""The rows behind a number of the 统计年报, each with what it adds and the way to its page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from activities.models import Activity, Studio
from activities.models.partners import Partner
from committees.models import Committee, Person, Unit, UnitYear
from evaluations.figures.statistics_adding import Row
from evaluations.figures.statistics_form import Indicator
from evaluations.figures.statistics_sources import SOURCES
from evaluations.models import BulletinArticle, BulletinIssue, Title
from portal.kernel.calendar import date_cn
from portal.kernel.paging import read_page
from reading_program.models import Entry, Result

Said = tuple[str, str, str]  # what it is, a fact beside it, the way to its page


@dataclass(frozen=True, slots=True)
class Shown:
    """`seen` are the rows a person may see, ordered by `by` (the last one unique)."""

    seen: Callable[[Any], QuerySet[Any]]
    by: Sequence[str]
    say: Callable[[Any], Said]


@dataclass(frozen=True, slots=True)
class Behind:
    text: str
    detail: str
    url: str
    amount: int


@dataclass(frozen=True, slots=True)
class BehindPage:
    """A page of rows; `hidden` are rows of the number that this person may not see."""

    rows: list[Behind]
    hidden: int
    older: str
    is_first: bool


def _record(it: Activity) -> Said:
    detail = f"{it.held_label}，{it.kind.name if it.kind else ''}，{it.unit.name}"
    return str(it), detail, reverse("activities:activity", args=[it.pk])


def _person(it: Person) -> Said:
    detail = f"{it.original_post or it.get_work_status_display()}，登记在{it.unit.name}"
    return it.name, detail.removeprefix("，"), reverse("committees:person", args=[it.pk])


def _unit(it: Unit) -> Said:
    return it.name, str(it.get_kind_display()), reverse("committees:unit", args=[it.pk])


def _unit_year(it: UnitYear) -> Said:
    label = f"{it.year}—{it.year + 1}学年学生数"
    return it.unit.name, label, reverse("committees:unit", args=[it.unit_id])


def _issue(it: BulletinIssue) -> Said:
    url = reverse("evaluations:issue", args=[it.pk])
    return f"{it.series.name}{it.number_label}", date_cn(it.dated_on or it.ends_on), url


def _article(it: BulletinArticle) -> Said:
    url = reverse("evaluations:issue", args=[it.issue_id])
    return it.title, f"{it.issue.series.name}{it.issue.number_label}", url


SHOWN: Mapping[str, Shown] = {
    "committees": Shown(
        lambda user: Committee.objects.visible_to(user).select_related("host"),
        ("host__path", "pk"),
        lambda it: (it.name, it.host.name, reverse("committees:unit", args=[it.host_id])),
    ),
    "people": Shown(
        lambda user: Person.objects.visible_to(user).select_related("unit"),
        ("unit__path", "pk"), _person,
    ),
    "units": Shown(Unit.objects.visible_to, ("path",), _unit),
    "unit_years": Shown(
        lambda user: UnitYear.objects.filter(
            unit__in=Unit.objects.visible_to(user).order_by()
        ).select_related("unit"),
        ("unit__path", "pk"), _unit_year,
    ),
    "records": Shown(
        lambda user: Activity.objects.visible_to(user).select_related("kind", "unit"),
        ("-held_on", "-pk"), _record,
    ),
    "works": Shown(
        lambda user: Entry.objects.visible_to(user).select_related("track", "unit"),
        ("unit__path", "pk"),
        lambda it: (str(it), f"{it.track.name}，{it.unit.name}",
                    reverse("reading_program:entry", args=[it.pk])),
    ),
    "awards": Shown(
        lambda user: Result.objects.visible_to(user).select_related(
            "entry__unit", "entry__track", "level"
        ),
        ("entry__unit__path", "pk"),
        lambda it: (str(it.entry), f"{it.entry.track.name}{it.level}，{it.entry.unit.name}",
                    reverse("reading_program:entry", args=[it.entry_id])),
    ),
    "issues": Shown(
        lambda user: BulletinIssue.objects.visible_to(user).select_related("series"),
        ("-starts_on", "-pk"), _issue,
    ),
    "articles": Shown(
        lambda user: BulletinArticle.objects.filter(
            issue__in=BulletinIssue.objects.visible_to(user)
        ).select_related("issue__series"),
        ("-pk",), _article,
    ),
    "studios": Shown(
        lambda user: Studio.objects.visible_to(user).select_related("unit"), ("unit__path", "pk"),
        lambda it: (it.name, it.unit.name, reverse("activities:studio", args=[it.pk])),
    ),
    "partners": Shown(
        lambda user: Partner.objects.visible_to(user).select_related("unit"), ("unit__path", "pk"),
        lambda it: (it.name, it.unit.name, reverse("activities:partner", args=[it.pk])),
    ),
    "titles": Shown(
        lambda user: Title.objects.visible_to(user).select_related("unit"), ("unit__path", "pk"),
        lambda it: (it.name, f"{it.unit.name}，{date_cn(it.named_on)}",
                    reverse("committees:unit", args=[it.unit_id])),
    ),
}  # fmt: skip


def behind(indicator: Indicator, rows: Sequence[Row], user: Any, *, after: str = "") -> BehindPage:
    """One page of the rows this person may see, and how many there are besides."""
    if indicator.source is None:
        return BehindPage([], 0, "", is_first=True)
    table = SOURCES[str(indicator.source["name"])].table
    return behind_rows(table, rows, user, after=after)


def behind_rows(table: str, rows: Sequence[Row], user: Any, *, after: str = "") -> BehindPage:
    """The same of rows of a table by name (SHOWN)."""
    shown = SHOWN[table]
    amounts = dict(rows)
    seen = shown.seen(user).filter(pk__in=amounts)
    page = read_page(seen, by=shown.by, after=after)
    made = [Behind(*shown.say(one), amounts[one.pk]) for one in page.rows]
    return BehindPage(made, len(amounts) - seen.count(), page.older, page.is_first)
