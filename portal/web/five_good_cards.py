"""Cards of “五好”: what one's unit has to mend, what waits to be ticked off, where one goes."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.urls import reverse

from committees.models.scoping import grants_of
from committees.permissions import may_anywhere
from committees.policy import Can
from evaluations.choices import CampaignState, MendingState
from evaluations.models import Mending, Visit
from portal.kernel.calendar import date_cn
from portal.kernel.wording import quoted
from portal.web.cards import HORIZON, MOST_OF_A_KIND, Card


def five_good(user: Any, *, on: date) -> Iterator[Card]:
    if may_anywhere(user, Can.FIVE_GOOD_FILL):
        yield from _to_mend(user, on=on)
    if may_anywhere(user, Can.FIVE_GOOD_REVIEW):
        yield from _to_tick_off(user)
    yield from _to_visit(user, on=on)


def _to_mend(user: Any, *, on: date) -> Iterator[Card]:
    """Each thing of an 整改通知书 is a card of its own until it is told."""
    own = Mending.objects.filter(
        appraisal__unit__in=[pk for _, _, pk in grants_of(user)], state=MendingState.OPEN
    ).select_related("appraisal")
    for one in own.order_by("due_on", "pk")[:MOST_OF_A_KIND]:
        late = one.due_on < on
        yield Card(
            f"整改：{quoted(one)}",
            reverse("evaluations:mending_step", args=[one.pk, "tell"]),
            f"已逾期 {(on - one.due_on).days} 天" if late else "等您整改",
            "late" if late else "soon",
            one.remark or f"{date_cn(one.due_on)}前改好",
            minutes=5,
            at_hand="改好以后的照片或材料",
            button="改好了，来报",
            due_on=one.due_on,
        )


def _to_tick_off(user: Any) -> Iterator[Card]:
    told = Mending.objects.reachable_by(user, Can.FIVE_GOOD_REVIEW).filter(state=MendingState.TOLD)
    told = told.exclude(appraisal__unit__in=[pk for _, _, pk in grants_of(user)])
    found = list(told.order_by("answered_at", "pk").values_list("appraisal", flat=True)[:200])
    if found:
        yield Card(
            "核对整改，销号",
            reverse("evaluations:mendings", args=[found[0]]),
            "待销号",
            "waiting",
            "先报的排在前面",
            len(found),
            "件",
            minutes=2 * min(len(found), 30),
            at_hand="不用准备",
            button="去核对",
        )


def _to_visit(user: Any, *, on: date) -> Iterator[Card]:
    going = Visit.objects.filter(
        team__assessors__user=user, day__range=(on, on + HORIZON),
        team__campaign__state=CampaignState.OPEN,
    ).select_related("appraisal__unit", "team")  # fmt: skip
    for one in going.order_by("day", "place")[:MOST_OF_A_KIND]:
        yield Card(
            f"去{one.unit}实地看",
            reverse("evaluations:visit", args=[one.pk]),
            "已排好",
            "soon",
            f"{date_cn(one.day)}，{one.team}，第 {one.place} 站",
            minutes=60,
            at_hand="评分表",
            button="看要查什么",
            due_on=one.day,
        )
