"""读书活动, 五好 and the mentors: how far, against what target, who asks and who can give."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from activities.choices import LectureState
from activities.models import Lecture, LectureTopic
from committees.models import Unit
from committees.permissions import may_anywhere
from committees.policy import Can
from evaluations.choices import CampaignState
from evaluations.figures import levels
from evaluations.models import Appraisal, Campaign, UpperList
from reading_program.figures import funnel
from reading_program.models import Edition, Entry

ORDERS = {
    "given": (LectureState.DELIVERED,),
    "settled": (LectureState.CONFIRMED,),
    "waiting": (LectureState.REQUESTED, LectureState.INVITED),
}
BAND_WORDS = {
    levels.HEAD: "先进（头）",
    levels.MIDDLE: "居中（中）",
    levels.TAIL: "待帮扶（尾）",
    levels.OUT: "还没交自评",
}


@dataclass(frozen=True, slots=True)
class Reading:
    edition: Edition
    steps: Sequence[dict[str, str]]
    tracks: Sequence[funnel.TrackFunnel]
    shows_judging: bool

    @property
    def funnel(self) -> list[tuple[str, str, int, int]]:
        """(step, word, works, percent of those handed in) for all tracks together."""
        sums = {step: sum(getattr(t, step) for t in self.tracks) for step in funnel.STEPS}
        most = sums["handed_in"] or 1
        return [
            (step, funnel.STEP_WORDS[step], count, min(100, count * 100 // most))
            for step, count in sums.items()
        ]


def entries(user: Any, root: Unit) -> QuerySet[Entry]:
    return Entry.objects.visible_to(user).filter(unit__path__startswith=root.path)


def reading(user: Any, root: Unit, *, on: date) -> Reading | None:
    """The newest edition told to the city; of an office or a school its own entries."""
    if root.city is None or not may_anywhere(user, Can.READING_VIEW):
        return None
    told = Edition.objects.visible_to(user).filter(city=root.city, published_at__isnull=False)
    edition = told.newest().prefetch_related("stages", "tracks").first()
    if edition is None:
        return None
    return Reading(
        edition,
        funnel.steps(edition, on=on),
        funnel.funnel(edition, entries(user, root)),
        shows_judging=may_anywhere(user, Can.READING_EDIT),
    )


@dataclass(frozen=True, slots=True)
class Band:
    key: str
    name: str
    units: int
    percent: int


@dataclass(frozen=True, slots=True)
class Upper:
    """One list to the level above: ready now, within reach, and the target they stand against."""

    it: UpperList
    ready: int
    near: int

    @property
    def percent(self) -> int:
        return min(100, self.ready * 100 // self.it.target) if self.it.target else 0

    @property
    def sentence(self) -> str:
        missing = self.it.target - self.ready
        if missing <= 0:
            return "够分的已经够目标数"
        return f"还差 {missing} 家；另有 {self.near - self.ready} 家再努力一下够得着"


@dataclass(frozen=True, slots=True)
class FiveGood:
    campaign: Campaign
    units: int
    bands: Sequence[Band]
    uppers: Sequence[Upper]
    url: str


def campaign_of(user: Any, root: Unit, *, year: int) -> Campaign | None:
    return (
        Campaign.objects.visible_to(user)
        .filter(city=root.city, year__in=(year, year - 1))
        .exclude(state=CampaignState.PREPARING)
        .select_related("rubric")
        .order_by("-year", "-pk")
        .first()
    )


def appraisals(user: Any, root: Unit) -> QuerySet[Appraisal]:
    return Appraisal.objects.visible_to(user).filter(unit__path__startswith=root.path)


def five_good(user: Any, root: Unit, *, year: int) -> FiveGood | None:
    """The latest campaign of the year (else of the year before) by band, and the upper lists.

    Nothing for one school: a board of one says less than its own page.
    """
    if root.city is None or root.is_institution or not may_anywhere(user, Can.FIVE_GOOD_VIEW):
        return None
    campaign = campaign_of(user, root, year=year)
    if campaign is None:
        return None
    seen = appraisals(user, root)
    found = Counter(each.band for each in levels.standings(campaign, seen))
    units = sum(found.values())
    return FiveGood(
        campaign,
        units,
        [Band(b, BAND_WORDS[b], found[b], found[b] * 100 // (units or 1)) for b in levels.BANDS],
        _uppers(user, root.city, seen, year),
        _bands_page(user, campaign),
    )


def _bands_page(user: Any, campaign: Campaign) -> str:
    name = "level_board" if may_anywhere(user, Can.FIVE_GOOD_REVIEW) else "campaign"
    return reverse(f"evaluations:{name}", args=[campaign.pk])


def _uppers(user: Any, city: Unit, seen: QuerySet[Appraisal], year: int) -> list[Upper]:
    lists = UpperList.objects.visible_to(user).filter(city=city, year__in=(year, year - 1))
    made = []
    for upper in lists.order_by("-year", "level")[:3]:
        ready, near = levels.within_reach(levels.forecast(upper, seen))
        made.append(Upper(upper, ready, near))
    return made


@dataclass(frozen=True, slots=True)
class Demand:
    """One topic: mentors who speak of it, lectures given this year, and asked for but not settled.

    `word` says what is short, where something is.
    """

    pk: int
    topic: str
    mentors: int
    given: int
    settled: int
    waiting: int

    @property
    def word(self) -> str:
        if self.waiting and not self.mentors:
            return "有人点课，没有导师"
        return f"每位导师今年合 {self.asked // self.mentors} 场" if self.is_stretched else ""

    @property
    def asked(self) -> int:
        return self.given + self.settled + self.waiting

    @property
    def is_stretched(self) -> bool:
        return bool(self.waiting) and self.asked >= self.mentors


def lectures(user: Any, root: Unit, *, year: int) -> QuerySet[Lecture]:
    return Lecture.objects.visible_to(user).filter(unit__path__startswith=root.path, day__year=year)


def demand(user: Any, root: Unit, *, year: int) -> list[Demand]:
    """Supply and demand of lectures by topic, the city's mentors against these units' orders."""
    if root.city is None or not may_anywhere(user, Can.LECTURE_VIEW):
        return []
    counts = {
        topic: numbers
        for topic, *numbers in lectures(user, root, year=year)
        .order_by()
        .values_list("topic")
        .annotate(**{name: Count("pk", filter=Q(state__in=of)) for name, of in ORDERS.items()})
    }
    topics = LectureTopic.objects.filter(city=root.city).annotate(
        teaching=Count("mentors", filter=Q(mentors__left_on=None))
    )
    rows = [Demand(t.pk, t.name, t.teaching, *counts.get(t.pk, (0, 0, 0))) for t in topics]
    return [row for row in rows if row.mentors or row.given or row.settled or row.waiting]
