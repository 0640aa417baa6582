"""“五好” on the way in the demo: two teams and their routes, marks, feedback, things to mend."""

from datetime import date, timedelta
from decimal import Decimal

from committees.models import Unit, User
from committees.policy import Role
from evaluations.models import Appraisal, Campaign, Visit, VisitTeam
from evaluations.services import levels, mendings, visits
from evaluations.services.visits import Mark, Person
from portal.kernel import calendar

TARGET = 4  # 工作要点: 力争 4—5 所进入宁波市级序列


def go_round(campaign: Campaign, ahead: list[Appraisal], *, on: date, by: User | None) -> str:
    """Teams for the office of the sign-ins, one visit marked by both, an upper list."""
    teams = _teams(campaign, by=by)
    stops = _stops(campaign, ahead, teams, on=on)
    if stops:
        _look(stops[0], on=on, by=by)
    own = User.objects.get(username="xuexiao").grants.get(role=Role.SCHOOL_SECRETARY).unit
    for it in campaign.appraisals.filter(unit=own):
        words = ["补齐第三季度的会议记录和签到", "在活动室挂上工作制度"]
        due = calendar.today() + timedelta(days=20)
        mendings.ask(it, words=words, code="", due_on=due, by=by)
    for it in ahead[2:4]:
        levels.coach(it, day=on, who="教办李主任", words="帮着对照评分表理了一遍台账", by=by)
    levels.open_list(
        campaign.city, year=campaign.year, level="宁波市级", target=TARGET, quota=5,
        least=Decimal(90), by=by,
    )  # fmt: skip
    return f"分组实地看：{len(teams)} 个组，{len(stops)} 家"


def _teams(campaign: Campaign, *, by: User | None) -> list[VisitTeam]:
    """Two from the bureau in each, so that they may go everywhere."""
    home: Unit = campaign.city
    names = [("周文斌", "何丽萍"), ("沈国强", "方亚琴")]
    return [
        visits.add_team(campaign, people=[Person(name, home) for name in pair], by=by)
        for pair in names
    ]


def _stops(
    campaign: Campaign, ahead: list[Appraisal], teams: list[VisitTeam], *, on: date
) -> list[Visit]:
    waiting = [it for it in ahead if it.submitted_at is not None]
    return [
        Visit.objects.create(
            team=teams[place % len(teams)], appraisal=it, day=on, place=place // len(teams) + 1
        )
        for place, it in enumerate(waiting)
    ]


def _look(visit: Visit, *, on: date, by: User | None) -> None:
    """Both marked the first dimension; of one criterion they think differently."""
    first, second = visit.team.assessors.order_by("pk")
    criteria = [c for d, _, c in visit.appraisal.campaign.rubric.criteria() if d["code"] == "1"]
    full = {c["code"]: Mark(Decimal(c["max"])) for c in criteria}
    code = criteria[1]["code"]
    less = Mark(full[code].score - 1, "有汇报，没有查到会议纪要")
    visits.mark(visit, assessor=first, marks=full, by=by)
    visits.mark(visit, assessor=second, marks=full | {code: less}, by=by)
