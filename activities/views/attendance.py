"""Who was there, for the host: the tick list, the photo of the sheet, and the hours of the code."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from activities.choices import FileRole
from activities.forms.attendance import StartForm, TickForm
from activities.models import Activity, ActivityFile, Attendee, SignIn
from activities.permissions import may_edit, may_keep_attendance
from activities.services import attendance
from activities.services.activities import EditedMeanwhile
from activities.views.pages import file_cards
from committees.http import PortalRequest, require
from committees.models import Person
from portal.kernel import codes
from portal.kernel.calendar import date_cn

WHO_KEEPS = "签到由办活动的单位来管"


@never_cache
def tick_list(request: PortalRequest, pk: int) -> HttpResponse:
    """The people of the unit to tick, guests to write down, and the ways beside it."""
    record = _record(request, pk)
    names = list(record.attendee_list.select_related("person", "added_by"))
    people = _people(record, names)
    on_list = {str(name.person_id) for name in names if name.person_id}
    guests = [name for name in names if name.person_id is None]
    given = {"people": sorted(on_list), "was": sorted(on_list)}
    form = TickForm(
        request.POST or None, people=people, already=len(names), guests_before=len(guests),
        initial=given,
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        new = attendance.change_list(
            record,
            added=form.added,
            removed=form.removed,
            guests=form.cleaned_data["guests"],
            now=timezone.now(),
            by=request.user,
        )
        count = record.attendee_list.count()
        messages.success(request, f"名单存好了，{_new_words(new)}一共 {count} 位")
        return redirect("activities:attendance", record.pk)
    is_open = may_edit(request.user, record)
    shown = set(form["people"].value() or []) if form.is_bound else on_list
    rows = [
        {"person": person, "at": at, "ticked": str(person.pk) in shown,
         "fixed": not is_open and str(person.pk) in on_list,
         "entry": next((name for name in names if name.person_id == person.pk), None)}
        for at, person in enumerate(people, 1)
    ]  # fmt: skip
    page = {
        "activity": record,
        "form": form,
        "rows": rows,
        "was": sorted(on_list),
        "guests": guests,
        "count": len(names),
        "is_open": is_open,
        "is_late": attendance.is_late(record, now=timezone.now()),
        "sheets": file_cards(record.files.filter(role=FileRole.SHEET), removable=False),
        "photos": file_cards(record.files.filter(role=FileRole.PHOTO), removable=False),
        "sign_in": SignIn.objects.filter(activity=record).first(),
    }
    status = 422 if form.errors else 200
    return render(request, "activities/attendance/list.html", page, status=status)


@require_POST
def use_count(request: PortalRequest, pk: int) -> HttpResponse:
    """Make the length of the list the number of people there."""
    record = _record(request, pk)
    require(may_edit(request.user, record), "记录交上去以后，人数要改的话先撤回，或申请更正")
    try:
        count = attendance.use_count(record, version=record.version, by=request.user)
    except EditedMeanwhile:
        messages.warning(request, "刚才有人改了这条记录，再看一下人数")
    else:
        messages.success(request, f"到场人数填成了 {count} 人，写记录时还可以改")
    return redirect("activities:attendance", record.pk)


@require_POST
def strike_off(request: PortalRequest, pk: int) -> HttpResponse:
    visible = Attendee.objects.filter(activity__in=Activity.objects.visible_to(request.user))
    it = get_object_or_404(visible.select_related("activity__unit"), pk=pk)
    require(may_keep_attendance(request.user, it.activity), WHO_KEEPS)
    attendance.strike_off(it, by=request.user)
    messages.success(request, f"名单上去掉了{it.name}")
    return redirect("activities:attendance", it.activity_id)


@require_POST
def mark_sheet(request: PortalRequest, pk: int) -> HttpResponse:
    """This photo is the signed sheet, or is not."""
    visible = ActivityFile.objects.filter(activity__in=Activity.objects.visible_to(request.user))
    it = get_object_or_404(visible.select_related("activity__unit"), pk=pk)
    require(may_keep_attendance(request.user, it.activity), WHO_KEEPS)
    is_sheet = request.POST.get("sheet") == "1"
    attendance.mark_sheet(it, is_sheet=is_sheet, by=request.user)
    messages.success(request, "标成签到表了" if is_sheet else "改回普通照片了")
    return redirect("activities:attendance", it.activity_id)


# --- the code ------------------------------------------------------------------------------------


@never_cache
def checkin(request: PortalRequest, pk: int) -> HttpResponse:
    """Begin, watch, lengthen and end signing in by code."""
    record = _record(request, pk)
    sign_in = SignIn.objects.filter(activity=record).first()
    local = timezone.localtime()
    form = StartForm(request.POST or None, initial={"starts": f"{local.hour}:{local:%M}"})
    if request.method == "POST" and form.is_valid():
        attendance.open_sign_in(record, starts_at=form.cleaned_data["starts"], by=request.user)
        messages.success(request, "可以签到了。把二维码给大家看，或者打到投影上")
        return redirect("activities:checkin", record.pk)
    page = {"activity": record, "form": form, **_of_code(request, sign_in)}
    status = 422 if form.errors else 200
    return render(request, "activities/attendance/checkin.html", page, status=status)


@never_cache
@require_GET
def screen(request: PortalRequest, pk: int) -> HttpResponse:
    """The code as large as the wall allows, and how many have signed; nothing else."""
    record = _record(request, pk)
    sign_in = get_object_or_404(SignIn, activity=record)
    page = {"activity": record, **_of_code(request, sign_in)}
    return render(request, "activities/attendance/screen.html", page)


@never_cache
@require_GET
def count(request: PortalRequest, pk: int) -> HttpResponse:
    """The live figure: asked again every five seconds by the two pages above."""
    record = _record(request, pk)
    sign_in = get_object_or_404(SignIn, activity=record)
    page = {"activity": record, **_figures(sign_in)}
    return render(request, "activities/attendance/count.html", page)


@require_POST
def close(request: PortalRequest, pk: int) -> HttpResponse:
    sign_in = get_object_or_404(SignIn, activity=_record(request, pk))
    attendance.close_sign_in(sign_in, now=timezone.now(), by=request.user)
    messages.success(request, "签到结束了。后来的人在名单里补，会注明补签")
    return redirect("activities:checkin", pk)


@require_POST
def extend(request: PortalRequest, pk: int) -> HttpResponse:
    sign_in = get_object_or_404(SignIn, activity=_record(request, pk))
    attendance.extend_sign_in(sign_in, now=timezone.now(), by=request.user)
    messages.success(request, "又延长了半小时")
    return redirect("activities:checkin", pk)


# --- what the views above share -----------------------------------------------------------------


def _record(request: PortalRequest, pk: int) -> Activity:
    visible = Activity.objects.visible_to(request.user)
    record = get_object_or_404(visible.select_related("unit", "kind", "receiver"), pk=pk)
    require(may_keep_attendance(request.user, record), WHO_KEEPS)
    return record


def _people(record: Activity, names: list[Attendee]) -> list[Person]:
    """The unit's people in the order the sheet prints them, and whoever is on the list already."""
    on_list = [name.person_id for name in names if name.person_id]
    return list(
        Person.objects.filter(Q(unit=record.unit_id) | Q(pk__in=on_list)).order_by("name", "pk")
    )


def _of_code(request: PortalRequest, sign_in: SignIn | None) -> dict[str, Any]:
    if sign_in is None:
        return {"sign_in": None}
    url = request.build_absolute_uri(reverse("activities:sign_in", args=[sign_in.token]))
    return {"sign_in": sign_in, "url": url, "qr": codes.qr_data_uri(url), **_figures(sign_in)}


def _figures(sign_in: SignIn) -> dict[str, Any]:
    now = timezone.now()
    newest = sign_in.activity.attendee_list.order_by("-added_at", "-pk")
    return {
        "is_open": sign_in.is_open(now),
        "is_early": now < sign_in.opens_at,
        "count": newest.count(),
        "newest": list(newest.values_list("name", flat=True)[:6]),
        "hours": _hours(sign_in),
        "ended": now >= sign_in.closes_at,
    }


def _hours(sign_in: SignIn) -> str:
    opens, closes = (timezone.localtime(at) for at in (sign_in.opens_at, sign_in.closes_at))
    return f"{date_cn(opens.date())} {opens:%H:%M}—{closes:%H:%M}"


def _new_words(new: int) -> str:
    return f"新加 {new} 位，" if new else ""
