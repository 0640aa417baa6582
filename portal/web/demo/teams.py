"""How teams stand in the demo: empty posts, a new term, 五有 checks, people newly free, twins."""

from datetime import date, datetime, timedelta
from random import Random

from activities.choices import ActivityState
from activities.models import Activity
from committees.choices import Have, HaveResult, Position, UnitKind, WorkStatus
from committees.figures.teams import half_of
from committees.models import Person, Post, RoleGrant, Unit
from committees.policy import Role
from committees.services import (
    committees,
    five_haves,
    handovers,
    invitations,
    people,
    rules,
    terms,
)
from committees.services.five_haves import Found, Own
from portal.web.demo import names
from portal.web.demo.city import DEMO_OFFICE, DEMO_SCHOOL, City, House

EVIDENCE = {
    Have.PEOPLE: "年初发文调整了班子，秘书由德育主任兼任。",
    Have.TASKS: "全年计划已经报教办，每月都有活动。",
    Have.CONDITIONS: "有一间活动室，牌子和制度已经上墙，经费列入预算。",
    Have.RESOURCES: "请得到镇里的老同志和派出所、卫生院的同志。",
    Have.ENTHUSIASM: "老同志常来学校，学生喜欢听他们讲。",
}
GAPS = {
    Have.CONDITIONS: "活动室和少先队队室合用，经费没有单列",
    Have.RESOURCES: "能请来的老同志只有一两位",
}


def show(city: City, random: Random, *, now: datetime, on: date) -> str:
    """Let some things be as they are in a real city; return a line for the console."""
    rules.set_rules(city.bureau.unit, by=city.bureau.account)
    vacant = _leave_empty(city, random, on=on)
    _new_term(city, on=on)
    free = _newly_free(city, random, on=on)
    _twins(city)
    _name_party_secretaries(city)
    due_on = min(on + timedelta(days=12), date(on.year, 12, 31))
    five_haves.set_due(city.bureau.unit, year=on.year, due_on=due_on, by=city.bureau.account)
    checks = _check(city, random, now=now, year=on.year)
    _hand_over(city, on=on)
    return f"班子空缺 {vacant} 个，导师人选 {free} 位，“五有”自查 {checks} 份"


def _leave_empty(city: City, random: Random, *, on: date) -> int:
    """Two secretaries moved on long ago, one lately; somebody will have to be found."""
    schools = [
        house for house in city.institutions if house.committee and house.unit.name != DEMO_SCHOOL
    ]
    ended = 0
    for house, days in zip(random.sample(schools, 12), (140, 118, 96, 40, 12), strict=False):
        position = Position.STANDING_DEPUTY if days == 118 else Position.SECRETARY_GENERAL
        day = on - timedelta(days=days)
        held = Post.objects.filter(
            committee=house.committee, position=position, period__startswith__lt=day
        )
        for post in held[:1]:
            committees.end_post(post, on=day, by=None)
            ended += 1
    return ended


def _new_term(city: City, *, on: date) -> None:
    """The demo school began its second term last September, with everybody staying."""
    house = city.named(DEMO_SCHOOL)
    if house.committee is None or house.served_since is None:
        return
    start = date(on.year - 1, 9, 1)
    earlier = max(house.served_since, date(start.year - 5, 9, 1))
    staying = {post.pk: post.position for post in Post.objects.filter(committee=house.committee)}
    if earlier < start:
        terms.open_term(house.committee, number=1, starts_on=earlier, staying=staying, by=None)
    terms.open_term(house.committee, number=2, starts_on=start, staying=staying, by=None)


def _newly_free(city: City, random: Random, *, on: date) -> int:
    """Heads who stepped back and honoured teachers who retired at the end of last school year."""
    summer = date(on.year if on.month >= 9 else on.year - 1, 8, 31)
    schools = [house for house in city.institutions if house.kind == UnitKind.SCHOOL]
    taken = set(Person.objects.values_list("name", flat=True))
    chosen = random.sample(schools, 8)
    found = [_one_free(house, number, random, taken, summer) for number, house in enumerate(chosen)]
    half = half_of(on)
    asked = [
        invitations.invite(each, half=half, on=on, note="教办主任登门邀请", by=city.bureau.account)
        for each in found[:4]
    ]
    invitations.accept(asked[0], on=on, by=city.bureau.account)
    invitations.decline(asked[1], on=on, note="今年社区的事多，明年再说", by=city.bureau.account)
    return len(found)


