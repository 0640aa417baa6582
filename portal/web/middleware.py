"""Two rules every page obeys: a first password is changed, a refusal is a sentence."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from portal.kernel import seals
from portal.kernel.errors import Refused

GetResponse = Callable[[HttpRequest], HttpResponse]


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


class RefusalMiddleware:
    """A rule that says no answers 409 with its own sentence and a way back, never a 500.

    So does the database where a closed year is kept shut.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        sentence = str(error) if isinstance(error, Refused) else seals.sentence_of(error)
        if sentence is None:
            return None
        return render(request, "portal/refused.html", {"sentence": sentence}, status=409)
