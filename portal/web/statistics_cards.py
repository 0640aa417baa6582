"""Cards of the 统计年报: to fill in, to sign, to take in, once the day is near."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.urls import reverse

from committees.models import Committee
from committees.models.scoping import grants_of
from committees.permissions import may_anywhere
from committees.policy import ROLE_POWERS, Can
from evaluations.choices import ReportState
from evaluations.models import AnnualReport, StatisticsRound
from portal.kernel.calendar import date_cn
from portal.web.cards import HORIZON, Card


def statistics(user: Any, *, on: date) -> Iterator[Card]:
    """Of the last two years asked for; nothing is read further where none is due."""
    powers = (Can.STATISTICS_FILL, Can.STATISTICS_SIGN, Can.STATISTICS_GATHER)
    if not any(may_anywhere(user, can) for can in powers):
        return
    rounds = list(
        StatisticsRound.objects.visible_to(user)
        .filter(year__gte=on.year - 1, due_on__lte=on + HORIZON)
        .order_by("due_on")
    )
    if not rounds:
        return
    found = AnnualReport.objects.visible_to(user).filter(round__in=rounds)
    reports = {(one.round_id, one.unit_id): one for one in found.defer("snapshot", "total")}
    for asked in rounds:
        yield from _own(user, asked, reports, on=on)
        yield from _to_gather(user, asked, reports)


Reports = dict[tuple[int, int], AnnualReport]


def _own(user: Any, asked: StatisticsRound, reports: Reports, *, on: date) -> Iterator[Card]:
    """What the own unit has to fill in, or its leader to sign."""
    for role, _, unit in grants_of(user):
        report = reports.get((asked.pk, unit))
        url = reverse("evaluations:statistics_report", args=[asked.year, unit])
        powers = ROLE_POWERS[role]
        is_open = report is None or report.state in {ReportState.FILLING, ReportState.RETURNED}
        if Can.STATISTICS_FILL in powers and is_open and _reports(unit):
            yield _fill(asked, report, url, on=on)
        if Can.STATISTICS_SIGN in powers and report is not None:
            if report.state == ReportState.FILLED and report.filled_by_id != user.pk:
                yield Card(
                    f"审签{asked}",
                    url,
                    "等您签字",
                    "waiting",
                    f"{date_cn(asked.due_on)}前要报",
                    minutes=10,
                    at_hand="不用准备，每个数都能点开看",
                    button="去审签",
                    due_on=asked.due_on,
                )


def _reports(unit: int) -> bool:
    """Schools without a committee of their own are not asked."""
    return Committee.objects.filter(host=unit, dissolved_on=None).exists()


def _fill(asked: StatisticsRound, report: AnnualReport | None, url: str, *, on: date) -> Card:
    sent_back = report is not None and report.state == ReportState.RETURNED
    late = on > asked.due_on
    days = f"已逾期 {(on - asked.due_on).days} 天"
    return Card(
        f"{'改' if sent_back else '填'}{asked}",
        url,
        "退回了" if sent_back else days if late else "快到期",
        "returned" if sent_back else "late" if late else "soon",
        report.return_reason if report and sent_back else f"{date_cn(asked.due_on)}前要报",
        minutes=15,
        at_hand="经费、资助、媒体报道几个数；别的从记录里来",
        button="去填",
        due_on=asked.due_on,
    )


def _to_gather(user: Any, asked: StatisticsRound, reports: Reports) -> Iterator[Card]:
    if not may_anywhere(user, Can.STATISTICS_GATHER):
        return
    own = {unit for _, _, unit in grants_of(user)}
    count = sum(
        report.state == ReportState.SIGNED and unit not in own
        for (round_, unit), report in reports.items()
        if round_ == asked.pk
    )
    if count:
        yield Card(
            f"收{asked}",
            reverse("evaluations:statistics_year", args=[asked.year]),
            "等您收",
            "waiting",
            "看一遍，有疑问的退回",
            count,
            "份",
            minutes=5 * min(count, 20),
            at_hand="不用准备",
            button="去收",
        )
