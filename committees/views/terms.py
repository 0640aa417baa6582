"""The terms of a committee: when each ran, who served in it, the papers that say so."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from committees import figures
from committees.choices import CommitteePaper
from committees.figures import teams as team_figures
from committees.forms.teams import PaperForm, TermForm, TownForm
from committees.http import PortalRequest, form_page, require
from committees.models import Committee, CommitteeDocument, CommitteeTerm, Unit
from committees.permissions import may_appoint, may_establish
from committees.services import terms as term_services
from committees.services.rules import rules_of
from committees.views.committees import BY_LEVEL_ABOVE, BY_SECRETARY
from committees.views.lists import Action, action
from portal.kernel import calendar, files
from portal.kernel.calendar import date_cn
from portal.kernel.errors import BadFile


@require_GET
def terms(request: PortalRequest, pk: int) -> HttpResponse:
    it = _committee(request, pk)
    today = calendar.today()
    rules = rules_of(it.host)
    found = list(it.terms.order_by("-number"))
    posts = figures.current_posts(it, on=today)
    alone = Committee.objects.filter(pk=it.pk)
    page = {
        "committee": it,
        "now": team_figures.term_view(found[0] if found else None, on=today),
        "terms": [_term(term) for term in found],
        "papers": it.documents.select_related("term"),
        "posts": [(post, team_figures.hint(post, rules, on=today)) for post in posts],
        "vacancies": team_figures.vacancies(alone, rules, on=today),
        "rules": rules,
        "actions": _actions(request, it),
        "back_url": reverse("committees:unit", args=[it.host_id]),
    }
    return render(request, "committees/terms.html", page)


def _actions(request: PortalRequest, it: Committee) -> list[Action]:
    if not may_appoint(request.user, it):
        return []
    return [
        action("加一份文件", "paper_new", it.pk, icon="upload"),
        action("换届", "term_new", it.pk, icon="flag", primary=True),
    ]


def _term(term: CommitteeTerm) -> dict[str, Any]:
    lower, upper = term.period.lower, term.period.upper
    posts = figures.in_order(term_services.held_in(term))
    return {
        "title": f"第{term.number}届",
        "days": f"{date_cn(lower) if lower else '早先'}到{date_cn(upper) if upper else '现在'}",
        "members": [f"{post.get_position_display()} {post.person}" for post in posts],
    }


def term_new(request: PortalRequest, pk: int) -> HttpResponse:
    it = _committee(request, pk)
    require(may_appoint(request.user, it), BY_SECRETARY)
    last = it.terms.order_by("-number").first()
    today = calendar.today()
    ends = last.period.upper if last else it.established_on
    start = ends if ends and ends <= today else today
    form = TermForm(
        request.POST or None,
        request.FILES or None,
        posts=figures.current_posts(it, on=today),
        initial={"number": last.number + 1 if last else 1, "starts_on": start},
    )
    if form.is_valid() and _open_term(request, it, form):
        return redirect("committees:terms", it.pk)
    years = rules_of(it.host).term_years
    return form_page(
        request,
        form,
        title=f"{it}换届",
        lead=f"每届 {years} 年。逐位选好留任、改任或不再担任，新增的成员换届以后再登记",
        button="换届",
        back_url=reverse("committees:terms", args=[it.pk]),
        back_text="届次和文件",
    )


def _open_term(request: PortalRequest, it: Committee, form: TermForm) -> bool:
    """Term, team and paper together, or none; a paper that cannot be kept is said at its field."""
    data = form.cleaned_data
    try:
        with transaction.atomic():
            term = term_services.open_term(
                it,
                number=data["number"],
                starts_on=data["starts_on"],
                staying=form.staying(),
                by=request.user,
            )
            if data["upload"]:
                term_services.add_paper(
                    it, paper=CommitteePaper.TERM, title=data["title"], upload=data["upload"],
                    term=term, by=request.user,
                )  # fmt: skip
    except BadFile as bad:
        form.add_error("upload", str(bad))
        return False
    messages.success(request, f"{it}第{data['number']}届已经登记。有新成员的，接着登记")
    return True


def paper_new(request: PortalRequest, pk: int) -> HttpResponse:
    it = _committee(request, pk)
    require(may_appoint(request.user, it), BY_SECRETARY)
    form = PaperForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            made = term_services.add_paper(it, **form.cleaned_data, by=request.user)
        except BadFile as bad:
            form.add_error("upload", str(bad))
        else:
            messages.success(request, f"“{made}”已经存好")
            return redirect("committees:terms", it.pk)
    return form_page(
        request,
        form,
        title=f"给{it}加一份文件",
        button="存好这份文件",
        back_url=reverse("committees:terms", args=[it.pk]),
        back_text="届次和文件",
    )


@require_GET
def paper(request: PortalRequest, pk: int) -> FileResponse:
    found = CommitteeDocument.objects.visible_to(request.user).select_related("file")
    document = get_object_or_404(found, pk=pk)
    return files.response(document.file, document.name, inline=True)


def serve_town(request: PortalRequest, pk: int) -> HttpResponse:
    """Everybody of the town nobody covers yet, ticked already: untick who stays out."""
    it = _committee(request, pk)
    require(may_establish(request.user, it.host), BY_LEVEL_ABOVE)
    units = _free_in_town(request, it)
    form = TownForm(
        request.POST or None, units=units, initial={"units": [unit.pk for unit in units]}
    )
    if form.is_valid():
        chosen = list(form.cleaned_data["units"])
        since_day = form.cleaned_data["since_day"]
        count = term_services.serve_town(it, units=chosen, since_day=since_day, by=request.user)
        messages.success(request, f"“{it}”又覆盖了 {count} 家单位")
        return redirect("committees:unit", it.host_id)
    return form_page(
        request,
        form,
        title=f"{it}覆盖全镇（街道）",
        lead="列出的是同一教办下还没有关工委的单位" if units else "同一教办下的单位都已有关工委",
        button="覆盖选中的单位",
        back_url=reverse("committees:unit", args=[it.host_id]),
        back_text=it.host.name,
    )


def _free_in_town(request: PortalRequest, it: Committee) -> QuerySet[Unit]:
    today = calendar.today()
    found: QuerySet[Unit] = (
        Unit.objects.visible_to(request.user)
        .institutions()
        .open_on(today)
        .filter(office=it.host.office_id, kind=it.host.kind)
        .exclude(figures.served_on(today))
        .order_by("path")
    )
    return found


def _committee(request: PortalRequest, pk: int) -> Committee:
    found = Committee.objects.visible_to(request.user).select_related("host")
    return get_object_or_404(found, pk=pk)
