"""Cards of the bulletins: an issue to edit, an issue to sign."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count
from django.urls import reverse

from committees.permissions import may_anywhere
from committees.policy import Can
from evaluations.choices import BulletinState
from evaluations.models import BulletinIssue, BulletinSeries
from portal.web.cards import MOST_OF_A_KIND, Card


def bulletins(user: Any) -> Iterator[Card]:
    if may_anywhere(user, Can.BULLETIN_SIGN):
        yield from _to_sign(user)
    if may_anywhere(user, Can.BULLETIN_EDIT):
        yield from _to_edit(user)


def _to_sign(user: Any) -> Iterator[Card]:
    issues = BulletinIssue.objects.visible_to(user).filter(state=BulletinState.SIGNING)
    for issue in issues.select_related("series").order_by("starts_on", "pk")[:MOST_OF_A_KIND]:
        yield Card(
            f"签发《{issue.series}》{issue.period_label}",
            reverse("evaluations:issue", args=[issue.pk]),
            "待签发",
            "waiting",
            "签发以后才排印",
            minutes=10,
            at_hand="不用准备",
            button="去签发",
        )


def _to_edit(user: Any) -> Iterator[Card]:
    mine = BulletinSeries.objects.reachable_by(user, Can.BULLETIN_EDIT)
    issues = BulletinIssue.objects.filter(series__in=mine, state=BulletinState.DRAFT)
    counted = issues.select_related("series").annotate(article_count=Count("articles"))
    for issue in counted.order_by("starts_on", "pk")[:MOST_OF_A_KIND]:
        yield Card(
            f"编《{issue.series}》{issue.period_label}",
            reverse("evaluations:issue", args=[issue.pk]),
            "编辑中",
            "draft",
            f"已有 {issue.article_count} 篇稿子" if issue.article_count else "还没有选稿子",
            minutes=30,
            at_hand="各单位的活动记录都在里面",
            button="去编",
        )
