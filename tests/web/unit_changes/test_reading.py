"""The reading programme when schools merge, move, part and close: works, places, judges, awards."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from committees.models import Unit, UnitChange
from portal.kernel import calendar
from portal.kernel.errors import Refused
from portal.web.unit_changes.carrying_out import carry_out, undo
from portal.web.unit_changes.wishes import Close, Merge, Move, NewUnit, Split
from reading_program.models import Certificate, Edition, Entry, Judge, Quota, Result
from reading_program.services import entries as contest
from reading_program.services import judging, quotas
from tests.factories import judging as marking
from tests.factories import reading_entries as entries
from tests.factories import results
from tests.personas import World
from tests.web.unit_changes.worlds import everything

NEW = NewUnit("云山新区小学", "school", "primary")


@pytest.fixture
def edition(city: World) -> Edition:
    return entries.running_edition(city.bureau)


def give(city: World, edition: Edition, **places: int) -> None:
    """Places of the essay track by the name of a persona's unit: office=8, school=3."""
    for name, count in places.items():
        unit = city.schools[1] if name == "sibling" else getattr(city, name)
        quotas.give(entries.track(edition), unit=unit, places=count, by=None)


def places_of(unit: Unit) -> int | None:
    row = Quota.objects.filter(unit=unit).first()
    return row.places if row else None


def send(city: World, edition: Edition, unit: Unit, *names: str, **facts: Any) -> list[Entry]:
    made = [entries.draft(edition, unit, name=name, **facts) for name in names]
    contest.send(entries.track(edition), unit=unit, by=city.school_secretary)
    return made


def said(change: UnitChange) -> str:
    return "\n".join(line for section in change.effects for line in section["lines"])


def absorb(city: World) -> UnitChange:
    wish = Merge(sources=(city.schools[1],), into=city.school, on=calendar.today(), note="文")
    return carry_out(wish, by=city.bureau_staff)


def test_an_absorbed_school_brings_its_works_and_its_places(city: World, edition: Edition) -> None:
    give(city, edition, office=8, school=3, sibling=2)
    send(city, edition, city.school, "沈小禾", rank=1)
    sent = send(city, edition, city.schools[1], "许知远", "甄雨", rank=1)
    waiting = entries.draft(edition, city.schools[1], name="没报的")
    before = everything()

    change = absorb(city)

    assert {each.unit_id for each in Entry.objects.all()} == {city.school.pk}
    assert places_of(city.school) == 5
    assert places_of(city.schools[1]) is None
    assert places_of(city.office) == 8
    sent[0].refresh_from_db()
    assert (sent[0].rank, sent[0].number) == (2, 2), "behind the heir's own, under its own number"
    text = said(change)
    assert f"3 件还没公布结果的作品归“{city.school}”，编号和分数不变" in text
    assert f"“{city.school}”读书征文的名额由 3 个改为 5 个" in text
    assert f"“{city.schools[1]}”读书征文的名额（2 个）不再单列" in text
    contest.send_one(contest_ready(waiting), by=city.school_secretary)
    waiting.refresh_from_db()
    assert waiting.state == "submitted", "two of the five places were still free"
    with pytest.raises(Refused, match="后来又用掉"):
        undo(change, at=timezone.now(), by=None)
    Entry.objects.filter(pk=waiting.pk).update(state="draft", number=None, submitted_at=None)
    undo(change, at=timezone.now(), by=None)
    assert sorted(before["reading_program.Quota"]) == sorted(everything()["reading_program.Quota"])
    assert Entry.objects.filter(unit=city.schools[1]).count() == 3


def contest_ready(entry: Entry) -> Entry:
    return Entry.objects.select_related("unit", "track", "edition", "group").get(pk=entry.pk)


def test_two_pupils_of_one_name_and_class_both_come_along(city: World, edition: Edition) -> None:
    for school in (city.school, city.schools[1]):
        entries.draft(edition, school, name="张伟", is_sole=True)
    change = absorb(city)
    assert Entry.objects.filter(unit=city.school, nominee_name="张伟").count() == 2
    assert "请核对是不是报了两次" in said(change)
    undo(change, at=timezone.now(), by=None)
    assert Entry.objects.filter(is_sole=True).count() == 2


def test_a_new_school_has_the_places_of_both(city: World, edition: Edition) -> None:
    give(city, edition, office=8, school=3, sibling=2)
    send(city, edition, city.school, "沈小禾")
    before = everything()
    change = carry_out(
        Merge(sources=tuple(city.schools[:2]), new=NEW, under=city.office, on=calendar.today(),
              note="文"),
        by=city.bureau_staff,
    )  # fmt: skip
    new = Unit.objects.get(name=NEW.name)
    assert places_of(new) == 5
    assert Entry.objects.get().unit == new
    undo(change, at=timezone.now(), by=None)
    assert everything() == before