def _one_free(house: House, number: int, random: Random, taken: set[str], summer: date) -> Person:
    woman, stepped = number % 3 == 1, number % 2 == 0
    name = names.fresh_name(random, taken, woman=woman, elder=not stepped)
    facts: dict[str, object] = {
        "gender": "female" if woman else "male",
        "original_unit": house.unit,
        "strengths": "党史宣讲、家庭教育" if stepped else "朗诵、阅读指导",
        "phone": names.mobile(8000 + number),
        "categories": ["teacher"],
        "is_backbone": number < 3,
    }
    if stepped:
        facts |= {
            "born_on": date(summer.year - 57, 5, 1),
            "original_post": f"{house.unit.name}书记、校长",
            "work_status": WorkStatus.STEPPED_BACK, "stepped_back_on": summer,
        }  # fmt: skip
    else:
        facts |= {
            "born_on": date(summer.year - 60, 5, 1), "original_post": f"{house.unit.name}教师",
            "honour": random.choice(["特级教师", "省教坛新秀", "市名教师"]),
            "work_status": WorkStatus.RETIRED, "retired_on": summer,
        }  # fmt: skip
    return people.register(house.unit, by=None, name=name, **facts)


def _twins(city: City) -> None:
    """One elder was entered by the school and by the office, spelt alike, with one number."""
    school = city.named(DEMO_SCHOOL)
    office = school.office
    known = Person.objects.filter(unit=school.unit, categories__len__gt=0).exclude(phone="")
    elder = known.order_by("pk").first()
    if elder is None or office is None:
        return
    people.register(
        office.unit, by=None, name=elder.name, phone=elder.phone,
        work_status=WorkStatus.RETIRED, strengths="摄影",
    )  # fmt: skip


def _name_party_secretaries(city: City) -> None:
    """Two units in three name their Party secretary; small kindergartens share a branch."""
    for number, house in enumerate(city.institutions):
        keeper = house.committee.host if house.committee else house.unit
        if keeper != house.unit:
            house.unit.party_org = f"中共{keeper.name}联合支部委员会"
        if house.director and number % 3:
            house.unit.party_secretary = house.director
            house.unit.party_phone = names.mobile(9000 + number)
    Unit.objects.bulk_update(
        [house.unit for house in city.institutions],
        ["party_org", "party_secretary", "party_phone"],
    )


def _check(city: City, random: Random, *, now: datetime, year: int) -> int:
    """Most units of two offices filled in this year's 五有; the office looked at a part of them."""
    shown = [city.offices[0], city.named(DEMO_OFFICE)]
    count = 0
    for house in city.institutions:
        if house.committee is None or house.office not in shown:
            continue
        check = five_haves.begin(house.unit, year=year, by=None)
        count += 1
        gap = random.choice([None, None, Have.CONDITIONS, Have.RESOURCES])
        own = {have.value: Own(HaveResult.MET, EVIDENCE[have]) for have in Have}
        word = "班子齐、活动多，场地还想再改善。"
        five_haves.fill_in(check, own_word=word, answers=own, by=None)
        if count % 5 == 0:
            continue
        five_haves.submit(check, at=now, by=None)
        if count % 3 == 0 or house.unit.name == DEMO_SCHOOL:
            continue
        found = {
            have.value: Found(HaveResult.PARTLY if have == gap else HaveResult.MET,
                              GAPS.get(have, "") if have == gap else "")
            for have in Have
        }  # fmt: skip
        five_haves.confirm(check, word="情况属实。", found=found, at=now, by=house.office.account)
    return count


def _hand_over(city: City, *, on: date) -> None:
    """One secretary went to another school, and a successor got the post and its sheet."""
    half_done = Activity.objects.filter(state=ActivityState.DRAFT, unit__city=city.bureau.unit)
    grants = RoleGrant.objects.filter(
        role=Role.SCHOOL_SECRETARY, unit__in=half_done.values("unit"), period__upper_inf=True
    ).exclude(unit__office=city.named(DEMO_OFFICE).unit)
    grant = grants.order_by("pk").last()
    day = on - timedelta(days=20)
    if grant is None or (grant.period.lower and grant.period.lower >= day):
        return
    passed = handovers.hand_over(
        grant, to=None, new_name="周小雨", on=day,
        note="读书活动的报名表在德育处第二个抽屉；每月最后一个周五老同志来校。",
        by=city.bureau.account,
    )  # fmt: skip
    successor = passed.handover.to_user
    successor.set_unusable_password()  # only the printed sign-ins open the demo
    successor.save(update_fields=["password"])
