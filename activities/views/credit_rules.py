"""Which record counts for what: read by the bureau, changed with a look at what would move."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from activities.choices import CreditState, RuleAct
from activities.exports import rules as exports
from activities.forms.rules import RuleForm
from activities.models import CreditRule, RuleChange
from activities.services import rules
from activities.views.obligations import FIRST_YEAR, LAST_YEAR, set_in_force
from committees.http import PortalRequest, form_page, require
from committees.models import Unit
from committees.permissions import city_of, may
from committees.policy import Can
from portal.kernel import files
from portal.kernel.paging import PAGE_SIZE, newest_first

DECIDED_BY_BUREAU = "计入规则由局关工委来定"
SIDES = {"gained": "会新计入的记录", "lost": "会不再计入的记录"}


@require_GET
def rule_list(request: PortalRequest, year: int) -> HttpResponse:
    """Every rule of the year with how many records it counts now."""
    city = _city(request, year)
    found = _rules(city, year).annotate(
        counted=Count(
            "credits__activity",
            filter=Q(credits__state=CreditState.COUNTED),
            distinct=True,
        )
    )
    changes = RuleChange.objects.filter(city=city, year=year, applied_at__isnull=False)
    changes = changes.select_related("made_by").order_by("-applied_at")
    if "xlsx" in request.GET:
        return files.made(exports.rules_workbook(found, changes), f"计入规则{year}年.xlsx")
    page = {
        "year": year,
        "rows": list(found),
        "changes": changes[:20],
        "set_url": reverse("activities:obligation_set", args=[year]),
    }
    return render(request, "activities/rules/list.html", page)


@require_http_methods(["GET", "POST"])
def new(request: PortalRequest, year: int) -> HttpResponse:
    return _write(request, year, rule=None)


@require_http_methods(["GET", "POST"])
def edit(request: PortalRequest, year: int, pk: int) -> HttpResponse:
    city = _city(request, year)
    return _write(request, year, rule=get_object_or_404(_rules(city, year), pk=pk))


@require_http_methods(["GET", "POST"])
def retire(request: PortalRequest, year: int, pk: int) -> HttpResponse:
    """The same look at what would move; only then the rule ends."""
    city = _city(request, year)
    rule = get_object_or_404(_rules(city, year), pk=pk)
    if request.method == "POST":
        change = rules.propose_retiring(rule, city=city, by=request.user)
        return redirect("activities:rule_change", year=year, pk=change.pk)
    page = {"year": year, "rule": rule, "back_url": _list_url(year)}
    return render(request, "activities/rules/retire.html", page)


@require_http_methods(["GET", "POST"])
def preview(request: PortalRequest, year: int, pk: int) -> HttpResponse:
    """How many records would come and go, and which; on POST the change begins to work."""
    city = _city(request, year)
    change = get_object_or_404(
        RuleChange.objects.select_related("city", "rule__item__obligation_set", "rule__kind")
        .select_related("item__obligation_set", "kind")
        .filter(city=city, year=year),
        pk=pk,
    )
    if request.method == "POST":
        job = rules.start_apply(change, return_url=_list_url(year), by=request.user)
        return redirect("web:job", job.pk)
    if change.applied_at is not None:
        messages.info(request, "这次修改已经生效了")
        return redirect("activities:rules", year=year)
    if "xlsx" in request.GET:
        return _preview_workbook(change)
    return render(request, "activities/rules/preview.html", _preview(request, change))


def _preview_workbook(change: RuleChange) -> HttpResponse:
    """Every record that would come or go, not only a page of them."""
    found = {"gained": rules.gained_by(change), "lost": rules.lost_by(change)}
    sides = {
        SIDES[side]: records.select_related("unit", "kind").newest()
        for side, records in found.items()
    }
    return files.made(exports.change_workbook(change, sides), f"规则改动{change.year}年.xlsx")


def _preview(request: PortalRequest, change: RuleChange) -> dict[str, Any]:
    found = {"gained": rules.gained_by(change), "lost": rules.lost_by(change)}
    counts = {side: records.count() for side, records in found.items()}
    side = request.GET.get("side", "")
    if side not in found:
        side = "lost" if counts["lost"] and not counts["gained"] else "gained"
    shown = newest_first(
        found[side].select_related("unit", "kind"),
        day="held_on",
        after=request.GET.get("after", ""),
        size=PAGE_SIZE,
    )
    return {
        "year": change.year,
        "change": change,
        "counts": counts,
        "side": side,
        "side_word": SIDES[side],
        "records": shown.rows,
        "older_url": f"?side={side}&after={shown.older}" if shown.older else "",
        "newer_url": "" if shown.is_first else f"?side={side}",
        "back_url": _list_url(change.year),
        "is_retiring": change.act == RuleAct.RETIRE,
    }


def _write(request: PortalRequest, year: int, *, rule: CreditRule | None) -> HttpResponse:
    city = _city(request, year)
    data = request.POST if request.method == "POST" else None
    form = RuleForm(data, current=set_in_force(city, year), rule=rule)
    if form.is_valid():
        change = rules.propose(city, year=year, draft=form.draft, rule=rule, by=request.user)
        return redirect("activities:rule_change", year=year, pk=change.pk)
    return form_page(
        request, form, title="改一条规则" if rule else "新增一条规则", button="看看哪些记录会变",
        back_url=_list_url(year), back_text="返回规则", cancel="不改了",
    )  # fmt: skip


def _city(request: PortalRequest, year: int) -> Unit:
    city = city_of(request.user)
    require(may(request.user, Can.OBLIGATION_EDIT, city), DECIDED_BY_BUREAU)
    assert city is not None  # noqa: S101 - may() says no without a city
    return city


def _rules(city: Unit, year: int) -> Any:
    current = set_in_force(city, year) if FIRST_YEAR <= year <= LAST_YEAR else None
    mine = Q(item__isnull=True, city=city, year=year)
    if current is not None:
        mine |= Q(item__obligation_set=current)
    return (
        CreditRule.objects.in_force()
        .filter(mine)
        .select_related("item__obligation_set", "kind")
        .order_by("item__position", "target", "line", "pk")
    )


def _list_url(year: int) -> str:
    return reverse("activities:rules", args=[year])
