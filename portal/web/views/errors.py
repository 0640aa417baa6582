"""Pages for when something is in the way: each says what to do next."""

import logging

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader

from portal.kernel import logs

log = logging.getLogger(__name__)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        return render(request, "413.html", status=413)
    return render(request, "400.html", status=400)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Usually a page left open overnight, or a second sign-in in another tab."""
    return render(request, "portal/stale_form.html", status=403)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", {"reason": str(exception or "")}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """No context processor may run here: the database may be what is broken."""
    reference = logs.reference()
    facts = {"reference": reference}
    log.error(
        "reference %s: %s %s", reference, request.method, request.path, extra={"facts": facts}
    )
    content = loader.get_template("500.html").render({"reference": reference})
    return HttpResponse(content, status=500)
