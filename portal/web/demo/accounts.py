"""Who signs in to the demo. The password is printed for everybody and fit for nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.hashers import make_password

from committees.choices import UnitKind
from committees.models import RoleGrant, Unit, User
from committees.policy import Role
from portal.kernel import audit
from portal.kernel.ranges import since
from portal.web.demo.city import DEMO_OFFICE, DEMO_SCHOOL, City, House

PASSWORD = "yunzhou-demo"  # noqa: S105 - printed by load_demo, for invented data only


@dataclass(frozen=True, slots=True)
class SignIn:
    username: str
    role: Role
    at: str
    sees: str


SIGN_INS = (
    SignIn("ju", Role.BUREAU_STAFF, "云州市教育局", "全市看板、工作要点、简报、导入、账号"),
    SignIn("lingdao", Role.BUREAU_LEADER, "云州市教育局", "全市情况，签发简报"),
    SignIn("jiaoban", Role.OFFICE_SECRETARY, DEMO_OFFICE, "审核本片区的活动记录"),
    SignIn("xuexiao", Role.SCHOOL_SECRETARY, DEMO_SCHOOL, "记活动、看本校义务完成情况"),
    SignIn("youeryuan", Role.SCHOOL_SECRETARY, "竹坞镇中心幼儿园", "记活动（联合关工委）"),
    SignIn("dangzu", Role.PARTY_CONTACT, DEMO_SCHOOL, "党组织联系人，也能记活动"),
    SignIn("laoshi", Role.TEACHER, DEMO_SCHOOL, "读书活动、简报"),
    SignIn("daoshi", Role.MENTOR, DEMO_OFFICE, "简报"),
    SignIn("pingwei", Role.JUDGE, "云州市教育局", "给匿名作品打分"),
    SignIn("shenji", Role.AUDITOR, "云州市教育局", "只看不改"),
    SignIn("xinju", Role.BUREAU_STAFF, "新州市教育局", "空白的城市：试一试导入名册"),
)
ROLE_OF_KIND = {
    UnitKind.BUREAU: Role.BUREAU_STAFF,
    UnitKind.OFFICE: Role.OFFICE_SECRETARY,
    UnitKind.SCHOOL: Role.SCHOOL_SECRETARY,
    UnitKind.KINDERGARTEN: Role.SCHOOL_SECRETARY,
}
WITHOUT_ACCOUNTS = "麦岭镇教办"  # its schools wait for somebody to try opening them in bulk


def open_accounts(city: City, other: Unit, *, on: date) -> None:
    """An account for every secretary; only those of SIGN_INS have a password."""
    hashed = make_password(PASSWORD)
    by_unit = {house.unit.name: house for house in city.houses}
    users, grants = [], []
    start = since(on.replace(year=on.year - 2, month=1, day=1))
    for sign_in in SIGN_INS:
        house = by_unit.get(sign_in.at)
        user = User(username=sign_in.username, password=hashed, name=_name(sign_in, house))
        users.append(user)
        unit = house.unit if house else other
        grants.append(RoleGrant(user=user, role=sign_in.role, unit=unit, period=start))
        if house and house.account is None:
            house.account = user
    for house in _without(city):
        role = ROLE_OF_KIND[UnitKind(house.kind)]
        user = User(username=f"{house.unit.code}a", password="!", name=house.secretary)  # noqa: S106
        users.append(user)
        grants.append(RoleGrant(user=user, role=role, unit=house.unit, period=start))
        house.account = user
    with audit.acting("demo.loaded", by=None):
        User.objects.bulk_create(users)
        RoleGrant.objects.bulk_create(grants)


def _without(city: City) -> Iterator[House]:
    for house in city.houses:
        waits = house.office is not None and house.office.unit.name == WITHOUT_ACCOUNTS
        if house.account is None and not (waits and house.office is not house):
            yield house


def _name(sign_in: SignIn, house: House | None) -> str:
    """The person of the register who would sign in so, else the role itself."""
    if house is None:
        return "新州市关工委办公室"
    of_role = {
        Role.BUREAU_LEADER: house.director,
        Role.BUREAU_STAFF: house.secretary,
        Role.OFFICE_SECRETARY: house.secretary,
        Role.SCHOOL_SECRETARY: house.secretary,
        Role.PARTY_CONTACT: house.director,
        Role.MENTOR: house.elders[0].name,
    }
    return of_role.get(sign_in.role, sign_in.role.label)


def table() -> list[str]:
    """The sign-ins as lines of a table, in Chinese."""
    rows = [("登录名", "角色", "单位", "能做什么")]
    rows += [(s.username, str(s.role.label), s.at, s.sees) for s in SIGN_INS]
    widths = [max(_width(row[column]) for row in rows) for column in range(4)]
    lines = []
    for row in rows:
        padded = (
            text + " " * (width - _width(text)) for text, width in zip(row, widths, strict=True)
        )
        lines.append("  " + "   ".join(padded).rstrip())
    return [*lines, "", f"  密码都是 {PASSWORD}"]


def _width(text: str) -> int:
    return sum(1 if ord(character) < 0x2E80 and character not in "“”" else 2 for character in text)
