"""会议纪要: read, write, two versions side by side, two people's texts brought together."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from activities.forms.kinds import joined, offered
from activities.forms.records import MOST_LETTERS, MinutesForm
from activities.models import Activity, MinutesDraft, MinutesVersion
from activities.models.minutes import current_minutes
from activities.permissions import may_write_minutes
from activities.services import minutes
from committees.http import PortalRequest, require
from portal.kernel.differences import side_by_side
from portal.kernel.errors import Refused

OUTLINE = "outline"  # the button that puts the kind's outline below what is written
WHO_WRITES = "纪要由开会的单位来写，教办也可以代写"


@require_GET
def read(request: PortalRequest, pk: int) -> HttpResponse:
    record = _record(request, pk)
    versions = list(record.minutes_versions.select_related("saved_by"))
    standing = next((one for one in versions if not one.is_aside), None)
    page = {
        "activity": record,
        "standing": standing,
        "versions": [
            {
                "version": one,
                "stands": one == standing,
                "compare_url": _compare_url(record, one, standing, versions),
            }
            for one in versions
        ],
        "aside": [one for one in versions if one.is_aside and standing is not None
                  and one.number > standing.number],
        "may_write": may_write_minutes(request.user, record),
        **_drafts(request, record),
    }  # fmt: skip
    return render(request, "activities/minutes/read.html", page)


@never_cache
def write(request: PortalRequest, pk: int) -> HttpResponse:
    """One save, one version; where somebody else saved meanwhile, both are shown."""
    record = _record(request, pk)
    require(may_write_minutes(request.user, record), WHO_WRITES)
    standing = current_minutes(record)
    drafts = _drafts(request, record)
    form = MinutesForm(request.POST or None, initial={"text": _begins(record, standing, drafts)})
    if request.POST.get("action") == OUTLINE and (outline := _outline(record)):
        minutes.keep_draft(
            record,
            text=joined(request.POST.get("text", ""), outline)[:MOST_LETTERS],
            by=request.user,
            **_marks(request, standing, None),
        )
        return redirect("activities:minutes_edit", record.pk)
    if request.method == "POST" and form.is_valid():
        saved = minutes.save(
            record,
            text=form.cleaned_data["text"],
            based_on=_number(request.POST.get("based_on", "")),
            draft_version=_number(request.POST.get("version", "")),
            by=request.user,
        )
        if saved.is_aside:
            return redirect("activities:minutes_both", record.pk, saved.number)
        messages.success(request, f"存好了，这是{saved}")
        return redirect("activities:minutes", record.pk)
    page = {"activity": record, "form": form, "standing": standing, **drafts}
    page["outline"] = offered(_outline(record), form["text"].value() or "")
    page |= _marks(request, standing, drafts["mine"])
    return render(
        request, "activities/minutes/write.html", page, status=422 if form.errors else 200
    )


@require_POST
def autosave(request: PortalRequest, pk: int) -> HttpResponse:
    """Keep what is written so far as this person's draft; say when somebody saved meanwhile."""
    record = _record(request, pk)
    require(may_write_minutes(request.user, record), WHO_WRITES)
    form = MinutesForm(request.POST)
    form.fields["text"].required = False  # a text wiped out is kept as such
    if not form.is_valid():
        return JsonResponse(_saved(record, version=_number(request.POST.get("version", "")))
                            | {"unsaved": form.fields["text"].label})  # fmt: skip
    based_on = _number(request.POST.get("based_on", ""))
    try:
        draft = minutes.keep_draft(
            record,
            text=form.cleaned_data["text"],
            based_on=based_on,
            version=_number(request.POST.get("version", "")),
            by=request.user,
        )
    except Refused as refusal:
        return JsonResponse({"sentence": str(refusal)}, status=409)
    saved = _saved(record, version=draft.version)
    standing = current_minutes(record)
    if standing is not None and standing.number != based_on:
        saved["meanwhile"] = (
            f"{standing.saved_by}刚存了{standing}。您写的也在自动保存，点“存成新的一稿”就能看到两份"
        )
    return JsonResponse(saved)