def test_from_another_office_the_places_come_out_of_its_total(
    city: World, edition: Edition
) -> None:
    give(city, edition, office=8, school=3)
    other = city.other_school.office
    quotas.give(entries.track(edition), unit=other, places=6, by=None)
    quotas.give(entries.track(edition), unit=city.other_school, places=4, by=None)
    send(city, edition, city.other_school, "许知远")
    before = everything()
    change = carry_out(
        Merge(sources=(city.other_school,), into=city.school, on=calendar.today(), note="文"),
        by=city.bureau_staff,
    )
    assert (places_of(city.school), places_of(city.office), places_of(other)) == (7, 12, 2)
    assert Entry.objects.get().office == city.office
    quotas.give(entries.track(edition), unit=city.office, places=12, by=None)  # the tree holds
    undo(change, at=timezone.now(), by=None)
    assert everything() == before


def test_a_school_that_moves_takes_its_places_and_its_works_to_the_new_office(
    city: World, edition: Edition
) -> None:
    give(city, edition, office=8, school=3)
    quotas.give(entries.track(edition), unit=city.offices[1], places=2, by=None)
    send(city, edition, city.school, "沈小禾")
    before = everything()
    change = carry_out(
        Move(unit=city.school, to=city.offices[1], on=calendar.today(), note="文"), by=None
    )
    assert (places_of(city.school), places_of(city.office)) == (3, 5)
    assert places_of(city.offices[1]) == 5
    assert Entry.objects.get().office == city.offices[1]
    assert f"1 件还没公布结果的作品以后由“{city.offices[1]}”审核" in said(change)
    assert "还没公布结果的参评作品 1 件，跟着走" in said(change)
    undo(change, at=timezone.now(), by=None)
    assert everything() == before


def test_a_school_that_closes_hands_back_what_it_did_not_use(city: World, edition: Edition) -> None:
    give(city, edition, office=8, school=3)
    send(city, edition, city.school, "沈小禾")
    before = everything()
    change = carry_out(Close(unit=city.school, on=calendar.today(), note="停办"), by=None)
    assert places_of(city.school) == 1
    assert Entry.objects.get().unit == city.school
    assert "还没公布结果的参评作品 1 件，请转到别的单位" in said(change)
    undo(change, at=timezone.now(), by=None)
    assert everything() == before


def test_a_school_that_parts_for_good_leaves_its_works_to_the_first(
    city: World, edition: Edition
) -> None:
    give(city, edition, office=8, school=3)
    send(city, edition, city.school, "沈小禾")
    carry_out(
        Split(unit=city.school, new=(NEW,), closes=True, on=calendar.today(), note="文"), by=None
    )
    new = Unit.objects.get(name=NEW.name)
    assert (Entry.objects.get().unit, places_of(new)) == (new, 3)


def test_what_is_published_and_certified_keeps_the_old_name(city: World) -> None:
    results.certified(city)
    won = Result.objects.awarded().get(entry__unit=city.schools[1])
    change = absorb(city)
    won.refresh_from_db()
    assert won.entry.unit == city.schools[1]
    paper = Certificate.objects.get(result=won)
    assert (paper.unit, paper.school) == (city.schools[1], city.schools[1].name)
    assert f"仍写“{city.schools[1]}”的校名，不改" in said(change)


def test_a_judge_of_the_old_school_keeps_away_from_its_works_at_the_new_one(
    city: World, edition: Edition
) -> None:
    first, second = marking.judges(edition, 2)
    Judge.objects.filter(pk=first.pk).update(school=city.schools[1])
    second.former_schools.add(city.schools[1])
    entry = marking.city_entry(edition, city.schools[1], grade=2)
    change = absorb(city)
    entry.refresh_from_db()
    assert entry.unit == city.school
    here = judging.prepare_round(
        entry.track, name="初评", rule="mean", judges_each=1, by=city.bureau_staff
    )
    here.copies.update(state="cleared", words=[])
    with pytest.raises(Refused, match="评委不够"):
        judging.open_round(here, by=None)
    assert "仍回避本校作品" in said(change)
    assert f"1 位在这里工作过的评委，也回避“{city.school}”的作品" in said(change)


def test_an_edition_that_is_over_is_left_alone(city: World) -> None:
    edition = entries.running_edition(city.bureau, on=calendar.today() - timedelta(days=400))
    entry = entries.draft(edition, city.schools[1])
    absorb(city)
    entry.refresh_from_db()
    assert entry.unit == city.schools[1]
