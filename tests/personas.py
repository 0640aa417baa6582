"""One small city with everybody in it; the fixture `city` gives a fresh one to each test.

市教育局
├── 云山教办: 云山小学 · 云山二小 · 云山初中 · 云山中心幼儿园
└── 石桥教办: 石桥小学 · 石桥二小 · 石桥初中
"""

from dataclasses import dataclass, field

import pytest

from committees.choices import SchoolStage
from committees.models import Committee, ObligationSet, Unit, User
from committees.policy import Role
from tests.factories import activities as activity_factory
from tests.factories import committees as factory

YEAR = 2023


@dataclass
class World:
    """`schools[0..2]` stand under `offices[0]`, `schools[3..5]` under `offices[1]`."""

    bureau: Unit
    offices: list[Unit]
    schools: list[Unit]
    kindergarten: Unit
    committees: dict[int, Committee]  # by the pk of the hosting unit
    obligation_set: ObligationSet
    users: dict[str, User] = field(default_factory=dict)

    @property
    def office(self) -> Unit:
        return self.offices[0]

    @property
    def school(self) -> Unit:
        return self.schools[0]

    @property
    def other_school(self) -> Unit:
        """A school of the other office."""
        return self.schools[3]

    def __getattr__(self, name: str) -> User:
        """`city.office_secretary` and the other names of PERSONAS."""
        users = self.__dict__.get("users", {})
        if name in users:
            return users[name]
        raise AttributeError(name)


# name of the persona → (role, which unit)
PERSONAS: dict[str, tuple[Role, str]] = {
    "bureau_leader": (Role.BUREAU_LEADER, "bureau"),
    "bureau_staff": (Role.BUREAU_STAFF, "bureau"),
    "office_secretary": (Role.OFFICE_SECRETARY, "office"),
    "other_office_secretary": (Role.OFFICE_SECRETARY, "other_office"),
    "school_secretary": (Role.SCHOOL_SECRETARY, "school"),
    "sibling_secretary": (Role.SCHOOL_SECRETARY, "sibling"),
    "other_school_secretary": (Role.SCHOOL_SECRETARY, "other_school"),
    "kindergarten_secretary": (Role.SCHOOL_SECRETARY, "kindergarten"),
    "party_contact": (Role.PARTY_CONTACT, "school"),
    "teacher": (Role.TEACHER, "school"),
    "judge": (Role.JUDGE, "bureau"),
    "mentor": (Role.MENTOR, "school"),
    "auditor": (Role.AUDITOR, "bureau"),
}


def build_city(name: str = "云河市教育局", *, prefix: str = "") -> World:
    """Build the city. A second city in one test needs other names: give `prefix`."""
    bureau = factory.make_bureau(name)
    offices = [factory.make_office(bureau, f"{prefix}{town}教办") for town in ("云山", "石桥")]
    schools = []
    for office, town in zip(offices, ("云山", "石桥"), strict=True):
        schools += [
            factory.make_school(office, f"{prefix}{town}小学"),
            factory.make_school(office, f"{prefix}{town}二小"),
            factory.make_school(office, f"{prefix}{town}初中", stage=SchoolStage.JUNIOR_HIGH),
        ]
    kindergarten = factory.make_kindergarten(offices[0], f"{prefix}云山中心幼儿园", is_central=True)
    hosts = [bureau, *offices, *schools, kindergarten]
    world = World(
        bureau=bureau,
        offices=offices,
        schools=schools,
        kindergarten=kindergarten,
        committees={host.pk: factory.make_committee(host) for host in hosts},
        obligation_set=activity_factory.put_standard_set_in_force(bureau, year=YEAR),
    )
    places = {
        "bureau": bureau, "office": offices[0], "other_office": offices[1],
        "school": schools[0], "sibling": schools[1], "other_school": schools[3],
        "kindergarten": kindergarten,
    }  # fmt: skip
    for persona, (role, place) in PERSONAS.items():
        world.users[persona] = factory.make_user(
            places[place], role, name=persona, username=f"{prefix}{persona}"
        )
    return world


@pytest.fixture
def city(db: None) -> World:
    """One bureau, two offices, six schools, a kindergarten, everybody's account, 2023's duties."""
    return build_city()