@require_POST
def drop_draft(request: PortalRequest, pk: int) -> HttpResponse:
    """The own words that were not saved as a version are given up."""
    record = _record(request, pk)
    require(may_write_minutes(request.user, record), WHO_WRITES)
    minutes.drop_draft(record, by=request.user)
    messages.success(request, "没存成一稿的那些删掉了")
    return redirect("activities:minutes_edit", record.pk)


@never_cache
def both(request: PortalRequest, pk: int, number: int) -> HttpResponse:
    """A text that was put aside, beside the one that stands; the chosen or joined one is saved."""
    record = _record(request, pk)
    mine = get_object_or_404(record.minutes_versions.filter(is_aside=True), number=number)
    standing = current_minutes(record)
    if standing is None:
        raise Http404
    begun = record.minutes_drafts.filter(author=request.user, based_on=standing.number).first()
    page = {
        "activity": record,
        "mine": mine,
        "standing": standing,
        "pairs": side_by_side(mine.text, standing.text),
        "form": MinutesForm(initial={"text": begun.text if begun else mine.text}),
        "may_write": may_write_minutes(request.user, record),
        **_marks(request, standing, begun),
    }
    return render(request, "activities/minutes/both.html", page, status=409)


@require_GET
def compare(request: PortalRequest, pk: int) -> HttpResponse:
    """?from=1&to=3: what one version changed of another."""
    record = _record(request, pk)
    before, after = (
        get_object_or_404(
            record.minutes_versions.select_related("saved_by"),
            number=_number(request.GET.get(name, "")),
        )
        for name in ("from", "to")
    )
    page = {
        "activity": record,
        "before": before,
        "after": after,
        "left": str(before),
        "right": str(after),
        "pairs": side_by_side(before.text, after.text),
    }
    return render(request, "activities/minutes/compare.html", page)


def _drafts(request: PortalRequest, record: Activity) -> dict[str, Any]:
    """What is being written and not saved yet: the own words, and other people's to read."""
    if not may_write_minutes(request.user, record):
        return {"mine": None, "others": []}
    drafts = list(record.minutes_drafts.select_related("author").order_by("-saved_at", "pk"))
    return {
        "mine": next((one for one in drafts if one.author_id == request.user.pk), None),
        "others": [one for one in drafts if one.author_id != request.user.pk and one.text.strip()],
    }


def _outline(record: Activity) -> str:
    return record.kind.outline if record.kind else ""


def _begins(record: Activity, standing: MinutesVersion | None, drafts: dict[str, Any]) -> str:
    """The own unsaved words, else the version that stands, else what the record knows."""
    mine: MinutesDraft | None = drafts["mine"]
    if mine is not None:
        return mine.text
    return standing.text if standing is not None else minutes.first_text(record)


def _marks(
    request: PortalRequest, standing: MinutesVersion | None, mine: MinutesDraft | None
) -> dict[str, int]:
    """What the form was built upon, and which save of the draft it knows."""
    if request.method == "POST":
        return {name: _number(request.POST.get(name, "")) for name in ("based_on", "version")}
    if mine is not None:
        return {"based_on": mine.based_on, "version": mine.version}
    return {"based_on": standing.number if standing is not None else 0, "version": 0}


def _saved(record: Activity, *, version: int) -> dict[str, Any]:
    now = timezone.localtime()
    return {
        "version": version,
        "at": f"{now.hour}:{now:%M}",
        "autosave_url": reverse("activities:minutes_draft", args=[record.pk]),
    }


def _compare_url(
    record: Activity,
    one: MinutesVersion,
    standing: MinutesVersion | None,
    versions: list[MinutesVersion],
) -> str:
    """An aside beside what stands, any other beside the version it was built upon."""
    here = reverse("activities:minutes_compare", args=[record.pk])
    if one.is_aside and standing is not None:
        return f"{here}?from={one.number}&to={standing.number}"
    known = {each.number for each in versions}
    return f"{here}?from={one.based_on}&to={one.number}" if one.based_on in known else ""


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 6 else 0


def _record(request: HttpRequest, pk: int) -> Activity:
    records = Activity.objects.visible_to(request.user)
    return get_object_or_404(records.select_related("unit", "city", "kind"), pk=pk)
