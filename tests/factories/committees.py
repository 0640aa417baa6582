"""Units, committees, people and accounts for tests, made by the services themselves."""

from datetime import date
from itertools import count

from committees.choices import SchoolStage, UnitKind
from committees.models import Committee, Person, RoleGrant, Unit, User
from committees.policy import Role
from committees.services import accounts, units
from committees.services import committees as committee_services
from portal.kernel.ranges import since

PASSWORD = "miao-83572"
OPENED = date(2015, 9, 1)
_numbers = count(1)


def make_bureau(name: str = "云河市教育局") -> Unit:
    return units.open_bureau(name=name, code=f"B{next(_numbers):04}", opened_on=OPENED, by=None)


def make_office(bureau: Unit, name: str = "") -> Unit:
    number = next(_numbers)
    return units.open_unit(
        parent=bureau, kind=UnitKind.OFFICE, name=name or f"第{number}教办",
        code=f"{number:06}", opened_on=OPENED, by=None,
    )  # fmt: skip


def make_school(parent: Unit, name: str = "", *, stage: str = SchoolStage.PRIMARY) -> Unit:
    number = next(_numbers)
    return units.open_unit(
        parent=parent, kind=UnitKind.SCHOOL, name=name or f"第{number}小学", code=f"{number:06}",
        opened_on=OPENED, stage=stage, party_org=f"中共{name or number}支部委员会", by=None,
    )  # fmt: skip


def make_kindergarten(parent: Unit, name: str = "", *, is_central: bool = False) -> Unit:
    number = next(_numbers)
    return units.open_unit(
        parent=parent, kind=UnitKind.KINDERGARTEN, name=name or f"第{number}幼儿园",
        code=f"{number:06}", opened_on=OPENED, is_central=is_central, by=None,
    )  # fmt: skip


def make_committee(host: Unit, *, established_on: date = date(2018, 3, 1)) -> Committee:
    return committee_services.establish(host, established_on=established_on, by=None)


def make_person(unit: Unit, name: str = "", **facts: object) -> Person:
    return Person.objects.create(unit=unit, name=name or f"老同志{next(_numbers)}", **facts)


def make_user(unit: Unit, role: Role, name: str = "", username: str = "") -> User:
    """Return an account that has already set its own password (PASSWORD)."""
    number = next(_numbers)
    user, _ = accounts.open_account(
        unit=unit, role=role, name=name or f"同志{number}", username=username or f"user{number}",
        since_day=date(2020, 1, 1), by=None,
    )  # fmt: skip
    accounts.change_password(user, password=PASSWORD, by=user)
    return user


def grant(user: User, unit: Unit, role: Role, *, since_day: date = date(2020, 1, 1)) -> RoleGrant:
    return RoleGrant.objects.create(user=user, unit=unit, role=role, period=since(since_day))
