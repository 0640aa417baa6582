"""统计年报: asked for, filled in, signed by two, taken in by the level above, corrected by date."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from committees.models import Unit
from evaluations import notices
from evaluations.choices import ReportState, TableLevel, TableState
from evaluations.figures import statistics as figures
from evaluations.figures.statistics import Whole, dumped
from evaluations.models import (
    AnnualReport,
    ReportCorrection,
    StatisticsRound,
    StatisticsTable,
)
from evaluations.workflow import STATISTICS
from portal.kernel import audit
from portal.kernel.errors import Refused
from portal.kernel.refusals import speaking_for

Answers = Mapping[str, Mapping[str, Any]]  # code → value, reason, note; empty ones left out


class WrittenMeanwhile(Refused):
    """Somebody saved the report after this page was opened; `current` is what stands now."""

    def __init__(self, current: AnnualReport) -> None:
        super().__init__("这张年报刚才有人改过。两份都在下面，看一下留哪一份")
        self.current = current


@transaction.atomic
def set_round(
    city: Unit, *, year: int, table: StatisticsTable, due_on: date, by: Any
) -> StatisticsRound:
    """Ask the city's units for the year's numbers. The form stays once somebody has begun."""
    if table.city_id != city.pk or table.level != TableLevel.CITY:
        raise Refused("请选本市用的报表")
    if table.state != TableState.PUBLISHED:
        raise Refused("这一版报表还是草稿，先发布再布置")
    found = StatisticsRound.objects.select_for_update().filter(city=city, year=year).first()
    if found is None:
        found = StatisticsRound(city=city, year=year)
    elif found.table_id != table.pk and found.reports.exists():
        raise Refused("已经有单位按现在的报表填了，今年不能换。日期可以改")
    found.table, found.due_on = table, due_on
    with speaking_for(StatisticsRound), audit.acting("statistics.asked", by=by):
        found.save()
    audit.record("statistics.asked", found, by=by, note=str(table))
    return found


@transaction.atomic
def save(asked: StatisticsRound, unit: Unit, *, answers: Answers, version: int, by: Any) -> int:
    """Keep what was typed; `version` is 0 where nobody had begun. Raises WrittenMeanwhile."""
    given = {code: dict(one) for code, one in answers.items()}
    if version == 0:
        _begin(asked, unit, by=by)
        version = 1
    with audit.acting("statistics.filled", by=by):
        changed = AnnualReport.objects.filter(
            unit=unit,
            round=asked,
            version=version,
            state__in=[ReportState.FILLING, ReportState.RETURNED],
        ).update(answers=given, version=F("version") + 1, updated_at=timezone.now())
    if not changed:
        raise WrittenMeanwhile(_current(asked, unit))
    return version + 1


def _begin(asked: StatisticsRound, unit: Unit, *, by: Any) -> None:
    if AnnualReport.objects.filter(unit=unit, round=asked).exists():
        raise WrittenMeanwhile(_current(asked, unit))
    report = AnnualReport(unit=unit, round=asked)
    with speaking_for(AnnualReport), audit.acting("statistics.begun", by=by):
        report.save()
    audit.record("statistics.begun", report, by=by)


def _current(asked: StatisticsRound, unit: Unit) -> AnnualReport:
    return AnnualReport.objects.select_related("unit", "round").get(unit=unit, round=asked)


@transaction.atomic
def hand_over(report: AnnualReport, *, on: date, by: Any) -> None:
    """The numbers are complete and go together; who answers for the unit is told."""
    _refuse_unready(figures.whole(report.round, report.unit, on=on))
    STATISTICS.advance(
        report, "hand_over", by=by, filled_by=by, filled_at=timezone.now(), return_reason=""
    )
    notices.tell_statistics_signers(report)


def _refuse_unready(whole: Whole) -> None:
    """Say the first of each sort; the page shows them all."""
    if whole.missing:
        named = "、".join(one.label for one in whole.missing)
        raise Refused(f"{named}还没有填，没有的填 0")
    if whole.broken:
        raise Refused(f"{whole.broken[0].sentence}。核对以后再交")
    if whole.unexplained:
        raise Refused(f"{whole.unexplained[0].sentence}，请写一句为什么")


@transaction.atomic
def sign(report: AnnualReport, *, on: date, by: Any) -> None:
    """The second person's signature: from now on these numbers and the rows behind them stand."""
    if report.filled_by_id == getattr(by, "pk", None):
        raise Refused("填表人和负责人要是两个人，请负责人来签")
    _sign(report, leader=str(by), on_paper=False, on=on, by=by)


