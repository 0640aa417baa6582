"""Build the demo city's units, committees and people, each through the services."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from committees.choices import SchoolStage, UnitKind
from committees.models import Committee, Unit, User
from committees.services import committees, units
from portal.kernel.calendar import school_year
from portal.web.demo import names
from portal.web.demo.stories import read

BUREAU_CODE, OTHER_BUREAU_CODE = "9900", "9800"
DEMO_CODES = frozenset({BUREAU_CODE, OTHER_BUREAU_CODE})

# The people who sign in by the printed table work here.
DEMO_OFFICE = "竹坞镇教办"
DEMO_SCHOOL = "竹坞镇中心小学"


@dataclass(frozen=True, slots=True)
class Elder:
    """老校长 + 陈国栋: how a record calls the person, and the name."""

    called: str
    name: str


@dataclass(slots=True, eq=False)
class House:
    """One unit of the demo with what its records need to know."""

    unit: Unit
    parent: "House | None" = None
    office: "House | None" = None
    diligence: float = 0.95
    committee: Committee | None = None
    served_since: date | None = None
    director: str = ""
    standing: str = ""
    secretary: str = ""
    elders: list[Elder] = field(default_factory=list)
    account: User | None = None

    @property
    def kind(self) -> str:
        return self.unit.kind

    @property
    def is_served(self) -> bool:
        return self.served_since is not None


@dataclass(slots=True)
class City:
    bureau: House
    offices: list[House] = field(default_factory=list)
    institutions: list[House] = field(default_factory=list)

    @property
    def houses(self) -> Iterator[House]:
        yield self.bureau
        yield from self.offices
        yield from self.institutions

    def named(self, name: str) -> House:
        return next(house for house in self.houses if house.unit.name == name)


def build(random: Random, *, on: date, by: Any) -> City:
    """Open every unit of texts/places.toml with its figures of this and the last school year."""
    places = read("places")
    bureau = units.open_bureau(
        name=f"{places['city']}教育局", code=BUREAU_CODE, opened_on=date(1987, 9, 1), by=by
    )
    city = City(House(bureau))
    for place in places["direct"]:
        kind = UnitKind.SCHOOL if place["stage"] else UnitKind.KINDERGARTEN
        house = _open(city, city.bureau, kind, place["name"], place["stage"], by=by)
        _state_years(house, place["students"], on=on, by=by)
    for place in places["office"]:
        _open_office(city, place, random, on=on, by=by)
    return city


def _open_office(city: City, place: dict[str, Any], random: Random, *, on: date, by: Any) -> None:
    town = place["town"]
    code = f"99{len(city.offices) + 1:02}"
    unit = units.open_unit(
        parent=city.bureau.unit,
        kind=UnitKind.OFFICE,
        name=f"{town}教办",
        code=code,
        phone=names.landline(100 + len(city.offices)),
        by=by,
    )
    office = House(unit, city.bureau, diligence=place["diligence"])
    office.office = office
    city.offices.append(office)
    schools = [(f"{town}中心小学", SchoolStage.PRIMARY, (620, 1650))]
    schools.append((f"{town}初级中学", SchoolStage.JUNIOR_HIGH, (560, 1480)))
    for village in place["villages"]:
        if village == place["nine_year"]:
            schools.append((f"{town}{village}学校", SchoolStage.NINE_YEAR, (760, 1720)))
        else:
            schools.append((f"{town}{village}小学", SchoolStage.PRIMARY, (180, 980)))
    for name, stage, (least, most) in schools:
        house = _open(city, office, UnitKind.SCHOOL, name, stage, by=by)
        _state_years(house, random.randint(least, most), on=on, by=by)
    gardens = [f"{town}中心幼儿园", *(f"{town}{word}幼儿园" for word in place["gardens"])]
    for number, name in enumerate(gardens):
        house = _open(city, office, UnitKind.KINDERGARTEN, name, "", is_central=number == 0, by=by)
        _state_years(house, random.randint(90, 240) + 200 * (number == 0), on=on, by=by)


def _open(
    city: City, parent: House, kind: str, name: str, stage: str, *, by: Any, **facts: Any
) -> House:
    serial = sum(house.parent is parent for house in city.institutions) + 1
    unit = units.open_unit(
        parent=parent.unit,
        kind=kind,
        name=name,
        code=f"{parent.unit.code}{serial:03}",
        stage=stage,
        party_org=f"中共{name}支部委员会",
        phone=names.landline(200 + len(city.institutions)),
        by=by,
        **facts,
    )
    office = parent if parent is not city.bureau else None
    house = House(unit, parent, office, parent.diligence)
    city.institutions.append(house)
    return house


def _state_years(house: House, students: int, *, on: date, by: Any) -> None:
    now = school_year(on)
    for year, pupils in ((now - 1, round(students * 0.985)), (now, students)):
        units.state_year(
            house.unit,
            year=year,
            students=pupils,
            classes=max(3, round(pupils / (28 if house.kind == UnitKind.KINDERGARTEN else 41))),
            staff=max(6, round(pupils / (9 if house.kind == UnitKind.KINDERGARTEN else 15))),
            by=by,
        )


def found_committees(city: City, random: Random, *, by: Any) -> None:
    """Bureau, offices and nearly all schools have one; central kindergartens stand for others."""
    _found(city.bureau, date(2004, 5, 18), by=by)
    for office in city.offices:
        _found(office, _a_day(random, 2006, 2012), by=by)
    for house in city.institutions:
        if house.kind == UnitKind.SCHOOL and (
            house.diligence > 0.7
            or house.unit.stage != SchoolStage.PRIMARY
            or random.random() < 0.6
        ):
            _found(house, _a_day(random, 2009, 2021), by=by)
    gardens: dict[House | None, list[House]] = {}
    for house in city.institutions:
        if house.kind == UnitKind.KINDERGARTEN:
            gardens.setdefault(house.office, []).append(house)
    for near in gardens.values():
        _join_gardens(near, random, by=by)


def _join_gardens(gardens: list[House], random: Random, *, by: Any) -> None:
    """The first hosts; of the others most join it, a few stand alone, some have none yet."""
    central, others = gardens[0], gardens[1:]
    joining = [house for house in others if random.random() < central.diligence - 0.18]
    if central.unit.is_central and joining:
        name = f"{central.unit.name}联合关工委"
        _found(central, _a_day(random, 2018, 2022), name=name, is_joint=True, by=by)
        assert central.committee is not None and central.served_since is not None  # noqa: S101, PT018
        for house in joining:
            house.committee = central.committee
            house.served_since = central.served_since.replace(year=2023)
            committees.serve(central.committee, house.unit, since_day=house.served_since, by=by)
    else:
        _found(central, _a_day(random, 2018, 2022), by=by)
    for house in others:
        if not house.is_served and random.random() < 0.35:
            _found(house, _a_day(random, 2020, 2023), by=by)


def _found(house: House, day: date, *, name: str = "", is_joint: bool = False, by: Any) -> None:
    house.committee = committees.establish(
        house.unit,
        name=name,
        established_on=day,
        precision="day" if day.day % 3 else "month",
        document=f"〔{day.year}〕{day.day}号",
        is_joint=is_joint,
        by=by,
    )
    house.served_since = day


def _a_day(random: Random, first: int, last: int) -> date:
    return date(
        random.randint(first, last), random.choice([3, 4, 5, 9, 10, 11]), random.randint(1, 28)
    )
