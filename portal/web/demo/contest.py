"""Works of this school year's edition: being written, sent, returned, at the city, being judged."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from committees.choices import UnitKind
from committees.models import Unit, User
from committees.policy import Role
from portal.kernel import audit, counters
from portal.web.demo.city import DEMO_OFFICE, DEMO_SCHOOL, City, House
from portal.web.demo.last_edition import group_of
from portal.web.demo.names import fresh_name
from portal.web.demo.stories import read
from reading_program.choices import EntryState as S
from reading_program.choices import ScoreRule
from reading_program.models import Edition, Entry, EntryAdviser, Judge, Quota, ScoreSheet
from reading_program.rules import count_characters
from reading_program.services import copies, judging

# What the school of the printed sign-in has going in the essay track, best first.
OWN = [S.CITY, S.SUBMITTED, S.SUBMITTED, S.RETURNED, S.RESERVE, S.DRAFT, S.DRAFT]
OWN_PLACES, OFFICE_PLACES = 4, 20
SCHOOLS = 16
PAST_DRAFT = {S.SUBMITTED, S.RESERVE, S.RETURNED, S.CITY}


@dataclass
class _Writer:
    """Makes entries of one edition; numbers come from the counter the schools draw on."""

    edition: Edition
    random: Random
    now: datetime
    taken: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.text = read("contest")
        self.tracks = {each.code: each for each in self.edition.tracks.all()}
        self.groups = {each.name: each for each in self.edition.groups.all()}

    def entry(self, house: House, code: str, state: S, *, rank: int | None = None) -> Entry:
        name, grade = group_of(house)
        is_play = code == "recitation"
        body = self.text["script"] if is_play else self.text["essay"]
        sent = self.now - timedelta(days=self.random.randint(3, 9), hours=self.random.randint(1, 9))
        facts: dict[str, Any] = {}
        if state in PAST_DRAFT:
            facts |= {
                "number": counters.take(f"reading-entry:{self.edition.pk}"),
                "submitted_at": sent,
                "submitted_by": house.account,
            }
        if state in {S.CITY, S.RETURNED}:
            parent = house.parent.account if house.parent else None
            facts |= {"reviewed_at": sent + timedelta(days=1), "reviewed_by": parent}
        if state == S.RETURNED:
            facts["return_reason"] = self.text["returned"]
        return Entry(
            edition=self.edition,
            track=self.tracks[code],
            group=self.groups[name],
            unit=house.unit,
            office=house.unit.office,
            city=self.edition.city,
            title=self.random.choice(self.text["plays" if is_play else "titles"]),
            nominee_name=fresh_name(
                self.random, self.taken, woman=self.random.random() < 0.5, elder=False
            ),
            grade=grade,
            class_name=f"{self.random.randint(1, 6)}班",
            body=body,
            characters=count_characters(body),
            pledge=True,
            consent=True,
            is_sole=not is_play,
            rank=rank,
            state=state,
            created_at=sent - timedelta(days=5),
            updated_at=sent,
            **facts,
        )


def begin(city: City, edition: Edition, random: Random, *, now: datetime) -> str:
    """The school of the sign-in sees every state, its office what waits, the judge a round."""
    writer = _Writer(edition, random, now)
    _give_places(city, writer)
    made = list(_works(city, writer))
    with audit.acting("demo.loaded", by=None):
        Entry.objects.bulk_create(made)
        EntryAdviser.objects.bulk_create(
            EntryAdviser(
                entry=each,
                position=1,
                name=fresh_name(random, writer.taken, woman=random.random() < 0.6, elder=False),
            )
            for each in made
        )
    marked = _judge(edition, random, by=city.bureau.account)
    return f"本届读书活动：{len(made)} 件作品，评委已评 {marked} 件"


def _give_places(city: City, writer: _Writer) -> None:
    """The offices' totals first: a school's places come out of them."""
    essay, own = writer.tracks["essay"], city.named(DEMO_SCHOOL).unit

    def row(unit: Unit, places: int) -> Quota:
        return Quota(edition=writer.edition, track=essay, unit=unit, places=places)

    with audit.acting("demo.loaded", by=None):
        Quota.objects.bulk_create(row(house.unit, OFFICE_PLACES) for house in city.offices)
        row(own, OWN_PLACES).save(force_insert=True)


def _works(city: City, writer: _Writer) -> Iterator[Entry]:
    own, office = city.named(DEMO_SCHOOL), city.named(DEMO_OFFICE)
    for rank, state in enumerate(OWN, start=1):
        yield writer.entry(own, "essay", state, rank=rank)
    yield writer.entry(own, "recitation", S.SUBMITTED, rank=1)
    schools = [it for it in city.institutions if it.kind == UnitKind.SCHOOL and it is not own]
    near = [it for it in schools if it.parent is office][:5]
    for at, house in enumerate(near):
        yield writer.entry(house, "essay", S.SUBMITTED, rank=1)
        yield writer.entry(house, "essay", S.CITY if at % 2 else S.DRAFT, rank=2)
    far = [it for it in schools if it.parent is not office][: SCHOOLS - len(near)]
    for at, house in enumerate(far):
        yield writer.entry(house, "essay", S.CITY, rank=1)
        yield writer.entry(house, "recitation", S.CITY if at % 3 else S.SUBMITTED, rank=1)


def _judge(edition: Edition, random: Random, *, by: Any) -> int:
    """初评 of one group of essays, opened; the judge of the sign-in is in the middle of it."""
    account = User.objects.filter(grants__role=Role.JUDGE, grants__unit=edition.city).order_by("pk")
    Judge.objects.create(edition=edition, account=account[0])
    here = judging.prepare_round(
        edition.tracks.select_related("edition__city").get(code="essay"),
        group=edition.groups.get(name="小学高段"),
        name="初评",
        rule=ScoreRule.MEAN,
        judges_each=1,
        by=by,
    )
    for copy in here.copies.filter(state="waiting").select_related("entry"):
        copies.clear_copy(copy, cover=True, by=by)
    judging.open_round(here, by=by)
    sheets = ScoreSheet.objects.filter(copy__round=here).order_by("order")
    done = list(sheets.select_related("copy__round", "judge__account")[:2])
    for sheet in done:
        judging.save_sheet(
            sheet,
            marks=[Decimal(row["most"]) - random.randint(1, 5) for row in here.criteria],
            comment="",
            version=1,
            hand_in=True,
            by=account[0],
        )
    return len(done)
