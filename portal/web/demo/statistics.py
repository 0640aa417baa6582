"""统计年报 of the demo city: last year's signed up to the bureau, this year's just asked for."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

import pgtrigger
from django.utils import timezone

from committees.models import User
from committees.policy import Role
from evaluations.models import AnnualReport, StatisticsRound
from evaluations.services import statistics, statistics_tables
from portal.web.demo.city import DEMO_OFFICE, DEMO_SCHOOL, City, House

SIGNED, WAITING = 12, 1  # of the schools with a committee; the rest have not reported
STANDS = "evaluations.AnnualReport:signed_report_stands"


def publish(city: City, random: Random, *, on: date) -> str:
    """Publish the form, ask for both years, let some schools fill theirs in and sign."""
    bureau = city.bureau
    table = statistics_tables.draft_standard(bureau.unit, by=bureau.account)
    statistics_tables.publish(table, by=bureau.account)
    above = statistics_tables.draft_above(bureau.unit, by=bureau.account)
    statistics_tables.publish(above, by=bureau.account)
    last, this = (
        statistics.set_round(
            bureau.unit, year=year, table=table, due_on=date(year, 12, 25), by=bureau.account
        )
        for year in (on.year - 1, on.year)
    )
    hosts = [
        one
        for one in city.institutions
        if one.account and one.committee is not None and one.committee.host_id == one.unit.pk
    ]
    hosts.sort(key=lambda one: (one.unit.name != DEMO_SCHOOL, not _is_shown(one)))
    end = date(last.year, 12, 31)
    for number, school in enumerate(hosts[: SIGNED + WAITING]):
        report = _fill(last, school, random, on=end)
        if number < SIGNED:
            statistics.sign_on_paper(report, leader=_leader(school), on=end, by=school.account)
            statistics.gather(report, by=bureau.account)
    offices = _sum_up(city, last, hosts[:SIGNED], on=end)
    _date_back(last)
    statistics.save(
        this,
        city.named(DEMO_SCHOOL).unit,
        answers={"E2": {"value": 6}, "G2": {"value": 1}},
        version=0,
        by=city.named(DEMO_SCHOOL).account,
    )
    return f"统计年报：去年 {SIGNED} 家学校、{offices} 个教办和市局签好了，今年的布置好了"


def _sum_up(city: City, asked: StatisticsRound, schools: list[House], *, on: date) -> int:
    """The offices above these schools sign what they add up to, then the bureau; how many did."""
    above = {one.office.unit.pk: one.office for one in schools if one.office is not None}
    bureau = city.bureau
    for office in above.values():
        report = _hand_over(asked, office, {}, on=on)
        leader = office.director or "刘主任"
        statistics.sign_on_paper(report, leader=leader, on=on, by=office.account)
        statistics.gather(report, by=bureau.account)
    signer = User.objects.get(grants__role=Role.BUREAU_LEADER, grants__unit=bureau.unit)
    statistics.sign(_hand_over(asked, bureau, {}, on=on), on=on, by=signer)
    return len(above)


def _is_shown(school: House) -> bool:
    """Under the office whose secretary signs in by the printed table."""
    return school.office is not None and school.office.unit.name == DEMO_OFFICE


def _leader(school: House) -> str:
    return school.director or "王校长"


def _fill(asked: StatisticsRound, school: House, random: Random, *, on: date) -> AnnualReport:
    """The six numbers a school types; the records give the others."""
    typed: dict[str, Any] = {
        "C7": 0, "E2": random.randint(2, 9), "E3": random.randint(2, 20) * 500,
        "F3": random.randint(0, 4), "G1": random.randint(4, 16) * 500, "G2": random.randint(1, 2),
    }  # fmt: skip
    answers = {code: {"value": value} for code, value in typed.items()}
    return _hand_over(asked, school, answers, on=on)


def _hand_over(
    asked: StatisticsRound, house: House, answers: dict[str, Any], *, on: date
) -> AnnualReport:
    statistics.save(asked, house.unit, answers=answers, version=0, by=house.account)
    report = AnnualReport.objects.select_related("unit__city", "unit__office", "round__table").get(
        round=asked, unit=house.unit
    )
    statistics.hand_over(report, on=on, by=house.account)
    return report


def _date_back(asked: StatisticsRound) -> None:
    """Signed some days before they were due, who adds up after those he adds; not today."""
    signed: Iterable[AnnualReport] = asked.reports.standing().select_related("unit").order_by("pk")
    for number, report in enumerate(signed):
        days = 3 + number % 8 if report.unit.is_institution else report.unit.depth
        day = asked.due_on - timedelta(days=days)
        at = timezone.make_aware(datetime.combine(day, time(9, 30)))
        with pgtrigger.ignore(STANDS, "evaluations.AnnualReport:gathered_report_stays"):
            AnnualReport.objects.filter(pk=report.pk).update(
                filled_at=at, signed_at=at, first_signed_at=at,
                gathered_at=at if report.gathered_at else None,
            )  # fmt: skip
