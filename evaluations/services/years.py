"""年度结转: look at what is open, shut the year, pack every unit's archive, begin the next one."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from activities.choices import ActivityState, CreditState, PlanState
from activities.models import Activity, Credit, WorkPlan
from activities.services.obligation_drafts import draft_like
from activities.services.plan_versions import copy_plan
from committees.choices import CheckState
from committees.models import FiveHavesCheck, ObligationSet, Unit
from evaluations import tasks
from evaluations.models import Ledger, YearClose
from evaluations.workflow import YEAR
from portal.kernel import audit, calendar, jobs
from portal.kernel.errors import Refused
from portal.kernel.jobs import JobCancelled
from portal.kernel.refusals import speaking_for

CLOSE = "year.close"  # the job; what it does stands in evaluations/schedule.py
HELD_TABLES = ("activities_activity", "activities_activityfile", "activities_credit")


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What of a year is still open; it is sealed as it stands."""

    drafts: int
    waiting: int
    returned: int
    pending_credits: int
    checks: int

    @property
    def is_nothing(self) -> bool:
        return not any(asdict(self).values())


def unfinished(city: Unit, *, year: int) -> Unfinished:
    """Count what nobody has brought to its end."""
    records = Activity.objects.filter(city=city).in_year(year)
    checks = FiveHavesCheck.objects.filter(year=year).filter(_of(city))
    return Unfinished(
        drafts=records.filter(state=ActivityState.DRAFT).count(),
        waiting=records.filter(state=ActivityState.SUBMITTED).count(),
        returned=records.filter(state=ActivityState.RETURNED).count(),
        pending_credits=Credit.objects.filter(
            _of(city), held_on__year=year, state=CreditState.PENDING
        ).count(),
        checks=checks.exclude(state=CheckState.CONFIRMED).count(),
    )


def _of(city: Unit) -> Q:
    return Q(unit__city=city) | Q(unit=city)


def units_of(city: Unit, *, year: int) -> QuerySet[Unit]:
    """Everybody with an archive of the year: whoever was open on any day of it."""
    last = date(year, 12, 31)
    found: QuerySet[Unit] = Unit.objects.below(city).open_on(min(last, calendar.today()))
    return found


@transaction.atomic
def close(city: Unit, *, year: int, by: Any) -> YearClose:
    """Shut the year from this moment and queue the packing of the archives."""
    if year >= calendar.today().year:
        raise Refused(f"{year}年还没有过完，过完了再结转")
    with connection.cursor() as cursor:
        # Whoever is writing finishes first; from our commit on, the triggers refuse.
        cursor.execute(f"LOCK TABLE {', '.join(HELD_TABLES)} IN SHARE ROW EXCLUSIVE MODE")
    with audit.acting("year.closed", by=by), speaking_for(YearClose):
        made = YearClose.objects.create(
            city=city, year=year, closed_by=by, open_at_close=asdict(unfinished(city, year=year))
        )
    audit.record("year.closed", made, by=by)
    made.job = jobs.start(
        CLOSE,
        key=f"{CLOSE}:{made.pk}",
        title=f"{year}年度结转",
        by=by,
        arguments={"close": made.pk},
        return_url=reverse("evaluations:year", args=[year]),
    )
    made.save(update_fields=["job"])
    return made


def pack(closing: YearClose, *, by: Any, say: Callable[[int, int, str], None]) -> int:
    """Make each unit's archive, seal, draft the next year; return how many archives stand.

    Each archive is kept as soon as it is made: a worker that dies is followed by one that goes
    on. Whoever stops the job opens the year again.
    """
    units = list(units_of(closing.city, year=closing.year))
    done = set(Ledger.objects.filter(close=closing).values_list("unit_id", flat=True))
    try:
        for number, unit in enumerate(units):
            say(number, len(units), f"正在装{unit}的台账，{number + 1}/{len(units)}")
            if unit.pk not in done:
                with transaction.atomic():
                    tasks.store_ledger(unit, year=closing.year, by=by, close=closing)
    except JobCancelled:
        reopen(closing, reason="结转到一半停下了", by=by)
        raise
    with transaction.atomic():
        YEAR.advance(closing, "seal", by=by, sealed_at=timezone.now())
        open_next(closing.city, year=closing.year + 1, by=by)
    return len(units)


@transaction.atomic
def open_next(city: Unit, *, year: int, by: Any) -> list[str]:
    """Draft the year's obligations and work points like the last ones, nothing of them done.

    What the year has already stays as it is. Returns what was drafted, in words.
    """
    drafted = []
    asked = ObligationSet.objects.filter(city=city)
    last = asked.current(city, year - 1)
    if last is not None and not asked.filter(year=year).exists():
        drafted.append(str(draft_like(last, year=year, by=by)))
    plans = WorkPlan.objects.filter(city=city)
    plan = plans.filter(year=year - 1, state=PlanState.PUBLISHED).first()
    if plan is not None and not plans.filter(year=year).exists():
        drafted.append(str(copy_plan(plan, year=year, by=by)))
    return drafted


@transaction.atomic
def reopen(closing: YearClose, *, reason: str, by: Any) -> None:
    """Let the year be changed again; the sealed archives stay as they were."""
    YEAR.advance(
        closing,
        "reopen",
        by=by,
        note=reason,
        reopened_by=by,
        reopened_at=timezone.now(),
        reopen_reason=reason.strip(),
    )


def holding(city: Unit | None, *, year: int) -> YearClose | None:
    """The closing that keeps this year shut, if one does."""
    return YearClose.objects.holding().filter(city=city, year=year).first()
