"""Results walked to their state by the services: judged, decided, published, final, certified."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from portal.kernel import calendar
from reading_program.choices import RoundState, SheetState
from reading_program.models import (
    Certificate,
    Edition,
    JudgingRound,
    Objection,
    Publicity,
    Result,
    ResultList,
    ScoreSheet,
)
from reading_program.services import certificates, copies, judging, publicity, results
from tests.factories import judging as marking
from tests.factories import reading_program
from tests.personas import World

FACTS = "这篇作品与去年公开发表的一篇文章有三段相同。"
WHO = {"name": "郑实名", "organisation": "云山镇某小区", "phone": "13900007777"}


def judged(edition: Edition, *totals: tuple[int, int, int, int]) -> JudgingRound:
    """A closed round of the essays at the city; the n-th work is given the n-th marks."""
    here = marking.prepared_round(edition, each=1)
    if not edition.judges.exists():
        marking.judges(edition, 1)
    for copy in here.copies.filter(state="waiting"):
        copies.clear_copy(copy, cover=True, by=None)
    judging.open_round(here, by=None)
    sheets = list(ScoreSheet.objects.filter(copy__round=here).order_by("copy__entry"))
    for sheet, marks in zip(sheets, totals, strict=True):
        marking.mark(sheet, *marks)
    judging.close_round(here, by=None)
    assert here.state == RoundState.CLOSED
    assert all(sheet.state == SheetState.SUBMITTED for sheet in ScoreSheet.objects.all())
    return here


def decided(city: World, **facts: Any) -> ResultList:
    """Five essays of three schools: first prize to the first, second to the next one."""
    edition = reading_program.published_edition(city.bureau)
    schools = [city.school, city.schools[1], city.other_school, city.school, city.other_school]
    for at, school in enumerate(schools, start=1):
        marking.city_entry(
            edition, school, nominee=f"甄雨{'一二三四五'[at - 1]}", adviser=f"柏维{at}",
            title=f"书是第{at}扇窗", **facts,
        )  # fmt: skip
    here = judged(
        edition, (30, 28, 18, 18), (28, 26, 17, 17), (25, 25, 15, 15), (25, 25, 15, 15),
        (20, 20, 10, 10),
    )  # fmt: skip
    results.set_levels(
        here.track, group=None, rows=[("一等奖", None, 1), ("二等奖", None, 1)], by=None
    )
    (made,) = results.decide(here, by=None)
    return made


def published(city: World, *, on: date | None = None, **facts: Any) -> Publicity:
    it = decided(city, **facts)
    day = on or calendar.today()
    return publicity.publish(
        it.edition, starts_on=day, working_days=5, now=timezone.now(), by=city.bureau_staff
    )


def final(city: World, **facts: Any) -> Publicity:
    """Published some weeks ago and over."""
    it = published(city, on=calendar.today() - timedelta(days=60), **facts)
    publicity.end(it, on=calendar.today(), now=timezone.now(), by=city.bureau_staff)
    it.refresh_from_db()
    return it


def certified(city: World, **facts: Any) -> list[Certificate]:
    it = final(city, **facts)
    certificates.issue(it.edition, dated=calendar.today(), by=city.bureau_staff)
    return list(Certificate.objects.in_order())


def first_of(it: Publicity) -> Result:
    return Result.objects.select_related("list").get(list__publicity=it, place=1)


def objection(it: Publicity) -> Objection:
    return publicity.raise_objection(
        it, ref=f"result:{first_of(it).pk}", who=WHO, facts=FACTS, on=calendar.today()
    )
