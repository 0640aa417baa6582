"""Rules every page obeys: where it is asked from, first passwords, second steps, refusals."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from committees.models.scoping import grants_of
from committees.permissions import BUREAU_ROLES, roles_of
from portal.kernel import audit, limits, origin, seals
from portal.kernel.errors import Refused
from portal.web.services import sessions
from portal.web.views.errors import bad_request

GetResponse = Callable[[HttpRequest], HttpResponse]

# Answers that mean somebody asked for what is not theirs, or acted on what had changed meanwhile.
REFUSED = {403, 404, 409}
# So many lines an hour and person: a broken page asked over and over fills no table.
MOST_REFUSALS = 200
SEEN_EVERY = 600  # seconds


class OriginMiddleware:
    """The first of all: what is written while this request lasts says where it came from."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with origin.asking(origin.address_of(request)):
            return self.get_response(request)


class FirstPasswordMiddleware:
    """Who signs in with a password somebody else wrote down sets an own one first."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if getattr(request.user, "must_change_password", False):
            allowed = {reverse("web:password"), reverse("web:logout"), reverse("web:text_size")}
            if request.path not in allowed and not request.path.startswith("/static/"):
                return redirect("web:password")
        return self.get_response(request)


class SecondStepMiddleware:
    """Where the city asks for it, people of the bureau switch the second step on first.

    Nobody who has it switched on holds a session without having passed it: see views/account.py.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _owes_second_step(request):
            names = ("second_step", "password", "logout", "text_size")
            if request.path not in {reverse(f"web:{name}") for name in names}:
                return redirect("web:second_step")
        number = request.session.get("portal_session")
        # Whoever was stopped meanwhile has a session and is nobody.
        is_somebody = request.user.is_authenticated
        if number is not None and is_somebody and cache.add(f"seen:{number}", 1, SEEN_EVERY):
            sessions.seen(number, at=timezone.now(), by=request.user)
        return self.get_response(request)


def _owes_second_step(request: HttpRequest) -> bool:
    user: Any = request.user
    if not settings.SECOND_STEP_REQUIRED or not user.is_authenticated:
        return False
    return bool(roles_of(user) & BUREAU_ROLES) and not request.session.get("second_step")


class RefusedMiddleware:
    """Whoever is signed in and told no stands in the audit trail, with what they asked."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        user: Any = request.user
        is_ours = request.resolver_match is not None  # a mistyped address asks for nothing of ours
        if response.status_code in REFUSED and user.is_authenticated and is_ours:
            note_refused(request, status=response.status_code)
        return response


def note_refused(request: HttpRequest, *, status: int) -> None:
    """`status` 403 not permitted or a forged form, 404 out of scope, 409 changed meanwhile."""
    user: Any = request.user
    if not limits.within(f"refused:{user.pk}", most=MOST_REFUSALS, seconds=3600):
        return
    grants = grants_of(user)
    audit.refused(
        f"{request.method} {request.path}",
        by=user,
        unit_path=grants[0][1] if grants else "",
        note=str(status),
    )


class RefusalMiddleware:
    """A rule that says no answers 409 with its own sentence and a way back, never a 500.

    So does the database where a closed year is kept shut.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, ValueError) and "NUL (0x00)" in str(error):
            return bad_request(request)  # a character no keyboard types and no database keeps
        sentence = str(error) if isinstance(error, Refused) else seals.sentence_of(error)
        if sentence is None:
            return None
        return render(request, "portal/refused.html", {"sentence": sentence}, status=409)
