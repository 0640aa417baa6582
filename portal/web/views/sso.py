"""Signing in through the city's identity service, where one is named in the settings."""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from mozilla_django_oidc.views import OIDCAuthenticationCallbackView, OIDCAuthenticationRequestView
from requests import RequestException

from portal.web import sso as service
from portal.web.views.account import enter

BACKEND = "portal.web.sso.IdentityService"
REFUSED = "/login/?sso=no"


class _Back(OIDCAuthenticationCallbackView):
    """The library's callback, letting people in by our own door."""

    def login_success(self) -> HttpResponse:
        target = self.success_url
        enter(self.request, self.user, way="sso", backend=BACKEND)
        return redirect(target)


@login_not_required
@never_cache
@require_GET
def sso(request: HttpRequest) -> HttpResponse:
    if not service.is_on():
        return redirect("web:login")
    answer: HttpResponse = OIDCAuthenticationRequestView.as_view()(request)
    return answer


@login_not_required
@never_cache
@require_GET
def sso_back(request: HttpRequest) -> HttpResponse:
    """Whatever does not hold leads back to the sign-in page, with a sentence and no reason."""
    if not service.is_on():
        return redirect("web:login")
    if request.user.is_authenticated:
        return redirect("web:home")
    try:
        answer: HttpResponse = _Back.as_view()(request)
    except (SuspiciousOperation, RequestException):
        return redirect(REFUSED)
    return answer
