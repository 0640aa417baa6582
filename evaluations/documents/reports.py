"""A campaign's report as rows, for the workbook and for paper."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from evaluations.documents.naming import tables_pdf
from evaluations.figures.reports import Report
from evaluations.models import Campaign

Table = dict[str, Any]


def report_tables(report: Report) -> Sequence[Table]:
    """The four tables, each with name, headings and rows; numbers stay numbers."""
    names = [d["name"] for d in report.dimensions]
    codes = [d["code"] for d in report.dimensions]
    return [
        {
            "name": "各单位各方面得分",
            "headings": ["单位", "教办", *names, "总分", "去年", "比去年", "等次"],
            "rows": [
                [
                    one.row.unit, one.row.office, *(_number(one.points.get(c)) for c in codes),
                    _number(one.total), _number(one.before), _number(one.change), one.row.grade,
                ]
                for one in report.units
            ],
        },
        {
            "name": "各教办各方面得分率（%）",
            "headings": ["教办", "单位数", *names],
            "rows": [
                [one.office, one.units, *(_share(one.shares.get(c)) for c in codes)]
                for one in report.offices
            ],
        },
        {
            "name": "各条难易",
            "headings": ["编号", "评分要点", "分值", "得分率（%）", "得满分", "答过"],
            "rows": [
                [one.code, one.text, one.maximum, _share(one.share), one.full, one.of]
                for one in report.hardest
            ],
        },
    ]  # fmt: skip


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _share(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def report_pdf(campaign: Campaign, report: Report) -> bytes:
    who = f"{campaign.year}年，{campaign.rubric}，{len(report.units)} 家单位已自评"
    return tables_pdf(f"{campaign.name}报告", who, report_tables(report))
