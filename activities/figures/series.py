"""What comes next in each series: the day, and whether it is due."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Max, Q

from activities.choices import ActivityState
from activities.models import Series, SeriesMeeting
from portal.kernel.calendar import date_cn

AHEAD = timedelta(days=7)  # a meeting of the coming week is announced


@dataclass(frozen=True, slots=True)
class Proposal:
    """The next meeting of a running series."""

    series: Series
    day: date
    on: date

    @property
    def is_due(self) -> bool:
        return self.day <= self.on + AHEAD

    @property
    def word(self) -> str:
        if self.day < self.on:
            return f"过了 {(self.on - self.day).days} 天"
        if self.day == self.on:
            return "就是今天"
        return f"还有 {(self.day - self.on).days} 天"

    @property
    def tone(self) -> str:
        return "late" if self.day < self.on else "soon" if self.is_due else "later"

    @property
    def day_label(self) -> str:
        return date_cn(self.day)


def proposals(found: Iterable[Series], *, on: date) -> list[Proposal]:
    """One for each series that still runs, soonest first; two queries however many there are."""
    running = [series for series in found if series.ended_on is None]
    dealt = dict(
        SeriesMeeting.objects.filter(series__in=running)
        .filter(Q(activity__isnull=True) | ~Q(activity__state=ActivityState.VOIDED))
        .order_by()
        .values_list("series")
        .annotate(Max("planned_on"))
    )
    made = [Proposal(series, series.first_after(dealt.get(series.pk)), on) for series in running]
    return sorted(made, key=lambda one: (one.day, one.series.pk))
