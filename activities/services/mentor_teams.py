"""讲师团 and 关爱导师团: founded, described, who belongs to it, who leads it in which term."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction

from activities.models import Mentor, MentorTeam, MentorTeamTerm
from committees.models import Unit
from portal.kernel import audit
from portal.kernel.calendar import date_cn
from portal.kernel.errors import Refused
from portal.kernel.ranges import between
from portal.kernel.refusals import speaking_for


@transaction.atomic
def found(unit: Unit, *, name: str, by: Any, **facts: Any) -> MentorTeam:
    with speaking_for(MentorTeam), audit.acting("team.founded", by=by):
        team = MentorTeam.objects.create(unit=unit, name=name, **facts)
    audit.record("team.founded", team, by=by, note=name)
    return team


@transaction.atomic
def correct(team: MentorTeam, *, by: Any, **facts: Any) -> None:
    for name, value in facts.items():
        setattr(team, name, value)
    with speaking_for(MentorTeam), audit.acting("team.corrected", by=by):
        team.save()
    audit.record("team.corrected", team, by=by)


@transaction.atomic
def set_members(
    team: MentorTeam, *, members: Iterable[Mentor], among: Iterable[Mentor], by: Any
) -> int:
    """Of the mentors in `among` exactly `members` belong to the team; return how many changed.

    A mentor goes out under one name: who joins here leaves the team before.
    """
    _require_open(team)
    wanted = {mentor.pk for mentor in members}
    within = {mentor.pk for mentor in among}
    now = set(team.mentors.filter(pk__in=within).values_list("pk", flat=True))
    with audit.acting("team.members_set", by=by):
        for mentor in Mentor.objects.select_for_update(of=("self",)).filter(pk__in=wanted ^ now):
            mentor.team = team if mentor.pk in wanted else None
            mentor.save(update_fields=["team"])
    changed = len(wanted ^ now)
    if changed:
        audit.record("team.members_set", team, by=by, note=f"{team.mentors.count()} 人")
    return changed


@transaction.atomic
def begin_term(
    team: MentorTeam, *, number: int, first: date, years: int, leader: Mentor | None, by: Any
) -> MentorTeamTerm:
    """A new 届 from `first`; the one that runs ends that day."""
    _require_open(team)
    if leader is not None and leader.team_id != team.pk:
        raise Refused(f"{leader}不在这个团里，先加进来再请当团长")
    running = team.terms.filter(period__contains=first).first()
    with speaking_for(MentorTeamTerm), audit.acting("team.term_begun", by=by):
        if running is not None:
            if running.period.lower == first:
                raise Refused(f"第{running.number}届也是从{date_cn(first)}开始的，请核对日期")
            running.period = between(running.period.lower, first)
            running.save(update_fields=["period"])
        term = MentorTeamTerm.objects.create(
            team=team, number=number, period=between(first, _later(first, years)), leader=leader
        )
    audit.record("team.term_begun", team, by=by, note=f"第{number}届")
    return term


@transaction.atomic
def correct_term(
    term: MentorTeamTerm, *, number: int, first: date, until: date | None, by: Any
) -> bool:
    """Put right which 届 it is and its days, `until` being the day it ended; its leader stays."""
    _require_open(term.team)
    if until is not None and until <= first:
        raise Refused("一届结束的日期要在开始的日期以后，请核对日期")
    it = MentorTeamTerm.objects.select_for_update().get(pk=term.pk)
    if (number, first, until) == (it.number, it.period.lower, it.period.upper):
        return False
    it.number, it.period = number, between(first, until)
    with speaking_for(MentorTeamTerm), audit.acting("team.term_corrected", by=by):
        it.save(update_fields=["number", "period"])
    audit.record("team.term_corrected", it.team, by=by, note=f"第{number}届")
    return True


@transaction.atomic
def close(team: MentorTeam, *, on: date, by: Any) -> None:
    """The team goes out no longer from that day: its members are free, the term ends."""
    it = MentorTeam.objects.select_for_update().get(pk=team.pk)
    if it.closed_on is not None:
        raise Refused(f"“{it}”已经停办了，刷新页面看看")
    it.closed_on = on
    with audit.acting("team.closed", by=by):
        it.save(update_fields=["closed_on"])
        for mentor in it.mentors.select_for_update():
            mentor.team = None
            mentor.save(update_fields=["team"])
        running = it.terms.filter(period__contains=on).first()
        if running is not None and running.period.lower < on:
            running.period = between(running.period.lower, on)
            running.save(update_fields=["period"])
    audit.record("team.closed", it, by=by, note=date_cn(on))


@transaction.atomic
def reopen(team: MentorTeam, *, by: Any) -> None:
    """Take a closing back; members and a term are entered anew."""
    with audit.acting("team.reopened", by=by):
        stood = MentorTeam.objects.filter(pk=team.pk).exclude(closed_on=None)
        if not stood.update(closed_on=None):
            raise Refused(f"“{team}”没有停办，刷新页面看看")
    audit.record("team.reopened", team, by=by)


def _require_open(team: MentorTeam) -> None:
    if team.closed_on is not None:
        raise Refused(f"“{team}”已经停办，先恢复再改")


def _later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return date(day.year + years, 3, 1)
