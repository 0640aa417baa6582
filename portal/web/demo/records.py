"""The records of the demo city from January of last year until today."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random

from django.utils import timezone

from activities.choices import ActivityState
from activities.models import Activity, ActivityKind
from committees.choices import SchoolStage, UnitKind
from portal.kernel.calendar import period_of
from portal.web.demo import stories
from portal.web.demo.calendar import Planned, duties, other_work
from portal.web.demo.city import DEMO_OFFICE, DEMO_SCHOOL, City, Elder, House
from portal.web.demo.meetings import answers
from portal.web.demo.review import RETURN_REASONS, Fate, fate, working_hour

CLASSES = {
    SchoolStage.PRIMARY: ("三年级", "四年级", "五年级", "六年级", "低段各班", "五（2）班"),
    SchoolStage.JUNIOR_HIGH: ("七年级", "八年级", "九年级", "七（3）班", "八（1）班"),
    SchoolStage.NINE_YEAR: ("四年级", "五年级", "七年级", "八年级"),
    SchoolStage.SENIOR_HIGH: ("高一年级", "高二年级", "高一（6）班"),
    SchoolStage.VOCATIONAL: ("机电专业一年级", "幼师专业二年级", "烹饪专业一年级"),
    SchoolStage.SPECIAL: ("培智中段", "启聪部"),
    "": ("大班", "中班", "大一班", "中二班"),
}
PLACES = {"lecture": "place_hall", "reading": "place_reading", "parent_school": "place_hall"}
MEETINGS = frozenset({"party_study", "party_deploy", "party_assess", "report_heard", "training",
                      "promotion_meeting", "full_meeting"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Numbers:
    """到场人数, 其中“五老”人次, 受教育青少年人次 (None where no pupil takes part)."""

    attendance: int
    elders: int
    youth: int | None


class Writer:
    """Turns plans into records. Nothing happens after `now`, the moment the demo is loaded."""

    def __init__(self, city: City, random: Random, *, now: datetime) -> None:
        self.city, self.random, self.now = city, random, now
        self.today = timezone.localdate(now)
        self.kinds = {kind.slug: kind for kind in ActivityKind.objects.all()}
        self.told: dict[House, set[str]] = {}
        self.answers = {slug: answers(kind) for slug, kind in self.kinds.items()}
        self.asked = 0

    def all_work(self) -> Iterator[Activity]:
        """Last year lightly, the twelve months up to today in full, nothing after today."""
        for house in self.city.houses:
            for planned in self._plans(house):
                if planned.day <= self.today:
                    yield from self.write(house, planned)
        yield from self._for_the_visitor()

    def _plans(self, house: House) -> Iterator[Planned]:
        year, a_year_ago = self.today.year, self.today - timedelta(days=365)
        at_work = house.kind in {UnitKind.BUREAU, UnitKind.OFFICE} or house.is_served
        for of_year in (year - 1, year):
            done = duties(self.random, of_year, diligence=house.diligence, is_past=of_year < year)
            for duty in done if at_work else ():
                if not _kept_for_the_visitor(house, duty, year):
                    yield duty
            share = 1.0 if at_work else 0.2
            for planned in other_work(self.random, of_year, house.kind, share=share):
                if planned.day > a_year_ago or self.random.random() < 0.4:
                    yield planned

    def _for_the_visitor(self) -> Iterator[Activity]:
        """Fresh records in the queue of the office of the printed sign-ins; a draft, a return."""
        office, school = self.city.named(DEMO_OFFICE), self.city.named(DEMO_SCHOOL)
        near = [house for house in self.city.institutions if house.office is office]
        yesterday = self.today - timedelta(days=1)
        handed_in = working_hour(self.random, self.now - timedelta(days=4))
        waits = Fate(ActivityState.SUBMITTED, handed_in)
        for house, kind in zip(near[1:7], ["lecture", "reading", "care"] * 2, strict=True):
            yield from self.write(house, Planned(kind, handed_in.date()), waits)
        returned = Fate(
            ActivityState.RETURNED, handed_in, handed_in + timedelta(hours=2), RETURN_REASONS[1]
        )
        yield from self.write(school, Planned("reading", handed_in.date()), returned)
        yield from self.write(school, Planned("lecture", yesterday), Fate(ActivityState.DRAFT))

    def write(self, house: House, planned: Planned, end: Fate | None = None) -> Iterator[Activity]:
        """The record of one planned thing; none when no story fits it."""
        told = self.told.setdefault(house, set())
        story = stories.choose(
            self.random,
            kind=planned.kind,
            at=house.kind,
            stage=house.unit.stage,
            month=planned.day.month,
            told=told,
        )
        if story is not None:
            told.add(story.key)
            yield self._record(house, planned, story, end)

    def _record(
        self, house: House, planned: Planned, story: stories.Story, end: Fate | None
    ) -> Activity:
        random, kind, above = self.random, planned.kind, house.parent
        numbers = self._numbers(house, kind)
        slots = self._slots(house, planned, numbers)
        told = stories.tell(story, random, slots)
        at = timezone.make_aware(datetime.combine(planned.day, time(16, random.randint(0, 59))))
        pace = None if above is None else 2.2 if house.diligence > 0.85 else 6.0
        end = end or fate(random, at, now=self.now, days_to_review=pace)
        return Activity(
            unit=house.unit,
            office=house.unit.office,
            city=self.city.bureau.unit,
            kind=self.kinds[kind],
            title=told.title,
            held_on=planned.day,
            place=self._place(house, kind),
            host=f"{house.unit.name}关工委" if house.committee else house.unit.name,
            chair=house.director if kind.startswith("party") else house.standing,
            speakers="" if kind in MEETINGS else slots["elder_name"],
            attendance=numbers.attendance,
            elders=numbers.elders,
            youth=numbers.youth,
            minutes=told.minutes,
            decisions=told.decisions,
            extra=self._extra(kind),
            for_bulletin=random.random() < 0.05,
            state=end.state,
            receiver=above.unit if above and end.state != ActivityState.DRAFT else None,
            submitted_at=end.submitted_at,
            reviewed_at=end.reviewed_at,
            reviewed_by=(above or house).account if end.reviewed_at else None,
            return_reason=end.reason,
            created_by=house.account,
            created_at=at,
            updated_at=end.reviewed_at or end.submitted_at or at,
        )

    def _extra(self, kind: str) -> dict[str, object]:
        """Every fifth record answers its kind's own questions: none is ever required."""
        self.asked += 1
        return self.answers.get(kind, {}) if self.asked % 5 == 0 else {}

    def _slots(self, house: House, planned: Planned, numbers: Numbers) -> dict[str, str]:
        elder = self.random.choice(self._elders(house))
        return {
            "day": f"{planned.day.month}月{planned.day.day}日",
            "quarter": period_of(planned.day, "quarter").label.partition("年")[2],
            "unit": house.unit.name,
            "director": house.director,
            "standing": house.standing,
            "secretary": house.secretary,
            "elder": elder.called + elder.name,
            "elder_name": elder.name,
            "class": self.random.choice(CLASSES[house.unit.stage]),
            "sibling": self.random.choice(self._siblings(house)).unit.name,
            "count": str(numbers.attendance),
            "youth": str(numbers.youth or self.random.randint(120, 900)),
        }

    def _numbers(self, house: House, kind: str) -> Numbers:
        random = self.random
        if kind in MEETINGS:
            is_small = house.kind in {UnitKind.SCHOOL, UnitKind.KINDERGARTEN}
            count = random.randint(6, 24) if is_small else random.randint(22, 64)
            return Numbers(count, random.randint(1, max(2, count // 4)), None)
        elders = random.randint(1, 3)
        if kind == "parent_school":
            return Numbers(random.randint(26, 120), elders, None)
        if kind == "care":
            youth = random.randint(3, 40)
            return Numbers(youth + elders + random.randint(1, 4), elders, youth)
        youth = random.randint(28, 96)
        if kind == "lecture" and house.kind != UnitKind.KINDERGARTEN and random.random() < 0.4:
            youth = random.randint(120, 420)
        return Numbers(youth + elders + random.randint(1, 4), elders, youth)

    def _place(self, house: House, kind: str) -> str:
        if kind in {"care", "partnership", "other"}:
            return ""
        if house.kind == UnitKind.KINDERGARTEN:
            return "会议室" if kind in MEETINGS else "多功能室"
        if house.kind != UnitKind.SCHOOL:
            return f"{house.unit.name}会议室" if kind in MEETINGS else ""
        return self.random.choice(stories.words()[PLACES.get(kind, "place_meeting")])

    def _elders(self, house: House) -> list[Elder]:
        """Who comes and speaks: somebody of the unit or of its office, not who takes the chair."""
        known = house.elders + (house.office or self.city.bureau).elders
        return [elder for elder in known if elder.name != house.standing]

    def _siblings(self, house: House) -> list[House]:
        return [
            other
            for other in self.city.institutions
            if other.kind == UnitKind.SCHOOL
            and other is not house
            and (house is self.city.bureau or other.office is house.office)
        ]


def _kept_for_the_visitor(house: House, duty: Planned, year: int) -> bool:
    """The school of the printed sign-ins has not held this year's 推进会: the visitor logs it."""
    is_meeting = duty.kind == "promotion_meeting" and duty.day.year == year
    return is_meeting and house.unit.name == DEMO_SCHOOL
