"""Two people press 公布 at the same moment: the lists are published once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from portal.kernel import calendar
from portal.kernel.errors import Refused
from reading_program.models import Honour, Publicity
from reading_program.services import publicity
from tests.factories import results as factory
from tests.personas import build_city


@pytest.mark.django_db(transaction=True)
def test_published_by_four_at_once_is_published_once() -> None:
    it = factory.decided(build_city())

    def press(_: int) -> str:
        try:
            publicity.publish(
                it.edition, starts_on=calendar.today(), working_days=5, now=timezone.now(), by=None
            )
        except Refused as refusal:
            return str(refusal)
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(press, range(4)))

    assert sorted(bool(answer) for answer in answers) == [False, True, True, True]
    assert all("没有待公布的结果" in answer for answer in answers if answer)
    assert Publicity.objects.count() == 1
    assert (
        Honour.objects.values("kind", "unit", "name").distinct().count() == Honour.objects.count()
    )
