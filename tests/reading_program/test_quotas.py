"""名额 as the database keeps them."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from reading_program.models import Entry, Quota
from tests.factories import reading_entries as entries
from tests.personas import World

pytestmark = pytest.mark.django_db


def hand_in(entry: Entry, number: int) -> None:
    Entry.objects.filter(pk=entry.pk).update(
        state="submitted", number=number, submitted_at=timezone.now()
    )


def test_a_place_more_than_the_school_has_is_refused_by_the_database(city: World) -> None:
    edition = entries.running_edition(city.bureau)
    Quota.objects.create(edition=edition, track=entries.track(edition), unit=city.school, places=1)
    hand_in(entries.draft(edition, city.school, name="甲"), 1)
    second = entries.draft(edition, city.school, name="乙")
    with pytest.raises(IntegrityError, match="no place left"), transaction.atomic():
        hand_in(second, 2)
    Entry.objects.filter(number=1).update(state="withdrawn")
    hand_in(second, 2)


def test_a_school_without_a_row_draws_on_what_its_office_has_not_given_away(city: World) -> None:
    edition = entries.running_edition(city.bureau)
    track = entries.track(edition)
    office: dict[str, Any] = {"edition": edition, "track": track, "unit": city.office}
    Quota.objects.create(**office, places=3)
    Quota.objects.create(edition=edition, track=track, unit=city.schools[1], places=2)
    hand_in(entries.draft(edition, city.school, name="甲"), 1)
    second = entries.draft(edition, city.school, name="乙")
    with pytest.raises(IntegrityError, match="no place left"), transaction.atomic():
        hand_in(second, 2)


def test_no_level_gives_more_than_it_has(city: World) -> None:
    edition = entries.running_edition(city.bureau)
    track = entries.track(edition)
    Quota.objects.create(edition=edition, track=track, unit=city.office, places=3)
    mine = Quota.objects.create(edition=edition, track=track, unit=city.school, places=2)
    with pytest.raises(IntegrityError, match="more than the level above"), transaction.atomic():
        Quota.objects.create(edition=edition, track=track, unit=city.schools[1], places=2)
    hand_in(entries.draft(edition, city.school, name="甲"), 1)
    with pytest.raises(IntegrityError, match="places in use"), transaction.atomic():
        Quota.objects.filter(pk=mine.pk).update(places=0)


def test_per_cent_counts_what_is_written_down_or_the_number_stated(city: World) -> None:
    edition = entries.running_edition(city.bureau)
    row = Quota.objects.create(
        edition=edition, track=entries.track(edition), unit=city.school, percent=10
    )
    many = [entries.draft(edition, city.school, name=f"生{n}") for n in range(11)]
    hand_in(many[0], 1)
    hand_in(many[1], 2)
    with pytest.raises(IntegrityError, match="no place left"), transaction.atomic():
        hand_in(many[2], 3)
    Quota.objects.filter(pk=row.pk).update(base=30)
    hand_in(many[2], 3)


def test_without_the_guardians_consent_no_childs_work_leaves_the_school(city: World) -> None:
    edition = entries.running_edition(city.bureau)
    entry = entries.draft(edition, city.school, consent=False)
    with pytest.raises(IntegrityError, match="no consent"), transaction.atomic():
        hand_in(entry, 1)


def test_the_rules_of_a_track_stand_still_once_there_are_entries(city: World) -> None:
    edition = entries.running_edition(city.bureau)
    track = entries.track(edition)
    track.limits = track.limits | {"max_characters": 2000}
    track.save()
    entries.draft(edition, city.school)
    track.limits = {}
    with pytest.raises(IntegrityError, match="has entries"), transaction.atomic():
        track.save()
    track.refresh_from_db()
    track.name = "读书征文比赛"
    track.save()
