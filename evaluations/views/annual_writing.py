"""Writing a yearly bulletin: drafted from the records, kept at every pause, handed in."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from committees.http import PortalRequest, require
from evaluations.choices import AnnualSection
from evaluations.forms.annual import WriteForm
from evaluations.models import AnnualBulletin
from evaluations.permissions import may_begin_annual, may_write_annual
from evaluations.services import annual
from evaluations.services.annual import WrittenMeanwhile
from evaluations.views.annual import bulletin_for, own_unit
from evaluations.views.shared import posted
from portal.kernel import calendar

WHO_WRITES = "年度简报由本单位关工委的秘书来写"
CLOSED = "交上去以后不能再改，要改请上级先退回来"


@require_POST
def start(request: PortalRequest, year: int, pk: int) -> HttpResponse:
    unit = own_unit(request, pk)
    require(may_begin_annual(request.user, unit), WHO_WRITES)
    if not AnnualBulletin.objects.filter(unit=unit, year=year).exists():
        annual.start(unit, year=year, on=calendar.today(), by=request.user)
    return redirect("evaluations:annual_write", year, pk)


@never_cache
def write(request: PortalRequest, year: int, pk: int) -> HttpResponse:
    found = bulletin_for(request, year, pk)
    require(may_write_annual(request.user, found), CLOSED)
    form = WriteForm(posted(request), bulletin=found)
    if request.method == "POST":
        try:
            annual.save(found, texts=form.kept(), version=_version(request), by=request.user)
        except WrittenMeanwhile as meanwhile:
            return _both_versions(request, form, meanwhile.current)
        if not form.errors:
            messages.success(request, "存好了")
            return redirect("evaluations:annual_bulletin", year, pk)
    page = {
        "bulletin": found,
        "form": form,
        "version": found.version,
        "autosave_url": reverse("evaluations:annual_autosave", args=[year, pk]),
    }
    status = 422 if form.errors else 200
    return render(request, "evaluations/annual/write.html", page, status=status)


@require_POST
def autosave(request: PortalRequest, year: int, pk: int) -> HttpResponse:
    """Keep what is written so far; answer which version the bulletin has now."""
    found = bulletin_for(request, year, pk)
    require(may_write_annual(request.user, found), CLOSED)
    form = WriteForm(request.POST, bulletin=found)
    try:
        annual.save(found, texts=form.kept(), version=_version(request), by=request.user)
    except WrittenMeanwhile as meanwhile:
        sentence = f"{meanwhile}。点“存好”就能看到两份"
        return JsonResponse({"sentence": sentence}, status=409)
    return JsonResponse(
        {
            "version": found.version,
            "at": timezone.localtime().strftime("%H:%M"),
            "unsaved": form.unsaved(),
            "autosave_url": request.path,
            "edit_url": reverse("evaluations:annual_write", args=[year, pk]),
            "upload_url": "",
        }
    )


def submit(request: PortalRequest, year: int, pk: int) -> HttpResponse:
    """Say what will happen, then hand it in."""
    found = bulletin_for(request, year, pk)
    require(may_write_annual(request.user, found), CLOSED)
    if request.method == "POST":
        annual.submit(found, by=request.user)
        messages.success(request, "交上去了，评好了会告诉您")
        return redirect("evaluations:annual_bulletin", year, pk)
    filled = found.filled()
    page = {
        "bulletin": found,
        "filled": [f"{section.label}：{len(getattr(found, section))} 字" for section in filled],
        "empty": "、".join(section.label for section in AnnualSection if section not in filled),
    }
    return render(request, "evaluations/annual/submit.html", page)


def _version(request: PortalRequest) -> int:
    given = request.POST.get("version", "")
    return int(given) if given.isdecimal() and len(given) < 10 else 0


def _both_versions(
    request: PortalRequest, form: WriteForm, current: AnnualBulletin
) -> HttpResponse:
    mine = form.kept()
    both: list[dict[str, Any]] = [
        {
            "label": section.label,
            "mine": mine.get(section, ""),
            "theirs": getattr(current, section),
            "differs": mine.get(section, "").split() != getattr(current, section).split(),
        }
        for section in AnnualSection
    ]
    page = {
        "bulletin": current,
        "both": both,
        "answers": list(mine.items()),
        "may_write": may_write_annual(request.user, current),
    }
    return render(request, "evaluations/annual/both.html", page, status=409)
