"""The week's list and the call list on paper."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from portal.kernel import pdf
from portal.kernel.calendar import date_cn, weekday_cn
from portal.web.call_list import Call
from portal.web.cards import Card


def todo_pdf(user: Any, unit: Any, cards: Sequence[Card], *, more: int, on: date) -> bytes:
    """本周要办 on one A4 sheet: at most five, with a box to tick."""
    page = {
        "name": user.name,
        "unit": str(unit or ""),
        "cards": cards,
        "more": more,
        "dated": f"{date_cn(on)}（{weekday_cn(on)}）",
    }
    return pdf.render("documents/todo/page.html", page)


def call_list_pdf(unit: Any, calls: Sequence[Call], *, by: Any, on: date) -> bytes:
    """Whom to telephone and what about, with room for what was said."""
    page = {"unit": str(unit or ""), "calls": calls, "printed_by": str(by), "dated": date_cn(on)}
    return pdf.render("documents/call_list/page.html", page)
