"""Essays alike, for the office and the bureau: the list, and two texts side by side."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from committees.http import PortalRequest, require
from portal.kernel import audit, paging, similarity
from reading_program.forms.plans import LookedAtForm
from reading_program.models import Entry, Likeness
from reading_program.permissions import may_edit_edition, may_see_likeness
from reading_program.services import likeness as services
from reading_program.views.editions import BY_BUREAU, visible_edition

BY_ABOVE = "作品相似由教办和局关工委来看"


@require_GET
def likenesses(request: PortalRequest, pk: int) -> HttpResponse:
    """Pairs nobody has looked at (or with ?looked=1 the others), the largest share first."""
    edition = visible_edition(request, pk)
    require(may_see_likeness(request.user), BY_ABOVE)
    looked = request.GET.get("looked") == "1"
    found = _pairs(request).filter(entry__edition=edition, looked_at__isnull=not looked)
    page = paging.read_page(found, by=["-percent", "pk"], after=request.GET.get("after", ""))
    seen = _seen(request, [pair.other_id for pair in page.rows])
    context = {
        "edition": edition,
        "page": page,
        "looked": looked,
        "rows": [{"it": pair, "sees_other": pair.other_id in seen} for pair in page.rows],
        "may_start": may_edit_edition(request.user, edition),
        "essays": services.handed_in(edition).count(),
    }
    return render(request, "reading_program/likenesses.html", context)


@require_POST
def compare(request: PortalRequest, pk: int) -> HttpResponse:
    edition = visible_edition(request, pk)
    require(may_edit_edition(request.user, edition), BY_BUREAU)
    job = services.start_comparing(edition, by=request.user)
    return redirect("web:job", job.pk)


def likeness(request: PortalRequest, pk: int) -> HttpResponse:
    """The passages both have, marked in both texts; of a school out of reach the passages only."""
    require(may_see_likeness(request.user), BY_ABOVE)
    pair = get_object_or_404(_pairs(request), pk=pk)
    form = LookedAtForm(request.POST or None, initial={"note": pair.note})
    if form.is_valid():
        services.look_at(pair, note=form.cleaned_data["note"], by=request.user)
        messages.success(request, "记下了")
        return redirect("reading_program:likenesses", pair.entry.edition_id)
    passages = similarity.passages(pair.entry.body, pair.other.body)
    mine = [(each.start, each.end) for each in passages]
    theirs = sorted((each.other_start, each.other_end) for each in passages)
    sees_other = bool(_seen(request, [pair.other_id]))
    audit.record("entry.seen", pair.entry, by=request.user, note="比对")
    page = {
        "pair": pair,
        "form": form,
        "sees_other": sees_other,
        "left": _marked(pair.entry.body, mine, whole=True),
        "right": _marked(pair.other.body, theirs, whole=sees_other),
        "count": len(passages),
    }
    status = 422 if form.errors else 200
    return render(request, "reading_program/likeness.html", page, status=status)


def _pairs(request: PortalRequest) -> QuerySet[Likeness]:
    return Likeness.objects.visible_to(request.user).select_related(
        "entry__unit", "entry__edition", "entry__track", "other__unit", "other__edition",
        "other__track", "looked_by",
    )  # fmt: skip


def _seen(request: PortalRequest, keys: list[int]) -> set[int]:
    """Which of these works the user may see at all."""
    found = Entry.objects.visible_to(request.user).filter(pk__in=keys)
    return set(found.values_list("pk", flat=True))


def _marked(text: str, spans: list[tuple[int, int]], *, whole: bool) -> list[tuple[bool, str]]:
    """(is it in both, piece of text) from the start to the end; without `whole` gaps are …."""
    pieces, at = [], 0
    for first, end in spans:
        start = max(first, at)
        if start > at:
            pieces.append((False, text[at:start] if whole else "……"))
        if end > start:
            pieces.append((True, text[start:end]))
        at = max(at, end)
    if at < len(text):
        pieces.append((False, text[at:] if whole else "……"))
    return pieces
