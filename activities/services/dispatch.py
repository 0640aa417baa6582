"""派单: whom to ask for a lecture, in words a person can weigh; never past an elder's limit.

`obstacles` and `rank` are pure; `load_of` and `advice_for` bring what they need in a constant
number of queries. `activities.services.lectures.invite` asks `obstacles` again under a lock.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Prefetch, Q
from django.utils import timezone

from activities.choices import (
    CourseState,
    DayPart,
    DeclineReason,
    InvitationState,
    TravelLimit,
)
from activities.models import (
    DispatchSeason,
    Lecture,
    LectureCourse,
    LectureInvitation,
    Mentor,
    MentorPause,
)
from activities.services.mentors import rules_of
from portal.kernel.calendar import date_cn, school_term

START_OF = {
    DayPart.MORNING: time(9, 0),
    DayPart.AFTERNOON: time(14, 0),
    DayPart.EVENING: time(18, 30),
}
USUAL_MINUTES = 60
HOLDING = (InvitationState.WAITING, InvitationState.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Slot:
    """One time a lecture could be held; `start` and `end` are aware, `day` is the day in China."""

    day: date
    part: DayPart
    start: datetime
    end: datetime

    @property
    def label(self) -> str:
        return f"{date_cn(self.day)}{self.part.label}"


@dataclass(frozen=True, slots=True)
class Engagement:
    """A time that is held already, and by whom."""

    day: date
    start: datetime
    end: datetime
    host: str


@dataclass(frozen=True, slots=True)
class Load:
    """What dispatching has to know of one mentor; `limit` and `rest_days` are in force now."""

    mentor: Any
    name: str
    office: int | None
    office_name: str
    stays_near: bool
    limit: int
    rest_days: int
    engagements: tuple[Engagement, ...] = ()
    pauses: tuple[tuple[date | None, date | None], ...] = ()  # half-open
    courses: tuple[Any, ...] = ()
    knows_topic: bool = True

    def in_term(self, day: date) -> int:
        first, last = school_term(day)
        return sum(first <= engagement.day <= last for engagement in self.engagements)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the lecture is wanted: the office decides how far away that is."""

    office: int | None
    stage: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    load: Load
    slot: Slot
    course: Any
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    load: Load
    slot: Slot
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Advice:
    """For one wished time: who could go, best first, and who cannot, with why."""

    slot: Slot
    closed: str  # a season's sentence when nobody is sent at all
    suggestions: tuple[Suggestion, ...]
    refusals: tuple[Refusal, ...]


def obstacles(load: Load, slot: Slot, place: Place) -> list[str]:
    """Why this mentor cannot take this time, each as a few words; empty when nothing hinders."""
    found = []
    for engagement in load.engagements:
        if engagement.start < slot.end and slot.start < engagement.end:
            found.append(f"这个时间在{engagement.host}")
        elif engagement.day == slot.day:
            found.append(f"当天{_part_of(engagement.start)}在{engagement.host}，一天只讲一场")
        elif abs((engagement.day - slot.day).days) <= load.rest_days:
            found.append(
                f"{engagement.day.month}月{engagement.day.day}日在{engagement.host}，"
                f"两场之间要歇 {load.rest_days} 天"
            )
    if any((first or slot.day) <= slot.day < (last or date.max) for first, last in load.pauses):
        found.append("这几天标了不方便")
    if (count := load.in_term(slot.day)) >= load.limit:
        found.append(f"这学期已排 {count} 场，到了上限")
    if load.stays_near and load.office != place.office:
        found.append("只在本片区讲")
    return found


def rank(
    loads: Iterable[Load], slot: Slot, place: Place, *, wanted: Any = None
) -> list[Suggestion]:
    """Those without an obstacle: the wanted course, then an approved course of the topic, then who
    has least this term, then who comes from near, then who has rested longest."""
    able = [load for load in loads if not obstacles(load, slot, place)]

    def key(load: Load) -> tuple[Any, ...]:
        return (
            wanted is None or wanted not in load.courses,
            not load.courses,
            load.in_term(slot.day),
            load.office != place.office,
            -_days_since_last(load, slot.day),
            load.name,
        )

    return [_suggest(load, slot, place, wanted) for load in sorted(able, key=key)]


def _suggest(load: Load, slot: Slot, place: Place, wanted: Any) -> Suggestion:
    course = wanted if wanted in load.courses else (load.courses[0] if load.courses else None)
    if course is not None and course == wanted:
        words = [f"点的就是这一课：{course}"]
    elif course is not None:
        words = [f"有审定的课“{course}”"]
    else:
        words = ["专长里有这个专题，还没有审定的课"]
    words.append(f"这学期排了 {load.in_term(slot.day)} 场，最多 {load.limit} 场")
    words.append("同一片区" if load.office == place.office else f"从{load.office_name}来")
    return Suggestion(load, slot, course, tuple(words))


def _days_since_last(load: Load, day: date) -> int:
    earlier = [(day - engagement.day).days for engagement in load.engagements]
    return min((days for days in earlier if days >= 0), default=9999)


def _part_of(start: datetime) -> str:
    hour = timezone.localtime(start).hour
    return "上午" if hour < 12 else "下午" if hour < 18 else "晚上"


def closed_by(seasons: Iterable[DispatchSeason], slot: Slot, place: Place) -> str:
    """The season that keeps everybody at home at this time, as a sentence; else empty."""
    key = slot.day.month * 100 + slot.day.day
    for season in seasons:
        concerns = not season.stages or place.stage in season.stages
        if season.first <= key <= season.last and slot.part in season.parts and concerns:
            return f"{slot.label}在“{season.name}”里，这个时段不安排宣讲"
    return ""


