"""What one 评选项目 asks, on a page of the bureau: numbers, questions, criteria, and a preview."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from committees.http import PortalRequest, require
from portal.kernel.errors import Refused
from reading_program.forms.entries import EntryForm
from reading_program.forms.tracks import TrackNameForm, TrackRulesForm, asked_of
from reading_program.models import Track
from reading_program.permissions import may_edit_edition
from reading_program.services import tracks as services
from reading_program.services.tracks import RulesEdited
from reading_program.views.editions import BY_BUREAU, visible_edition


def track_rules(request: PortalRequest, pk: int, code: str) -> HttpResponse:
    """Once somebody has entered, the page asks for the name alone and shows the rest."""
    it = visible_edition(request, pk)
    require(may_edit_edition(request.user, it), BY_BUREAU)
    track = get_object_or_404(it.tracks.select_related("edition__city"), code=code)
    names_only = "names_only" in request.POST or (
        request.method == "GET" and track.entries.exists()
    )
    kind = TrackNameForm if names_only else TrackRulesForm
    posted = request.POST.copy() if request.method == "POST" else None
    form = kind(posted, track=track)
    page: dict[str, Any] = {"edition": it, "track": track, "form": form, "stands": None}
    if form.is_valid():
        if "preview" in request.POST and isinstance(form, TrackRulesForm):
            return _shown(request, page, preview=form.proposed())
        try:
            _save(track, form, by=request.user)
        except RulesEdited as error:
            form.add_error(None, str(error))
            page |= {"stands": error.current, "rows": asked_of(error.current)}
            assert posted is not None  # noqa: S101 - a valid form was posted
            posted["version"] = str(error.current.version)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"“{track.name}”的要求已经保存")
            return redirect("reading_program:edition", it.pk)
    if names_only:
        page |= {"names_only": True, "rows": asked_of(track)}
        return _shown(request, page, preview=track)
    return _shown(request, page, preview=None)


def _save(track: Track, form: forms.Form, *, by: Any) -> None:
    data = form.cleaned_data
    named = {name: data[name] for name in ("name", "rules", "version")}
    if not isinstance(form, TrackRulesForm):
        services.name_track(track, **named, by=by)
        return
    services.set_rules(track, **named, limits=form.limits(), criteria=form.criteria(), by=by)


def _shown(request: PortalRequest, page: dict[str, Any], *, preview: Track | None) -> HttpResponse:
    """`preview`: the form a school fills in, and what judges mark, as this track has them."""
    if preview is not None:
        page |= {"preview": EntryForm(track=preview, prefix="preview"), "marks": preview.marked_by}
    status = 422 if page["form"].errors else 200
    return render(request, "reading_program/track_rules.html", page, status=status)
