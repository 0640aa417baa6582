"""默认通过: a record its office leaves unanswered for N working days counts as accepted.

Off until the bureau switches it on. Nobody's silence counts unheard: the reviewers are told on the
last working day they can still answer, and only on a later one does the record count. Whatever the
clock misses is therefore made up in the same two steps, each once.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from activities import notices
from activities.choices import ActivityState
from activities.models import Activity, ReviewRules, SilentReview
from activities.models.activities import ActivityQuerySet
from activities.services import credits
from activities.workflow import ACTIVITY
from committees.models import Unit
from committees.services.workdays import Workdays
from portal.kernel import audit
from portal.kernel.errors import Refused
from portal.kernel.workflow import StepRefused

MOST_DAYS = 60
NOTE = "到期自动通过"


def rules_of(city: Unit) -> ReviewRules:
    """The city's rules; a city that set none has it off, not stored."""
    return ReviewRules.objects.filter(city=city).first() or ReviewRules(city=city)


@transaction.atomic
def set_rules(city: Unit, *, silent_days: int | None, on: date, by: Any) -> ReviewRules:
    """Switch it on, change the days, or switch it off (None).

    It begins anew on `on` when it was off; another number of days keeps the beginning.
    """
    if silent_days is not None and not 1 <= silent_days <= MOST_DAYS:
        raise Refused(f"写 1 到 {MOST_DAYS} 之间的数")
    rules, _ = ReviewRules.objects.select_for_update().get_or_create(city=city)
    before = str(rules)
    rules.since = None if silent_days is None else rules.since or on
    rules.silent_days, rules.changed_by, rules.changed_at = silent_days, by, timezone.now()
    with audit.acting("silence.set", by=by):
        rules.save()
    audit.record("silence.set", city, by=by, note="默认通过", before=before, after=str(rules))
    return rules


@dataclass(frozen=True, slots=True)
class Round:
    """What one morning's round did: how many records the reviewers were told of, and accepted."""

    told: int = 0
    accepted: int = 0


def go_round(*, on: date) -> Round:
    """Each working morning: tell reviewers of the last day, accept what nobody answered.

    A second round on the same day finds nothing left to do.
    """
    told = accepted = 0
    for rules in ReviewRules.objects.filter(silent_days__isnull=False).select_related("city"):
        assert rules.since is not None  # noqa: S101 - silence_has_days_and_a_start
        days = Workdays(rules.city_id, first=rules.since, last=on + timedelta(days=60))
        if days.is_worked(on):
            told += _tell(rules, days, on=on)
            accepted += _accept(rules, days, on=on)
    return Round(told, accepted)


def _tell(rules: ReviewRules, days: Workdays, *, on: date) -> int:
    """Note whose last day has come, and tell each receiving office once, all in one message."""
    assert rules.silent_days is not None  # noqa: S101 - the caller chose such
    untold = ~Exists(
        SilentReview.objects.filter(activity=OuterRef("pk"), submitted_at=OuterRef("submitted_at"))
    )
    due = [
        record
        for record in waiting(rules).filter(untold).select_related("receiver").order_by("pk")
        if answer_by(record, days, silent_days=rules.silent_days) <= on
    ]
    with transaction.atomic():
        made = SilentReview.objects.bulk_create(
            [
                SilentReview(
                    activity=record, submitted_at=record.submitted_at, answer_by=on, told_on=on
                )
                for record in due
                if record.submitted_at is not None
            ],
            ignore_conflicts=True,
        )
        offices: dict[int, list[Activity]] = {}
        for record in due:
            offices.setdefault(record.receiver_id or rules.city_id, []).append(record)
        for office, records in offices.items():
            notices.tell_silence(office, records)
    return len(made)


def _accept(rules: ReviewRules, days: Workdays, *, on: date) -> int:
    """Accept, one transaction each, what was told of on an earlier day and still waits.

    More days given meanwhile hold for these too.
    """
    assert rules.silent_days is not None  # noqa: S101 - the caller chose such
    cases = SilentReview.objects.filter(
        accepted_at__isnull=True, told_on__lt=on, activity__in=waiting(rules)
    )
    return sum(
        _accept_one(case.pk)
        for case in cases.select_related("activity").order_by("pk")
        if answer_by(case.activity, days, silent_days=rules.silent_days) < on
    )


@transaction.atomic
def _accept_one(pk: int) -> bool:
    """False when somebody answered meanwhile, or another round was quicker."""
    case = SilentReview.objects.select_for_update(of=("self",)).get(pk=pk)
    record = Activity.objects.get(pk=case.activity_id)
    if case.accepted_at is not None or record.submitted_at != case.submitted_at:
        return False
    now = timezone.now()
    try:
        ACTIVITY.advance(record, "accept", by=None, note=NOTE, reviewed_at=now, reviewed_by=None)
    except StepRefused:
        return False
    case.accepted_at = now
    case.save(update_fields=["accepted_at"])
    credits.settle(record, by=None)
    notices.tell_accepted_silently(record)
    return True


def waiting(rules: ReviewRules) -> ActivityQuerySet:
    """The city's records that wait and were handed in since it was switched on."""
    assert rules.since is not None  # noqa: S101 - asked only of rules that are on
    start = timezone.make_aware(datetime.combine(rules.since, datetime.min.time()))
    return Activity.objects.filter(
        city=rules.city_id, state=ActivityState.SUBMITTED, submitted_at__gte=start
    )


def last_day_of(record: Activity) -> date | None:
    """The last day on which this record can be answered; None where nothing counts by silence."""
    rules = ReviewRules.objects.filter(city=record.city_id, silent_days__isnull=False).first()
    if rules is None or rules.silent_days is None or record.submitted_at is None:
        return None
    if not waiting(rules).filter(pk=record.pk).exists():
        return None
    first = timezone.localdate(record.submitted_at)
    days = Workdays(record.city_id, first=first, last=first + timedelta(days=120))
    return answer_by(record, days, silent_days=rules.silent_days)


def answer_by(record: Activity, days: Workdays, *, silent_days: int) -> date:
    """The last day on which the office can still answer."""
    assert record.submitted_at is not None  # noqa: S101 - handed in, or it would not wait
    return days.after(timezone.localdate(record.submitted_at), silent_days)
