"""What became of a record after it was written: when it was handed in and what the office said."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.utils import timezone

from activities.choices import ActivityState

RETURN_REASONS = (
    "到场人数和名单对不上，请核对一下",
    "内容写得太简单，补上说了哪几件事、谁来办",
    "日期像是写错了，请看一下签到表上是哪天",
    "照片里看不出是什么活动，请换一张带会标的",
)


@dataclass(frozen=True, slots=True)
class Fate:
    state: ActivityState
    submitted_at: datetime | None = None
    reviewed_at: datetime | None = None
    reason: str = ""


def fate(
    random: Random, written_at: datetime, *, now: datetime, days_to_review: float | None
) -> Fate:
    """Submitted within days, reviewed within days; what would lie after `now` has not happened.

    `days_to_review` is the office's usual pace, None for a unit with nobody above it.
    """
    pause = random.choices([0, 1, 2, 4, 9], [40, 25, 18, 12, 5])[0]
    submitted = working_hour(random, written_at + timedelta(days=pause))
    if submitted > now:
        return Fate(ActivityState.DRAFT)
    if days_to_review is None:
        return Fate(ActivityState.ACCEPTED, submitted, submitted)
    reviewed = working_hour(
        random, submitted + timedelta(days=random.expovariate(1 / days_to_review))
    )
    if reviewed > now:
        return Fate(ActivityState.SUBMITTED, submitted)
    reviewed = max(reviewed, submitted + timedelta(minutes=7))
    if reviewed > now - timedelta(days=25) and random.random() < 0.08:
        # Older returned ones have been mended and accepted since.
        return Fate(ActivityState.RETURNED, submitted, reviewed, random.choice(RETURN_REASONS))
    return Fate(ActivityState.ACCEPTED, submitted, reviewed)


def working_hour(random: Random, moment: datetime) -> datetime:
    """That moment, or the next at which an office is at work."""
    local = timezone.localtime(moment)
    if local.hour >= 18:
        local = local.replace(hour=8) + timedelta(days=1)
    while local.weekday() > 4:
        local += timedelta(days=1)
    return local.replace(hour=max(8, local.hour), minute=random.randint(0, 59), second=0)
