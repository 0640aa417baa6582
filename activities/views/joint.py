"""共办: what an activity was done together with, each co-host's word, and the year's joint work."""

from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef, Q, Value
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from activities import exports
from activities.choices import ActivityState, CoHostState
from activities.forms.activities import ReasonForm
from activities.models import Activity, CoHost, Partner, Studio
from activities.models.joint import total_work, work_by_unit
from activities.permissions import may_answer_cohost, may_edit
from activities.services import joint
from activities.views.choosing import MOST_FOUND
from activities.views.pages import tone_of
from committees.http import PortalRequest, form_page, require
from committees.models import Unit
from committees.permissions import may_anywhere
from committees.policy import Can
from committees.views.lists import pager_urls
from portal.kernel import calendar, files
from portal.kernel.paging import newest_first

COHOST_TONES = {
    CoHostState.ASKED: "waiting",
    CoHostState.CONFIRMED: "done",
    CoHostState.DECLINED: "none",
}
WHO_ANSWERS = "共办由那个单位自己来确认，教办也可以代为确认"
WHO_EDITS = "共办单位由记这条记录的单位来选，交上去以后先撤回来再改"
PAGE = 30


@require_GET
def joint_list(request: PortalRequest) -> HttpResponse:
    """The year's joint activities, and how much each unit did alone and together."""
    require(may_anywhere(request.user, Can.ACTIVITY_VIEW))
    year = _year(request)
    found = _joint(request, year)
    page = newest_first(
        found.select_related("unit", "kind").prefetch_related("cohosts__unit"),
        day="held_on",
        after=request.GET.get("after", ""),
        size=PAGE,
    )
    confirmed = found.accepted().filter(Exists(_hosts(CoHostState.CONFIRMED)))
    context = {
        "year": year,
        "rows": [
            {"activity": one, "tone": tone_of(one), "hosts": cohost_rows(one)} for one in page.rows
        ],
        "total": total_work(confirmed),
        "units": work_by_unit(confirmed),
        "waiting": _waiting(request),
        **pager_urls(request, page),
    }
    return render(request, "activities/joint/list.html", context)


@require_GET
def export(request: PortalRequest) -> HttpResponse:
    require(may_anywhere(request.user, Can.ACTIVITY_VIEW))
    year = _year(request)
    found = _joint(request, year)
    confirmed = found.accepted().filter(Exists(_hosts(CoHostState.CONFIRMED)))
    content = exports.joint_workbook(
        found.select_related("unit", "kind").prefetch_related("cohosts__unit").newest(),
        units=work_by_unit(confirmed),
        total=total_work(confirmed),
        year=year,
    )
    return files.made(content, f"{year}年共办活动.xlsx")


def together(request: PortalRequest, pk: int) -> HttpResponse:
    """With whom: co-hosts, a studio, partners. Each is found by typing a few letters."""
    record = _editable(request, pk)
    if request.method == "POST":
        _change(request, record)
        return redirect(f"{reverse('activities:together', args=[record.pk])}#chosen")
    words = request.GET.get("q", "").strip()[:60]
    link = getattr(record, "studio_work", None)
    page = {
        "activity": record,
        "words": words,
        "hosts": cohost_rows(record),
        "studio": link.studio if link else None,
        "partners": [work.partner for work in record.partner_work.select_related("partner")],
        "found": _search(request, record, words) if words else None,
        "near_studios": _studios(request).filter(unit=record.unit_id),
    }
    return render(request, "activities/joint/together.html", page)


@require_POST
def confirm(request: PortalRequest, pk: int) -> HttpResponse:
    cohost = _cohost(request, pk)
    require(may_answer_cohost(request.user, cohost), WHO_ANSWERS)
    joint.confirm(cohost, by=request.user)
    messages.success(request, f"确认好了，这次活动也记在{cohost.unit}名下")
    return redirect("activities:activity", cohost.activity_id)


def decline(request: PortalRequest, pk: int) -> HttpResponse:
    cohost = _cohost(request, pk)
    require(may_answer_cohost(request.user, cohost), WHO_ANSWERS)
    form = ReasonForm(request.POST or None)
    back_url = reverse("activities:activity", args=[cohost.activity_id])
    if form.is_valid():
        joint.decline(cohost, reason=form.cleaned_data["note"], by=request.user)
        messages.success(request, "已经告诉记录的单位，这次活动不记在您单位名下")
        return redirect(back_url)
    return form_page(
        request, form, title=f"{cohost.unit}没有共办", button="告诉他们",
        lead=f"{cohost.activity.unit}记的“{cohost.activity}”",
        back_url=back_url, back_text="这条记录",
    )  # fmt: skip


# --- what the views above and the record's page share -------------------------------------------


def cohost_rows(record: Activity) -> list[dict[str, Any]]:
    return [
        {"cohost": one, "tone": COHOST_TONES[CoHostState(one.state)]}
        for one in record.cohosts.all()
    ]


