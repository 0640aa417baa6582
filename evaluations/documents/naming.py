"""What is printed once titles are given: the decision that names the units, the list of plaques."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from committees.figures import DIRECT
from evaluations.models import Campaign, Title
from portal.kernel import pdf
from portal.kernel.calendar import date_cn
from portal.kernel.cells import CellValue

PLAQUE_HEADINGS = ["序号", "单位", "教办", "牌匾文字", "落款", "命名日期", "签收"]


def naming_pdf(campaign: Campaign, titles: Sequence[Title]) -> bytes:
    """The decision on official paper; `titles` in the order of the tree, at least one."""
    first = titles[0]
    page = {
        "city": campaign.city.name,
        "year": campaign.year,
        "title": first.name,
        "number": first.document,
        "dated": date_cn(first.named_on),
        "count": len(titles),
        "offices": [
            (office, [one.unit.name for one in group])
            for office, group in groupby(titles, key=_office)
        ],
        "public": _days(campaign),
    }
    return pdf.render("documents/naming/page.html", page)


def _office(title: Title) -> str:
    return title.unit.office.name if title.unit.office else DIRECT


def _days(campaign: Campaign) -> str:
    if campaign.public_from is None or campaign.public_until is None:
        return ""
    return f"{date_cn(campaign.public_from)}至{date_cn(campaign.public_until)}"


def plaque_rows(campaign: Campaign, titles: Sequence[Title]) -> list[list[CellValue]]:
    """One plaque a row: what is engraved, by whom, and room to sign for it."""
    return [
        [place, one.unit.name, _office(one), one.name, f"{campaign.city.name}关工委",
         date_cn(one.named_on), ""]
        for place, one in enumerate(titles, start=1)
    ]  # fmt: skip


def plaques_pdf(campaign: Campaign, titles: Sequence[Title]) -> bytes:
    table = {"headings": PLAQUE_HEADINGS, "rows": plaque_rows(campaign, titles)}
    return tables_pdf(f"{campaign.name}牌匾制作清单", f"共 {len(titles)} 块", [table])


def tables_pdf(title: str, who: str, tables: Sequence[dict[str, Any]]) -> bytes:
    """Tables on paper: each with `headings`, `rows` and, if it likes, a `name` of its own."""
    page = {"title": title, "who": who, "tables": tables}
    return pdf.render("documents/tables/page.html", page)
