"""The rule while somebody looks with another's eyes: their pages, no step, nothing taken away."""

from fnmatch import fnmatchcase
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from portal.kernel import origin
from portal.web.middleware import GetResponse
from portal.web.services import looking as services
from portal.web.views.looking import LOOKING

READS = {"GET", "HEAD", "OPTIONS"}
# Keys of a person's own, and what carries children's data out of the portal.
SHUT = (
    "web:password", "web:second_step*", "web:session*", "web:address", "web:look", "web:sso*",
    "web:job_file", "web:todo_pdf", "web:data_file", "*xlsx", "*pdf", "*docx", "*export*",
    "*archive", "reading_program:*template", "reading_program:score_book",
    "reading_program:certificate", "reading_program:entry_file",
)  # fmt: skip
ONLY_LOOKS = "替看的时候只能看，不能改。要办事请先点“结束替看”，再用自己的身份办，或请本人来办"
IS_SHUT = "替看的时候不开这一页：登录设置归本人，表格和文件也不替人下载。请本人自己打开"
TIME_IS_OVER = "替看已经结束：最多看 30 分钟，或者现在不能替看了。这是您自己的页面"


class LookingMiddleware:
    """Stands inside of what asks after the asker's own session, and outside of the pages."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        own: Any = request.user
        kept = request.session.get(LOOKING) if own.is_authenticated else None
        if kept is None or request.path == reverse("web:look_end"):
            return self.get_response(request)
        looking = services.read(kept, by=own, now=timezone.now())
        if looking is None:
            return _over(request, kept)
        asked: Any = request
        asked.user, asked.looking = looking.person, looking
        try:
            with origin.looking(own), services.nothing_written():
                response = _nothing_taken(request, self.get_response(request))
        finally:
            asked.user = own
        add_never_cache_headers(response)
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or getattr(request, "looking", None) is None:
            return None
        if request.method not in READS:
            return _refuse(request, ONLY_LOOKS)
        if any(fnmatchcase(match.view_name, pattern) for pattern in SHUT):
            return _refuse(request, IS_SHUT)
        return None


def _nothing_taken(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Whatever would be kept as a file on the machine of who looks is not handed out."""
    if not response.headers.get("Content-Disposition", "").startswith("attachment"):
        return response
    # Not response.close(): that tells Django the whole request was over.
    if (held := getattr(response, "file_to_stream", None)) is not None:
        held.close()
    return _refuse(request, IS_SHUT)


def _over(request: HttpRequest, kept: Any) -> HttpResponse:
    """A step sent from such a page is not carried out by the one who only looked."""
    own: Any = request.user
    del request.session[LOOKING]
    services.end(kept, why="到了时间，或者不再可以替看", by=own)
    rotate_token(request)
    messages.warning(request, TIME_IS_OVER)
    return redirect("web:home")


def _refuse(request: HttpRequest, sentence: str) -> HttpResponse:
    return render(request, "portal/refused.html", {"sentence": sentence}, status=403)