def names_together(record: Activity) -> list[str]:
    """Co-hosts, studio and partners by name, for the form and the look-over."""
    hosts = Unit.objects.filter(cohosted__activity=record)
    studios = Studio.objects.filter(work__activity=record)
    partners = Partner.objects.filter(work__activity=record)
    first, *others = (
        found.order_by().annotate(rank=Value(rank)).values_list("rank", "name")
        for rank, found in enumerate((hosts, studios, partners))
    )
    return [name for _, name in first.union(*others).order_by("rank")]


def together_of(record: Activity, user: Any) -> dict[str, Any]:
    """What the record's page shows of co-hosts, studio and partners."""
    hosts = list(record.cohosts.select_related("activity", "unit", "answered_by"))
    link = getattr(record, "studio_work", None)
    return {
        "hosts": [
            {
                "cohost": one,
                "tone": COHOST_TONES[CoHostState(one.state)],
                "may_answer": may_answer_cohost(user, one),
            }
            for one in hosts
        ],
        "asked": [
            one for one in hosts if one.state == CoHostState.ASKED and may_answer_cohost(user, one)
        ],
        "studio": link.studio if link else None,
        "partners": [work.partner for work in record.partner_work.select_related("partner")],
    }


def _change(request: PortalRequest, record: Activity) -> None:
    """One button, one change: `add` or `drop`, of a host, the studio or a partner."""
    action, what, pk = _asked(request)
    by = request.user
    if what == "host" and action == "add":
        joint.invite(record, get_object_or_404(_units(record), pk=pk), by=by)
    elif what == "host":
        joint.uninvite(get_object_or_404(record.cohosts.select_related("unit"), pk=pk), by=by)
    elif what == "studio":
        chosen = get_object_or_404(_studios(request), pk=pk) if action == "add" else None
        joint.set_studio(record, chosen, by=by)
    elif what == "partner":
        there = {work.partner_id for work in record.partner_work.all()}
        there = there | {pk} if action == "add" else there - {pk}
        joint.set_partners(record, list(_partners(request).filter(pk__in=there)), by=by)


def _asked(request: PortalRequest) -> tuple[str, str, int]:
    """add:host:12 as the button says it."""
    action, _, rest = request.POST.get("change", "").partition(":")
    what, _, number = rest.partition(":")
    return action, what, int(number) if number.isdecimal() else 0


def _search(request: PortalRequest, record: Activity, words: str) -> dict[str, Any]:
    taken = record.cohosts.values("unit")
    units = _units(record).exclude(pk__in=taken).filter(name__icontains=words)
    studios = _studios(request).filter(Q(name__icontains=words) | Q(unit__name__icontains=words))
    partners = _partners(request).filter(name__icontains=words)
    partners = partners.exclude(pk__in=record.partner_work.values("partner"))
    return {
        "units": units.select_related("office").order_by("path")[:MOST_FOUND],
        "studios": studios[:MOST_FOUND],
        "partners": partners.select_related("unit").order_by("name")[:MOST_FOUND],
    }


def _units(record: Activity) -> Any:
    """Open units of the same city, the writing one left out."""
    city = Unit.objects.filter(city=record.city_id).open_on(calendar.today())
    return city.exclude(pk=record.unit_id)


def _studios(request: PortalRequest) -> Any:
    return Studio.objects.visible_to(request.user).open().select_related("unit")


def _partners(request: PortalRequest) -> Any:
    return Partner.objects.visible_to(request.user).open()


def _hosts(state: CoHostState | None = None) -> Any:
    found = CoHost.objects.filter(activity=OuterRef("pk"))
    return found.filter(state=state) if state else found


def _joint(request: PortalRequest, year: int) -> Any:
    seen = Activity.objects.visible_to(request.user).in_year(year)
    return seen.exclude(state=ActivityState.DRAFT).filter(Exists(_hosts()))


def _waiting(request: PortalRequest) -> list[CoHost]:
    """Those of one's own units that have not given their word yet."""
    units = Unit.objects.reachable_by(request.user, Can.ACTIVITY_LOG)
    asked = CoHost.objects.filter(
        unit__in=units,
        state=CoHostState.ASKED,
        activity__state__in=[ActivityState.SUBMITTED, ActivityState.ACCEPTED],
    )
    return list(asked.select_related("unit", "activity__unit").order_by("pk")[:PAGE])


def _editable(request: PortalRequest, pk: int) -> Activity:
    visible = Activity.objects.visible_to(request.user)
    wanted = visible.select_related("unit", "city", "kind", "studio_work__studio")
    record = get_object_or_404(wanted.prefetch_related("cohosts__unit"), pk=pk)
    require(may_edit(request.user, record), WHO_EDITS)
    return record


def _cohost(request: PortalRequest, pk: int) -> CoHost:
    visible = CoHost.objects.filter(activity__in=Activity.objects.visible_to(request.user))
    return get_object_or_404(visible.select_related("unit", "activity__unit"), pk=pk)


def _year(request: PortalRequest) -> int:
    return calendar.year_in(request.GET.get("year", "")) or calendar.today().year
