"""The handbook, for everybody, signed in or not."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from portal.web.handbook import chapters

LONGEST = 40


@login_not_required
@require_GET
def handbook(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:LONGEST]
    page = {
        "words": words,
        "found": chapters.find(words) if words else [],
        "groups": chapters.contents(),
    }
    return render(request, "handbook/contents.html", page)


@login_not_required
@require_GET
def chapter(request: HttpRequest, slug: str) -> HttpResponse:
    shown = chapters.chapter_called(slug)
    if shown is None:
        raise Http404
    order = list(chapters.chapters())
    at = order.index(shown)
    page = {
        "chapter": shown,
        "before": order[at - 1] if at else None,
        "after": order[at + 1] if at + 1 < len(order) else None,
    }
    return render(request, "handbook/chapter.html", page)
