"""What anybody may read without signing in: the list of winners while it is public, and whether
a certificate is genuine. Names are masked, nothing is kept by a search engine, and both pages are
held to so many questions a minute from one address.
"""

from itertools import groupby
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from portal.kernel import calendar, limits, origin
from portal.kernel.errors import Refused
from reading_program.choices import CertificateState
from reading_program.forms.results import CheckForm, ObjectionForm
from reading_program.models import Certificate, Publicity
from reading_program.services import publicity as services

CALM = "看得太快了，过一分钟再打开"
TOO_MANY = "这里一小时内已经收到好几件了，过一会儿再提交，或者直接交书面材料"


@never_cache
@login_not_required
@require_GET
def public_list(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows as they were frozen; after the last day only a sentence that they were shown."""
    it = _begun(pk)
    page: dict[str, Any] = {"publicity": it, "edition": it.edition}
    if not it.is_shown(on=calendar.today()):
        return _public(request, "reading_program/public/over.html", page, status=410)
    page["sections"] = _sections(services.shown_rows(it))
    return _public(request, "reading_program/public/list.html", page)


@never_cache
@login_not_required
def objection_new(request: HttpRequest, pk: int) -> HttpResponse:
    it = _begun(pk)
    page: dict[str, Any] = {"publicity": it, "edition": it.edition}
    if not it.is_shown(on=calendar.today()):
        return _public(request, "reading_program/public/over.html", page, status=410)
    form = ObjectionForm(
        request.POST or None, rows=services.shown_rows(it), initial={"ref": request.GET.get("ref")}
    )
    if form.is_valid():
        if not limits.within(f"objection:{_address(request)}", most=5, seconds=3600):
            raise Refused(TOO_MANY)
        services.raise_objection(
            it,
            ref=form.cleaned_data["ref"],
            who=form.who(),
            facts=form.cleaned_data["facts"],
            on=calendar.today(),
        )
        return redirect(f"{reverse('reading_program:public_objection', args=[it.pk])}?received=1")
    page |= {"form": form, "received": "received" in request.GET}
    status = 422 if form.errors else 200
    return _public(request, "reading_program/public/objection.html", page, status=status)


@never_cache
@login_not_required
@require_GET
def check(request: HttpRequest) -> HttpResponse:
    """Type the code of a certificate; the QR code leads straight to the answer."""
    form = CheckForm(request.GET if "token" in request.GET else None)
    if form.is_valid():
        found = _certificate(request, form.cleaned_data["token"])
        if found is not None:
            return redirect("reading_program:check_one", found.token)
        form.add_error("token", "没有这个查验码，照着证书再核对一遍")
    status = 422 if form.errors else 200
    return _public(request, "reading_program/public/check.html", {"form": form}, status=status)


@never_cache
@login_not_required
@require_GET
def check_one(request: HttpRequest, token: str) -> HttpResponse:
    """What was awarded and whether it stands, the name masked."""
    it = _certificate(request, token)
    if it is None:
        page: dict[str, Any] = {"form": CheckForm({"token": token}), "unknown": True}
        return _public(request, "reading_program/public/check.html", page, status=404)
    page = {
        "certificate": it,
        "is_valid": it.state == CertificateState.VALID,
        "replaced": Certificate.objects.filter(replaces=it, state=CertificateState.VALID).exists(),
    }
    return _public(request, "reading_program/public/certificate.html", page)


def _certificate(request: HttpRequest, token: str) -> Certificate | None:
    if not limits.within(f"check:{_address(request)}", most=60, seconds=60):
        raise Refused(CALM)
    found = Certificate.objects.filter(token=token).select_related("edition__city")
    return found.first()


def _begun(pk: int) -> Publicity:
    """A list before its first day is not there for the public."""
    begun = Publicity.objects.filter(starts_on__lte=calendar.today())
    return get_object_or_404(begun.select_related("edition__city"), pk=pk)


def _sections(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows under the heading of their track and group, each heading once."""
    order = {name: at for at, name in reversed(list(enumerate(row["section"] for row in rows)))}
    ordered = sorted(rows, key=lambda row: order[row["section"]])
    return [
        {"name": name, "rows": list(found)}
        for name, found in groupby(ordered, key=lambda row: row["section"])
    ]


def _address(request: HttpRequest) -> str:
    return origin.address_of(request)


def _public(
    request: HttpRequest, template: str, page: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    answer = render(request, template, page, status=status)
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer
