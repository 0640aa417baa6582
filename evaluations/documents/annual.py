"""A unit's yearly bulletin on the grid of official paper, alone or as part of a volume."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from evaluations.choices import AnnualSection
from evaluations.models import AnnualBulletin
from portal.kernel import gongwen, pdf
from portal.kernel.calendar import date_cn

TEMPLATE = "documents/annual/page.html"
NUMERALS = "一二三四五"


def annual_page(bulletin: AnnualBulletin) -> dict[str, Any]:
    """Everything one bulletin prints: its title, who wrote it, and the sections that have text."""
    day = bulletin.submitted_at or bulletin.updated_at
    title = f"{bulletin.unit.name}关工委{bulletin.year}年度简报"
    filled = bulletin.filled()
    return {
        "title": title,
        "title_lines": gongwen.title_lines(title),
        "unit": bulletin.unit.name,
        "year": bulletin.year,
        "dated": date_cn(timezone.localtime(day).date()),
        "sections": [
            {
                "heading": f"{NUMERALS[number]}、{section.label}",
                "blocks": _blocks(getattr(bulletin, section)),
            }
            for number, section in enumerate(AnnualSection)
            if section in filled
        ],
    }


def _blocks(text: str) -> list[gongwen.Block]:
    """What is typed as 一、 within a section is a heading of the second step, and so on down."""
    found = []
    for block in gongwen.blocks(text):
        kind = {"h2": "h3", "h3": "h4"}.get(block.kind, block.kind)
        if kind != "picture":
            found.append(gongwen.Block(kind, block.text, block.lead, block.lead_kind))  # type: ignore[arg-type]
    return found


def annual_pdf(bulletins: Sequence[AnnualBulletin], *, in_volume: bool = False) -> bytes:
    """Print bulletins one after the other, each on a page of its own.

    In a volume the pages carry the unit's name at the head and no number: it is set when the
    parts are joined.
    """
    pages = [annual_page(bulletin) for bulletin in bulletins]
    variant = pdf.PLAIN if in_volume else pdf.TAGGED
    return pdf.render(TEMPLATE, {"pages": pages, "in_volume": in_volume}, variant=variant)