def slot_at(day: date, part: str, *, at: time | None = None, minutes: int = USUAL_MINUTES) -> Slot:
    """The time a wish stands for; `at` is the hour the dispatcher agreed on."""
    start = timezone.make_aware(datetime.combine(day, at or START_OF[DayPart(part)]))
    return Slot(day, DayPart(part), start, start + timedelta(minutes=minutes))


def slots_of(lecture: Lecture) -> list[Slot]:
    minutes = lecture.course.minutes if lecture.course else USUAL_MINUTES
    wishes = [(lecture.wish1_on, lecture.wish1_part), (lecture.wish2_on, lecture.wish2_part)]
    return [slot_at(day, part, minutes=minutes) for day, part in wishes if day and part]


def slot_of(lecture: Lecture) -> Slot:
    """The time a dispatched lecture holds."""
    start, end = lecture.period.lower, lecture.period.upper
    hour = timezone.localtime(start).hour
    part = DayPart.MORNING if hour < 12 else DayPart.AFTERNOON if hour < 18 else DayPart.EVENING
    return Slot(lecture.day, part, start, end)


def next_for(lecture: Lecture, *, now: datetime) -> Suggestion | None:
    """Whom the list puts first for the earliest wished time somebody can take."""
    coming = [slot for slot in slots_of(lecture) if slot.start > now]
    advice = advice_for(lecture, coming)
    return next((each.suggestions[0] for each in advice if each.suggestions), None)


def place_of(lecture: Lecture) -> Place:
    return Place(lecture.unit.office_id, lecture.unit.stage)


def loads_for(lecture: Lecture, mentors: Sequence[Mentor] | None = None) -> list[Load]:
    """Everybody who teaches the topic, with what they have taken on; five queries in all."""
    teaches = Q(topics=lecture.topic) | Q(
        courses__topic=lecture.topic, courses__state=CourseState.APPROVED
    )
    chosen = (
        Mentor.objects.filter(pk__in=[mentor.pk for mentor in mentors])
        if mentors is not None
        else Mentor.objects.in_city(lecture.city).filter(teaches)
    )
    rules = rules_of(lecture.city)
    known = (
        chosen.serving()
        .distinct()
        .select_related("person__unit__office", "person__unit__city")
        .prefetch_related(
            "topics",
            Prefetch("pauses", queryset=MentorPause.objects.all()),
            Prefetch(
                "courses",
                queryset=LectureCourse.objects.filter(
                    state=CourseState.APPROVED, topic=lecture.topic
                ).order_by("pk"),
                to_attr="fitting",
            ),
            Prefetch(
                "invitations",
                queryset=LectureInvitation.objects.filter(state__in=HOLDING)
                .exclude(lecture=lecture)
                .select_related("unit"),
                to_attr="held",
            ),
        )
    )
    return [_load(mentor, lecture, rules) for mentor in known]


def _load(mentor: Any, lecture: Lecture, rules: Any) -> Load:
    home = mentor.person.unit
    return Load(
        mentor=mentor,
        name=mentor.person.name,
        office=home.office_id,
        office_name=home.office.name if home.office else home.name,
        stays_near=mentor.travel == TravelLimit.OWN_OFFICE,
        limit=rules.most_a_term if mentor.most_a_term is None else mentor.most_a_term,
        rest_days=rules.rest_days if mentor.rest_days is None else mentor.rest_days,
        engagements=tuple(_engagement(invitation) for invitation in mentor.held),
        pauses=tuple((pause.period.lower, pause.period.upper) for pause in mentor.pauses.all()),
        courses=tuple(mentor.fitting),
        knows_topic=lecture.topic in mentor.topics.all(),
    )


def _engagement(invitation: LectureInvitation) -> Engagement:
    start, end = invitation.period.lower, invitation.period.upper
    return Engagement(timezone.localtime(start).date(), start, end, invitation.unit.name)


def advice_for(lecture: Lecture, slots: Sequence[Slot] | None = None) -> list[Advice]:
    """For each wished time (or each of `slots`): whom to ask, and who cannot go, in words."""
    seasons = list(lecture.city.dispatch_seasons.all())
    loads, place, said = loads_for(lecture), place_of(lecture), _answers(lecture)
    found = []
    for slot in slots_of(lecture) if slots is None else slots:
        closed = closed_by(seasons, slot, place)
        asked = {load.mentor.pk: _said(said, load, slot) for load in loads}
        free = [load for load in loads if not asked[load.mentor.pk]]
        ranked = [] if closed else rank(free, slot, place, wanted=lecture.course)
        able = {suggestion.load.mentor.pk for suggestion in ranked}
        refusals = [
            Refusal(
                load,
                slot,
                tuple([*asked[load.mentor.pk], *obstacles(load, slot, place)] or [closed]),
            )
            for load in loads
            if load.mentor.pk not in able
        ]
        found.append(Advice(slot, closed, tuple(ranked), tuple(refusals)))
    return found


def _answers(lecture: Lecture) -> list[LectureInvitation]:
    ended = [InvitationState.DECLINED, InvitationState.EXPIRED]
    return list(lecture.invitations.filter(state__in=ended))


def _said(answers: Iterable[LectureInvitation], load: Load, slot: Slot) -> list[str]:
    """What this mentor already said to this lecture; 那天有事 speaks of that day alone."""
    words = []
    for answer in answers:
        if answer.mentor_id != load.mentor.pk:
            continue
        day = timezone.localtime(answer.period.lower).date()
        if answer.state == InvitationState.EXPIRED:
            words.append("请过，没有答复")
        elif answer.reason != DeclineReason.BUSY or day == slot.day:
            words.append(f"说过去不了：{answer.get_reason_display() or '没有说原因'}")
    return words
