"""The teams of mentors as a list that may come back edited: the name, and the term that runs."""

from collections.abc import Collection, Mapping
from typing import Any

from django.forms import Form

from activities.forms.mentor_teams import TeamForm, TeamTermFactsForm
from activities.models import MentorTeam, MentorTeamTerm
from activities.permissions import may_edit_team
from activities.services import mentor_teams
from committees.imports.returned_lists import ReturnedList, wanted
from committees.models import Unit
from committees.policy import Can
from portal.kernel import calendar
from portal.kernel.journal import Journal, snapshot
from portal.kernel.returned import EditedRow, Texts

NAME, UNIT = "名称", "照管单位"
# heading → fields of TeamTermFactsForm
TERM = {"第几届": "number", "本届从哪天起": "first", "本届到哪天为止": "until"}
EDITABLE = [NAME, *TERM]
FIELDS = [NAME, "是什么团", UNIT, *TERM, "团长"]


def running_term(team: MentorTeam) -> MentorTeamTerm | None:
    """The 届 of today; the terms with their leaders are fetched."""
    today = calendar.today()
    return next((term for term in team.terms.all() if today in term.period), None)


def texts_of(it: MentorTeam) -> Texts:
    """One row as the sheet shows it, without what is counted; unit and terms are fetched."""
    term = running_term(it)
    return {
        NAME: it.name,
        "是什么团": it.get_kind_display(),
        UNIT: it.unit.name,
        "团长": str(term.leader or "") if term else "",
        **_texts_of_term(term),
    }


def _texts_of_term(term: MentorTeamTerm | None) -> Texts:
    if term is None:
        return dict.fromkeys(TERM, "")
    first, until = term.period.lower, term.period.upper
    days = (day.isoformat() if day else "" for day in (first, until))
    return dict(zip(TERM, (str(term.number), *days), strict=True))


def rows(numbers: Collection[int], by: Any) -> dict[int, Texts]:
    found = MentorTeam.objects.visible_to(by).filter(pk__in=numbers).select_related("unit")
    return {each.pk: texts_of(each) for each in found.prefetch_related("terms__leader__person")}


def change(
    row: EditedRow, take: Mapping[str, bool], journal: Journal, *, by: Any
) -> tuple[bool, str]:
    """The whole row or nothing of it: both forms are asked before anything is written."""
    team = MentorTeam.objects.select_related("unit").get(pk=row.pk)
    taken, term = wanted(row, take), running_term(team)
    if not taken:
        return False, ""
    of_term = {TERM[heading]: written for heading, written in taken.items() if heading in TERM}
    if not may_edit_team(by, team):
        return False, f"这个团由{team.unit}关工委来改"
    if of_term and term is None:
        return False, "现在没有在任的一届，请在这个团的页面上登记新一届"
    naming, dating = _naming(team, taken), _dating(term, of_term)
    for form in (naming, dating):
        if form is not None and not form.is_valid():
            name, errors = next(iter(form.errors.items()))
            return False, f"{form.fields[name].label}：{errors[0]}"
    name_before = snapshot(team, ["name"])
    if naming is not None:
        mentor_teams.correct(team, **naming.cleaned_data, by=by)
    if dating is not None and term is not None:
        term_before = snapshot(term, ["number", "period"])
        mentor_teams.correct_term(term, **dating.cleaned_data, by=by)
        term.refresh_from_db()
        journal.changed(term, term_before)
    journal.changed(team, name_before)
    return True, ""


def _naming(team: MentorTeam, taken: Mapping[str, str]) -> Form | None:
    if NAME not in taken:
        return None
    form = TeamForm({"name": taken[NAME]}, units=Unit.objects.none(), team=team)
    for name in set(form.fields) - {"name"}:
        del form.fields[name]
    return form


def _dating(term: MentorTeamTerm | None, of_term: Mapping[str, str]) -> Form | None:
    if term is None or not of_term:
        return None
    stands = {TERM[heading]: text for heading, text in _texts_of_term(term).items()}
    return TeamTermFactsForm(stands | dict(of_term))


LIST = ReturnedList(
    fields=FIELDS,
    editable=EDITABLE,
    power=Can.MENTOR_EDIT,
    rows=rows,
    title=lambda texts: f"{texts[NAME]}（{texts[UNIT]}）",
    change=change,
    no_new="新的团请在“建一个团”里建",
)
