"""The people of the demo city: who serves, who is a 五老, who holds which post."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from committees.choices import ElderCategory, Gender, Position, UnitKind, WorkStatus
from committees.models import CommitteeTerm, Person, Post
from portal.kernel import audit
from portal.kernel.ranges import between, since
from portal.web.demo import names
from portal.web.demo.city import City, Elder, House

TRADES = (
    # original post, how a record calls the person, category, weight
    ("原校长", "老校长", ElderCategory.TEACHER, 20),
    ("退休教师", "退休教师", ElderCategory.TEACHER, 34),
    ("退休高级教师", "退休高级教师", ElderCategory.TEACHER, 16),
    ("退休语文教师", "退休语文教师", ElderCategory.TEACHER, 10),
    ("原镇人大干部", "老干部", ElderCategory.CADRE, 8),
    ("退役军人", "老战士", ElderCategory.SOLDIER, 7),
    ("退休高级农艺师", "老农艺师", ElderCategory.EXPERT, 4),
    ("退休主治医师", "退休医师", ElderCategory.EXPERT, 4),
    ("退休高级技工、省劳动模范", "老劳模", ElderCategory.MODEL_WORKER, 4),
)
STRENGTHS = ("党史宣讲", "书法", "心理健康", "家庭教育", "法治教育", "朗诵", "国学", "手工", "棋类",
             "摄影", "农艺", "科普")  # fmt: skip


@dataclass
class Register:
    """People and posts in the making, written in two statements at the end."""

    random: Random
    today: date
    people: list[Person]
    posts: list[Post]
    taken: set[str]

    def serving(self, house: House, title: str) -> Person:
        woman = self.random.random() < 0.5
        person = Person(
            unit=house.unit,
            name=names.fresh_name(self.random, self.taken, woman=woman, elder=False),
            gender=Gender.FEMALE if woman else Gender.MALE,
            born_on=date(
                self.today.year - self.random.randint(35, 57), self.random.randint(1, 12), 1
            ),
            original_post=f"{house.unit.name}{title}",
            work_status=WorkStatus.SERVING,
            phone=names.mobile(1000 + len(self.people)),
        )
        self.people.append(person)
        return person

    def elder(self, house: House, *, oldest: int = 79) -> Person:
        woman = self.random.random() < 0.38
        (post, called, category, _), *_ = self.random.choices(TRADES, [row[3] for row in TRADES])
        age = self.random.randint(61, oldest)
        retired = date(self.today.year - age + (55 if woman else 60), 8, 31)
        name = names.fresh_name(self.random, self.taken, woman=woman, elder=True)
        where = house.unit.name if category == ElderCategory.TEACHER else ""
        person = Person(
            unit=house.unit,
            name=name,
            gender=Gender.FEMALE if woman else Gender.MALE,
            born_on=date(self.today.year - age, self.random.randint(1, 8), 1),
            original_post=f"{where}{post}",
            retired_on=retired,
            retired_precision="month",
            work_status=WorkStatus.RETIRED,
            categories=[category],
            strengths="、".join(self.random.sample(STRENGTHS, self.random.randint(1, 2))),
            phone=names.mobile(1000 + len(self.people)),
            is_mentor=self.random.random() < 0.3,
        )
        house.elders.append(Elder(called, name))
        self.people.append(person)
        return person

    def appoint(self, house: House, person: Person, position: Position, start: date) -> None:
        assert house.committee is not None  # noqa: S101 - only houses with one come here
        self.posts.append(
            Post(committee=house.committee, person=person, position=position, period=since(start))
        )


def fill_posts(city: City, random: Random, *, on: date, by: Any) -> None:
    """Give every committee its team and every house the names its records speak of."""
    register = Register(random, on, [], [], set())
    for house in _hosts(city):
        _one_team(register, house)
    for house in city.institutions:
        _lend(register, city, house)
    with audit.acting("demo.loaded", by=by):
        Person.objects.bulk_create(register.people)
        Post.objects.bulk_create(register.posts)
        CommitteeTerm.objects.bulk_create(_terms(city, on))


def _hosts(city: City) -> Iterator[House]:
    for house in city.houses:
        if house.committee is not None and house.committee.host_id == house.unit.pk:
            yield house


def _one_team(register: Register, house: House) -> None:
    heads = {
        UnitKind.BUREAU: ("党委副书记", "思政科科长"),
        UnitKind.OFFICE: ("主任", "德育干事"),
        UnitKind.SCHOOL: ("党支部书记", "德育主任"),
        UnitKind.KINDERGARTEN: ("园长", "保教主任"),
    }
    head, clerk = heads[UnitKind(house.kind)]
    assert house.served_since is not None  # noqa: S101 - a host serves itself
    start = max(house.served_since, register.today.replace(year=register.today.year - 4, day=1))
    director, secretary = register.serving(house, head), register.serving(house, clerk)
    standing = register.elder(house, oldest=70)  # 常务副主任 is not to be older than that
    register.appoint(house, director, Position.DIRECTOR, start)
    register.appoint(house, standing, Position.STANDING_DEPUTY, start)
    register.appoint(house, secretary, Position.SECRETARY_GENERAL, start)
    more = {UnitKind.BUREAU: 8, UnitKind.OFFICE: 2, UnitKind.SCHOOL: 1, UnitKind.KINDERGARTEN: 0}
    for number in range(more[UnitKind(house.kind)]):
        if house.kind == UnitKind.SCHOOL and register.random.random() > 0.55:
            continue
        elder = register.elder(house)
        register.appoint(house, elder, Position.DEPUTY if number == 1 else Position.MEMBER, start)
    house.director, house.secretary, house.standing = director.name, secretary.name, standing.name


def _lend(register: Register, city: City, house: House) -> None:
    """A unit without its own team has a head, and the elders of whoever looks after it."""
    if not house.director:
        house.director, house.secretary = (
            names.fresh_name(register.random, register.taken, woman=True, elder=False)
            for _ in range(2)
        )
    lender = house.office or city.bureau
    if house.committee is not None:
        lender = next(other for other in _hosts(city) if other.committee == house.committee)
    house.standing = house.standing or lender.standing
    house.elders = house.elders or list(lender.elders)


def _terms(city: City, on: date) -> Iterator[CommitteeTerm]:
    for house in [city.bureau, *city.offices]:
        first = house.served_since
        assert house.committee is not None and first is not None  # noqa: S101, PT018
        number = 1
        while first <= on:
            following = first.replace(year=first.year + 5)
            yield CommitteeTerm(
                committee=house.committee, number=number, period=between(first, following)
            )
            first, number = following, number + 1
