"""默认通过: silence counts after N working days, told of before, once, and never backwards."""

from datetime import date, datetime

import pytest
import time_machine
from django.utils import timezone

from activities.choices import ActivityState, CreditState
from activities.models import Activity, SilentReview
from activities.services import activities, silence
from activities.services.silence import Round
from committees.models import SpecialDay
from committees.services import workdays
from portal.kernel import audit
from portal.kernel.errors import Refused
from portal.kernel.models import Notice
from tests.factories import activities as records
from tests.personas import World, build_city

SEPTEMBER = date(2023, 9, 1)


def at(day: date, hour: int = 10) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day, hour))


def handed_in(city: World, day: date) -> Activity:
    with time_machine.travel(at(day), tick=False):
        return records.submitted(city.school, by=city.school_secretary)


def go(*days: date) -> list[Round]:
    done = []
    for day in days:
        with time_machine.travel(at(day, 7), tick=False):
            done.append(silence.go_round(on=day))
    return done


def state(record: Activity) -> str:
    return Activity.objects.get(pk=record.pk).state


@pytest.fixture
def on(city: World) -> World:
    """Five working days, since 1 September 2023, with the published holidays of that year."""
    workdays.fill_year(city.bureau, year=2023, by=city.bureau_staff)
    silence.set_rules(city.bureau, silent_days=5, on=SEPTEMBER, by=city.bureau_staff)
    return city


def test_five_working_days_around_the_national_holiday_end_on_the_eleventh_of_october(
    on: World,
) -> None:
    """27 and 28 September, then 7 and 8 October worked in exchange, then Monday the 9th."""
    record = handed_in(on, date(2023, 9, 26))
    assert silence.last_day_of(record) == date(2023, 10, 9)
    assert go(date(2023, 10, 8)) == [Round()]
    assert go(date(2023, 10, 9)) == [Round(told=1)]
    assert state(record) == ActivityState.SUBMITTED
    assert go(date(2023, 10, 10)) == [Round(accepted=1)]
    assert state(record) == ActivityState.ACCEPTED


def test_a_city_without_holidays_noted_counts_by_the_week(city: World) -> None:
    silence.set_rules(city.bureau, silent_days=5, on=SEPTEMBER, by=city.bureau_staff)
    record = handed_in(city, date(2023, 9, 26))
    assert silence.last_day_of(record) == date(2023, 10, 3)


def test_nothing_is_accepted_on_a_holiday_or_a_sunday(on: World) -> None:
    record = handed_in(on, date(2023, 9, 21))
    go(date(2023, 9, 28))
    assert go(date(2023, 9, 29), date(2023, 10, 1), date(2023, 10, 6)) == [Round()] * 3
    assert state(record) == ActivityState.SUBMITTED
    assert go(date(2023, 10, 7)) == [Round(accepted=1)]  # a Saturday worked in exchange


def test_the_record_says_so_counts_and_names_no_reviewer(on: World) -> None:
    record = handed_in(on, date(2023, 9, 11))
    go(date(2023, 9, 18), date(2023, 9, 19))
    record.refresh_from_db()
    assert record.reviewed_by is None
    assert record.credits.get().state == CreditState.COUNTED
    newest = audit.trail_of(record)[0]
    assert (newest.verb, newest.note, newest.actor_name) == (
        "activity.accept", "到期自动通过", "系统",
    )  # fmt: skip
    assert SilentReview.objects.get().accepted_at is not None


def test_reviewers_are_told_once_in_one_message_a_day_ahead(on: World) -> None:
    first = handed_in(on, date(2023, 9, 11))
    handed_in(on, date(2023, 9, 11))
    Notice.objects.all().delete()
    go(date(2023, 9, 18), date(2023, 9, 18))
    (notice,) = Notice.objects.filter(user=on.office_secretary)
    assert str(first) in notice.text
    assert "等 2 条记录等审核到了最后一天，今天没有答复" in notice.text
    assert not Notice.objects.exclude(user=on.office_secretary).exists()


def test_missed_rounds_are_made_up_once_and_nobody_is_overheard(on: World) -> None:
    """The clock stood still for three weeks: told first, accepted the next working day, once."""
    record = handed_in(on, date(2023, 9, 11))
    assert go(date(2023, 10, 12), date(2023, 10, 12)) == [Round(told=1), Round()]
    assert go(date(2023, 10, 13), date(2023, 10, 13)) == [Round(accepted=1), Round()]
    assert audit.trail_of(record).filter(verb="activity.accept").count() == 1
    assert Notice.objects.filter(user=on.school_secretary, text__contains="自动通过").count() == 1


