"""“五好” with tables, campaigns and appraisals, walked there by the services."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone

from committees.models import User
from evaluations.choices import Column, Way
from evaluations.figures.campaigns import standard
from evaluations.models import Appraisal, Campaign, Rubric, Visit
from evaluations.services import appraisals, campaigns, publicity, rubrics, visits
from evaluations.services.appraisals import EntryDraft, keys_of
from portal.kernel import calendar
from tests.personas import YEAR, World

NOW = timezone.make_aware(datetime(YEAR, 11, 20, 9))
DAYS = {
    "self_due": date(YEAR, 12, 1),
    "office_due": date(YEAR, 12, 10),
    "city_due": date(YEAR, 12, 20),
}


def table(city: World, *, publish: bool = True, **changes: Any) -> Rubric:
    made = rubrics.draft(
        city.bureau, name="“五好”评分表", content=standard() | changes,
        unit_kinds=["school"], basis="", by=city.bureau_staff,
    )  # fmt: skip
    if publish:
        rubrics.publish(made, by=city.bureau_staff)
    return made


def campaign(city: World, *, year: int = YEAR, way: str = Way.ONSITE) -> Campaign:
    """An open campaign of every school."""
    made = campaigns.prepare(
        city.bureau, year=year, name="五好创建", rubric=table(city), days=DAYS,
        by=city.bureau_staff, way=way,
    )  # fmt: skip
    campaigns.open_for(made, units=city.schools, by=city.bureau_staff)
    return made


def appraisal(city: World) -> Appraisal:
    """The first school's, still empty."""
    return campaign(city).appraisals.get(unit=city.school)


def all_done(rubric: Rubric, **instead: EntryDraft) -> dict[str, EntryDraft]:
    """Answers that take nothing off; `instead` by code with _ for the dots: c2_2_2=…"""
    found = {}
    for _, _, criterion in rubric.criteria():
        values = {key: best(criterion, key) for key in keys_of(criterion)}
        found[criterion["code"]] = EntryDraft(values)
    for name, draft in instead.items():
        found[name.removeprefix("c").replace("_", ".")] = draft
    return found


def best(criterion: dict[str, Any], key: str) -> Any:
    rule = next(one for one in criterion["rules"] if one.get("key") == key)
    if rule["type"] == "grade":
        return max(rule["points"], key=lambda level: float(rule["points"][level]))
    return {"each": "0", "shortfall": rule.get("target"), "ratio": rule.get("full_at")}.get(
        rule["type"], True
    )


def filled(city: World, it: Appraisal | None = None, **instead: EntryDraft) -> Appraisal:
    it = it or appraisal(city)
    drafts = all_done(it.campaign.rubric, **instead)
    appraisals.save_entries(
        it, column=Column.SELF, drafts=drafts, version=it.version, by=city.school_secretary
    )
    return it


def submitted(city: World, it: Appraisal | None = None, **instead: EntryDraft) -> Appraisal:
    it = filled(city, it, **instead)
    appraisals.agree(it, at=NOW, by=city.party_contact)
    appraisals.submit(it, signed_name="王校长", at=NOW, by=city.school_secretary)
    return it


def public(it: Appraisal, *, city: World) -> Campaign:
    """Its campaign frozen and shown to everybody, on days that are over."""
    made = it.campaign
    publicity.freeze(made, by=city.bureau_staff)
    days = {"start": date(YEAR, 12, 12), "until": date(YEAR, 12, 19)}
    publicity.publish(made, by=city.bureau_staff, **days)
    return made


def visit(it: Appraisal, *, city: World, user: User | None = None) -> Visit:
    """Two assessors of another town go there today; the first may have an account."""
    people = [
        visits.Person("刘建国", city.other_school, user),
        visits.Person("陈秀英", city.bureau),
    ]
    team = visits.add_team(it.campaign, people=people, by=city.bureau_staff)
    return Visit.objects.create(team=team, appraisal=it, day=calendar.today(), place=1)


def decided(city: World, it: Appraisal | None = None) -> Appraisal:
    it = submitted(city, it)
    appraisals.complete(it, Column.OFFICE, by=city.office_secretary)
    appraisals.complete(it, Column.CITY, by=city.bureau_staff)
    return it
