"""What a closed year refuses, what it lets pass, and what it leaves alone."""

from datetime import date

import pytest
from django.db import Error, transaction

from activities.models import Activity, Credit
from activities.services import activities, corrections
from evaluations.choices import YearState
from evaluations.models import YearClose
from evaluations.workflow import YEAR
from portal.kernel import seals
from tests.factories import activities as factory
from tests.personas import World

pytestmark = pytest.mark.django_db


def close(city: World, year: int = 2023) -> YearClose:
    return YearClose.objects.create(city=city.bureau, year=year, closed_by=city.bureau_staff)


def record(city: World) -> Activity:
    return factory.accepted(
        city.school, by=city.school_secretary, reviewer=city.office_secretary, slug="report_heard"
    )


def refused(act: object) -> str:
    """Carry out what must be refused and return the sentence; nothing of it stays."""
    with pytest.raises(Error) as caught, transaction.atomic():
        act()  # type: ignore[operator]
    sentence = seals.sentence_of(caught.value)
    assert sentence is not None, repr(caught.value.__cause__)
    return sentence


def test_a_record_of_a_closed_year_cannot_be_changed_or_deleted(city: World) -> None:
    made = record(city)
    close(city)

    assert refused(lambda: Activity.objects.filter(pk=made.pk).update(title="另一个")).startswith(
        "2023年度已经结转封存"
    )
    refused(lambda: Activity.objects.filter(pk=made.pk).delete())
    refused(lambda: activities.void(made, note="记重了", by=city.office_secretary))
    made.refresh_from_db()
    assert made.title == "关工同志学习培训"


def test_nothing_is_handed_in_for_a_closed_year_nor_moved_out_of_it(city: World) -> None:
    made, waiting = record(city), factory.draft(city.school, by=city.school_secretary)
    close(city)

    refused(lambda: activities.submit(waiting, on=date(2024, 1, 5), by=city.school_secretary))
    moved = Activity.objects.filter(pk=made.pk)
    refused(lambda: moved.update(held_on=date(2024, 1, 2)))


def test_credits_of_a_closed_year_stand(city: World) -> None:
    made = record(city)
    close(city)

    refused(lambda: Credit.objects.filter(activity=made).update(held_on=date(2023, 4, 1)))
    refused(lambda: Credit.objects.filter(activity=made).delete())
    assert Credit.objects.filter(activity=made).count() == 1


def test_drafts_other_years_and_other_cities_go_on(city: World) -> None:
    draft = factory.draft(city.school, by=city.school_secretary)
    close(city)
    close(city, 2021)

    activities.save_draft(
        draft,
        fields={"held_on": date(2024, 1, 8), "title": "新年第一次学习"},
        version=draft.version,
        by=city.school_secretary,
    )
    activities.submit(draft, on=date(2024, 1, 9), by=city.school_secretary)
    activities.accept(draft, by=city.office_secretary)
    draft.refresh_from_db()
    assert draft.number.startswith("2024-")


def test_a_dated_correction_may_write_and_nothing_after_it(city: World) -> None:
    made = record(city)
    close(city)

    with seals.correcting():
        Activity.objects.filter(pk=made.pk).update(for_bulletin=True)
    refused(lambda: Activity.objects.filter(pk=made.pk).update(for_bulletin=False))
    made.refresh_from_db()
    assert made.for_bulletin


def test_a_year_opened_again_takes_changes(city: World) -> None:
    made = record(city)
    closing = close(city)
    YEAR.advance(
        closing,
        "reopen",
        by=city.bureau_staff,
        note="石桥小学漏报",
        reopened_at=closing.closed_at,
        reopen_reason="石桥小学漏报",
    )

    assert closing.state == YearState.REOPENED
    assert Activity.objects.filter(pk=made.pk).update(for_bulletin=True) == 1


def test_the_correction_of_a_record_reaches_into_a_closed_year(city: World) -> None:
    made = record(city)
    close(city)

    asked = corrections.ask(
        made, field="attendance", value=25, reason="少数了一桌", by=city.school_secretary
    )
    corrections.agree(asked, by=city.office_secretary)

    made.refresh_from_db()
    assert made.attendance == 25
    refused(lambda: Activity.objects.filter(pk=made.pk).update(for_bulletin=True))
