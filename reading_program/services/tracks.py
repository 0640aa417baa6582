"""评选项目 of an edition: begun from the usual ones or another edition's, and what each asks."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from portal.kernel import audit
from portal.kernel.errors import Refused
from reading_program.models import AwardLevel, Edition, EntryGroup, HonourRules, Track
from reading_program.rules import criteria_of, read_limits, standard


class RulesEdited(Refused):
    """Somebody saved the track after this page was opened; `current` is what stands now."""

    def __init__(self, current: Track) -> None:
        super().__init__("这个项目刚才有人改过，现在的要求在最下面。核对以后再保存，就按您写的改")
        self.current = current


def begin_with_standard(edition: Edition, *, by: Any) -> None:
    with audit.acting("edition.prepared", by=by):
        Track.objects.bulk_create(
            Track(edition=edition, position=at, **facts)
            for at, facts in enumerate(standard()["tracks"], start=1)
        )
        EntryGroup.objects.bulk_create(
            EntryGroup(edition=edition, position=at, **facts)
            for at, facts in enumerate(standard()["groups"], start=1)
        )


def begin_like(edition: Edition, like: Edition, *, by: Any) -> None:
    """Copy the tracks with what they ask, the groups, the award levels and the honours."""
    groups = {each.pk: each for each in like.groups.order_by("position")}
    tracks = {each.pk: each for each in like.tracks.order_by("position")}
    levels = AwardLevel.objects.filter(track__edition=like).order_by("pk")
    rules = HonourRules.objects.filter(edition=like)
    with audit.acting("edition.prepared", by=by):
        for group in groups.values():
            _copy(group, edition=edition)
        for track in tracks.values():
            _copy(track, edition=edition, version=1)
        for level in levels:
            its = groups[level.group_id] if level.group_id else None
            _copy(level, track=tracks[level.track_id], group=its)
        for each in rules:
            _copy(each, edition=edition)


def _copy(row: Any, **facts: Any) -> None:
    """Turn the row into a new one of its own that differs in these facts."""
    row.pk, row._state.adding = None, True
    for name, value in facts.items():
        setattr(row, name, value)
    row.save(force_insert=True)


@transaction.atomic
def name_track(track: Track, *, name: str, rules: str, version: int, by: Any) -> None:
    """Set what a track is called and its one sentence; free even when somebody has entered."""
    _write(track, {"name": name, "rules": rules}, version=version, by=by)


@transaction.atomic
def set_rules(
    track: Track,
    *,
    name: str,
    rules: str,
    limits: dict[str, Any],
    criteria: Sequence[tuple[str, Decimal]],
    version: int,
    by: Any,
) -> None:
    """Set what a track asks and is marked by; refused by the database once somebody has entered.

    Raises RulesEdited when somebody else saved in between.
    """
    if read_limits(track.kind, limits) == track.limit:
        limits = track.limits  # said in other words is no change
    marked = criteria_of(criteria)
    facts = {
        "name": name,
        "rules": rules,
        "limits": limits,
        "criteria": track.criteria if marked == track.marked_by else marked,
    }
    try:
        with transaction.atomic():
            _write(track, facts, version=version, by=by)
    except IntegrityError as error:
        diag = getattr(error.__cause__, "diag", None)
        if getattr(diag, "constraint_name", "") == "track_rules_frozen":
            raise Refused(
                "已经有学校登记了作品，不能改到他们头上；名称和一句话要求可以改，别的下一届再改"
            ) from error
        raise


def _write(track: Track, facts: dict[str, Any], *, version: int, by: Any) -> None:
    here = Track.objects.filter(pk=track.pk, version=version)
    with audit.acting("track.rules_set", by=by):
        if not here.update(**facts, version=F("version") + 1):
            raise RulesEdited(Track.objects.select_related("edition__city").get(pk=track.pk))
    audit.record("track.rules_set", track.edition, by=by, note=facts["name"])
