"""Cards of meetings that come round, of what was decided, and of what must be put right."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Min, Q
from django.urls import reverse

from activities.figures.series import Proposal, proposals
from activities.models import Correction, Decision, Series
from committees.models.scoping import grants_of
from committees.permissions import may_anywhere
from committees.policy import Can
from portal.kernel.calendar import date_cn
from portal.kernel.wording import quoted
from portal.web.cards import MOST_OF_A_KIND, SHEET, Card

SOON = timedelta(days=14)  # a decision due within these is worth a word


def series(user: Any, *, on: date) -> Iterator[Card]:
    """The next meeting of one's own series, in the week before it and until it is dealt with."""
    if not may_anywhere(user, Can.ACTIVITY_LOG):
        return
    mine = Series.objects.running().filter(unit__in=_units(user)).select_related("kind")
    for one in proposals(mine, on=on)[:MOST_OF_A_KIND]:
        if one.is_due:
            yield _meeting(one)


def _meeting(one: Proposal) -> Card:
    passed = one.day < one.on
    return Card(
        f"{'记' if passed else '开'}{quoted(one.series)}",
        reverse("activities:one_series", args=[one.series.pk]),
        one.word,
        one.tone,
        f"{one.day_label}前后{f'，{one.series.place}' if one.series.place else ''}",
        minutes=3,
        at_hand=SHEET,
        button="开完了，来记" if passed else "看议程",
        due_on=one.day,
    )


def decisions(user: Any, *, on: date) -> Iterator[Card]:
    """What own meetings decided and is late or nearly so: one card, however many."""
    if not may_anywhere(user, Can.ACTIVITY_LOG):
        return
    mine = Decision.objects.open().filter(unit__in=_units(user), due_on__lte=on + SOON)
    told = mine.aggregate(count=Count("pk"), late=Count("pk", filter=Q(due_on__lt=on)),
                          first=Min("due_on"))  # fmt: skip
    if told["count"]:
        yield Card(
            "说一说议定的事办得怎么样",
            reverse("activities:decisions"),
            f"{told['late']} 件过了日子" if told["late"] else "快到日子",
            "late" if told["late"] else "soon",
            f"最早一件定在{date_cn(told['first'])}前",
            told["count"],
            "件",
            minutes=2 * min(told["count"], 10),
            at_hand="不用准备",
            button="去说一说",
            due_on=max(told["first"], on),
        )


def corrections(user: Any) -> Iterator[Card]:
    if not may_anywhere(user, Can.ACTIVITY_REVIEW):
        return
    count = Correction.objects.waiting_for(user).count()
    if count:
        yield Card(
            "答复提出的更正",
            reverse("activities:corrections"),
            "等您答复",
            "waiting",
            "同意以后记录和统计才改",
            count,
            "条",
            minutes=min(count, 20),
            at_hand="不用准备",
            button="去看看",
        )


def _units(user: Any) -> list[int]:
    return [unit_id for _, _, unit_id in grants_of(user)]
