"""“五好”创建 in the demo: last year's campaign with its titles, this year's on its way."""

from datetime import date, datetime, timedelta
from random import Random

from committees.choices import UnitKind
from committees.figures import served_on
from committees.models import Unit, User
from committees.policy import Role
from evaluations.choices import Column, Way
from evaluations.figures.campaigns import standard
from evaluations.figures.facts import UnitFacts, facts_of
from evaluations.models import Appraisal, Campaign, Title
from evaluations.services import appraisals, campaigns, rubrics
from evaluations.services.appraisals import EntryDraft, keys_of
from portal.web.demo import five_good_last_year, five_good_visits
from portal.web.demo.city import City

NAME = "“五好”关工委评分表"
TITLE = "“五好”关工委"


def hold(city: City, random: Random, *, now: datetime, on: date) -> str:
    """A published table, a campaign of every school; the town of the sign-ins has gone ahead."""
    bureau, by = city.bureau.unit, city.bureau.account
    table = rubrics.draft(
        bureau, name=NAME, content=standard(), unit_kinds=["school"],
        basis=f"{on.year}年工作要点第6条", by=by,
    )  # fmt: skip
    rubrics.publish(table, by=by)
    days = {
        "self_due": on + timedelta(days=14),
        "office_due": on + timedelta(days=28),
        "city_due": on + timedelta(days=42),
    }
    name = f"{on.year}年“五好”关工委创建"
    campaign = campaigns.prepare(
        bureau, year=on.year, name=name, rubric=table, days=days, by=by, way=Way.ONSITE
    )
    schools = list(
        Unit.objects.filter(city=bureau, kind=UnitKind.SCHOOL).open_on(on)
        .filter(served_on(on)).order_by("path")
    )  # fmt: skip
    campaigns.open_for(campaign, units=schools, by=by)
    ahead = _of_the_town(campaign)
    known = facts_of([it.unit for it in ahead], year=on.year, on=on)
    for place, it in enumerate(ahead):
        _walk(it, random, place, known=known[it.unit_id], now=now, by=by)
    last = five_good_last_year.remember(table, [it.unit for it in ahead], title=TITLE, on=on, by=by)
    named = len(last) + _titles(schools, but={one.unit_id for one in last}, on=on)
    round_of = five_good_visits.go_round(campaign, ahead, on=on, by=by)
    return f"“五好”创建：{len(schools)} 所学校，{len(ahead)} 所已动手；称号 {named} 家；{round_of}"


def _of_the_town(campaign: Campaign) -> list[Appraisal]:
    office = User.objects.get(username="jiaoban").grants.get(role=Role.OFFICE_SECRETARY).unit
    found = campaign.appraisals.filter(unit__office=office).select_related("unit")
    return list(found.order_by("unit__path")[:6])


def _walk(
    it: Appraisal, random: Random, place: int, *, known: UnitFacts, now: datetime, by: User | None
) -> None:
    """The first two are still writing, two wait for the office, one for the bureau, one is done."""
    drafts = _answers(it, random, known=known)
    appraisals.save_entries(it, column=Column.SELF, drafts=drafts, version=it.version, by=by)
    if place < 2:
        return
    appraisals.agree(it, at=now, by=by)
    appraisals.submit(it, signed_name="李明华", at=now, by=by)
    if place < 4:
        return
    appraisals.complete(it, Column.OFFICE, by=by)
    if place > 4:
        appraisals.complete(it, Column.CITY, by=by)


def _answers(it: Appraisal, random: Random, *, known: UnitFacts) -> dict[str, EntryDraft]:
    """What the records say, and for the rest mostly yes."""
    start = appraisals.starting_values(it, Column.SELF, known=known, entries={})
    found = {}
    for _, _, criterion in it.campaign.rubric.criteria():
        values = dict(start[criterion["code"]].values)
        for key in keys_of(criterion):
            if key not in values:
                values[key] = _answer(criterion, key, random)
        found[criterion["code"]] = EntryDraft(values)
    return found


def _answer(criterion: dict[str, object], key: str, random: Random) -> object:
    rules = criterion["rules"]
    assert isinstance(rules, list)  # noqa: S101 - as the schema says
    rule = next(one for one in rules if one.get("key") == key or key in one.get("keys", ()))
    if rule["type"] == "grade":
        return random.choice(list(rule["points"]))
    if rule["type"] in {"each", "shortfall"}:
        return "0" if rule["type"] == "each" else rule["target"]
    if rule["type"] == "ratio":
        return str(random.randint(78, 100))
    return random.random() < 0.9


def _titles(schools: list[Unit], *, but: set[int], on: date) -> int:
    """Every ninth school has held the title since the winter before last."""
    named = date(on.year - 2, 12, 18)
    holders = [school for school in schools[::9] if school.pk not in but]
    for school in holders:
        Title.objects.create(
            unit=school, name=TITLE, document=f"云教关工委〔{named.year}〕12号", named_on=named
        )
    return len(holders)