@transaction.atomic
def sign_on_paper(report: AnnualReport, *, leader: str, on: date, by: Any) -> None:
    """The leader has signed the printed sheet; whoever says so names him."""
    if leader.strip() == str(report.filled_by):
        raise Refused("填表人和负责人要是两个人，请写在纸上签字的负责人")
    _sign(report, leader=leader.strip(), on_paper=True, on=on, by=by)


def _sign(report: AnnualReport, *, leader: str, on_paper: bool, on: date, by: Any) -> None:
    """Records may have moved since it was filled in, so all is looked at once more."""
    AnnualReport.objects.select_for_update().get(pk=report.pk)
    whole = figures.whole(report.round, report.unit, on=on)
    _refuse_unready(whole)
    now = timezone.now()
    STATISTICS.advance(
        report,
        "sign",
        by=by,
        note=leader if on_paper else "",
        signed_by=by,
        signed_at=now,
        first_signed_at=report.first_signed_at or now,
        leader=leader,
        on_paper=on_paper,
        snapshot={line.indicator.code: dumped(line.figure) for line in whole.lines()},
        total=_total(whole),
    )
    notices.tell_statistics_above(report)


def _total(whole: Whole) -> dict[str, Any] | None:
    if not whole.is_level:
        return None
    return {
        line.indicator.code: {
            "value": line.added.value, "plain": line.added.plain, "units": whole.below_signed,
        }
        for line in whole.lines() if line.added is not None
    }  # fmt: skip


@transaction.atomic
def send_back(report: AnnualReport, *, note: str, by: Any) -> None:
    """Back to who fills it in; a signature on it no longer stands."""
    STATISTICS.advance(
        report,
        "send_back",
        by=by,
        note=note,
        return_reason=note.strip(),
        signed_by=None,
        signed_at=None,
        leader="",
        on_paper=False,
        snapshot=None,
        total=None,
    )
    notices.tell_statistics_returned(report)


@transaction.atomic
def gather(report: AnnualReport, *, by: Any) -> None:
    """Taken in: nobody sends it back any more, a wrong number is corrected by date."""
    STATISTICS.advance(report, "gather", by=by, gathered_by=by, gathered_at=timezone.now())


@transaction.atomic
def correct(
    report: AnnualReport, *, code: str, after: int, reason: str, on: date, by: Any
) -> ReportCorrection:
    """A signed number was wrong: the right one stands beside it, with the day and the reason."""
    locked = AnnualReport.objects.select_for_update().get(pk=report.pk)
    if not locked.is_signed:
        raise Refused("还没有签字上报，直接改数字就行")
    whole = figures.whole(report.round, report.unit, on=on)
    line = whole.find(code)
    if line is None:
        raise Refused("报表里没有这一项，刷新页面再选")
    if line.figure.value == after:
        raise Refused(f"“{line.indicator.label}”现在就是 {after:,}，不用更正")
    made = ReportCorrection(
        report=report, code=code, before=line.figure.value, after=after, reason=reason.strip(),
        by=by,
    )  # fmt: skip
    made.save()
    said = f"{line.indicator.label}：{reason.strip()}"
    audit.record(
        "statistics.corrected", report, by=by, note=said,
        before=str(line.figure.value), after=str(after),
    )  # fmt: skip
    notices.tell_statistics_corrected(made, line.indicator.label)
    return made


@transaction.atomic
def urge(asked: StatisticsRound, *, units: Iterable[Unit], by: Any) -> int:
    """Remind every unit of these that has not signed yet; return how many units there were."""
    units = list(units)
    reports = figures.reports_of(asked, units)
    open_ones = [unit for unit in units if unit.pk not in reports or not reports[unit.pk].is_signed]
    for unit in open_ones:
        report = reports.get(unit.pk)
        waits = report is not None and report.state == ReportState.FILLED
        notices.urge_statistics(asked, unit, waits_for_signature=waits)
    audit.record("statistics.urged", asked, by=by, note=f"{len(open_ones)} 家")
    return len(open_ones)
