"""What waits for one person, from every app: the cards of the home page."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Min
from django.urls import reverse
from django.utils import timezone

from activities.choices import ActivityState, PlanState
from activities.figures import By, Column, Matrix, Row, matrix, waiting_for_review
from activities.models import Activity, CreditRule, WorkPlan
from committees.models import ObligationSet, Unit
from committees.models.scoping import grants_of
from committees.permissions import may, may_anywhere
from committees.policy import Can
from portal.kernel.calendar import date_cn
from portal.kernel.wording import quoted

MOST_CARDS = 5  # more than a hand's fingers is a list, not a work day


@dataclass(frozen=True, slots=True)
class Card:
    """One thing to do: what, where, how it stands (a word and its tone), and how many."""

    title: str
    url: str
    word: str = ""
    tone: str = ""
    detail: str = ""
    count: int = 0
    unit: str = "件"


@dataclass(frozen=True, slots=True)
class OwnYear:
    """The duties of the person's own unit or of the units below it, and the year's records."""

    board: Matrix | None
    records: dict[str, int]


def own_year(user: Any, home: Unit | None, *, year: int, on: date) -> OwnYear:
    if home is None or not may(user, Can.ACTIVITY_VIEW, home):
        return OwnYear(None, {})
    current = ObligationSet.objects.current(home.city, year) if home.city else None
    by: By = "unit" if home.is_institution else "office"
    board = matrix(current, root=home, by=by, on=on) if current is not None else None
    states = (
        Activity.objects.visible_to(user)
        .in_year(year)
        .exclude(state=ActivityState.DRAFT)
        .filter(unit__path__startswith=home.path)
        .order_by()
        .values_list("state")
        .annotate(Count("pk"))
    )
    return OwnYear(board, dict(states))


def cards(user: Any, home: Unit | None, own: OwnYear, *, on: date) -> list[Card]:
    """Most pressing first: overdue, sent back, waiting for this person, soon due, half written."""
    writes = home is not None and home.is_institution and may(user, Can.ACTIVITY_LOG, home)
    duties = _duty_cards(own.board, on=on) if writes and own.board is not None else []
    late = [card for card in duties if card.tone == "late"]
    soon = [card for card in duties if card.tone != "late"]
    return [
        *late,
        *(_returned(user) if may_anywhere(user, Can.ACTIVITY_LOG) else []),
        *_reviews(user, on=on),
        *_overdue_below(home, own.board),
        *soon,
        *_plans(user),
        *(_drafts(user) if may_anywhere(user, Can.ACTIVITY_LOG) else []),
    ]


def _duty_cards(board: Matrix, *, on: date) -> list[Card]:
    """One card a duty of the own unit that is overdue or due within a month."""
    kinds = dict(
        CreditRule.objects.filter(item__obligation_set=board.obligation_set)
        .order_by("-pk")
        .values_list("item_id", "kind_id")
    )
    own: Row | None = next((row for row in board.rows if row.key == board.root.pk), None)
    if own is None:
        return []
    found = []
    for column, cell in zip(board.columns, own.cells, strict=True):
        word, tone = column.unit_words(cell)
        if tone in {"late", "soon"} and not cell.waiting:
            found.append(_duty(column, word, tone, kinds.get(column.item.pk), on=on))
    return found


def _duty(column: Column, word: str, tone: str, kind: int | None, *, on: date) -> Card:
    days = (on - column.item.due_on).days
    if tone == "late" and 0 < days <= 366:
        word = f"{word} {days} 天"
    verb = "补记" if tone == "late" else "办一次"
    query = f"?kind={kind}" if kind else ""
    return Card(
        f"{verb}“{column.item.name}”",
        f"{reverse('activities:new')}{query}",
        word,
        tone,
        f"{date_cn(column.item.due_on)}前要完成",
    )


def _own(user: Any) -> Any:
    units = [unit_id for _, _, unit_id in grants_of(user)]
    return Activity.objects.visible_to(user).filter(unit__in=units)


def _returned(user: Any) -> list[Card]:
    records = _own(user).filter(state=ActivityState.RETURNED).order_by("reviewed_at")
    return [
        Card(
            f"补一下{quoted(record)}",
            reverse("activities:edit", args=[record.pk]),
            "退回了",
            "returned",
            record.return_reason,
        )
        for record in records[:MOST_CARDS]
    ]


def _drafts(user: Any) -> list[Card]:
    records = _own(user).filter(state=ActivityState.DRAFT).order_by("-updated_at")
    return [
        Card(
            f"接着写{quoted(record)}",
            reverse("activities:edit", args=[record.pk]),
            "草稿",
            "draft",
            f"{date_cn(timezone.localtime(record.updated_at).date())}存的",
        )
        for record in records[:MOST_CARDS]
    ]


def _reviews(user: Any, *, on: date) -> list[Card]:
    if not may_anywhere(user, Can.ACTIVITY_REVIEW):
        return []
    count = waiting_for_review(user)
    if not count:
        return []
    units = [unit_id for _, _, unit_id in grants_of(user)]
    waiting = Activity.objects.filter(state=ActivityState.SUBMITTED, receiver__in=units)
    oldest = waiting.aggregate(at=Min("submitted_at"))["at"]
    days = (on - timezone.localtime(oldest).date()).days if oldest else 0
    detail = f"最早一条已等 {days} 天" if days else "今天交来的"
    return [
        Card("审核活动记录", reverse("activities:queue"), "待审核", "waiting", detail, count, "条")
    ]


def _overdue_below(home: Unit | None, board: Matrix | None) -> list[Card]:
    """For an office or the bureau: how many duties below are overdue, and what most."""
    if home is None or home.is_institution or board is None:
        return []
    by_item = Counter(
        {
            column.item.name: cell.overdue
            for column, cell in zip(board.columns, board.total.cells, strict=True)
        }
    )
    total = by_item.total()
    if not total:
        return []
    name, most = by_item.most_common(1)[0]
    year = board.obligation_set.year
    url = f"{reverse('activities:obligation_board', args=[year])}?view=late"
    return [
        Card("看看哪些单位逾期了", url, "已逾期", "late", f"“{name}”最多，{most} 家", total, "项")
    ]


def _plans(user: Any) -> list[Card]:
    if not may_anywhere(user, Can.PLAN_EDIT):
        return []
    drafts = WorkPlan.objects.editable_by(user).filter(state=PlanState.DRAFT).order_by("-year")
    return [
        Card(
            f"核对《{plan}》",
            reverse("activities:plan_draft", args=[plan.year]),
            "草稿",
            "draft",
            "核对任务以后发布，各单位才看得到",
        )
        for plan in drafts[:MOST_CARDS]
    ]
