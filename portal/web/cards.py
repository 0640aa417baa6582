"""What waits for one person, from every app: what, by when, how long, what to have at hand.

Minutes are what one entry takes an unhurried person, said so that nobody puts it off for fear of
it; nobody is measured by them.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils import timezone

from activities.choices import ActivityState, CoHostState, PlanState
from activities.figures import Column, Matrix, Row, waiting_for_review
from activities.models import (
    Activity,
    CoHost,
    CreditRule,
    WorkPlan,
)
from committees.models import Unit
from committees.models.scoping import grants_of
from committees.permissions import may_anywhere
from committees.policy import Can
from portal.kernel.calendar import date_cn
from portal.kernel.wording import quoted
from portal.web.models import DataAnswer
from reading_program.choices import PlanState as ReadingPlanState
from reading_program.choices import RoundState, SheetState
from reading_program.models import Edition, ImplementationPlan, JudgingRound, ScoreSheet

HORIZON = timedelta(days=30)
PRESSING = timedelta(days=3)
MOST_OF_A_KIND = 20  # the rest shows when these are done

SHEET = "签到表，或者记住的到场人数"


@dataclass(frozen=True, slots=True)
class Card:
    """One thing to do: what, where, how it stands (a word and its tone), and how many.

    `detail` says by when, `minutes` about how long, `at_hand` what to have on the table.
    """

    title: str
    url: str
    word: str = ""
    tone: str = ""
    detail: str = ""
    count: int = 0
    unit: str = "件"
    minutes: int = 0
    at_hand: str = ""
    button: str = "去办"
    due_on: date | None = None

    @property
    def line(self) -> str:
        """The card in one line, as a message or a call list says it."""
        amount = f"（{self.count} {self.unit}）" if self.count else ""
        stands = "，".join(word for word in (self.word, self.detail) if word)
        return f"{self.title}{amount}：{stands}" if stands else f"{self.title}{amount}"

    def is_pressing(self, *, on: date) -> bool:
        return self.due_on is not None and on <= self.due_on <= on + PRESSING


def duties(board: Matrix, *, on: date) -> list[Card]:
    """One card a duty of the own unit that is overdue or due within the horizon."""
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
        minutes=5,
        at_hand=SHEET,
        button="补记" if tone == "late" else "办完了，来记",
        due_on=column.item.due_on,
    )


def units_of(user: Any) -> list[int]:
    return [unit_id for _, _, unit_id in grants_of(user)]


def _own(user: Any) -> Any:
    return Activity.objects.visible_to(user).filter(unit__in=units_of(user))


def returned(user: Any) -> Iterator[Card]:
    records = _own(user).filter(state=ActivityState.RETURNED).order_by("reviewed_at")
    for record in records[:MOST_OF_A_KIND]:
        yield Card(
            f"补一下{quoted(record)}",
            reverse("activities:edit", args=[record.pk]),
            "退回了",
            "returned",
            record.return_reason,
            minutes=3,
            at_hand="当时的签到表和记录",
            button="去补",
        )


def drafts(user: Any) -> Iterator[Card]:
    records = _own(user).filter(state=ActivityState.DRAFT).order_by("-updated_at")
    for record in records[:MOST_OF_A_KIND]:
        yield Card(
            f"接着写{quoted(record)}",
            reverse("activities:edit", args=[record.pk]),
            "草稿",
            "draft",
            f"{date_cn(timezone.localtime(record.updated_at).date())}存的",
            minutes=3,
            at_hand=SHEET,
            button="接着写",
        )


def reviews(user: Any, *, on: date) -> Iterator[Card]:
    if not may_anywhere(user, Can.ACTIVITY_REVIEW):
        return
    count = waiting_for_review(user)
    if not count:
        return
    waiting = Activity.objects.filter(state=ActivityState.SUBMITTED, receiver__in=units_of(user))
    oldest = waiting.aggregate(at=Min("submitted_at"))["at"]
    days = (on - timezone.localtime(oldest).date()).days if oldest else 0
    yield Card(
        "审核活动记录",
        reverse("activities:queue"),
        "待审核",
        "waiting",
        f"最早一条已等 {days} 天" if days else "今天交来的",
        count,
        "条",
        minutes=2 * min(count, 30),
        at_hand="不用准备",
        button="去审核",
    )


def overdue_below(home: Unit | None, board: Matrix | None) -> Iterator[Card]:
    """For an office or the bureau: how many duties below are overdue, and what most."""
    if home is None or home.is_institution or board is None:
        return
    by_item = Counter(
        {
            column.item.name: cell.overdue
            for column, cell in zip(board.columns, board.total.cells, strict=True)
        }
    )
    total = by_item.total()
    if not total:
        return
    name, most = by_item.most_common(1)[0]
    year = board.obligation_set.year
    yield Card(
        "看看哪些单位逾期了",
        f"{reverse('activities:obligation_board', args=[year])}?view=late",
        "已逾期",
        "late",
        f"“{name}”最多，{most} 家",
        total,
        "项",
        minutes=5,
        at_hand="各单位的电话",
        button="去看看",
    )


def work_plans(user: Any) -> Iterator[Card]:
    if not may_anywhere(user, Can.PLAN_EDIT):
        return
    found = WorkPlan.objects.editable_by(user).filter(state=PlanState.DRAFT).order_by("-year")
    for plan in found[:MOST_OF_A_KIND]:
        yield Card(
            f"核对《{plan}》",
            reverse("activities:plan_draft", args=[plan.year]),
            "草稿",
            "draft",
            "核对任务以后发布，各单位才看得到",
            minutes=20,
            at_hand="工作要点原件",
            button="去核对",
        )


def cohosts(user: Any) -> Iterator[Card]:
    if not may_anywhere(user, Can.ACTIVITY_LOG):
        return
    states = [ActivityState.SUBMITTED, ActivityState.ACCEPTED]
    asked = CoHost.objects.filter(
        unit__in=units_of(user), state=CoHostState.ASKED, activity__state__in=states
    ).select_related("activity__unit")
    for one in asked.order_by("added_at")[:MOST_OF_A_KIND]:
        yield Card(
            f"确认有没有共办{quoted(one.activity)}",
            reverse("activities:activity", args=[one.activity_id]),
            "等您确认",
            "waiting",
            f"{one.activity.unit}说和您单位共办",
            minutes=1,
            at_hand="不用准备",
            button="去确认",
        )


def judging(user: Any) -> Iterator[Card]:
    """A judge's own: how many works of each round are still to be marked; no work is named."""
    if not may_anywhere(user, Can.JUDGE):
        return
    mine = ScoreSheet.objects.visible_to(user).filter(
        state=SheetState.DRAFT, copy__round__state=RoundState.OPEN
    )
    left = mine.order_by("copy__round").values("copy__round").annotate(count=Count("pk"))
    counts = {row["copy__round"]: row["count"] for row in left[:MOST_OF_A_KIND]}
    rounds = JudgingRound.objects.filter(pk__in=counts).select_related("track", "group", "edition")
    for here in rounds.order_by("pk"):
        yield Card(
            f"评作品：{here}",
            reverse("reading_program:my_sheets"),
            "等您评",
            "waiting",
            "评一份存一份，随时可以停",
            counts[here.pk],
            "份",
            minutes=5 * min(counts[here.pk], 12),
            at_hand="评分标准，评分页上就有",
            button="去评",
        )


