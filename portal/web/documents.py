"""The week's list and the call list on paper."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from portal.kernel import pdf, thumbnails
from portal.kernel.calendar import date_cn, weekday_cn
from portal.kernel.models import StoredFile
from portal.web.album import Album
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


def album_pdf(unit: Any, album: Album) -> bytes:
    """A committee's year with its photos, small: a year of them still travels by message."""
    photos = [photo for month in album.months for deed in month.deeds for photo in deed.photos]
    stored = StoredFile.objects.filter(sha256__in={photo.digest for photo in photos})
    images = {it.sha256: thumbnails.small(it).read_bytes() for it in stored}
    page = {"unit": str(unit), **asdict(album), "sentence": album.sentence}
    return pdf.render("documents/album/page.html", page, images=images)
