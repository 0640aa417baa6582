"""/s/…: somebody at the meeting signs in on the own telephone, without an account.

The address is signed, so that it cannot be guessed; it asks no place and sets no name of anybody
who has not said it. Names are shown only while the hours last. (The site-wide same-origin referrer
keeps the token to ourselves.)
"""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from activities.forms.attendance import GuestForm
from activities.models import Attendee, SignIn
from activities.services import attendance
from committees.models import Person
from portal.kernel import limits, origin
from portal.kernel.errors import Refused

LISTED = 30  # more people than this are found by typing, not by scrolling
FOUND = 8
SIGNED_HERE = "signed_in"  # session: which sign-ins this telephone has used, {sign-in: attendee}


@never_cache
@login_not_required
def sign_in(request: HttpRequest, token: str) -> HttpResponse:
    hours = _hours(request, token)
    if request.method == "POST":
        return _put_down(request, hours, token)
    mine = _mine(request, hours)
    if mine is not None and "again" not in request.GET:
        return _page(request, hours, token, mine=mine, is_twice="twice" in request.GET)
    return _page(request, hours, token)


def _hours(request: HttpRequest, token: str) -> SignIn:
    """What the token stands for; a wrong one costs its sender patience, then an answer."""
    hours = SignIn.objects.by_token(token)
    if hours is not None:
        return hours
    address = origin.address_of(request)
    if not limits.within(f"sign-in-wrong:{address}", most=30, seconds=300):
        raise PermissionDenied("这个二维码打不开。请到会场再扫一次，或者请会场的同志帮您签")
    raise Http404


def _put_down(request: HttpRequest, hours: SignIn, token: str) -> HttpResponse:
    address = origin.address_of(request)
    if not limits.within(f"sign-in:{hours.pk}:{address}", most=240, seconds=60):
        return _page(request, hours, token, refusal="签的人太多了，等一分钟再点一次")
    now = timezone.now()
    try:
        if chosen := request.POST.get("person", ""):
            person = _people(hours).filter(pk=int(chosen) if chosen.isdecimal() else 0).first()
            if person is None:
                return _page(request, hours, token, refusal="名单上没有这一位，在下面写姓名和单位")
            entry, is_new = attendance.sign_by_code(hours, person=person, now=now)
        else:
            form = GuestForm(request.POST)
            if not form.is_valid():
                return _page(request, hours, token, form=form)
            guest = form.cleaned_data["name"], form.cleaned_data["place"]
            entry, is_new = attendance.sign_by_code(hours, guest=guest, now=now)
    except Refused as refusal:
        return _page(request, hours, token, refusal=str(refusal))
    signed = request.session.get(SIGNED_HERE, {})
    request.session[SIGNED_HERE] = {**signed, str(hours.pk): entry.pk}
    answer = redirect("activities:sign_in", token)
    if not is_new:
        answer["Location"] += "?twice=1"
    return answer


def _page(
    request: HttpRequest,
    hours: SignIn,
    token: str,
    *,
    mine: Attendee | None = None,
    is_twice: bool = False,
    form: GuestForm | None = None,
    refusal: str = "",
) -> HttpResponse:
    now = timezone.now()
    page: dict[str, Any] = {
        "activity": hours.activity,
        "token": token,
        "mine": mine,
        "is_twice": is_twice,
        "is_open": hours.is_open(now),
        "is_early": now < hours.opens_at,
        "opens": timezone.localtime(hours.opens_at),
        "refusal": refusal,
        "form": form or GuestForm(),
    }
    if mine is None and page["is_open"]:
        page |= _to_pick(request, hours)
    status = 422 if refusal or (form is not None and form.errors) else 200
    response = render(request, "activities/attendance/sign_in.html", page, status=status)
    response["X-Robots-Tag"] = "noindex"
    return response


def _to_pick(request: HttpRequest, hours: SignIn) -> dict[str, Any]:
    """Names to tap while there are few; with many, those that begin as one has typed."""
    people = _people(hours).order_by("name", "pk")
    words = request.GET.get("q", "").strip()[:20]
    is_long = len(people[: LISTED + 1]) > LISTED
    if is_long:
        people = people.filter(name__startswith=words)[:FOUND] if words else people.none()
    signed = set(hours.activity.attendee_list.values_list("person_id", flat=True))
    return {
        "is_long": is_long,
        "words": words,
        "people": [{"person": person, "signed": person.pk in signed} for person in people],
    }


def _people(hours: SignIn) -> Any:
    return Person.objects.filter(unit=hours.activity.unit_id)


def _mine(request: HttpRequest, hours: SignIn) -> Attendee | None:
    pk = request.session.get(SIGNED_HERE, {}).get(str(hours.pk))
    return Attendee.objects.filter(pk=pk, activity=hours.activity_id).first() if pk else None
