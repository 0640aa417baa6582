"""Cards of the yearly “五有” check: to fill in by its day, sent back, waiting to be reviewed."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone

from committees.choices import CheckState
from committees.figures import served_on
from committees.models import FiveHavesCheck, FiveHavesRound, Unit
from committees.models.scoping import STEP, grants_of
from committees.permissions import may_anywhere
from committees.policy import Can
from portal.kernel.calendar import date_cn
from portal.web.cards import HORIZON, Card

HANDED_IN = {CheckState.SUBMITTED, CheckState.CONFIRMED}
YEARS_BACK = 1  # a check two years old is history, and no work of this week


def five_haves(user: Any, *, on: date) -> Iterator[Card]:
    if may_anywhere(user, Can.FIVE_HAVES_FILL):
        yield from _to_fill(user, on=on)
    if may_anywhere(user, Can.FIVE_HAVES_REVIEW):
        yield from _to_review(user, on=on)


def _to_fill(user: Any, *, on: date) -> Iterator[Card]:
    """The own unit's check, from a month before its day until it is handed in."""
    years = range(on.year - YEARS_BACK, on.year + 1)
    grants = grants_of(user)
    rounds = list(
        FiveHavesRound.objects.filter(
            city__path__in={path[:STEP] for _, path, _ in grants},
            year__in=years,
            due_on__lte=on + HORIZON,
        ).order_by("due_on")
    )
    if not rounds:
        return
    units = list(
        Unit.objects.filter(served_on(on), pk__in=[pk for _, _, pk in grants], depth__gt=1)
    )
    checks = FiveHavesCheck.objects.filter(unit__in=units, year__in=years)
    standing = {(check.unit_id, check.year): check for check in checks}
    for one in rounds:
        for unit in units:
            check = standing.get((unit.pk, one.year))
            if unit.city_id == one.city_id and (check is None or check.state not in HANDED_IN):
                yield _fill(unit, one.year, one.due_on, check, on=on)


def _fill(unit: Unit, year: int, due: date, check: FiveHavesCheck | None, *, on: date) -> Card:
    sent_back = check is not None and check.state == CheckState.RETURNED
    late = on > due
    word = "退回了" if sent_back else f"已逾期 {(on - due).days} 天" if late else "快到期"
    return Card(
        f"{'补' if sent_back else '交'}{year}年“五有”自查",
        reverse("committees:five_haves_fill", args=[year, unit.pk]),
        word,
        "returned" if sent_back else "late" if late else "soon",
        check.return_reason if check and sent_back else f"{date_cn(due)}前要交",
        minutes=15,
        at_hand="发文、计划和活动记录",
        button="去填",
        due_on=due,
    )


def _to_review(user: Any, *, on: date) -> Iterator[Card]:
    """What units below handed in, oldest first; never one's own unit's."""
    waits = FiveHavesCheck.objects.reachable_by(user, Can.FIVE_HAVES_REVIEW).filter(
        state=CheckState.SUBMITTED
    )
    waits = waits.exclude(unit__in=[unit_id for _, _, unit_id in grants_of(user)])
    found = list(waits.order_by("submitted_at").values_list("year", "submitted_at"))
    if not found:
        return
    days = (on - timezone.localtime(found[0][1]).date()).days
    yield Card(
        "复核“五有”自查",
        reverse("committees:five_haves", args=[found[0][0]]),
        "待复核",
        "waiting",
        f"最早一份已等 {days} 天" if days > 0 else "今天交来的",
        len(found),
        "份",
        minutes=3 * min(len(found), 20),
        at_hand="不用准备",
        button="去复核",
    )
