"""A broken constraint speaks with its own sentence; one without a sentence stays a fault."""

import pytest
from django.db import IntegrityError, transaction

from committees.models import Unit
from portal.kernel.errors import Refused
from portal.kernel.refusals import speaking_for
from tests.factories import committees as factory


def test_the_constraint_says_what_is_wrong_and_the_transaction_goes_on(db: None) -> None:
    office = factory.make_office(factory.make_bureau())
    school = factory.make_school(office, "云山小学")
    other = factory.make_school(office)

    with pytest.raises(Refused, match="本市已经有同名的单位"), speaking_for(Unit):
        Unit.objects.filter(pk=other.pk).update(name="云山小学")

    assert Unit.objects.filter(name="云山小学").get() == school


def test_a_constraint_without_a_sentence_is_not_dressed_up(db: None) -> None:
    bureau = factory.make_bureau()

    with pytest.raises(IntegrityError), transaction.atomic(), speaking_for(Unit):
        Unit.objects.filter(pk=bureau.pk).update(kind="castle")


def test_a_constraint_of_another_table_is_not_spoken_for(db: None) -> None:
    office = factory.make_office(factory.make_bureau())
    factory.make_school(office, "云山小学")
    other = factory.make_school(office)

    with pytest.raises(IntegrityError), transaction.atomic(), speaking_for():
        Unit.objects.filter(pk=other.pk).update(name="云山小学")
