"""The 统计年报 on paper: A4, the numbers by section, both names and room for the seal."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from evaluations.figures.statistics import Line, Whole
from evaluations.figures.statistics_above import Above
from evaluations.models import StatisticsRound
from portal.kernel import pdf
from portal.kernel.calendar import date_cn

TEMPLATE = "documents/statistics/page.html"


def statistics_page(asked: StatisticsRound, whole: Whole) -> dict[str, Any]:
    """Everything that is printed; an unsigned report says so."""
    report = whole.report
    is_signed = report is not None and report.is_signed
    return {
        "title": asked.table.name,
        "year": asked.year,
        "unit": whole.unit.name,
        "is_level": whole.is_level,
        "below": whole.below,
        "below_signed": whole.below_signed,
        "is_signed": is_signed,
        "filled_by": str(report.filled_by) if report and report.filled_by else "",
        "filled_on": _day(report.filled_at if report else None),
        "leader": report.leader if report and is_signed else "",
        "signed_on": _day(report.signed_at if report else None),
        "sections": [
            (section, [_row(line) for line in lines]) for section, lines in whole.sections
        ],
        "notes": list(_notes(whole)),
    }


def _row(line: Line) -> dict[str, Any]:
    return {
        "code": line.indicator.code,
        "label": line.indicator.label,
        "unit": line.indicator.unit,
        "value": shown(line.value),
        "own": shown(line.figure.value),
        "before": shown(line.before),
    }


def shown(value: int | None) -> str:
    return "—" if value is None else f"{value:,}"


def _notes(whole: Whole) -> Sequence[str]:
    said = []
    for line in whole.lines():
        one, figure = line.indicator, line.figure
        if figure.corrected:
            said.append(f"{one.code} {one.label}：签字以后更正过，这里是更正以后的数。")
        elif figure.differs:
            said.append(
                f"{one.code} {one.label}：记录里是 {shown(figure.records)}，{figure.reason}。"
            )
        if figure.note:
            said.append(f"{one.code} {one.label}：{figure.note}。")
        if line.added is not None and line.added.doubles > 0:
            said.append(
                f"{one.code} {one.label}：各单位相加 {shown(line.added.plain)}，"
                f"重复的 {shown(line.added.doubles)} 只算一次。"
            )
    return said


def _day(moment: Any) -> str:
    return date_cn(timezone.localtime(moment).date()) if moment else ""


def statistics_pdf(asked: StatisticsRound, whole: Whole) -> bytes:
    return pdf.render(TEMPLATE, statistics_page(asked, whole))


def above_page(asked: StatisticsRound, found: Above) -> dict[str, Any]:
    """The sheet for the level above: the city's names under the city's numbers."""
    return statistics_page(asked, found.whole) | {
        "title": found.table.name,
        "is_level": False,
        "sections": [
            (
                section,
                [
                    {
                        "code": line.indicator.code,
                        "label": line.indicator.label,
                        "unit": line.indicator.unit,
                        "value": shown(line.value),
                        "before": shown(line.before),
                    }
                    for line in lines
                ],
            )
            for section, lines in found.sections
        ],
        "notes": [f"{found.whole.below} 家应报，{found.whole.below_signed} 家签字报上来。"],
    }


def above_pdf(asked: StatisticsRound, found: Above) -> bytes:
    return pdf.render(TEMPLATE, above_page(asked, found))