def test_records_from_before_it_was_switched_on_wait_for_a_person(city: World) -> None:
    record = handed_in(city, date(2023, 8, 31))
    silence.set_rules(city.bureau, silent_days=1, on=SEPTEMBER, by=city.bureau_staff)
    assert go(date(2023, 9, 20), date(2023, 9, 21)) == [Round(), Round()]
    assert state(record) == ActivityState.SUBMITTED
    assert silence.last_day_of(record) is None


def test_an_answer_on_the_last_day_stands(on: World) -> None:
    record = handed_in(on, date(2023, 9, 11))
    go(date(2023, 9, 18))
    activities.send_back(record, note="写上主讲人", by=on.office_secretary)
    assert go(date(2023, 9, 19)) == [Round()]
    assert state(record) == ActivityState.RETURNED


def test_a_record_handed_in_again_is_told_of_again(on: World) -> None:
    record = handed_in(on, date(2023, 9, 11))
    go(date(2023, 9, 18))
    activities.send_back(record, note="写上主讲人", by=on.office_secretary)
    with time_machine.travel(at(date(2023, 9, 19)), tick=False):
        activities.submit(record, on=date(2023, 9, 19), by=on.school_secretary)
    assert go(date(2023, 9, 20)) == [Round()]
    assert go(date(2023, 9, 26), date(2023, 9, 27)) == [Round(told=1), Round(accepted=1)]


def test_more_days_given_after_the_telling_hold(on: World) -> None:
    record = handed_in(on, date(2023, 9, 11))
    go(date(2023, 9, 18))
    silence.set_rules(on.bureau, silent_days=8, on=date(2023, 9, 18), by=on.bureau_staff)
    assert go(date(2023, 9, 19)) == [Round()]
    assert go(date(2023, 9, 22)) == [Round(accepted=1)]
    assert state(record) == ActivityState.ACCEPTED


def test_switched_off_nothing_happens_and_on_again_it_begins_anew(on: World) -> None:
    handed_in(on, date(2023, 9, 11))
    silence.set_rules(on.bureau, silent_days=None, on=date(2023, 9, 12), by=on.bureau_staff)
    assert go(date(2023, 9, 20)) == [Round()]
    silence.set_rules(on.bureau, silent_days=1, on=date(2023, 9, 20), by=on.bureau_staff)
    assert go(date(2023, 9, 25), date(2023, 9, 26)) == [Round(), Round()]


def test_another_city_keeps_its_own_way(on: World) -> None:
    other = build_city("海河市教育局", prefix="海")
    record = handed_in(other, date(2023, 9, 11))
    assert go(date(2023, 9, 18), date(2023, 9, 19)) == [Round(), Round()]
    assert state(record) == ActivityState.SUBMITTED


def test_the_published_year_is_filled_once_and_keeps_what_was_noted(city: World) -> None:
    workdays.add_days(
        city.bureau, first=date(2023, 10, 6), last=None, is_workday=True, name="补课", by=None
    )
    assert workdays.fill_year(city.bureau, year=2023, by=None) == 32
    assert workdays.fill_year(city.bureau, year=2023, by=None) == 0
    assert SpecialDay.objects.get(day=date(2023, 10, 6)).name == "补课"
    with pytest.raises(Refused, match="2099年的放假安排这里还没有"):
        workdays.fill_year(city.bureau, year=2099, by=None)


@pytest.mark.parametrize("year", workdays.PUBLISHED)
def test_days_worked_in_exchange_are_weekend_days_and_holidays_are_whole(year: int) -> None:
    days = workdays.published_days(None, year)  # type: ignore[arg-type]
    assert len({day.day for day in days}) == len(days)
    assert all(day.day.weekday() >= 5 for day in days if day.is_workday)
    assert sum(not day.is_workday for day in days) >= 26


def test_a_stretch_goes_away_whole_and_no_further(city: World) -> None:
    workdays.fill_year(city.bureau, year=2023, by=None)
    first = SpecialDay.objects.get(day=date(2023, 9, 29))
    assert workdays.remove_span(first, by=None) == 8
    assert SpecialDay.objects.filter(day=date(2023, 10, 7), is_workday=True).exists()


@pytest.mark.parametrize("days", [0, 61])
def test_days_out_of_reason_are_refused(city: World, days: int) -> None:
    with pytest.raises(Refused, match="1 到 60"):
        silence.set_rules(city.bureau, silent_days=days, on=SEPTEMBER, by=None)
