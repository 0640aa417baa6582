"""Going there: teams, a plan drawn and moved by hand, each assessor's marks, the feedback."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from committees.figures import DIRECT
from committees.models import RoleGrant, Unit, User
from committees.policy import ROLE_POWERS, Can
from evaluations.choices import AppraisalState, CampaignState, RingOver, Way
from evaluations.models import Appraisal, Assessor, Campaign, Visit, VisitMark, VisitTeam
from evaluations.visits import Infeasible, Stop, Team, plan, ring, rings
from portal.kernel import audit, calendar
from portal.kernel.errors import Refused
from portal.kernel.refusals import speaking_for

FILLS = [role for role, powers in ROLE_POWERS.items() if Can.FIVE_GOOD_FILL in powers]
DONE = {AppraisalState.DECIDED, AppraisalState.NAMED}


@dataclass(frozen=True, slots=True)
class Person:
    """One assessor as they are named on a list; `unit` is where they never go."""

    name: str
    unit: Unit
    user: User | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    score: Decimal
    remark: str = ""


@transaction.atomic
def add_team(campaign: Campaign, *, people: Sequence[Person], by: Any) -> VisitTeam:
    if not people:
        raise Refused("一个组至少要有一个人")
    _check_way(campaign, Way.ONSITE)
    Campaign.objects.select_for_update().get(pk=campaign.pk)  # numbers one after another
    last = campaign.teams.aggregate(last=Max("number"))["last"] or 0
    with audit.acting("visits.team_added", by=by), speaking_for(Assessor):
        team = VisitTeam.objects.create(campaign=campaign, number=last + 1)
        for one in people:
            Assessor.objects.create(team=team, name=one.name, unit=one.unit, user=one.user)
    audit.record("visits.team_added", campaign, by=by, note="、".join(one.name for one in people))
    return team


@transaction.atomic
def remove_team(team: VisitTeam, *, by: Any) -> None:
    if VisitMark.objects.filter(visit__team=team).exists():
        raise Refused("这一组已经打过分，不能撤；要换人，把没看的单位移给别的组")
    audit.record("visits.team_removed", team.campaign, by=by, note=str(team))
    with audit.acting("visits.team_removed", by=by):
        team.delete()


@transaction.atomic
def draw(campaign: Campaign, *, days: Sequence[date], most: int, by: Any) -> int:
    """A plan for everything not decided yet, in place of the one before it."""
    _check_way(campaign, Way.ONSITE)
    waiting = _to_visit(campaign)
    teams = list(campaign.teams.prefetch_related("assessors").order_by("number"))
    stops = [Stop(it.unit_id, _area(it.unit), it.unit.name) for it in waiting]
    own = [Team(team.pk, frozenset(a.unit_id for a in team.assessors.all())) for team in teams]
    days = sorted(set(days))
    try:
        slots = plan(stops, own, days=len(days), most=most)
    except Infeasible as reason:
        raise Refused(f"排不出来：{reason}") from reason
    by_unit = {it.unit_id: it for it in waiting}
    with audit.acting("visits.planned", by=by):
        Visit.objects.filter(team__campaign=campaign).delete()
        for slot in slots:
            Visit.objects.create(
                team_id=slot.team, appraisal=by_unit[slot.unit], day=days[slot.day],
                place=slot.place,
            )  # fmt: skip
    audit.record("visits.planned", campaign, by=by, note=f"{len(slots)} 家")
    return len(slots)


def _check_way(campaign: Campaign, way: Way) -> None:
    if campaign.way != way:
        raise Refused(
            f"这次创建定的是“{campaign.get_way_display()}”，要改成“{way.label}”，"
            "请先在创建活动里改“怎么看”"
        )


def _to_visit(campaign: Campaign) -> list[Appraisal]:
    if campaign.state != CampaignState.OPEN:
        raise Refused("创建活动进行的时候才排实地看的日程")
    if VisitMark.objects.filter(visit__team__campaign=campaign).exists():
        raise Refused("已经有人打过分，不能全部重排；个别单位可以移到别的组、别的日子")
    found = campaign.appraisals.exclude(state__in=DONE).select_related("unit__office")
    waiting = list(found.order_by("unit__path"))
    if not waiting:
        raise Refused("没有要去看的单位")
    return waiting


def _area(unit: Unit) -> str:
    return unit.office.name if unit.office else DIRECT


@transaction.atomic
def draw_ring(
    campaign: Campaign, *, day: date, seed: str, by: Any, over: str = RingOver.CITY
) -> int:
    """推磨互查: every unit looks at another one; its people are whoever fills in for it.

    `over` says whether the round goes through the city or stays within each office.
    """
    _check_way(campaign, Way.PEER)
    waiting = _to_visit(campaign)
    by_unit = {it.unit_id: it for it in waiting}
    try:
        if over == RingOver.OFFICE:
            looks_at = rings({pk: _area(it.unit) for pk, it in by_unit.items()}, seed=seed)
        else:
            looks_at = ring(list(by_unit), seed=seed)
    except Infeasible as reason:
        raise Refused(str(reason)) from reason
    people = _people_of(list(by_unit))
    with audit.acting("visits.ring_drawn", by=by, note=seed):
        campaign.teams.all().delete()
        for number, it in enumerate(waiting, start=1):
            team = VisitTeam.objects.create(campaign=campaign, number=number)
            for user in people.get(it.unit_id, [None]):
                name = user.name if user else f"{it.unit.name}评查人"
                Assessor.objects.create(team=team, name=name[:30], unit=it.unit, user=user)
            goes_to = by_unit[looks_at[it.unit_id]]
            Visit.objects.create(team=team, appraisal=goes_to, day=day, place=1)
    audit.record(
        "visits.ring_drawn", campaign, by=by, note=f"{RingOver(over).label}，抽签种子 {seed}"
    )
    return len(waiting)


def _people_of(units: Sequence[int]) -> dict[int, list[User | None]]:
    grants = RoleGrant.objects.filter(
        unit__in=units, role__in=FILLS, period__contains=calendar.today(), user__is_active=True
    ).select_related("user")
    found: dict[int, list[User | None]] = {}
    for grant in grants.order_by("unit", "pk"):
        own = found.setdefault(grant.unit_id, [])
        if grant.user not in own and len(own) < 2:
            own.append(grant.user)
    return found


@transaction.atomic
def move(visit: Visit, *, team: VisitTeam, day: date, by: Any) -> None:
    """To the end of another team's day; those behind it move up."""
    held = Visit.objects.select_for_update().select_related("team").get(pk=visit.pk)
    if held.marks.exists():
        raise Refused("这家已经打过分，不能再移")
    if team.campaign_id != held.team.campaign_id:
        raise Refused("这一组不是这次创建活动的")
    if team.assessors.filter(unit=visit.unit).exists():
        raise Refused(f"{team}有{visit.unit.name}的人，不能去看本单位，请选别的组")
    old_team, old_day, old_place = held.team_id, held.day, held.place
    with audit.acting("visits.moved", by=by):
        last = Visit.objects.filter(team=team, day=day).aggregate(last=Max("place"))["last"] or 0
        held.team, held.day, held.place = team, day, last + 1
        held.save()
        behind = Visit.objects.filter(team_id=old_team, day=old_day, place__gt=old_place)
        for one in behind.order_by("place"):
            one.place -= 1
            one.save(update_fields=["place"])
    audit.record("visits.moved", visit, by=by, note=f"{team}，{day:%Y-%m-%d}")


