"""The outermost of all: gives each request its id, and says in one line how it went."""

import logging
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from portal.kernel import logs
from portal.web import metrics

log = logging.getLogger("portal.requests")


class RequestMiddleware:
    """The line names the page by its route, and the asker by number: no address, no query."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.monotonic()
        with logs.asking(logs.believed(request.headers.get(logs.HEADER, ""))):
            with logs.watching_queries():
                response = self.get_response(request)
            response[logs.HEADER] = logs.current()
            _say(request, response, seconds=time.monotonic() - began)
        return response


def _say(request: HttpRequest, response: HttpResponse, *, seconds: float) -> None:
    page = page_of(request)
    facts = {
        "method": request.method,
        "page": page,
        "status": response.status_code,
        "ms": round(seconds * 1000),
        "user": getattr(getattr(request, "user", None), "pk", None),
    }
    log.info("request", extra={"facts": facts})
    metrics.count(
        method=str(request.method),
        page=page,
        status=response.status_code,
        seconds=seconds,
    )


def page_of(request: HttpRequest) -> str:
    """The name of the address, without the numbers and tokens in it."""
    found = request.resolver_match
    return found.view_name if found else "-"
