"""Yearly statistics, walked to their state by the services."""

from datetime import date
from typing import Any

from committees.models import Unit
from evaluations.models import AnnualReport, StatisticsRound, StatisticsTable
from evaluations.services import statistics, statistics_tables
from tests.personas import YEAR, World

DUE = date(2023, 12, 25)
ON = date(2023, 12, 20)
TYPED = {"C7": 0, "E2": 3, "E3": 2000, "F3": 1, "G1": 5000, "G2": 1}


def table(city: World) -> StatisticsTable:
    mine = StatisticsTable.objects.filter(city=city.bureau, state="published")
    found = mine.filter(level="city").first()
    if found is not None:
        return found
    made = statistics_tables.draft_standard(city.bureau, by=city.bureau_staff)
    statistics_tables.publish(made, by=city.bureau_staff)
    return made


def above(city: World) -> StatisticsTable:
    made = statistics_tables.draft_above(city.bureau, by=city.bureau_staff)
    statistics_tables.publish(made, by=city.bureau_staff)
    return made


def asked(city: World, *, year: int = YEAR, due_on: date = DUE) -> StatisticsRound:
    found = StatisticsRound.objects.filter(city=city.bureau, year=year).first()
    return found or statistics.set_round(
        city.bureau, year=year, table=table(city), due_on=due_on, by=city.bureau_staff
    )


def answers(**typed: Any) -> dict[str, dict[str, Any]]:
    """The six numbers a form must have, and any more as code=value or code=(value, reason)."""
    found = {code: {"value": value} for code, value in TYPED.items()}
    for code, value in typed.items():
        number, reason = value if isinstance(value, tuple) else (value, "")
        found[code] = {"value": number} | ({"reason": reason} if reason else {})
    return found


def filled(
    city: World, unit: Unit | None = None, *, year: int = YEAR, **typed: Any
) -> AnnualReport:
    unit, round_ = unit or city.school, asked(city, year=year)
    statistics.save(round_, unit, answers=answers(**typed), version=0, by=city.school_secretary)
    return AnnualReport.objects.select_related("unit", "round__table").get(unit=unit, round=round_)


def handed_over(
    city: World, unit: Unit | None = None, *, year: int = YEAR, **typed: Any
) -> AnnualReport:
    made = filled(city, unit, year=year, **typed)
    statistics.hand_over(made, on=ON, by=city.school_secretary)
    return made


def signed(
    city: World, unit: Unit | None = None, *, year: int = YEAR, **typed: Any
) -> AnnualReport:
    made = handed_over(city, unit, year=year, **typed)
    statistics.sign(made, on=ON, by=city.party_contact)
    return made


def gathered(city: World, unit: Unit | None = None, **typed: Any) -> AnnualReport:
    made = signed(city, unit, **typed)
    statistics.gather(made, by=city.office_secretary)
    return made
