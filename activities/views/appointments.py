"""聘任: who is appointed where until when; letters one by one or all at once; renewal."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from activities.choices import MentorRole
from activities.documents import letters
from activities.exports.returned import appointment_workbook
from activities.forms.mentors import AppointForm, AppointmentFilter, EndForm
from activities.models import Appointment, Mentor
from activities.models.appointments import AppointmentQuerySet
from activities.permissions import may_appoint_mentor, may_edit_appointment
from activities.services import appointments
from committees.choices import UnitKind
from committees.http import PortalRequest, form_page, require
from committees.models import Unit
from committees.permissions import home_unit, may_anywhere
from committees.policy import Can
from committees.views.lists import applied_words, pager_urls
from portal.kernel import calendar, files
from portal.kernel.errors import Refused
from portal.kernel.paging import read_page

WHO_APPOINTS = "聘任由教办和局关工委来办"
RENEW_YEARS = 3


@require_GET
def appointment_list(request: PortalRequest) -> HttpResponse:
    require(may_anywhere(request.user, Can.LECTURE_VIEW), "您的聘书在自己的名片上")
    form, found = _filtered(request)
    page = read_page(found, by=["-year", "-serial", "-pk"], after=request.GET.get("after", ""))
    today = calendar.today()
    context = {
        "form": form,
        "applied": applied_words(request, form),
        "count_sentence": f"共 {found.count()} 人次",
        "rows": [_row(it, request, today) for it in page.rows],
        "shares": shares(Appointment.objects.visible_to(request.user), today),
        "may_appoint": may_anywhere(request.user, Can.MENTOR_EDIT),
        "renew_years": RENEW_YEARS,
        **pager_urls(request, page),
    }
    return render(request, "activities/mentors/appointments.html", context)


def shares(seen: AppointmentQuerySet, on: date) -> list[dict[str, Any]]:
    """在聘、跨校、跨片区, each counted in 人次 with its share of those in force on the day."""
    current = seen.current(on)
    total = current.count()
    counts = [
        ("在聘", total, ""),
        ("其中跨校", current.cross_unit().count(), "受聘单位不是本人单位"),
        ("其中跨片区", current.cross_office().count(), "受聘单位在另一个教办"),
        ("60 天内到期", seen.expiring(on).count(), "还没有续聘的"),
    ]
    return [
        {
            "title": title,
            "value": count,
            "percent": count * 100 // total if total and number else None,
            "sentence": sentence,
        }
        for number, (title, count, sentence) in enumerate(counts)
    ]


@require_GET
def export(request: PortalRequest) -> HttpResponse:
    require(may_anywhere(request.user, Can.LECTURE_VIEW))
    _, found = _filtered(request)
    return files.made(appointment_workbook(found), "聘任.xlsx")


def new(request: PortalRequest) -> HttpResponse:
    """One or several mentors to one unit; each gets a number of its own."""
    require(may_anywhere(request.user, Can.MENTOR_EDIT), WHO_APPOINTS)
    issuer = home_unit(request.user)
    assert issuer is not None  # noqa: S101 - whoever has a power stands at a unit
    mentors = Mentor.objects.visible_to(request.user).serving().order_by("person__unit__path", "pk")
    units = _units(request, Can.MENTOR_EDIT)
    form = AppointForm(
        request.POST or None,
        mentors=mentors,
        units=units,
        initial={"mentors": request.GET.getlist("mentor"), "first": calendar.today()},
    )
    if form.is_valid():
        data = form.cleaned_data
        require(may_appoint_mentor(request.user, data["unit"]), WHO_APPOINTS)
        made = appointments.appoint_many(
            data["mentors"],
            unit=data["unit"],
            issuer=issuer,
            role=MentorRole(data["role"]),
            first=data["first"],
            years=data["years"],
            by=request.user,
        )
        messages.success(request, f"聘了 {len(made)} 位，编号从 {made[0].number} 起")
        return redirect("activities:appointments")
    return form_page(
        request, form, title="聘任导师", lead=f"聘书由{issuer.name}关工委发，编号接着往下排",
        button="聘任并编号", back_url=reverse("activities:appointments"), back_text="聘任",
    )  # fmt: skip


def end(request: PortalRequest, pk: int) -> HttpResponse:
    it = _appointment(request, pk)
    require(may_edit_appointment(request.user, it), WHO_APPOINTS)
    form = EndForm(request.POST or None)
    if form.is_valid():
        appointments.end(it, **form.cleaned_data, by=request.user)
        messages.success(request, "记下了，编号和聘书都留着")
        return redirect("activities:appointments")
    return form_page(
        request, form, title=f"提前结束：{it}", button="结束这份聘任",
        back_url=reverse("activities:appointments"), back_text="聘任",
    )  # fmt: skip


@require_POST
def renew(request: PortalRequest) -> HttpResponse:
    """The ticked ones again, each from the day after its old term."""
    require(may_anywhere(request.user, Can.MENTOR_EDIT), WHO_APPOINTS)
    chosen = _ticked(request)
    for it in chosen:
        require(may_edit_appointment(request.user, it), WHO_APPOINTS)
    if not chosen:
        raise Refused("先勾选要续聘的")
    made = appointments.renew(chosen, years=RENEW_YEARS, by=request.user)
    messages.success(request, f"续聘了 {len(made)} 份，编号从 {made[0].number} 起")
    return redirect("activities:appointments")


@require_POST
def print_many(request: PortalRequest) -> HttpResponse:
    """The ticked letters as one PDF, printed in the background."""
    require(may_anywhere(request.user, Can.MENTOR_EDIT), WHO_APPOINTS)
    chosen = _ticked(request)
    for it in chosen:
        require(may_edit_appointment(request.user, it), WHO_APPOINTS)
    back = reverse("activities:appointments")
    job = appointments.print_letters(chosen, by=request.user, return_url=back)
    return redirect("web:job", job.pk)


@require_GET
def letter(request: PortalRequest, pk: int) -> HttpResponse:
    """One 聘书 as PDF."""
    it = _appointment(request, pk)
    return files.made(letters.letters_pdf([it]), f"letter-{it.year}-{it.serial:04}.pdf")


def _appointment(request: PortalRequest, pk: int) -> Appointment:
    wanted = Appointment.objects.visible_to(request.user).select_related(
        "mentor__person", "unit", "home", "issuer"
    )
    return get_object_or_404(wanted, pk=pk)


def _ticked(request: PortalRequest) -> list[Appointment]:
    pks = [int(pk) for pk in request.POST.getlist("appointment") if pk.isdecimal()]
    wanted = Appointment.objects.visible_to(request.user).filter(pk__in=pks)
    return list(wanted.select_related("mentor__person__unit", "unit", "issuer"))


def _units(request: PortalRequest, can: Can) -> QuerySet[Unit]:
    found: QuerySet[Unit] = (
        Unit.objects.reachable_by(request.user, can).open_on(calendar.today()).order_by("path")
    )
    return found


def _filtered(request: PortalRequest) -> tuple[AppointmentFilter, AppointmentQuerySet]:
    units = _units(request, Can.LECTURE_VIEW).exclude(kind=UnitKind.BUREAU)
    form = AppointmentFilter(request.GET or None, units=units)
    asked: dict[str, Any] = form.cleaned_data if form.is_bound and form.is_valid() else {}
    found, today = Appointment.objects.visible_to(request.user), calendar.today()
    part = asked.get("part", "")
    if part == "past":
        found = found.filter(period__endswith__lte=today)
    elif part == "expiring":
        found = found.expiring(today)
    else:
        found = found.filter(period__endswith__gt=today)
        found = found.cross_unit() if part == "cross" else found
    if words := asked.get("q", "").strip():
        found = found.filter(mentor__person__name__icontains=words)
    if asked.get("unit"):
        found = found.filter(unit__path__startswith=asked["unit"].path)
    wanted = found.select_related("mentor__person", "unit", "home", "issuer")
    return form, wanted.order_by("-year", "-serial", "-pk")


def _row(it: Appointment, request: PortalRequest, today: date) -> dict[str, Any]:
    days = (it.last_day - today).days
    word, tone = ("在聘", "done") if it.first_day <= today else ("未开始", "later")
    if days < 0:
        word, tone = "已结束", "void"
    elif days <= 60 and it.first_day <= today:
        word, tone = f"还有 {days} 天到期", "soon"
    return {
        "appointment": it,
        "word": word,
        "tone": tone,
        "cross": "跨片区" if it.is_cross_office else "跨校" if it.is_cross_unit else "",
        "may_edit": may_edit_appointment(request.user, it),
        "is_current": it.first_day <= today <= it.last_day,
    }
