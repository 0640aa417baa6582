"""不是同一个人, and whose account is whose."""

import pytest
from django.test import Client
from django.urls import reverse

from committees.figures import duplicates
from committees.models import DistinctPeople, Person
from committees.services import distinctions, merges, people
from portal.kernel.errors import Refused
from tests.factories import committees as factory
from tests.personas import World


def twins(city: World) -> tuple[Person, Person]:
    one, two = (
        factory.make_person(unit, "陈国栋", phone="13800001234")
        for unit in (city.school, city.schools[1])
    )
    return one, two


def test_a_pair_said_to_be_two_people_is_shown_no_more_until_taken_back(
    city: World, client: Client
) -> None:
    one, two = twins(city)
    client.force_login(city.office_secretary)
    page = reverse("committees:duplicates")
    merge = reverse("committees:person_merge", args=[one.pk, two.pk])
    assert merge in client.get(page).text

    client.post(reverse("committees:person_distinct", args=[two.pk, one.pk]))

    assert merge not in client.get(page).text
    marked = DistinctPeople.objects.get()
    assert (marked.first, marked.second, marked.marked_by) == (one, two, city.office_secretary)
    client.post(reverse("committees:distinct_undo", args=[marked.pk]))
    assert merge in client.get(page).text


def test_a_pair_is_marked_once_whichever_way_round(city: World) -> None:
    one, two = twins(city)
    distinctions.mark(one, two, by=city.office_secretary)
    with pytest.raises(Refused, match="已经标过"):
        distinctions.mark(two, one, by=city.office_secretary)


def test_who_edits_one_of_the_two_alone_neither_sees_nor_lifts_the_mark(
    city: World, client: Client
) -> None:
    marked = distinctions.mark(*twins(city), by=city.office_secretary)
    client.force_login(city.school_secretary)
    answer = client.post(reverse("committees:distinct_undo", args=[marked.pk]))
    assert answer.status_code == 404


def test_a_marked_pair_can_still_be_merged_by_hand_and_the_mark_is_moved_nowhere(
    city: World,
) -> None:
    one, two = twins(city)
    third = factory.make_person(city.school, "陈国栋")
    distinctions.mark(one, two, by=None)

    merges.merge(third, two, by=city.office_secretary)

    assert DistinctPeople.objects.get().second_id == two.pk
    assert not duplicates.find([], apart={(one.pk, two.pk)})


def test_an_account_is_joined_to_one_person_and_parted_again(city: World, client: Client) -> None:
    one, two = twins(city)
    client.force_login(city.office_secretary)
    url = reverse("committees:person_account", args=[one.pk])
    client.post(url, {"account": city.school_secretary.pk})
    assert Person.objects.get(pk=one.pk).account == city.school_secretary
    assert (
        city.school_secretary.username
        in client.get(reverse("committees:person", args=[one.pk])).text
    )
    with pytest.raises(Refused, match="一个账号只归一位"):
        people.join_account(two, city.school_secretary, by=None)

    client.post(reverse("committees:person_account_part", args=[one.pk]))
    assert Person.objects.get(pk=one.pk).account is None


def test_an_account_of_another_unit_is_not_offered_and_not_taken(
    city: World, client: Client
) -> None:
    one, _ = twins(city)
    client.force_login(city.office_secretary)
    url = reverse("committees:person_account", args=[one.pk])
    answer = client.post(url, {"account": city.bureau_staff.pk})
    assert answer.status_code == 422
    assert Person.objects.get(pk=one.pk).account is None
