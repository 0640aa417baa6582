"""Nobody in an audience is counted twice: every total is a sum over distinct lectures."""

from collections import Counter
from datetime import date, timedelta

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.models import Activity, Lecture
from activities.services import activities
from tests.factories import lectures as factory
from tests.personas import World

PLANS = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 2), st.integers(1, 400), st.booleans()),
    min_size=1,
    max_size=7,
)


@pytest.mark.django_db
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=PLANS)
def test_hosts_mentors_and_the_city_agree_on_every_audience(
    city: World, plan: list[tuple[int, int, int, bool]]
) -> None:
    with transaction.atomic():
        mentors = [factory.mentor(office, rest_days=0, most_a_term=60) for office in
                   (city.office, city.offices[1], city.bureau)]  # fmt: skip
        by_host: Counter[int] = Counter()
        by_mentor: Counter[int] = Counter()
        for number, (host, who, audience, is_void) in enumerate(plan):
            day = date(2023, 3, 1) + timedelta(days=2 * number + 1)
            lecture = factory.ordered(city.schools[host], wish1_on=day, place=f"教室{number}")
            factory.delivered(lecture, mentors[who], attendance=audience, by=city.bureau_staff)
            activities.accept(lecture.activity, by=city.bureau_staff)
            if is_void:
                activities.void(lecture.activity, note="记重了", by=city.bureau_staff)
                continue
            by_host[city.schools[host].pk] += audience
            by_mentor[mentors[who].pk] += audience

        everything = Lecture.objects.all()
        total = everything.totals()["audience"]
        assert total == by_host.total() == by_mentor.total()
        for pk, audience in by_host.items():
            assert everything.filter(unit=pk).totals()["audience"] == audience
        for pk, audience in by_mentor.items():
            assert everything.filter(mentor=pk).totals()["audience"] == audience
        # However the list is widened by joins, each lecture counts once.
        widened = everything.filter(mentor__topics__isnull=False) | everything.filter(
            invitations__isnull=False
        )
        assert widened.totals()["audience"] == total
        records = Activity.objects.exclude(state="voided").aggregate(sum=Sum("attendance"))["sum"]
        assert (records or 0) == total
        transaction.set_rollback(True)
