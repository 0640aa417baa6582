"""Last year's edition of the demo city, finished: judged, published, final, certificates made."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from django.utils import timezone

from committees.choices import UnitKind
from committees.models import User
from committees.policy import Role
from portal.kernel import audit
from portal.kernel.calendar import school_year
from portal.kernel.models import Notice
from portal.web.demo.city import DEMO_SCHOOL, City, House
from portal.web.demo.names import fresh_name
from portal.web.demo.stories import read
from reading_program.choices import CopyState, EntryState, RoundState, ScoreRule, SheetState
from reading_program.models import (
    BlindCopy,
    Edition,
    Entry,
    EntryAdviser,
    Judge,
    JudgingRound,
    Result,
    ScoreSheet,
)
from reading_program.services import certificates, editions, publicity, recommendations, results

SCHOOLS = 18
CRITERIA = [("主题思想", 30), ("内容结构", 30), ("语言文字", 20), ("创新", 20)]


def remember(city: City, random: Random, *, now: datetime) -> str:
    """Walk the last school year's essays through judging to certificates, dated in that June."""
    year = school_year(timezone.localdate(now))
    text = read("winners")
    by = city.bureau.account
    edition = editions.prepare_edition(
        city.bureau.unit,
        name=read("reading")["name"],
        theme=text["theme"],
        starts_on=date(year - 1, 9, 10),
        ends_on=date(year, 6, 30),
        by=by,
    )
    editions.publish_edition(edition, by=by)
    at = timezone.make_aware(datetime.combine(date(year, 4, 20), time(10)))
    entries = _entries(city, edition, text["titles"], random, at=at)
    here = _judged(edition, entries, random, at=at + timedelta(days=40))
    results.decide(here, by=by)
    opened = publicity.publish(
        edition,
        starts_on=date(year, 6, 8),
        working_days=5,
        now=timezone.make_aware(datetime.combine(date(year, 6, 8), time(9))),
        by=by,
    )
    publicity.end(
        opened,
        on=date(year, 6, 25),
        now=timezone.make_aware(datetime.combine(date(year, 6, 25), time(8))),
        by=by,
    )
    # Read long ago: nothing of last year waits on anybody's first page.
    Notice.objects.filter(link__contains=f"/reading/{edition.pk}/").update(read_at=now)
    made = certificates.issue(edition, dated=date(year, 6, 26), by=by)
    best = Result.objects.awarded().filter(list__edition=edition, level__position=1)
    for result in best.select_related("list__edition__city", "level", "entry").order_by("pk"):
        recommendations.recommend(result, words=text["comment"], by=by)
    return f"上一届读书活动：{len(entries)} 件作品，{made} 份证书"


def _entries(
    city: City, edition: Edition, titles: Sequence[str], random: Random, *, at: datetime
) -> list[Entry]:
    track = edition.tracks.get(code="essay")
    groups = {group.name: group for group in edition.groups.all()}
    own = city.named(DEMO_SCHOOL)  # whoever signs in by the printed sheet finds awards of theirs
    others = [it for it in city.institutions if it.kind == UnitKind.SCHOOL and it is not own]
    schools = [own, *others[: SCHOOLS - 1]]
    taken: set[str] = set()
    made: list[Entry] = []
    for house in schools:
        group, grade = group_of(house)
        for _ in range(2):
            made.append(
                Entry(
                    edition=edition,
                    track=track,
                    group=groups[group],
                    unit=house.unit,
                    office=house.unit.office,
                    city=edition.city,
                    number=len(made) + 1,
                    title=random.choice(titles),
                    nominee_name=fresh_name(
                        random, taken, woman=random.random() < 0.5, elder=False
                    ),
                    grade=grade,
                    class_name=f"{random.randint(1, 6)}班",
                    characters=random.randint(620, 1180),
                    pledge=True,
                    consent=True,
                    is_sole=True,
                    state=EntryState.CITY,
                    submitted_at=at,
                    submitted_by=house.account,
                    reviewed_at=at + timedelta(days=20),
                    created_at=at,
                )
            )
    with audit.acting("demo.loaded", by=None):
        Entry.objects.bulk_create(made)
        EntryAdviser.objects.bulk_create(
            EntryAdviser(
                entry=entry,
                position=1,
                name=fresh_name(random, taken, woman=random.random() < 0.6, elder=False),
            )
            for entry in made
        )
    return made


def group_of(house: House) -> tuple[str, int]:
    name = house.unit.name
    if "高中" in name or "职" in name:
        return "高中", 11
    return ("初中", 8) if "初中" in name or "中学" in name else ("小学高段", 5)


def _judged(
    edition: Edition, entries: Sequence[Entry], random: Random, *, at: datetime
) -> JudgingRound:
    """A round as it stands when it is over, every mark handed in."""
    account = User.objects.filter(grants__role=Role.JUDGE, grants__unit=edition.city).order_by("pk")
    judge = Judge.objects.create(edition=edition, account=account[0])
    with audit.acting("demo.loaded", by=None):
        here = JudgingRound.objects.create(
            edition=edition,
            track=edition.tracks.get(code="essay"),
            name="终评",
            criteria=[{"name": name, "most": str(most)} for name, most in CRITERIA],
            rule=ScoreRule.MEAN,
            judges_each=1,
            seed=1,
            state=RoundState.CLOSED,
            opened_at=at - timedelta(days=10),
            closed_at=at,
        )
        copies = BlindCopy.objects.bulk_create(
            BlindCopy(
                round=here, entry=entry, code=f"Y{entry.number:03}", title=entry.title,
                state=CopyState.CLEARED,
            )
            for entry in entries
        )  # fmt: skip
        ScoreSheet.objects.bulk_create(
            _sheet(copy, judge, random, order=order, at=at) for order, copy in enumerate(copies)
        )
    return here


def _sheet(
    copy: BlindCopy, judge: Judge, random: Random, *, order: int, at: datetime
) -> ScoreSheet:
    lost = 8 if order == 0 else 3  # the own school's first essay is among the best
    marks = [Decimal(most) - random.randint(0, most // lost) for _, most in CRITERIA]
    return ScoreSheet(
        copy=copy, judge=judge, order=order, marks=[str(mark) for mark in marks],
        total=sum(marks, Decimal(0)), state=SheetState.SUBMITTED, submitted_at=at,
    )  # fmt: skip
