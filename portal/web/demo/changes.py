"""What became of a few units: a school moved in mid-year, two merged, a kindergarten came back."""

from datetime import date
from typing import Any

from committees.choices import SchoolStage, UnitKind
from portal.web.demo.city import DEMO_OFFICE, City, House
from portal.web.unit_changes.carrying_out import carry_out
from portal.web.unit_changes.wishes import Close, Merge, Move, Reopen


def happen(city: City, *, on: date, by: Any) -> str:
    """Carry the three stories out as the bureau would, and tell them in a line."""
    year = on.year if on >= date(on.year, 9, 1) else on.year - 1
    autumn = date(year, 9, 1)
    villages = [house for house in city.institutions if _is_village_school(house)]
    moving = villages[0]
    target = next(
        office
        for office in city.offices
        if office is not moving.office and office.unit.name != DEMO_OFFICE
    )
    carry_out(
        Move(unit=moving.unit, to=target.unit, on=autumn, note=f"区划调整〔{year}〕18号"), by=by
    )
    ending, going_on = [house for house in villages if house.office is villages[-1].office][-2:]
    carry_out(
        Merge(sources=(ending.unit,), into=going_on.unit, on=autumn, note=f"教发〔{year}〕21号"),
        by=by,
    )
    garden = next(house for house in city.institutions if _is_lone_garden(house))
    under = garden.office or city.bureau
    carry_out(Close(unit=garden.unit, on=date(year, 3, 1), note="园舍改建，暂停办园"), by=by)
    carry_out(
        Reopen(unit=garden.unit, under=under.unit, on=date(year, 8, 1), note="改建完成"), by=by
    )
    return f"{moving.unit}改换主管，{ending.unit}并入{going_on.unit}，{garden.unit}停办后恢复"


def _is_village_school(house: House) -> bool:
    """A primary school with its own committee, away from the units people sign in to."""
    return (
        house.kind == UnitKind.SCHOOL
        and house.unit.stage == SchoolStage.PRIMARY
        and house.office is not None
        and house.office.unit.name != DEMO_OFFICE
        and "中心" not in house.unit.name
        and house.committee is not None
    )


def _is_lone_garden(house: House) -> bool:
    """A kindergarten that nobody serves, in an office of its own."""
    return house.kind == UnitKind.KINDERGARTEN and house.office is not None and not house.is_served
