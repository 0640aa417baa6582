"""One slot, many who want it, on real connections."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from activities.choices import LectureState
from activities.models import Lecture, LectureInvitation
from activities.services import lectures
from activities.services.dispatch import slot_at
from portal.kernel.errors import Refused
from tests.factories import lectures as factory
from tests.personas import build_city

AT_ONCE = 50


def all_at_once(act: Callable[[int], bool]) -> int:
    start, backends = Barrier(AT_ONCE), set()

    def attempt(number: int) -> bool:
        try:
            connection.ensure_connection()
            backends.add(connection.connection.info.backend_pid)
            start.wait(timeout=120)
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        made = sum(pool.map(attempt, range(AT_ONCE)))
    assert len(backends) == AT_ONCE  # all at the barrier at once, each by its own server process
    return made


@pytest.mark.django_db(transaction=True)
def test_fifty_who_book_one_slot_at_once_get_one() -> None:
    city = build_city()
    teacher = factory.mentor(city.office)
    slot = slot_at(factory.WISH, "afternoon")
    wanted = [
        factory.ordered(city.schools[number % 6], place=f"教室{number}")
        for number in range(AT_ONCE)
    ]

    def by_the_service(number: int) -> bool:
        lecture = Lecture.objects.select_related("unit", "city", "topic").get(pk=wanted[number].pk)
        try:
            lectures.invite(lecture, mentor=teacher, slot=slot, now=factory.NOW, by=None)
        except Refused:
            return False
        return True

    assert all_at_once(by_the_service) == 1
    assert LectureInvitation.objects.count() == 1
    assert Lecture.objects.filter(state=LectureState.INVITED).count() == 1

    LectureInvitation.objects.all().delete()

    def past_the_service(number: int) -> bool:
        """What code would do that forgets the lock: the table itself has to refuse."""
        try:
            LectureInvitation.objects.create(
                lecture=wanted[number],
                mentor=teacher,
                unit=wanted[number].unit,
                place=wanted[number].place,
                period=DateTimeTZRange(slot.start, slot.end),
                expires_at=slot.start,
            )
        except IntegrityError:
            return False
        return True

    assert all_at_once(past_the_service) == 1
