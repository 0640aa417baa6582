"""The city that other tests stand on is what its page says."""

from activities.models import CreditRule
from tests.factories import activities as records
from tests.personas import PERSONAS, World


def test_the_city_of_the_tests_is_whole(city: World) -> None:
    assert [school.office for school in city.schools] == [city.offices[0]] * 3 + [
        city.offices[1]
    ] * 3
    assert set(city.users) == set(PERSONAS)
    assert city.school_secretary.grants.get().unit == city.school
    assert len(city.committees) == 10
    assert CreditRule.objects.filter(item__obligation_set=city.obligation_set).count() == 6


def test_a_record_of_the_factory_counts_when_accepted(city: World) -> None:
    made = records.accepted(city.school, by=city.school_secretary, reviewer=city.office_secretary)

    assert [credit.item.code for credit in made.credits.all()] == ["training"]
