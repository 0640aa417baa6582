"""Which days of a city are worked: the week, and the holidays and 调休 days beside it."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from committees.models import SpecialDay, Unit
from portal.kernel import audit
from portal.kernel.calendar import date_cn
from portal.kernel.errors import Refused

MOST_DAYS = 40  # a holiday longer than this is a typing slip
ONE_DAY = timedelta(days=1)

# As the General Office of the State Council published them (国务院办公厅关于部分节假日安排的通知),
# one notice a year: (name, first day, last day, weekend days worked in exchange). Whoever needs
# another year types it, or a newer release of this portal brings it.
Holiday = tuple[str, tuple[int, int], tuple[int, int], tuple[tuple[int, int], ...]]
PUBLISHED: dict[int, tuple[Holiday, ...]] = {
    2023: (
        ("元旦", (1, 1), (1, 2), ()), ("春节", (1, 21), (1, 27), ((1, 28), (1, 29))),
        ("清明节", (4, 5), (4, 5), ()), ("劳动节", (4, 29), (5, 3), ((4, 23), (5, 6))),
        ("端午节", (6, 22), (6, 24), ((6, 25),)),
        ("中秋节、国庆节", (9, 29), (10, 6), ((10, 7), (10, 8))),
    ),
    2024: (
        ("元旦", (1, 1), (1, 1), ()), ("春节", (2, 10), (2, 17), ((2, 4), (2, 18))),
        ("清明节", (4, 4), (4, 6), ((4, 7),)), ("劳动节", (5, 1), (5, 5), ((4, 28), (5, 11))),
        ("端午节", (6, 10), (6, 10), ()), ("中秋节", (9, 15), (9, 17), ((9, 14),)),
        ("国庆节", (10, 1), (10, 7), ((9, 29), (10, 12))),
    ),
    2025: (
        ("元旦", (1, 1), (1, 1), ()), ("春节", (1, 28), (2, 4), ((1, 26), (2, 8))),
        ("清明节", (4, 4), (4, 6), ()), ("劳动节", (5, 1), (5, 5), ((4, 27),)),
        ("端午节", (5, 31), (6, 2), ()),
        ("国庆节、中秋节", (10, 1), (10, 8), ((9, 28), (10, 11))),
    ),
    2026: (
        ("元旦", (1, 1), (1, 3), ((1, 4),)), ("春节", (2, 15), (2, 23), ((2, 14), (2, 28))),
        ("清明节", (4, 4), (4, 6), ()), ("劳动节", (5, 1), (5, 5), ((5, 9),)),
        ("端午节", (6, 19), (6, 21), ()), ("中秋节", (9, 25), (9, 27), ()),
        ("国庆节", (10, 1), (10, 7), ((9, 20), (10, 10))),
    ),
}  # fmt: skip


class Workdays:
    """The working days of one city in a stretch of time, its special days read once."""

    def __init__(self, city_id: int, *, first: date, last: date) -> None:
        found = SpecialDay.objects.filter(city=city_id, day__range=(first, last))
        self.special = dict(found.values_list("day", "is_workday"))

    def is_worked(self, day: date) -> bool:
        return self.special.get(day, day.weekday() < 5)

    def after(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`, which itself does not count."""
        while count:
            day += ONE_DAY
            count -= self.is_worked(day)
        return day


@transaction.atomic
def fill_year(city: Unit, *, year: int, by: Any) -> int:
    """Note the published holidays of a year; days already noted stay as they are."""
    if year not in PUBLISHED:
        raise Refused(f"{year}年的放假安排这里还没有，请照国务院办公厅的通知一段一段加")
    there = set(SpecialDay.objects.filter(city=city, day__year=year).values_list("day", flat=True))
    days = [day for day in published_days(city, year) if day.day not in there]
    SpecialDay.objects.bulk_create(days)
    audit.record("workdays.filled", city, by=by, note=f"{year}年，{len(days)} 天")
    return len(days)


def published_days(city: Unit, year: int) -> list[SpecialDay]:
    """The days of the year's notice, not stored."""
    found = []
    for name, first, last, worked in PUBLISHED[year]:
        off = days_between(date(year, *first), date(year, *last))
        found += [SpecialDay(city=city, day=day, is_workday=False, name=name) for day in off]
        found += [
            SpecialDay(city=city, day=date(year, *day), is_workday=True, name=f"{name}调休")
            for day in worked
        ]
    return found


@transaction.atomic
def add_days(
    city: Unit, *, first: date, last: date | None, is_workday: bool, name: str, by: Any
) -> int:
    """Note one day, or all from `first` to `last`; a day noted before is corrected."""
    last = last or first
    if last < first:
        raise Refused("最后一天要在第一天以后")
    if (last - first).days >= MOST_DAYS:
        raise Refused(f"一次最多加 {MOST_DAYS} 天，请核对日期")
    days = list(days_between(first, last))
    for day in days:
        SpecialDay.objects.update_or_create(
            city=city, day=day, defaults={"is_workday": is_workday, "name": name}
        )
    said = "上班" if is_workday else "放假"
    note = f"{name}{said}，{date_cn(first)}起 {len(days)} 天"
    audit.record("workdays.added", city, by=by, note=note)
    return len(days)


def continues(before: SpecialDay, after: SpecialDay) -> bool:
    """Whether a day goes on with the stretch the day before belongs to."""
    same = (before.name, before.is_workday) == (after.name, after.is_workday)
    return same and after.day - before.day == ONE_DAY


@transaction.atomic
def remove_span(special: SpecialDay, *, by: Any) -> int:
    """The stretch that begins on this day goes by the week again; return how many days."""
    later = SpecialDay.objects.filter(city=special.city_id, day__gt=special.day).order_by("day")
    span = [special]
    for day in later[:MOST_DAYS]:
        if not continues(span[-1], day):
            break
        span.append(day)
    audit.record("workdays.removed", special.city, by=by, note=f"{special}起 {len(span)} 天")
    SpecialDay.objects.filter(pk__in=[day.pk for day in span]).delete()
    return len(span)


def days_between(first: date, last: date) -> Iterable[date]:
    """Every day from the first to the last, both included."""
    return (first + ONE_DAY * n for n in range((last - first).days + 1))
