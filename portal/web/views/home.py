"""Where one lands, the whole menu as a page, and messages."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from activities.choices import ActivityState
from activities.permissions import may_log
from committees.http import PortalRequest
from committees.models import ObligationSet, Unit
from committees.permissions import home_unit
from portal.kernel import calendar, messages
from portal.kernel.models import Notice
from portal.web import documents, figures

NOTICES = 5


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    return redirect("web:todo")


@require_GET
def menu(request: HttpRequest) -> HttpResponse:
    """Everything this user may open: 更多 on a phone, 菜单 in the large-type view."""
    return render(request, "portal/menu.html")


@require_GET
def todo(request: PortalRequest) -> HttpResponse:
    unit, on = home_unit(request.user), calendar.today()
    year = _year(request, unit)
    own = figures.own_year(request.user, unit, year=year, on=on)
    cards = figures.cards(request.user, unit, own, on=on)
    messages.seen(request.user, now=timezone.now())
    unread = Notice.objects.filter(user=request.user, read_at=None).order_by("-created_at", "-pk")
    page = {
        "year": year,
        "today": on,
        "unit": unit,
        "cards": cards[: figures.MOST_CARDS],
        "more_cards": cards[figures.MOST_CARDS :],
        "card_count": len(cards),
        "may_log": may_log(request.user, unit),
        "board": own.board,
        "duties": _duties(own, unit),
        "records": _records(own),
        "notices": unread[:NOTICES],
    }
    return render(request, "portal/todo.html", page)


@require_GET
def todo_pdf(request: PortalRequest) -> HttpResponse:
    """The same five on a sheet to put on the table."""
    unit, on = home_unit(request.user), calendar.today()
    cards = figures.open_cards(request.user, on=on)
    more = max(0, len(cards) - figures.MOST_CARDS)
    shown = cards[: figures.MOST_CARDS]
    content = documents.todo_pdf(request.user, unit, shown, more=more, on=on)
    response = HttpResponse(content, content_type="application/pdf")
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
def notice_read(request: PortalRequest, pk: int) -> HttpResponse:
    """Mark one's own message as read and go where it points."""
    notice = get_object_or_404(Notice, pk=pk, user=request.user)
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=timezone.now())
    return redirect(notice.link or "web:todo")


@require_POST
def notices_read(request: PortalRequest) -> HttpResponse:
    Notice.objects.filter(user=request.user, read_at=None).update(read_at=timezone.now())
    return redirect("web:todo")


def _year(request: HttpRequest, unit: Unit | None) -> int:
    """The chosen work year; else this one, or the latest with duties when this one has none."""
    if given := calendar.year_in(request.GET.get("year", "")):
        return given
    this = calendar.today().year
    published = ObligationSet.objects.filter(
        city=unit.city if unit else None, published_at__isnull=False, year__lte=this
    )
    latest = published.order_by("-year").values_list("year", flat=True).first()
    return latest or this


def _duties(own: figures.OwnYear, unit: Unit | None) -> list[dict[str, Any]]:
    """One line a duty: done of asked, in words, for the own unit or the units below it."""
    if own.board is None or unit is None:
        return []
    lines = []
    for column, cell in zip(own.board.columns, own.board.total.cells, strict=True):
        word, tone = column.unit_words(cell) if unit.is_institution else column.words(cell)
        lines.append(
            {
                "name": column.item.name,
                "group": column.item.group,
                "due": column.due_label,
                "value": f"{cell.done}/{cell.expected}",
                "percent": cell.percent or 0,
                "word": word,
                "tone": tone,
            }
        )
    return lines


def _records(own: figures.OwnYear) -> dict[str, Any]:
    """今年已记 11 次: 9 次已通过，1 次待审核，1 次退回."""
    counts = {state: own.records.get(state, 0) for state in ActivityState.values}
    counts.pop(ActivityState.DRAFT)
    words = [f"{count} 次{ActivityState(state).label}" for state, count in counts.items() if count]
    return {
        "total": sum(counts.values()) - counts[ActivityState.VOIDED],
        "words": "，".join(words),
    }
