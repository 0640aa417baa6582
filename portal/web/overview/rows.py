"""The rows behind a number of 工作总览, taken from the very querysets that counted them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.urls import reverse

from activities.choices import LectureState
from activities.views.lectures import TONES
from committees.models import Unit
from evaluations.figures import levels
from evaluations.models import UpperList
from portal.kernel.calendar import date_cn
from portal.kernel.paging import read_page
from portal.web.overview import programmes
from reading_program.figures import ENTRY_TONES, funnel

Cells = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for which part: `of` names a track, band, topic or list; empty means all of it."""

    user: Any
    root: Unit
    year: int
    on: date
    of: str = ""
    after: str = ""

    @property
    def pk(self) -> int | None:
        return int(self.of) if self.of.isdecimal() and len(self.of) < 10 else None


@dataclass(frozen=True, slots=True)
class Behind:
    """`count` is of all rows, `rows` one page of them; `older` the key of the next page."""

    title: str
    count: int
    measure: str
    columns: list[str]
    rows: list[Cells]
    older: str = ""
    is_first: bool = True
    numbers: frozenset[int] = field(default_factory=frozenset)


def behind(step: str) -> Callable[[Asked], Behind | None]:
    """Works of the newest edition that came as far as a step of the funnel."""

    def entries(asked: Asked) -> Behind | None:
        told = programmes.reading(asked.user, asked.root, on=asked.on)
        if told is None:
            return None
        found = programmes.entries(asked.user, asked.root).filter(
            funnel.STEPS[step], edition=told.edition
        )
        name = str(told.edition)
        if asked.of:
            found = found.filter(track__code=asked.of)
            name = next((t.name for t in told.tracks if t.code == asked.of), name)
        wanted = found.select_related("track", "unit__office")
        page = read_page(wanted, by=["unit__path", "pk"], after=asked.after)
        rows: list[Cells] = [
            [
                {"text": str(it) or f"编号 {it.number}", "main": True,
                 "url": reverse("reading_program:entry", args=[it.pk])},
                {"text": it.unit.name},
                {"text": it.track.name},
                {"status": it.get_state_display(), "tone": ENTRY_TONES[it.state]},
            ]
            for it in page.rows
        ]  # fmt: skip
        return Behind(
            f"{name}：{funnel.STEP_WORDS[step]}的作品", found.count(), "件",
            ["作品", "单位", "项目", "到哪一步"], rows, page.older, page.is_first,
        )  # fmt: skip

    return entries


def orders(state: str, words: str) -> Callable[[Asked], Behind | None]:
    """Lectures of the year by how far they came, of one topic or all."""

    def lectures(asked: Asked) -> Behind | None:
        found = programmes.lectures(asked.user, asked.root, year=asked.year)
        found = found.filter(state__in=programmes.ORDERS[state])
        if asked.of:
            found = found.filter(topic=asked.pk)
        wanted = found.select_related("topic", "unit", "mentor__person")
        page = read_page(wanted, by=["day", "pk"], after=asked.after)
        rows: list[Cells] = [
            [
                {"text": f"{it.topic} {it.number}", "main": True,
                 "url": reverse("activities:lecture", args=[it.pk])},
                {"text": date_cn(it.day)},
                {"text": it.unit.name},
                {"text": str(it.mentor or "还没有安排")},
                {"status": it.get_state_display(), "tone": TONES[LectureState(it.state)]},
            ]
            for it in page.rows
        ]  # fmt: skip
        return Behind(
            f"{asked.year} 年{words}的宣讲", found.count(), "场",
            ["宣讲", "日期", "点课单位", "导师", "状态"], rows, page.older, page.is_first,
        )  # fmt: skip

    return lectures


def band(asked: Asked) -> Behind | None:
    """Units of one band of the campaign."""
    campaign = programmes.campaign_of(asked.user, asked.root, year=asked.year)
    if campaign is None or asked.of not in levels.BANDS or asked.root.is_institution:
        return None
    found = levels.standings(campaign, programmes.appraisals(asked.user, asked.root))
    rows = [
        _appraisal(one.appraisal, one.total, "" if not one.above else
                   f"离“{one.above}”差 {one.missing.normalize():f} 分")
        for one in found if one.band == asked.of
    ]  # fmt: skip
    return Behind(f"{campaign}：{programmes.BAND_WORDS[asked.of]}", len(rows), "家",
                  ["单位", "教办", "得分", "再往上"], rows, numbers=frozenset({2}))  # fmt: skip


def ready(asked: Asked) -> Behind | None:
    """Units that have the points an upper list asks for."""
    lists = UpperList.objects.visible_to(asked.user).filter(city=asked.root.city_id)
    upper = lists.filter(pk=asked.pk or 0).first()
    if upper is None:
        return None
    found = levels.forecast(upper, programmes.appraisals(asked.user, asked.root))
    rows = [_appraisal(it.appraisal, it.total, it.word) for it in found if it.missing <= 0]
    return Behind(f"{upper}：够分的单位", len(rows), "家", ["单位", "教办", "得分", "看下来"],
                  rows, numbers=frozenset({2}))  # fmt: skip


def _appraisal(one: Any, total: Any, words: str) -> Cells:
    return [
        {"text": one.unit.name, "url": reverse("evaluations:appraisal", args=[one.pk]),
         "main": True},
        {"text": one.unit.office.name if one.unit.office else "市直属"},
        {"text": "—" if total is None else f"{total.normalize():f}", "number": True},
        {"text": words},
    ]  # fmt: skip


KINDS: Mapping[str, Callable[[Asked], Behind | None]] = {
    "handed_in": behind("handed_in"),
    "at_city": behind("at_city"),
    "awarded": behind("awarded"),
    "given": orders("given", "讲完"),
    "settled": orders("settled", "已定"),
    "waiting": orders("waiting", "等安排"),
    "band": band,
    "ready": ready,
}
