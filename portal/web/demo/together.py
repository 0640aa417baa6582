"""What the demo city does together: partners with agreements, studios, activities of several units.

The joint activities are records the demo has already written; they only get their other hosts, so
nobody is counted twice.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from random import Random

from activities.choices import ActivityState, CoHostState, PartnerKind
from activities.models import (
    Activity,
    CoHost,
    Partner,
    PartnerActivity,
    Studio,
    StudioActivity,
    StudioPlan,
)
from activities.services import credits, partners, studios
from committees.choices import UnitKind
from committees.models import Person
from portal.kernel import audit
from portal.web.demo import names
from portal.web.demo.city import DEMO_OFFICE, DEMO_SCHOOL, City, House

JOINT = ("lecture", "reading", "care", "partnership")
CRAFTS = ("书法", "红色故事", "剪纸", "科普", "家风", "二胡", "种植", "阅读")
OF_THE_CITY = (
    ("{city}退休教育工作者协会", PartnerKind.RETIRED, "能请到各学科的退休教师", 900),
    ("{city}青少年综合实践基地", PartnerKind.BASE, "可住宿，一次能接待 200 人", 420),
    ("{city}图书馆", PartnerKind.BASE, "周末有两间朗读室，可以预约", 45),
    ("{city}人民法院少年法庭", PartnerKind.AUTHORITY, "每学期能来讲两次", -20),
    ("云河印刷厂", PartnerKind.COMPANY, "学生可以看活字印刷", None),
)
PLAN = (
    "3月，给低年级讲一次开笔礼\n4月，清明祭扫，请老同志讲家乡的事\n"
    "6月，六一展示学生作品\n9月，教师节请老教师回校\n11月，和社区办一次展览"
)  # fmt: skip
RULES = "每月第一个星期三下午活动\n一次活动写一条记录，留照片和作品\n器材有人管，借出要登记"
WANTED = 14  # joint activities


def show(
    city: City, records: Iterable[Activity], random: Random, *, now: datetime, on: date
) -> str:
    """Add what is done together to the records there are; return a line for the console."""
    done = [record for record in records if record.held_on and record.kind]
    known = _partners(city, random, on=on)
    opened = _studios(city, done, known, random, on=on)
    joint = _joint(city, done, random, now=now)
    _hand_in_hand(done, known, random, on=on)
    return f"合作伙伴 {len(known)} 家，工作室 {opened} 个，共办活动 {joint} 次"


def _partners(city: City, random: Random, *, on: date) -> list[Partner]:
    """Those of the whole city at the bureau, a community for each second town at its office."""
    made = [
        _partner(city.bureau, name.format(city=city.bureau.unit.name[:3]), kind, offers, days, on)
        for name, kind, offers, days in OF_THE_CITY
    ]
    for number, office in enumerate(city.offices):
        town = office.unit.name.removesuffix("教办")
        if number % 2 == 0 or office.unit.name == DEMO_OFFICE:
            days = random.choice([30, 200, 500, 700])
            offers = "文化礼堂可以用，有志愿者 6 人"
            name = f"{town}社区"
            made.append(_partner(office, name, PartnerKind.COMMUNITY, offers, days, on))
    return made


def _partner(
    house: House, name: str, kind: PartnerKind, offers: str, days: int | None, on: date
) -> Partner:
    """`days` is when the agreement of three years ends, counted from today; None without one."""
    by = house.account
    serial = 700 + Partner.objects.count()
    partner = partners.enter(
        house.unit, name=name, kind=kind, offers=offers, contact="办公室",
        phone=names.mobile(serial), by=by,
    )  # fmt: skip
    if days is not None:
        last = on + timedelta(days=days)
        first = last - timedelta(days=3 * 365)
        summary = "每年至少一起办两次活动，场地免费"
        partners.agree(partner, first=first, last=last, summary=summary, by=by)
    return partner


def _studios(
    city: City, records: list[Activity], known: list[Partner], random: Random, *, on: date
) -> int:
    """A studio in every other office's central school and in the school of the sign-ins."""
    hosts = [
        house
        for house in city.institutions
        if house.kind == UnitKind.SCHOOL and house.committee and house.office
    ]
    chosen = [house for house in hosts if house.unit.name == DEMO_SCHOOL]
    chosen += random.sample([house for house in hosts if house not in chosen], 7)
    opened = 0
    for number, house in enumerate(chosen):
        near = [pk for pk in (house.unit.pk, house.unit.office_id) if pk]
        elders = list(Person.objects.filter(unit__in=near).exclude(categories=[]).order_by("pk"))
        if not elders:
            continue
        studio = _studio(house, elders, CRAFTS[number], known[0], on=on, is_whole=number < 5)
        _work_of(studio, records, most=random.choice([2, 5, 6]), on=on)
        opened += 1
    return opened