def reading(user: Any, *, on: date) -> Iterator[Card]:
    """实施方案 that the own unit has not handed in and that are due within the horizon."""
    units = units_of(user)
    if not may_anywhere(user, Can.READING_SUBMIT):
        return
    editions = Edition.objects.visible_to(user).filter(
        published_at__isnull=False, ends_on__gte=on, plans_due_on__lte=on + HORIZON
    )
    done = ImplementationPlan.objects.filter(
        unit__in=units, state__in=[ReadingPlanState.SUBMITTED, ReadingPlanState.ACCEPTED]
    ).values("edition")
    kinds = Unit.objects.filter(pk__in=units, kind__in=["office", "school", "kindergarten"])
    asked = kinds.filter(Q(kind__in=["office", "school"])).exists()
    wanted = editions.exclude(pk__in=done) if kinds.exists() else editions.none()
    for edition in wanted.order_by("plans_due_on")[:MOST_OF_A_KIND]:
        if not (asked or edition.asks_kindergartens) or edition.plans_due_on is None:
            continue
        late = edition.plans_due_on < on
        yield Card(
            f"交《{edition}》实施方案",
            reverse("reading_program:edition", args=[edition.pk]),
            "已逾期" if late else "快到期",
            "late" if late else "soon",
            f"{date_cn(edition.plans_due_on)}前要交",
            minutes=15,
            at_hand="去年的方案，或者一份 Word 文档",
            button="去写",
            due_on=edition.plans_due_on,
        )


def requests(user: Any, *, on: date) -> Iterator[Card]:
    """What the bureau asks beside the work, where the records could not answer."""
    if not may_anywhere(user, Can.REQUEST_ANSWER):
        return
    waits = DataAnswer.objects.answerable_by(user).waiting().filter(unit__in=units_of(user))
    for one in waits.select_related("request").order_by("request__due_on")[:MOST_OF_A_KIND]:
        due = one.request.due_on
        yield Card(
            f"填{quoted(one.request)}",
            reverse("web:data_answer", args=[one.pk]),
            "已逾期" if due < on else "等您填",
            "late" if due < on else "waiting",
            f"{date_cn(due)}前要交，{one.fields_asked} 项",
            minutes=one.minutes,
            at_hand="要填的数字或材料",
            button="去填",
            due_on=due,
        )
