"""Dates of this field: work years, school years, reporting periods, how a date is written."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from portal.kernel.errors import Refused

WEEKDAYS = "一二三四五六日"
FIRST_YEAR, LAST_YEAR = 1949, 2999


def today() -> date:
    """Return the date in China; views, tasks and commands ask here and pass it on."""
    return timezone.localdate()


def date_cn(day: date, precision: str = "day") -> str:
    """2023年3月1日; 2023年3月 or 2023年 where the source told no more."""
    if precision == "year":
        return f"{day.year}年"
    if precision == "month":
        return f"{day.year}年{day.month}月"
    return f"{day.year}年{day.month}月{day.day}日"


def weekday_cn(day: date) -> str:
    return f"星期{WEEKDAYS[day.weekday()]}"


def school_year(day: date) -> int:
    """The year a school year starts in; it runs 1 September to 31 August."""
    return day.year if day.month >= 9 else day.year - 1


def years_later(day: date, years: int) -> date:
    """The same day that many years on; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def school_term(day: date) -> tuple[date, date]:
    """First and last day of the term `day` lies in: September to January, February to August."""
    if 2 <= day.month <= 8:
        return date(day.year, 2, 1), date(day.year, 8, 31)
    year = school_year(day)
    return date(year, 9, 1), date(year + 1, 1, 31)


@dataclass(frozen=True, slots=True)
class Period:
    """A reporting period: `code` such as 2023, 2023-Q1 or 2023-03; `ends_on` is included."""

    code: str
    starts_on: date
    ends_on: date
    label: str


def year_in(text: str) -> int | None:
    """The work year somebody asked for; None where it is none we could have records of."""
    year = int(text) if len(text) == 4 and text.isdecimal() else 0
    return year if FIRST_YEAR <= year <= LAST_YEAR else None


def parse_period(code: str) -> Period:
    """Read 2023, 2023-Q1 or 2023-03, or raise Refused with what to write instead."""
    found = re.fullmatch(r"(\d{4})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?", code.strip().upper())
    if not found or year_in(found[1]) is None:
        raise Refused(f"看不懂期间“{code}”，请写成 2023-Q1（季度）、2023-03（月）或 2023（年）")
    year = int(found[1])
    if found[2]:
        quarter = int(found[2])
        first = date(year, 3 * quarter - 2, 1)
        return Period(
            f"{year}-Q{quarter}", first, _month_end(year, 3 * quarter), f"{year}年第{quarter}季度"
        )
    if found[3]:
        month = int(found[3])
        return Period(
            f"{year}-{month:02}",
            date(year, month, 1),
            _month_end(year, month),
            f"{year}年{month}月",
        )
    return Period(str(year), date(year, 1, 1), date(year, 12, 31), f"{year}年度")


def period_of(day: date, cadence: str) -> Period:
    """The period of `cadence` (month, quarter or year) that holds `day`."""
    if cadence == "month":
        return parse_period(f"{day.year}-{day.month:02}")
    if cadence == "quarter":
        return parse_period(f"{day.year}-Q{(day.month + 2) // 3}")
    return parse_period(str(day.year))


def _month_end(year: int, month: int) -> date:
    following = date(year + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)
