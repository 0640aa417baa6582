"""An edition is prepared from standard rows, put right, then published to the whole city."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from committees.models import Unit
from portal.kernel import audit, calendar
from portal.kernel.errors import Refused
from portal.kernel.fields import labels_of
from portal.kernel.refusals import speaking_for
from reading_program.models import Edition, EntryGroup, Stage, Track
from reading_program.rules import standard


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
    by: Any,
) -> Edition:
    """Make an edition with the six tracks, four groups and five stages to start from."""
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
    Track.objects.bulk_create(
        Track(edition=edition, position=at, **facts)
        for at, facts in enumerate(standard()["tracks"], start=1)
    )
    EntryGroup.objects.bulk_create(
        EntryGroup(edition=edition, position=at, **facts)
        for at, facts in enumerate(standard()["groups"], start=1)
    )
    Stage.objects.bulk_create(_standard_stages(edition))
    audit.record("edition.prepared", edition, by=by)
    return edition


def _standard_stages(edition: Edition) -> list[Stage]:
    """The usual rhythm, stretched or pressed into the days of this edition."""
    usual = standard()["stages"][-1]["to"] + 1
    days = (edition.ends_on - edition.starts_on).days + 1

    def day(offset: int) -> date:
        return edition.starts_on + timedelta(days=offset * days // usual)

    stages = []
    for at, usually in enumerate(standard()["stages"], start=1):
        starts_on = day(usually["from"])
        stages.append(
            Stage(
                edition=edition,
                position=at,
                name=usually["name"],
                starts_on=starts_on,
                ends_on=max(starts_on, day(usually["to"] + 1) - timedelta(days=1)),
                closes=usually.get("closes", ""),
            )
        )
    return stages


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
def set_rules(track: Track, *, name: str, rules: str, limits: dict[str, Any], by: Any) -> None:
    """Set what a track asks; refused by the database once somebody has entered."""
    try:
        with audit.acting("track.rules_set", by=by), transaction.atomic():
            Track.objects.filter(pk=track.pk).update(name=name, rules=rules, limits=limits)
    except IntegrityError as error:
        diag = getattr(error.__cause__, "diag", None)
        if getattr(diag, "constraint_name", "") == "track_rules_frozen":
            raise Refused("已经有学校登记了作品，要求不能再改；名称和一句话要求可以改") from error
        raise
    audit.record("track.rules_set", track.edition, by=by, note=track.name)


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
