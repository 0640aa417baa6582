"""Places are given down the tree, handed back, and given to others."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, transaction

from committees.models import Unit
from portal.kernel import audit
from portal.kernel.errors import Refused
from portal.kernel.refusals import speaking_for
from reading_program.models import EntryGroup, Quota, Track
from reading_program.services import entries

SENTENCES = {
    "quota_covers_use": "已经报上来或分下去的比这个数多，名额不能再少",
    "quota_within_parent": "加起来超过了上一级给的名额，请先从别家调出来，或向上一级要",
}


@contextmanager
def within_the_tree() -> Iterator[None]:
    """Turn what the triggers of places say into Refused."""
    try:
        with transaction.atomic(), speaking_for(Quota):
            yield
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
        if name in SENTENCES:
            raise Refused(SENTENCES[name]) from error
        raise


@transaction.atomic
def give(
    track: Track,
    *,
    unit: Unit,
    group: EntryGroup | None = None,
    places: int | None = None,
    percent: int | None = None,
    base: int | None = None,
    by: Any,
) -> None:
    """Set a unit's places, or take its row away (neither number); reserves move up at once."""
    with audit.acting("quota.given", by=by), within_the_tree():
        if places is None and percent is None:
            Quota.objects.filter(track=track, unit=unit, group=group).delete()
        else:
            Quota.objects.update_or_create(
                track=track,
                unit=unit,
                group=group,
                defaults={
                    "edition": track.edition,
                    "places": places,
                    "percent": percent,
                    "base": base,
                },
            )
    entries.promote(track, unit=unit, by=by)


@transaction.atomic
def hand_back(quota: Quota, *, count: int, by: Any) -> None:
    """Give unused places back to the level above, which may give them to others."""
    quota = Quota.objects.select_for_update().get(pk=quota.pk)
    if quota.places is None:
        raise Refused("按百分比算的名额不用交回")
    if not 0 < count <= quota.places:
        raise Refused(f"能交回的名额在 1 到 {quota.places} 之间")
    with audit.acting("quota.handed_back", by=by), within_the_tree():
        quota.places -= count
        quota.save(update_fields=["places"])
    audit.record("quota.handed_back", quota, by=by, note=f"{quota.track}交回 {count} 个名额")
