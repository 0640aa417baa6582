"""Periods and how dates are written."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.calendar import date_cn, parse_period, period_of, school_year, weekday_cn
from portal.kernel.errors import Refused


@pytest.mark.parametrize(
    ("code", "first", "last", "label"),
    [
        ("2023-Q1", date(2023, 1, 1), date(2023, 3, 31), "2023年第1季度"),
        ("2023-q4", date(2023, 10, 1), date(2023, 12, 31), "2023年第4季度"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "2024年2月"),
        ("2023", date(2023, 1, 1), date(2023, 12, 31), "2023年度"),
    ],
)
def test_a_period_has_both_its_ends(code, first, last, label):
    period = parse_period(code)

    assert (period.starts_on, period.ends_on, period.label) == (first, last, label)


@pytest.mark.parametrize(
    "code", ["", "2023-Q5", "2023-13", "23-Q1", "第一季度", "0000", "2023-Q1-1"]
)
def test_what_is_no_period_is_told_how_to_write_one(code):
    with pytest.raises(Refused, match="2023-Q1（季度）"):
        parse_period(code)


@given(
    st.dates(date(1990, 1, 1), date(2100, 12, 30)), st.sampled_from(["month", "quarter", "year"])
)
def test_a_day_lies_in_its_period_and_periods_meet_without_gap(day, cadence):
    period = period_of(day, cadence)
    following = period_of(period.ends_on + timedelta(days=1), cadence)

    assert period.starts_on <= day <= period.ends_on
    assert following.starts_on == period.ends_on + timedelta(days=1)
    assert parse_period(period.code) == period


def test_dates_are_written_as_far_as_they_are_known():
    day = date(2023, 3, 1)

    assert [date_cn(day, p) for p in ("day", "month", "year")] == [
        "2023年3月1日",
        "2023年3月",
        "2023年",
    ]
    assert weekday_cn(day) == "星期三"


@pytest.mark.parametrize(("day", "year"), [(date(2023, 8, 31), 2022), (date(2023, 9, 1), 2023)])
def test_a_school_year_begins_in_september(day, year):
    assert school_year(day) == year
