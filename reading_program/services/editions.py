"""An edition is prepared from standard rows, put right, then published to the whole city."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from committees.models import Unit
from portal.kernel import audit, calendar
from portal.kernel.errors import Refused
from portal.kernel.fields import labels_of
from portal.kernel.refusals import speaking_for
from reading_program.models import Edition, Stage, Track
from reading_program.rules import standard
from reading_program.services import tracks


@transaction.atomic
def prepare_edition(
    city: Unit,
    *,
    name: str,
    theme: str,
    starts_on: date,
    ends_on: date,
    plans_due_on: date | None = None,
    asks_kindergartens: bool = False,
    like: Edition | None = None,
    by: Any,
) -> Edition:
    """Make an edition with the usual tracks, groups and stages, or with those of another one.

    They are copies: what is changed in one edition changes nothing in another.
    """
    with audit.acting("edition.prepared", by=by), speaking_for(Edition):
        edition = Edition.objects.create(
            city=city,
            name=name,
            theme=theme,
            school_year=calendar.school_year(starts_on),
            starts_on=starts_on,
            ends_on=ends_on,
            plans_due_on=plans_due_on,
            asks_kindergartens=asks_kindergartens,
            created_by=by,
        )
    if like is None:
        tracks.begin_with_standard(edition, by=by)
    else:
        tracks.begin_like(edition, like, by=by)
    Stage.objects.bulk_create(_stages(edition, *_rhythm(like)))
    audit.record("edition.prepared", edition, by=by)
    return edition


def _rhythm(like: Edition | None) -> tuple[list[dict[str, Any]], int]:
    """Stages by days counted from the first, and how many days they are laid out for."""
    if like is None:
        rows = standard()["stages"]
        return rows, rows[-1]["to"] + 1
    stages = [
        {
            "name": each.name,
            "closes": each.closes,
            "from": (each.starts_on - like.starts_on).days,
            "to": (each.ends_on - like.starts_on).days,
        }
        for each in like.stages.order_by("position")
    ]
    return stages, (like.ends_on - like.starts_on).days + 1


def _stages(edition: Edition, rows: Iterable[Mapping[str, Any]], usual: int) -> Iterator[Stage]:
    """The same rhythm, stretched or pressed into the days of this edition."""
    days = (edition.ends_on - edition.starts_on).days + 1

    def day(offset: int) -> date:
        return edition.starts_on + timedelta(days=offset * days // usual)

    for at, row in enumerate(rows, start=1):
        starts_on = day(row["from"])
        yield Stage(
            edition=edition,
            position=at,
            name=row["name"],
            starts_on=starts_on,
            ends_on=max(starts_on, day(row["to"] + 1) - timedelta(days=1)),
            closes=row.get("closes", ""),
        )


@transaction.atomic
def correct_edition(
    edition: Edition,
    *,
    facts: Mapping[str, Any],
    stages: Mapping[int, Mapping[str, Any]],
    tracks: Mapping[int, Mapping[str, Any]],
    by: Any,
) -> None:
    """Set the facts of the edition and of its rows, each row by its pk; other rows stay."""
    changed = [name for name, value in facts.items() if getattr(edition, name) != value]
    for name in changed:
        setattr(edition, name, facts[name])
    edition.school_year = calendar.school_year(edition.starts_on)
    with audit.acting("edition.corrected", by=by), speaking_for(Edition, Stage):
        edition.save(update_fields=[*facts, "school_year"])
        for pk, row in stages.items():
            Stage.objects.filter(pk=pk, edition=edition).update(**row)
        for pk, row in tracks.items():
            Track.objects.filter(pk=pk, edition=edition).update(**row)
    audit.record("edition.corrected", edition, by=by, note=labels_of(Edition, changed))


@transaction.atomic
def publish_edition(edition: Edition, *, by: Any) -> None:
    """Show the edition to the city; from now on offices and schools are asked for their plans."""
    with audit.acting("edition.published", by=by):
        now = timezone.now()
        done = Edition.objects.filter(pk=edition.pk, published_at=None).update(published_at=now)
    if not done:
        raise Refused("这届读书活动已经发布了，刷新页面看看")
    edition.published_at = now
    audit.record("edition.published", edition, by=by)
