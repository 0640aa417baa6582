"""讲师团 and 关爱导师团: all of a city, one with members, leader and terms, and what changes it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, F, Prefetch, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from activities.choices import TeachingLevel
from activities.exports.returned import team_workbook
from activities.forms.mentor_teams import MembersForm, TeamForm, TeamTermForm
from activities.forms.together import DayForm
from activities.imports.returned_teams import running_term
from activities.models import Mentor, MentorTeam, MentorTeamTerm
from activities.permissions import may_edit_team
from activities.services import mentor_teams
from activities.views.mentors import WHO_KEEPS, rows_of
from committees.choices import UnitKind
from committees.http import PortalRequest, form_page, require
from committees.models import Unit
from committees.permissions import may_anywhere
from committees.policy import Can
from portal.kernel import files
from portal.kernel.calendar import date_cn


@require_GET
def teams(request: PortalRequest) -> HttpResponse:
    require(may_anywhere(request.user, Can.MENTOR_VIEW), "讲师团给各单位用")
    page = {
        "rows": [_row(team) for team in _seen(request)],
        "may_found": may_anywhere(request.user, Can.MENTOR_EDIT),
    }
    return render(request, "activities/mentors/teams.html", page)


@require_GET
def export(request: PortalRequest) -> HttpResponse:
    require(may_anywhere(request.user, Can.MENTOR_VIEW))
    rows = [(it, _levels(it), it.member_count) for it in _seen(request)]  # type: ignore[attr-defined]
    return files.made(team_workbook(rows), "讲师团.xlsx")


@require_GET
def team(request: PortalRequest, pk: int) -> HttpResponse:
    it = _team(request, pk)
    found = it.mentors.filter(left_on=None).select_related("person__unit__office", "team")
    members = found.prefetch_related("topics").annotate(on_menu=_approved())
    page = {
        "team": it,
        "facts": _facts(it),
        "members": rows_of(members.order_by("person__unit__path", "pk")),
        "terms": [_term(term) for term in it.terms.all()],
        "may_edit": may_edit_team(request.user, it),
    }
    return render(request, "activities/mentors/team.html", page)


def team_new(request: PortalRequest) -> HttpResponse:
    require(may_anywhere(request.user, Can.MENTOR_EDIT), WHO_KEEPS)
    form = TeamForm(request.POST or None, units=_units(request))
    if form.is_valid():
        made = mentor_teams.found(**form.cleaned_data, by=request.user)
        messages.success(request, f"“{made}”建好了，接着加成员")
        return redirect("activities:mentor_team_members", made.pk)
    return form_page(
        request, form, title="建一个团", button="建好了",
        back_url=reverse("activities:mentor_teams"), back_text="讲师团",
    )  # fmt: skip


def team_edit(request: PortalRequest, pk: int) -> HttpResponse:
    it = _editable(request, pk)
    form = TeamForm(request.POST or None, units=Unit.objects.none(), team=it)
    if form.is_valid():
        mentor_teams.correct(it, **form.cleaned_data, by=request.user)
        return _done(request, it, "改好了")
    return _form(request, it, form, f"修改“{it}”", "保存")


def team_members(request: PortalRequest, pk: int) -> HttpResponse:
    it = _editable(request, pk)
    among = list(
        Mentor.objects.serving()
        .filter(person__unit__in=Unit.objects.reachable_by(request.user, Can.MENTOR_EDIT))
        .select_related("person__unit")
        .order_by("person__unit__path", "pk")
    )
    form = MembersForm(request.POST or None, team=it, among=among)
    if form.is_valid():
        chosen = form.cleaned_data["members"]
        mentor_teams.set_members(it, members=chosen, among=among, by=request.user)
        return _done(request, it, f"现在团里有 {it.mentors.filter(left_on=None).count()} 人")
    return _form(request, it, form, f"“{it}”的成员", "保存")


def team_term(request: PortalRequest, pk: int) -> HttpResponse:
    it = _editable(request, pk)
    last = it.terms.first()
    form = TeamTermForm(
        request.POST or None, team=it, initial={"number": last.number + 1 if last else 1}
    )
    if form.is_valid():
        mentor_teams.begin_term(it, **form.cleaned_data, by=request.user)
        return _done(request, it, "新一届登记好了")
    return _form(request, it, form, f"“{it}”换届", "登记新一届")


def team_close(request: PortalRequest, pk: int) -> HttpResponse:
    it = _editable(request, pk)
    form = DayForm(request.POST or None)
    if form.is_valid():
        mentor_teams.close(it, on=form.day(), by=request.user)
        return _done(request, it, "已经停办，成员不再算在这个团里")
    return _form(request, it, form, f"停办“{it}”", "停办")


@require_POST
def team_reopen(request: PortalRequest, pk: int) -> HttpResponse:
    it = _editable(request, pk)
    mentor_teams.reopen(it, by=request.user)
    return _done(request, it, "恢复了，接着加成员、登记新一届")


def _approved() -> Count:
    return Count("courses", filter=Q(courses__state="approved"), distinct=True)


def _seen(request: PortalRequest) -> QuerySet[MentorTeam]:
    terms = MentorTeamTerm.objects.select_related("leader__person")
    count = Count("mentors", filter=Q(mentors__left_on=None), distinct=True)
    return (
        MentorTeam.objects.visible_to(request.user)
        .select_related("unit")
        .prefetch_related(Prefetch("terms", queryset=terms))
        .annotate(member_count=count)
        .order_by(F("closed_on").asc(nulls_first=True), "unit__path", "pk")
    )


def _row(it: MentorTeam) -> dict[str, Any]:
    term = running_term(it)
    return {
        "team": it,
        "levels": _levels(it),
        "leader": term.leader if term else None,
        "term": f"第{term.number}届" if term else "",
        "members": it.member_count,  # type: ignore[attr-defined]
    }


def _levels(it: MentorTeam) -> str:
    return "、".join(TeachingLevel(level).label for level in it.levels) or "各学段"


def _facts(it: MentorTeam) -> list[dict[str, Any]]:
    row = _row(it)
    leader = row["leader"]
    found = [
        ("是什么团", it.get_kind_display()),
        ("照管单位", it.unit.name),
        ("面向学段", row["levels"]),
        ("团长", f"{leader}（{leader.person.unit.name}）" if leader else "还没有定"),
        ("本届", row["term"] or "还没有登记届次"),
        ("停办", date_cn(it.closed_on) if it.closed_on else ""),
    ]
    return [{"label": label, "value": value} for label, value in found]


def _term(term: MentorTeamTerm) -> str:
    last = f"，到{date_cn(term.period.upper)}为止" if term.period.upper else ""
    leader = f"，团长{term.leader}" if term.leader else ""
    return f"第{term.number}届：{date_cn(term.period.lower)}起{last}{leader}"


def _team(request: PortalRequest, pk: int) -> MentorTeam:
    terms = MentorTeamTerm.objects.select_related("leader__person__unit")
    found = _seen(request).prefetch_related(None).prefetch_related(Prefetch("terms", terms))
    return get_object_or_404(found, pk=pk)


def _editable(request: PortalRequest, pk: int) -> MentorTeam:
    it = _team(request, pk)
    require(may_edit_team(request.user, it), WHO_KEEPS)
    return it


def _units(request: PortalRequest) -> QuerySet[Unit]:
    found: QuerySet[Unit] = (
        Unit.objects.reachable_by(request.user, Can.MENTOR_EDIT)
        .filter(kind__in=[UnitKind.BUREAU, UnitKind.OFFICE])
        .order_by("path")
    )
    return found


def _done(request: PortalRequest, it: MentorTeam, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect("activities:mentor_team", it.pk)


def _form(
    request: PortalRequest, it: MentorTeam, form: forms.Form, title: str, button: str
) -> HttpResponse:
    return form_page(
        request, form, title=title, button=button,
        back_url=reverse("activities:mentor_team", args=[it.pk]), back_text=it.name,
    )  # fmt: skip
