"""The year's set of obligations: read by everybody, drafted and put in force by the bureau."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from activities.choices import RequiredField
from activities.forms.obligations import ASKED, ObligationItemForm, ObligationSetForm
from activities.models import ObligationWindow
from activities.services import obligation_drafts as drafts
from activities.services import obligations
from activities.services.city_sets import SETS, STANDARD
from activities.views.obligations import NEEDS_ACCOUNT, no_set, own_places, set_in_force
from committees.choices import UnitKind
from committees.http import PortalRequest, form_page, require
from committees.models import ObligationItem, ObligationSet, Unit
from committees.permissions import may
from committees.policy import Can

DECIDED_BY_BUREAU = "义务由局关工委来定"


@require_GET
def year_set(request: PortalRequest, year: int) -> HttpResponse:
    """The draft if there is one this user may see, else the set in force."""
    city = _city(request)
    current = set_in_force(city, year)
    draft = None if request.GET.get("show") == "current" else _draft(request, city, year)
    shown = draft or current
    if shown is None:
        return _begin(request, city, year)
    may_edit = may(request.user, Can.OBLIGATION_EDIT, city)
    page = {
        "year": year,
        "set": shown,
        "current": current,
        "is_draft": shown.published_at is None,
        "may_edit": may_edit,
        "items": [_item_rows(item) for item in shown.items.prefetch_related("rules__kind")],
        "windows": _windows(shown),
        "served_words": "不计入应完成数" if shown.only_served else "也计入应完成数",
        "board_url": reverse("activities:obligation_board", args=[year]),
    }
    return render(request, "activities/obligations/set.html", page)


@require_POST
def draft(request: PortalRequest, year: int) -> HttpResponse:
    """Begin a draft: one of the ready sets, or like the latest set this city has."""
    city = _city_to_edit(request)
    set_in_force(city, year)  # refuses an impossible year
    if _draft(request, city, year):
        messages.info(request, "这一年已经有一份草稿，接着改这一份")
        return redirect("activities:obligation_set", year=year)
    begin_from = request.POST.get("from", "")
    source = _latest(city) if begin_from == "latest" else None
    if source is None:
        chosen = SETS.get(begin_from, STANDARD)
        obligations.draft_city_set(city, chosen=chosen, year=year, by=request.user)
    else:
        drafts.draft_like(source, year=year, by=request.user)
    messages.success(request, "草稿起好了。看一看日期和要求，改好了再让它生效")
    return redirect("activities:obligation_set", year=year)


def edit_set(request: PortalRequest, year: int) -> HttpResponse:
    drafted = _draft_or_404(request, year)
    form = ObligationSetForm.of(drafted, request.POST or None)
    if request.method == "POST" and form.is_valid():
        drafts.amend_set(drafted, **form.cleaned_data, by=request.user)
        messages.success(request, "改好了")
        return redirect("activities:obligation_set", year=year)
    return _form(request, year, form, title="改名称和依据")


def edit_item(request: PortalRequest, year: int, pk: int) -> HttpResponse:
    drafted = _draft_or_404(request, year)
    item = get_object_or_404(drafted.items.select_related("obligation_set"), pk=pk)
    form = ObligationItemForm(request.POST or None, item=item)
    if request.method == "POST" and form.is_valid():
        drafts.amend_item(
            item,
            facts=form.facts,
            kinds=form.cleaned_data["kinds"],
            requires=form.cleaned_data["requires"],
            by=request.user,
        )
        messages.success(request, f"“{item.name}”改好了")
        return redirect("activities:obligation_set", year=year)
    return _form(request, year, form, title=f"改“{item.name}”")


def new_item(request: PortalRequest, year: int) -> HttpResponse:
    """One item more in the draft."""
    drafted = _draft_or_404(request, year)
    item = ObligationItem(
        obligation_set=drafted,
        due_on=date(year, 12, 20),
        unit_kinds=[kind.value for kind in ASKED],
    )
    form = ObligationItemForm(request.POST if request.method == "POST" else None, item=item)
    if form.is_valid():
        drafts.add_item(
            drafted,
            facts=form.facts,
            kinds=form.cleaned_data["kinds"],
            requires=form.cleaned_data["requires"],
            by=request.user,
        )
        messages.success(request, f"“{form.cleaned_data['name']}”加到草稿里了")
        return redirect("activities:obligation_set", year=year)
    return _form(request, year, form, title="加一项要求")


def remove_item(request: PortalRequest, year: int, pk: int) -> HttpResponse:
    drafted = _draft_or_404(request, year)
    item = get_object_or_404(drafted.items, pk=pk)
    if request.method == "POST":
        drafts.remove_item(item, by=request.user)
        messages.success(request, f"“{item.name}”从草稿里去掉了")
        return redirect("activities:obligation_set", year=year)
    page = {"year": year, "item": item, "back_url": _set_url(year)}
    return render(request, "activities/obligations/remove.html", page)


def force(request: PortalRequest, year: int) -> HttpResponse:
    """Show what the draft would count, then put it in force."""
    drafted = _draft_or_404(request, year)
    if request.method == "POST":
        board = reverse("activities:obligation_board", args=[year])
        job = obligations.start_force(drafted, return_url=board, by=request.user)
        return redirect("web:job", job.pk)
    gains = drafts.gains_of(drafted)
    page = {
        "year": year,
        "set": drafted,
        "gains": gains,
        "replaces": set_in_force(drafted.city, year),
        "back_url": _set_url(year),
    }
    return render(request, "activities/obligations/force.html", page)


# --- what the pages share -----------------------------------------------------------------------


def _city(request: PortalRequest) -> Unit:
    places = own_places(request.user)
    require(bool(places), NEEDS_ACCOUNT)
    city = places[0].city
    assert city is not None  # noqa: S101 - every unit stands in a city, see services/units.py
    return city


def _city_to_edit(request: PortalRequest) -> Unit:
    city = _city(request)
    require(may(request.user, Can.OBLIGATION_EDIT, city), DECIDED_BY_BUREAU)
    return city


def _drafts(request: PortalRequest, city: Unit, year: int) -> QuerySet[ObligationSet]:
    seen = ObligationSet.objects.visible_to(request.user).select_related("city")
    return seen.filter(city=city, year=year, published_at=None).order_by("-version")


def _draft(request: PortalRequest, city: Unit, year: int) -> ObligationSet | None:
    return _drafts(request, city, year).first()


def _draft_or_404(request: PortalRequest, year: int) -> ObligationSet:
    city = _city_to_edit(request)
    latest = _draft(request, city, year)
    return get_object_or_404(_drafts(request, city, year), pk=latest.pk if latest else 0)


def _latest(city: Unit) -> ObligationSet | None:
    published = ObligationSet.objects.filter(city=city, published_at__isnull=False)
    return published.order_by("-year", "-version").first()


def _set_url(year: int) -> str:
    return reverse("activities:obligation_set", args=[year])


def _begin(request: PortalRequest, city: Unit, year: int) -> HttpResponse:
    if not may(request.user, Can.OBLIGATION_EDIT, city):
        return no_set(request, city, year)
    page = {"year": year, "latest": _latest(city), "sets": list(SETS.values())}
    return render(request, "activities/obligations/begin.html", page)


def _form(request: PortalRequest, year: int, form: Any, *, title: str) -> HttpResponse:
    return form_page(
        request, form, title=title, button="保存到草稿", back_url=_set_url(year),
        back_text="返回要求", cancel="不改了",
    )  # fmt: skip


def _windows(shown: ObligationSet) -> list[dict[str, Any]]:
    """Windows opened again, each with the name of its item."""
    names = {item.code: item.name for item in shown.items.all()}
    found = ObligationWindow.objects.filter(city=shown.city_id, year=shown.year)
    return [{"window": it, "name": names.get(it.code, it.code)} for it in found]


def _item_rows(item: ObligationItem) -> dict[str, Any]:
    rules = [rule for rule in item.rules.all() if rule.retired_at is None]
    requires = sorted({name for rule in rules for name in rule.requires})
    kinds = "、".join(f"“{rule.kind.name}”" for rule in rules) or "还没有选"
    asks = "，".join(RequiredField(name).label for name in requires)
    return {
        "item": item,
        "asked_of": "、".join(UnitKind(kind).label for kind in item.unit_kinds),
        "records": f"{kinds}记录，{asks}" if asks else f"{kinds}记录",
    }