def _studio(
    house: House, elders: list[Person], craft: str, sponsor: Partner, *, on: date, is_whole: bool
) -> Studio:
    founded = date(on.year - 2, 3, 1)
    by = house.account
    studio = studios.open_studio(
        house.unit,
        name=f"“老园丁”{craft}工作室",
        leader=elders[0],
        room="综合楼 203 室" if is_whole else "",
        founded_on=founded,
        plaque_on=date(on.year - 2, 9, 10) if is_whole else None,
        rules=RULES if is_whole else "",
        co_sponsor=sponsor if is_whole else None,
        by=by,
    )
    for person in elders[1:4]:
        studios.join(studio, person, on=founded, by=by)
    if is_whole:
        StudioPlan.objects.create(studio=studio, year=on.year, text=PLAN, saved_by=by)
    return studio


def _work_of(studio: Studio, records: list[Activity], *, most: int, on: date) -> None:
    own = [
        record
        for record in records
        if record.unit_id == studio.unit_id
        and record.kind is not None
        and record.kind.slug in JOINT
        and record.held_on is not None
        and record.held_on.year == on.year
        and record.state == ActivityState.ACCEPTED
    ]
    StudioActivity.objects.bulk_create(
        StudioActivity(studio=studio, activity=record) for record in own[:most]
    )


def _joint(city: City, records: list[Activity], random: Random, *, now: datetime) -> int:
    """Records of schools with one or two neighbours beside them, most of whom have confirmed."""
    houses = {house.unit.pk: house for house in city.institutions if house.office}
    done = [
        record
        for record in records
        if record.unit_id in houses
        and record.kind is not None
        and record.kind.slug in JOINT
        and record.state == ActivityState.ACCEPTED
        and record.reviewed_at is not None
        and record.reviewed_at < now - timedelta(days=6)
    ]
    recent = sorted(done, key=lambda record: record.held_on or date.min)[-400:]
    chosen = random.sample(recent, min(WANTED, len(recent)))
    with audit.acting("demo.loaded", by=None):
        for number, record in enumerate(chosen):
            _cohosts(city, houses[record.unit_id], record, random, is_last=number % 6 == 5)
            credits.settle(record, by=None)
        _ask_the_visitor(city, records)
    return len(chosen)


def _cohosts(city: City, house: House, record: Activity, random: Random, *, is_last: bool) -> None:
    near = [
        other
        for other in city.institutions
        if other.office is house.office and other is not house and other.is_served
    ]
    at = (record.reviewed_at or record.created_at) + timedelta(days=2)
    for other in random.sample(near, min(len(near), random.choice([1, 1, 2]))):
        state = CoHostState.DECLINED if is_last else CoHostState.CONFIRMED
        CoHost.objects.create(
            activity=record, unit=other.unit, office=other.unit.office, state=state,
            reason="那天我们只借了场地，没有参加" if is_last else "",
            answered_by=other.account, answered_at=at, added_by=house.account, added_at=at,
        )  # fmt: skip


def _ask_the_visitor(city: City, records: list[Activity]) -> None:
    """A neighbour's waiting record names the school of the printed sign-ins."""
    school = city.named(DEMO_SCHOOL)
    waiting = [
        record
        for record in records
        if record.state == ActivityState.SUBMITTED
        and record.office_id == school.unit.office_id
        and record.unit_id not in {school.unit.pk, school.unit.office_id}
    ]
    for record in waiting[:1]:
        CoHost.objects.create(activity=record, unit=school.unit, office=school.unit.office)


def _hand_in_hand(
    records: list[Activity], known: list[Partner], random: Random, *, on: date
) -> None:
    """Partners had a hand in some records of this year, each in its own part of the city."""
    this_year = [
        record
        for record in records
        if record.held_on is not None
        and record.held_on.year == on.year
        and record.state == ActivityState.ACCEPTED
    ]
    links = []
    for partner in known:
        near = [
            record
            for record in this_year
            if partner.unit.depth == 1 or record.office_id == partner.unit_id
        ]
        links += [
            PartnerActivity(partner=partner, activity=record)
            for record in random.sample(near, min(3, len(near)))
        ]
    PartnerActivity.objects.bulk_create(links)
