"""One cell of the board: the rule in words, and every record behind it or left out, with why."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from activities.choices import ActivityState, CreditState
from activities.figures import Column
from activities.models import Activity, Credit, CreditRule, ObligationRelief
from activities.permissions import may_decline_credit, may_log
from activities.services.credits import missing_for
from activities.views.obligations import no_set, place_or_404, row_of, set_in_force
from committees.http import PortalRequest
from committees.models import Unit
from committees.permissions import may
from committees.policy import Can

MOST_OTHERS = 20
SECTIONS = {
    CreditState.COUNTED: "计入的记录",
    CreditState.PENDING: "等审核的记录",
    CreditState.DECLINED: "不计入的记录",
}


@require_GET
def cell(request: PortalRequest, year: int, code: str, pk: int) -> HttpResponse:
    """One item of one unit: the rule, and every record that counts, waits or does not count."""
    place = place_or_404(request, pk)
    obligation_set = set_in_force(place, year)
    if obligation_set is None:
        return no_set(request, place, year)
    found = [pair for pair in row_of(obligation_set, place) if pair[0].item.code == code]
    if not found:
        raise Http404
    column, tally = found[0]
    word, tone = column.unit_words(tally)
    in_force = column.item.rules.filter(retired_at__isnull=True)
    rules = list(in_force.select_related("kind", "item__obligation_set"))
    own = may_log(request.user, place)
    page = {
        "year": year,
        "place": place,
        "item": column.item,
        "word": word,
        "tone": tone,
        "column": column,
        "tally": tally,
        "relief": ObligationRelief.objects.filter(unit=place, year=year, code=code)
        .select_related("made_by")
        .first(),
        "may_decide": may(request.user, Can.OBLIGATION_EDIT, place),
        "rules": rules,
        "sections": _sections(request.user, place, column),
        "others": _others(request.user, place, rules, year=year),
        "log_url": _log_url(rules[0], place) if rules and own else "",
        "back_url": reverse("activities:obligation_unit", args=[year, place.pk]),
    }
    return render(request, "activities/obligations/cell.html", page)


def _sections(user: Any, place: Unit, column: Column) -> list[dict[str, Any]]:
    """The records that count, wait and were declined, newest first."""
    found = (
        Credit.objects.filter(unit=place, item=column.item)
        .filter(activity__in=Activity.objects.visible_to(user))
        .select_related("unit", "activity__unit", "activity__kind", "declined_by")
        .select_related("rule__kind", "rule__item__obligation_set")
        .order_by("-held_on", "-pk")
    )
    by_state: dict[str, list[dict[str, Any]]] = {state: [] for state in SECTIONS}
    for credit in found:
        may_decide = may_decline_credit(user, credit)
        by_state[credit.state].append({"credit": credit, "may_decide": may_decide})
    return [
        {"title": title, "credits": by_state[state], "state": state}
        for state, title in SECTIONS.items()
        if by_state[state]
    ]


def _others(user: Any, place: Unit, rules: list[CreditRule], *, year: int) -> list[dict[str, Any]]:
    """Records of a kind that could count and does not: why not, so that nobody has to ask."""
    kinds = {rule.kind_id: rule for rule in rules}
    seen = (
        Activity.objects.visible_to(user)
        .filter(unit=place, kind__in=kinds)
        .in_year(year)
        .exclude(credits__item__in=[rule.item_id for rule in rules])
        .select_related("unit", "kind")
        .prefetch_related("files")
        .newest()[:MOST_OTHERS]
    )
    return [
        {"activity": each, "why": _why_not(each, kinds[each.kind_id])}
        for each in seen
        if each.kind_id is not None
    ]


def _why_not(activity: Activity, rule: CreditRule) -> str:
    if activity.state in {ActivityState.SUBMITTED, ActivityState.ACCEPTED}:
        missing = "、".join(missing_for(rule, activity))
        if missing:
            return f"规则要求记录里{missing}，这条还没有"
        if activity.held_on and not rule.takes_month(activity.held_on.month):
            return f"规则只看{rule.months}的记录，这条不在里面"
        return "这类单位不要求这一项"
    return {
        ActivityState.DRAFT: "还是草稿，交上去才算",
        ActivityState.RETURNED: "已退回，改好再交才算",
        ActivityState.VOIDED: "已作废，不算数",
    }[ActivityState(activity.state)]


def _log_url(rule: CreditRule, place: Unit) -> str:
    """The empty form with the kind of record this item asks for already chosen."""
    query = urlencode({"kind": rule.kind.slug, "unit": place.pk})
    return f"{reverse('activities:new')}?{query}"
