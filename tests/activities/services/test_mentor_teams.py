"""讲师团: members, terms and leaders, and who may change them."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from activities.models import MentorTeam
from activities.services import mentor_teams
from portal.kernel import calendar
from portal.kernel.errors import Refused
from tests.factories import lectures as factory
from tests.personas import World


def founded(city: World) -> MentorTeam:
    return mentor_teams.found(city.office, name="片区讲师团", kind="lecturers", by=None)


def test_a_team_is_built_page_by_page(city: World, client: Client) -> None:
    teacher = factory.mentor(city.school, "陈老")
    client.force_login(city.office_secretary)
    client.post(
        reverse("activities:mentor_team_new"),
        {"unit": city.office.pk, "name": "片区讲师团", "kind": "mentors", "levels": ["primary"]},
    )
    team = MentorTeam.objects.get()
    client.post(
        reverse("activities:mentor_team_members", args=[team.pk]), {"members": [teacher.pk]}
    )
    first = calendar.today() - timedelta(days=30)
    client.post(
        reverse("activities:mentor_team_term", args=[team.pk]),
        {"number": 1, "first": first.isoformat(), "years": 3, "leader": teacher.pk},
    )

    page = client.get(reverse("activities:mentor_team", args=[team.pk])).text
    for wanted in ("关爱导师团", "小学", "第1届", "团长陈老"):
        assert wanted in page
    assert client.get(reverse("activities:mentor_teams_export")).status_code == 200


def test_who_joins_a_second_team_leaves_the_first_and_others_stay(city: World) -> None:
    one, two = factory.mentor(city.school, "陈老"), factory.mentor(city.office, "王老")
    first = founded(city)
    second = mentor_teams.found(city.office, name="关爱导师团", by=None)
    mentor_teams.set_members(first, members=[one, two], among=[one, two], by=None)

    assert mentor_teams.set_members(second, members=[one], among=[one], by=None) == 1

    assert list(first.mentors.all()) == [two]
    assert list(second.mentors.all()) == [one]


def test_a_new_term_ends_the_running_one_and_its_leader_is_of_the_team(city: World) -> None:
    one, stranger = factory.mentor(city.school, "陈老"), factory.mentor(city.office, "王老")
    team = founded(city)
    mentor_teams.set_members(team, members=[one], among=[one], by=None)
    one.refresh_from_db()
    begin = {"team": team, "years": 5, "by": None}
    mentor_teams.begin_term(**begin, number=1, first=date(2020, 9, 1), leader=one)

    mentor_teams.begin_term(**begin, number=2, first=date(2023, 9, 1), leader=None)

    new, old = team.terms.all()
    assert old.period.upper == new.period.lower == date(2023, 9, 1)
    with pytest.raises(Refused, match="不在这个团里"):
        mentor_teams.begin_term(**begin, number=3, first=date(2024, 9, 1), leader=stranger)
    with pytest.raises(Refused, match="已经登记过"):
        mentor_teams.begin_term(**begin, number=2, first=date(2024, 9, 1), leader=one)


def test_the_list_costs_the_same_for_one_team_and_for_many(
    city: World, client: Client, django_assert_max_num_queries: object
) -> None:
    for number in range(4):
        mentor_teams.found(city.offices[number % 2], name=f"第{number}团", by=None)
    client.force_login(city.school_secretary)
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        assert client.get(reverse("activities:mentor_teams")).status_code == 200


def test_a_closed_team_lets_its_members_go_and_stands_again_when_taken_back(
    city: World, client: Client
) -> None:
    teacher, team = factory.mentor(city.school, "陈老"), founded(city)
    mentor_teams.set_members(team, members=[teacher], among=[teacher], by=None)
    teacher.refresh_from_db()
    first = calendar.today() - timedelta(days=300)
    mentor_teams.begin_term(team, number=1, first=first, years=3, leader=teacher, by=None)
    client.force_login(city.office_secretary)
    day = calendar.today() - timedelta(days=1)

    client.post(reverse("activities:mentor_team_close", args=[team.pk]), {"on": day.isoformat()})

    team.refresh_from_db()
    teacher.refresh_from_db()
    assert (team.closed_on, teacher.team, team.terms.get().period.upper) == (day, None, day)
    assert "已停办" in client.get(reverse("activities:mentor_teams")).text
    assert "已经停办" in client.get(reverse("activities:mentor_team", args=[team.pk])).text
    with pytest.raises(Refused, match="先恢复再改"):
        mentor_teams.set_members(team, members=[teacher], among=[teacher], by=None)
    client.post(reverse("activities:mentor_team_reopen", args=[team.pk]))
    team.refresh_from_db()
    assert team.closed_on is None
    assert mentor_teams.set_members(team, members=[teacher], among=[teacher], by=None) == 1
