"""Cards of the bulletins: issues to edit and to sign, yearly ones to write, read and appraise."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from committees.models import Committee
from committees.models.scoping import grants_of
from committees.permissions import city_of, may_anywhere
from committees.policy import ROLE_POWERS, Can
from evaluations.choices import AnnualState, BulletinState, PaperState
from evaluations.models import (
    AnnualBulletin,
    AnnualRound,
    BulletinIssue,
    BulletinSeries,
    OfficialPaper,
    PaperReceipt,
)
from evaluations.permissions import may_approve_paper, may_sign_paper
from portal.kernel.calendar import date_cn
from portal.web.cards import HORIZON, MOST_OF_A_KIND, Card


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
    named = Q(series__editors=user) | Q(series__editors=None)
    issues = BulletinIssue.objects.filter(named, series__in=mine, state=BulletinState.DRAFT)
    counted = issues.select_related("series").annotate(
        article_count=Count("articles", distinct=True)
    )
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


def papers(user: Any) -> Iterator[Card]:
    """发文: to check and to sign where they are made, to receive where they went."""
    if may_anywhere(user, Can.BULLETIN_EDIT) or may_anywhere(user, Can.BULLETIN_SIGN):
        yield from _papers_to_pass(user)
    yield from _to_receive(user)


def _papers_to_pass(user: Any) -> Iterator[Card]:
    waits = OfficialPaper.objects.visible_to(user).filter(
        state__in=[PaperState.REVIEWING, PaperState.SIGNING]
    )
    for paper in waits.select_related("unit").order_by("created_at", "pk")[:MOST_OF_A_KIND]:
        signs = may_sign_paper(user, paper)
        if not signs and not may_approve_paper(user, paper):
            continue
        yield Card(
            f"{'签发' if signs else '核稿'}“{paper}”",
            reverse("evaluations:paper", args=[paper.pk]),
            str(paper.get_state_display()),
            "waiting",
            "签发时排发文字号，印好就发下去" if signs else "看过再交负责同志签发",
            minutes=10,
            at_hand="不用准备",
            button="去签发" if signs else "去核稿",
        )


def _to_receive(user: Any) -> Iterator[Card]:
    units = [unit for role, _, unit in grants_of(user) if Can.REQUEST_ANSWER in ROLE_POWERS[role]]
    waits = PaperReceipt.objects.filter(
        unit__in=units, received_at=None, paper__state=PaperState.ISSUED
    )
    found = waits.select_related("paper__unit").order_by("paper__issued_at", "pk")
    for receipt in found[:MOST_OF_A_KIND]:
        paper = receipt.paper
        yield Card(
            f"收文件“{paper}”",
            reverse("evaluations:paper", args=[paper.pk]),
            "等您收",
            "waiting",
            f"{paper.unit}发的，{paper.number_label}",
            minutes=5,
            at_hand="不用准备",
            button="去看",
        )


def annual(user: Any, *, on: date) -> Iterator[Card]:
    if may_anywhere(user, Can.ANNUAL_WRITE):
        yield from _to_write(user, on=on)
    if may_anywhere(user, Can.ANNUAL_READ) or may_anywhere(user, Can.ANNUAL_APPRAISE):
        yield from _to_read(user)


def _to_write(user: Any, *, on: date) -> Iterator[Card]:
    """The own unit's bulletin of the last two years asked for, until it is handed in."""
    rounds = list(
        AnnualRound.objects.filter(
            city=city_of(user), year__gte=on.year - 1, due_on__lte=on + HORIZON
        ).order_by("due_on")
    )
    if not rounds:
        return
    units = [unit_id for _, _, unit_id in grants_of(user)]
    hosts = Committee.objects.filter(host__in=units, dissolved_on=None).values_list("host")
    found = AnnualBulletin.objects.filter(unit__in=units, year__gte=on.year - 1)
    standing = {(one.unit_id, one.year): one for one in found}
    for one in rounds:
        for (unit,) in hosts:
            bulletin = standing.get((unit, one.year))
            if bulletin is None or bulletin.state in {AnnualState.DRAFT, AnnualState.RETURNED}:
                yield _write(unit, one, bulletin, on=on)


def _write(unit: int, asked: AnnualRound, bulletin: AnnualBulletin | None, *, on: date) -> Card:
    sent_back = bulletin is not None and bulletin.state == AnnualState.RETURNED
    late = on > asked.due_on
    days = f"已逾期 {(on - asked.due_on).days} 天"
    return Card(
        f"{'改' if sent_back else '交'}{asked.year}年度简报",
        reverse("evaluations:annual_bulletin", args=[asked.year, unit]),
        "退回了" if sent_back else days if late else "快到期",
        "returned" if sent_back else "late" if late else "soon",
        bulletin.return_reason if bulletin and sent_back else f"{date_cn(asked.due_on)}前要交",
        minutes=30,
        at_hand="初稿会从全年记录里汇集好",
        button="去写",
        due_on=asked.due_on,
    )


def _to_read(user: Any) -> Iterator[Card]:
    """How many wait for this level: the office's first reading, or the bureau's word."""
    asked = AnnualRound.objects.filter(city=city_of(user)).order_by("-year").first()
    if asked is None:
        return
    appraises = may_anywhere(user, Can.ANNUAL_APPRAISE)
    if not appraises and not asked.office_reads:
        return
    power = Can.ANNUAL_APPRAISE if appraises else Can.ANNUAL_READ
    states = {AnnualState.SUBMITTED, AnnualState.READ} if appraises else {AnnualState.SUBMITTED}
    waits = AnnualBulletin.objects.reachable_by(user, power).filter(
        year=asked.year, state__in=states
    )
    if appraises and asked.office_reads:
        waits = waits.exclude(state=AnnualState.SUBMITTED, unit__office__isnull=False)
    if count := waits.count():
        yield Card(
            f"{'评议' if appraises else '看'}{asked.year}年度简报",
            reverse("evaluations:annual_year", args=[asked.year]),
            "等您评" if appraises else "等您看",
            "waiting",
            "评好以后，学校会看到评语" if appraises else "看过转给市局",
            count,
            "份",
            minutes=8 * min(count, 20),
            at_hand="不用准备",
            button="去评" if appraises else "去看",
        )
