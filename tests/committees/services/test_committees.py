"""Committees, whom they serve and who holds a post: each with its days."""

from datetime import date

import pytest

from committees.models import Committee
from committees.services import committees
from portal.kernel.errors import Refused
from tests.factories import committees as factory
from tests.personas import World

DAY = date(2023, 2, 1)


def test_a_second_living_committee_of_a_unit_is_refused(city: World) -> None:
    with pytest.raises(Refused, match="已经有关工委了"):
        committees.establish(city.school, established_on=DAY, by=None)

    assert Committee.objects.filter(host=city.school).count() == 1


def test_a_unit_is_served_by_one_committee_at_a_time(city: World) -> None:
    with pytest.raises(Refused, match="已由别的关工委覆盖"):
        committees.serve(city.committees[city.kindergarten.pk], city.school, since_day=DAY, by=None)


def test_a_post_ends_and_can_be_given_again(city: World) -> None:
    committee = city.committees[city.school.pk]
    person = factory.make_person(city.school)
    post = committees.appoint(person, committee, position="director", since_day=DAY, by=None)

    committees.end_post(post, on=date(2023, 6, 1), by=None)
    committees.appoint(person, committee, position="director", since_day=date(2023, 9, 1), by=None)

    assert committee.posts.count() == 2


def test_a_post_cannot_be_given_twice_nor_ended_twice(city: World) -> None:
    committee = city.committees[city.school.pk]
    person = factory.make_person(city.school)
    post = committees.appoint(person, committee, position="director", since_day=DAY, by=None)
    with pytest.raises(Refused, match="已经有这个职务"):
        committees.appoint(person, committee, position="director", since_day=DAY, by=None)
    with pytest.raises(Refused, match="结束日期要在这以后"):
        committees.end_post(post, on=DAY, by=None)

    committees.end_post(post, on=date(2023, 6, 1), by=None)
    with pytest.raises(Refused, match="已经在2023年6月1日结束了"):
        committees.end_post(post, on=date(2023, 7, 1), by=None)


def test_a_dissolved_committee_ends_everything_and_leaves_room_for_a_new_one(
    city: World,
) -> None:
    committee = city.committees[city.school.pk]
    early = factory.make_person(city.school)
    late = factory.make_person(city.school)
    committees.appoint(early, committee, position="director", since_day=DAY, by=None)
    committees.appoint(late, committee, position="deputy", since_day=date(2024, 1, 1), by=None)

    committees.dissolve(committee, on=date(2023, 6, 1), by=None)

    assert [post.person for post in committee.posts.all()] == [early]
    assert not committee.posts.filter(period__upper_inf=True).exists()
    committees.establish(city.school, established_on=date(2023, 9, 1), by=None)
