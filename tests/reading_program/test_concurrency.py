"""Two people at once, on real connections."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from portal.kernel.errors import Refused
from reading_program.models import ImplementationPlan
from reading_program.services import plans
from tests.factories import reading_program as reading
from tests.personas import build_city

TOGETHER = 6


@pytest.mark.django_db(transaction=True)
def test_of_many_who_save_or_judge_at_once_one_wins_and_nothing_is_lost() -> None:
    city = build_city()
    edition = reading.published_edition(city.bureau)
    start = Barrier(TOGETHER)

    def attempt(number: int) -> str:
        try:
            start.wait()
            saved = plans.save_plan(
                edition, unit=city.school, text=f"第{number}份", version=0, by=city.school_secretary
            )
        except Refused:
            return ""
        else:
            return saved.text
        finally:
            connection.close()

    with ThreadPoolExecutor(TOGETHER) as pool:
        kept = [text for text in pool.map(attempt, range(TOGETHER)) if text]

    plan = ImplementationPlan.objects.get()
    assert kept == [plan.text]
    plans.submit(plan, by=city.school_secretary)
    start.reset()

    def judge(number: int) -> bool:
        it = ImplementationPlan.objects.get(pk=plan.pk)
        try:
            start.wait()
            if number % 2:
                plans.accept(it, by=city.office_secretary)
            else:
                plans.send_back(it, note="请补", by=city.office_secretary)
        except Refused:
            return False
        else:
            return True
        finally:
            connection.close()

    with ThreadPoolExecutor(TOGETHER) as pool:
        assert sum(pool.map(judge, range(TOGETHER))) == 1
