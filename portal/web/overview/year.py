"""The year at a glance (年度日历): every last day of plan, duties, reading and 五好, by month."""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from activities.choices import PlanState
from activities.figures import Matrix
from activities.figures.asked import asks, tasks_of
from activities.models import WorkPlan
from committees.figures import five_haves
from committees.models import Unit
from committees.permissions import may_anywhere
from committees.policy import Can
from evaluations.models import AnnualRound, Campaign
from reading_program.models import Stage

LONG = 26  # characters of a task that stand on a line


@dataclass(frozen=True, slots=True)
class Day:
    """One last day: what is to be done by then, and how that stands where it is known."""

    on: date
    words: str
    url: str
    stand: str = ""


@dataclass(frozen=True, slots=True)
class Month:
    number: int
    days: Sequence[Day]
    is_now: bool
    is_over: bool


def months(user: Any, root: Unit, board: Matrix | None, *, year: int, on: date) -> list[Month]:
    days = sorted(all_days(user, root, board, year=year), key=lambda day: (day.on, day.words))
    here = (on.year, on.month)
    return [
        Month(
            month,
            [day for day in days if day.on.month == month],
            is_now=here == (year, month),
            is_over=(year, month) < here,
        )
        for month in range(1, 13)
    ]


def next_days(found: Sequence[Month], *, on: date, most: int = 5) -> list[Day]:
    """The days still to come, the nearest first."""
    coming = [day for month in found for day in month.days if day.on >= on]
    return coming[:most]


def all_days(user: Any, root: Unit, board: Matrix | None, *, year: int) -> Iterator[Day]:
    """Everything of this year that ends on a day, for who may see it."""
    if root.city is None:
        return
    yield from _duties(root, board, year)
    told = {column.item.code for column in board.columns} if board is not None else set()
    yield from _plan(user, root, year, told=told)
    yield from _reading(user, root.city, year)
    yield from _five_good(user, root.city, year)
    due = five_haves.due_of(root, year) if may_anywhere(user, Can.FIVE_HAVES_VIEW) else None
    if due is not None and due.year == year:
        yield Day(due, "“五有”自查交齐", reverse("committees:five_haves_now"))


def _duties(root: Unit, board: Matrix | None, year: int) -> Iterator[Day]:
    if board is None:
        return
    for column, cell in zip(board.columns, board.total.cells, strict=True):
        due = column.item.due_on
        if due is not None and due.year == year and cell.expected:
            left = f"还差 {cell.left} 家" if cell.left else "全部完成"
            if root.is_institution:
                left = "还没完成" if cell.left else "已完成"
            yield Day(due, column.item.name, board_url(root, year), left)


def board_url(root: Unit, year: int) -> str:
    if root.depth == 1:
        return reverse("activities:obligation_board", args=[year])
    page = "obligation_unit" if root.is_institution else "obligation_office"
    return reverse(f"activities:{page}", args=[year, root.pk])


def _plan(user: Any, root: Unit, year: int, *, told: Set[str]) -> Iterator[Day]:
    """The plan's tasks with a last day, without those that are one of the duties told already."""
    plan = (
        WorkPlan.objects.visible_to(user)
        .filter(city=root.city, year=year, state=PlanState.PUBLISHED)
        .order_by("-version")
        .first()
    )
    if plan is None:
        return
    for task in tasks_of(plan):
        if task.due_on is None or task.due_on.year != year or task.obligation in told:
            continue
        if root.is_institution and not asks(task, root):
            continue
        words = task.text if len(task.text) <= LONG else f"{task.text[:LONG]}…"
        yield Day(task.due_on, words, reverse("activities:plan_task", args=[year, task.pk]))


def _reading(user: Any, city: Unit, year: int) -> Iterator[Day]:
    if not may_anywhere(user, Can.READING_VIEW):
        return
    stages = Stage.objects.filter(
        edition__city=city, edition__published_at__isnull=False, ends_on__year=year
    ).select_related("edition")
    for stage in stages.order_by("ends_on", "pk"):
        page = reverse("reading_program:edition", args=[stage.edition_id])
        yield Day(stage.ends_on, f"读书活动：{stage.name}截止", page)


def _five_good(user: Any, city: Unit, year: int) -> Iterator[Day]:
    for campaign in Campaign.objects.visible_to(user).filter(city=city).order_by("pk"):
        page = reverse("evaluations:campaign", args=[campaign.pk])
        for day, words in (
            (campaign.self_due, "“五好”自评截止"),
            (campaign.office_due, "“五好”教办初评截止"),
            (campaign.city_due, "“五好”市局复评截止"),
        ):
            if day.year == year:
                yield Day(day, words, page)
    if may_anywhere(user, Can.ANNUAL_VIEW):
        for asked in AnnualRound.objects.filter(city=city, due_on__year=year).order_by("year"):
            yield Day(
                asked.due_on, f"{asked.year} 年度简报交齐",
                f"{reverse('evaluations:annual')}?year={asked.year}",
            )  # fmt: skip
