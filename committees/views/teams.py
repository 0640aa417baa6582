"""Teams of all committees in reach: who holds what, what stands empty, what a city asks."""

from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from committees.choices import UnitKind
from committees.exports import teams as team_exports
from committees.figures import teams as team_figures
from committees.forms.teams import PostFilterForm, TeamRulesForm
from committees.http import PortalRequest, form_page, require
from committees.models import Committee, Post, Unit
from committees.permissions import (
    city_of,
    home_unit,
    may_anywhere,
    may_edit_unit,
    only_own_unit,
)
from committees.policy import Can
from committees.services import rules as rule_services
from committees.services.rules import rules_of
from committees.views.lists import Action, action, applied_words, pager_urls
from portal.kernel import audit, calendar, files
from portal.kernel.calendar import date_cn
from portal.kernel.paging import read_page

FOR_ABOVE = "空缺名单由教办和局里来看"
# A city that has just begun lacks everything; the page shows the longest, the workbook all.
MOST_EMPTY, MOST_ALONE = 200, 60
ONLY_BUREAU = "班子要求由局关工委工作人员来定"


@require_GET
def vacancies(request: PortalRequest) -> HttpResponse:
    """Empty posts, terms that run out, units nobody can sign in for; the same as .xlsx."""
    require(
        may_anywhere(request.user, Can.UNIT_VIEW) and not only_own_unit(request.user), FOR_ABOVE
    )
    root = home_unit(request.user)
    assert root is not None  # noqa: S101 - a power comes from a grant
    today, rules = calendar.today(), rules_of(root)
    committees = Committee.objects.visible_to(request.user)
    empty = team_figures.vacancies(committees, rules, on=today)
    ending = team_figures.terms_running_out(committees, on=today)
    alone = team_figures.unattended(Unit.objects.visible_to(request.user), on=today)
    if "xlsx" in request.GET:
        audit.record("vacancies.exported", root, by=request.user, note=date_cn(today))
        content = team_exports.vacancies_workbook(empty, ending, alone, on=today, rules=rules)
        return files.made(content, f"班子空缺{today.isoformat()}.xlsx")
    late = sum(one.is_late for one in empty)
    page = {
        "lead": f"{root}，{date_cn(today)}的情况。{rules.vacancy_days} 天还没有配齐的标为“超期”",
        "back_url": reverse("committees:units"),
        "actions": _vacancy_actions(request, root),
        "rules": rules,
        "empty": empty[:MOST_EMPTY],
        "count": len(empty),
        "late": late,
        "ending": ending,
        "alone": alone[:MOST_ALONE],
        "alone_count": len(alone),
        "more_alone": len(alone) - MOST_ALONE,
        "may_account": may_anywhere(request.user, Can.ACCOUNT_MANAGE),
    }
    return render(request, "committees/vacancies.html", page)


def _vacancy_actions(request: PortalRequest, root: Unit) -> list[Action]:
    export = action("导出表格", "vacancies", icon="download")
    export["url"] += "?xlsx=1"
    found = [action("班子名单", "posts", icon="people"), export]
    if may_edit_unit(request.user, root):
        found.insert(0, action("班子要求", "team_rules", icon="pen"))
    return found


def team_rules(request: PortalRequest) -> HttpResponse:
    city = city_of(request.user)
    require(city is not None and may_edit_unit(request.user, city), ONLY_BUREAU)
    assert city is not None  # noqa: S101 - required above
    form = TeamRulesForm(request.POST or None, rules=rules_of(city))
    if form.is_valid():
        rule_services.set_rules(city, **form.facts(), by=request.user)
        messages.success(request, "已经改好，空缺和年龄提醒马上照新的要求来")
        return redirect("committees:vacancies")
    return form_page(
        request,
        form,
        title="对班子的要求",
        lead="这里改的是全市的要求；年龄只作提醒，不拦登记",
        button="保存",
        back_url=reverse("committees:vacancies"),
        back_text="班子空缺",
    )


@require_GET
def posts(request: PortalRequest) -> HttpResponse:
    require(may_anywhere(request.user, Can.UNIT_VIEW))
    form = _filter_form(request)
    found = _filtered(request, form)
    page = read_page(
        found.select_related("committee__host", "person"),
        by=["committee__host__path", "pk"],
        after=request.GET.get("after", ""),
    )
    root = home_unit(request.user)
    assert root is not None  # noqa: S101 - a power comes from a grant
    rules, today = rules_of(root), calendar.today()
    context = {
        "form": form,
        "applied": applied_words(request, form),
        "count_sentence": f"共 {found.count()} 个现任职务",
        "rows": [(post, team_figures.hint(post, rules, on=today)) for post in page.rows],
        "may_people": may_anywhere(request.user, Can.PEOPLE_VIEW),
        "actions": _post_actions(request),
        **pager_urls(request, page),
    }
    return render(request, "committees/posts.html", context)


def _post_actions(request: PortalRequest) -> list[Action]:
    export = action("导出表格", "posts_export", icon="download")
    export["url"] += f"?{request.GET.urlencode()}" if request.GET else ""
    found = [export]
    if may_anywhere(request.user, Can.PEOPLE_EDIT):
        found.append(action("交回改好的表", "list_return", "posts", icon="upload"))
    return found


@require_GET
def posts_export(request: PortalRequest) -> HttpResponse:
    """The same list with the same filter, whole; it may come back edited."""
    require(may_anywhere(request.user, Can.UNIT_VIEW))
    form = _filter_form(request)
    rows = list(_filtered(request, form).select_related("committee__host", "person"))
    words = "；".join(word for word, _ in applied_words(request, form))
    root = home_unit(request.user)
    assert root is not None  # noqa: S101 - a power comes from a grant
    audit.record("posts.exported", root, by=request.user, note=f"{len(rows)} 个 {words}")
    today = calendar.today()
    content = team_exports.posts_workbook(rows, on=today, filtered=words)
    return files.made(content, f"班子名单{today.isoformat()}.xlsx")


def _filter_form(request: PortalRequest) -> PostFilterForm:
    offices = Unit.objects.visible_to(request.user).filter(kind=UnitKind.OFFICE).order_by("path")
    form = PostFilterForm(request.GET or None, offices=offices)
    if only_own_unit(request.user):
        del form.fields["office"]
    return form


def _filtered(request: PortalRequest, form: PostFilterForm) -> QuerySet[Post]:
    found = Post.objects.visible_to(request.user).filter(period__contains=calendar.today())
    chosen: dict[str, Any] = form.cleaned_data if form.is_bound and form.is_valid() else {}
    if words := chosen.get("q", "").strip():
        found = found.filter(
            Q(person__name__icontains=words) | Q(committee__host__name__icontains=words)
        )
    if chosen.get("position"):
        found = found.filter(position=chosen["position"])
    if chosen.get("office"):
        found = found.filter(committee__host__path__startswith=chosen["office"].path)
    return found
