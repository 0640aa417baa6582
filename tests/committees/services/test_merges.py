"""Two entries that are one person: everything comes over, nothing doubles, and back again."""

from datetime import UTC, date, datetime

import pytest
from django.core import serializers

from committees.figures import duplicates
from committees.models import Person, Post
from committees.services import committees, merges, people
from portal.kernel.errors import Refused
from portal.kernel.ranges import between
from tests.factories import committees as factory
from tests.personas import World

NOW = datetime(2023, 9, 1, tzinfo=UTC)


def state() -> str:
    """Every person and post as text, merged ones too."""
    rows = [*Person._base_manager.order_by("pk"), *Post.objects.order_by("pk")]
    return serializers.serialize("json", rows)


def test_posts_and_facts_come_over_and_the_other_entry_leaves_every_list(city: World) -> None:
    kept = factory.make_person(city.school, "陈国栋", categories=["teacher"], strengths="书法")
    gone = factory.make_person(
        city.office, "陈国栋", categories=["cadre"], strengths="书法、朗诵", phone="13800001234",
        is_mentor=True,
    )  # fmt: skip
    committee = city.committees[city.office.pk]
    committees.appoint(gone, committee, position="member", since_day=date(2020, 1, 1), by=None)

    merges.merge(kept, gone, by=city.office_secretary)

    kept.refresh_from_db()
    assert kept.categories == ["teacher", "cadre"]
    assert kept.strength_tags == ["书法", "朗诵"]
    assert (kept.phone, kept.is_mentor) == ("13800001234", True)
    assert [post.committee for post in kept.posts.all()] == [committee]
    assert not Person.objects.filter(pk=gone.pk).exists()
    assert list(city.office.people.all()) == []


def test_the_same_post_of_both_was_held_once(city: World) -> None:
    committee = city.committees[city.school.pk]
    kept, gone = (factory.make_person(city.school, "陈国栋") for _ in range(2))
    for person, first in ((kept, date(2021, 1, 1)), (gone, date(2019, 1, 1))):
        committees.appoint(person, committee, position="member", since_day=first, by=None)

    merges.merge(kept, gone, by=None)

    now = committee.posts.filter(period__contains=date(2023, 1, 1))
    assert [(post.person_id, post.period) for post in now] == [
        (kept.pk, between(date(2019, 1, 1), None))
    ]


def test_undoing_gives_back_every_row_as_it_was(city: World) -> None:
    committee = city.committees[city.school.pk]
    kept = factory.make_person(city.school, "陈国栋")
    gone = factory.make_person(city.office, "陈国栋", phone="13800001234", honour="特级教师")
    for person, first in ((kept, date(2021, 1, 1)), (gone, date(2019, 1, 1))):
        committees.appoint(person, committee, position="member", since_day=first, by=None)
    before = state()
    done = merges.merge(kept, gone, by=None)
    assert state() != before

    merges.undo(done, at=NOW, by=None)

    assert state() == before
    with pytest.raises(Refused, match="已经撤销过"):
        merges.undo(done, at=NOW, by=None)


def test_undoing_is_refused_once_something_was_built_on_it(city: World) -> None:
    kept = factory.make_person(city.school, "陈国栋")
    gone = factory.make_person(city.school, "陈国栋", phone="13800001234")
    done = merges.merge(kept, gone, by=None)
    kept.refresh_from_db()
    people.correct(kept, phone="13800005678", by=None)

    with pytest.raises(Refused, match="又改动过"):
        merges.undo(done, at=NOW, by=None)
    assert Person.objects.get(pk=kept.pk).phone == "13800005678"


def test_an_entry_merged_already_is_not_merged_again(city: World) -> None:
    one, two, three = (factory.make_person(city.school, "陈国栋") for _ in range(3))
    merges.merge(one, two, by=None)

    with pytest.raises(Refused, match="刚刚已经合并过"):
        merges.merge(three, two, by=None)


class TestFinding:
    def pairs(self, *facts: tuple[str, str, tuple[int, int] | None]) -> list[list[str]]:
        entries = [
            duplicates.Entry(number, name, phone, born)
            for number, (name, phone, born) in enumerate(facts)
        ]
        return [pair.reasons for pair in duplicates.find(entries)]

    def test_one_name_with_one_number(self) -> None:
        assert self.pairs(("陈国栋", "138", None), ("陈国栋", "138", None)) == [
            ["姓名相同", "手机号相同"]
        ]

    def test_one_name_born_in_one_month(self) -> None:
        assert self.pairs(("陈国栋", "", (1952, 5)), ("陈 国栋", "", (1952, 5))) == [
            ["姓名写法不同", "出生年月相同"]
        ]

    def test_a_name_in_the_old_spelling_or_one_character_off(self) -> None:
        assert self.pairs(("劉國華", "138", None), ("刘国华", "138", None)) != []
        assert self.pairs(("陈国栋", "138", None), ("陈国东", "138", None)) == [
            ["姓名差一个字", "手机号相同"]
        ]

    def test_two_people_who_share_a_number_or_a_name_only(self) -> None:
        assert self.pairs(("陈国栋", "138", None), ("王秀英", "138", None)) == []
        assert self.pairs(("陈国栋", "138", (1952, 5)), ("陈国栋", "139", (1950, 1))) == []