@transaction.atomic
def mark(visit: Visit, *, assessor: Assessor, marks: Mapping[str, Mark], by: Any) -> None:
    """One assessor's points of some criteria; typed on the telephone or back from paper."""
    if visit.appraisal.campaign.state != CampaignState.OPEN:
        raise Refused("这次创建已经定分，分数不再改")
    if assessor.team_id != visit.team_id or assessor.unit_id == visit.unit.pk:
        raise Refused("这位同志不看这家单位")
    maxima = {
        c["code"]: Decimal(c["max"]) for _, _, c in visit.appraisal.campaign.rubric.criteria()
    }
    with audit.acting("visits.marked", by=by):
        for code, given in marks.items():
            if code not in maxima or not 0 <= given.score <= maxima[code]:
                raise Refused(f"{code} 的得分要在 0 到 {maxima.get(code, 0)} 之间")
            if given.score < maxima[code] and not given.remark.strip():
                raise Refused(f"{code} 没有给满分，请写扣分理由")
            VisitMark.objects.update_or_create(
                visit=visit, assessor=assessor, code=code,
                defaults={
                    "score": given.score, "maximum": maxima[code],
                    "remark": given.remark.strip(), "typed_by": by, "typed_at": timezone.now(),
                },
            )  # fmt: skip
    audit.record("visits.marked", visit, by=by, note=f"{assessor}：{len(marks)} 条")


@transaction.atomic
def feed_back(visit: Visit, *, words: str, told_to: str, at: datetime, by: Any) -> None:
    """当场反馈: said on the same day, and written down so that the unit can read it again."""
    held = Visit.objects.select_for_update().get(pk=visit.pk)
    if timezone.localtime(at).date() < held.day:
        raise Refused("还没有到去看的那一天，看了以后再写反馈")
    with audit.acting("visits.fed_back", by=by):
        held.feedback, held.told_to, held.told_at = words.strip(), told_to.strip(), at
        held.save(update_fields=["feedback", "told_to", "told_at"])
    audit.record("visits.fed_back", held, by=by)
