"""参评作品: a school's list and forms, and one entry as everybody who may see it sees it."""

from collections.abc import Iterable

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from committees.http import PortalRequest, form_page, require
from committees.models import Unit
from committees.permissions import home_unit
from portal.kernel import audit, files
from portal.kernel.columns import Column, Table
from portal.kernel.errors import BadFile, Refused
from reading_program.choices import EntryState
from reading_program.figures import ENTRY_TONES, places_of
from reading_program.forms.entries import EntryForm
from reading_program.forms.plans import DeclineForm, SendBackForm
from reading_program.models import Edition, Entry, EntryFile, Likeness, Track
from reading_program.permissions import (
    may_change_entry,
    may_enter,
    may_forward_entry,
    may_give_places,
    may_return_entry,
    may_see_board,
    may_see_entries,
    may_see_likeness,
    may_withdraw_entry,
)
from reading_program.services import entries as services
from reading_program.views.editions import visible_edition

ENTRIES = Table(
    "entries",
    (
        Column("entry", "作品", by="number", fixed=True),
        Column("track", "项目", by="track__position"),
        Column("unit", "学校", by="unit__path"),
        Column("nominee", "作者"),
        Column("grade", "年级班级", by="grade"),
        Column("state", "状态"),
    ),
    usual=("track__position", "unit__path", "pk"),
)
BY_SCHOOL = "作品由学校秘书登记，没有人会用电脑的学校由教办代办"
BY_ABOVE = "作品由主管教办审核；直属学校的由局关工委审核"
VERBS = {
    "entry.submit": "报送",
    "entry.wait": "列入候补",
    "entry.promote": "候补递补",
    "entry.forward": "审核通过，报市",
    "entry.send_back": "退回",
    "entry.decline": "不推荐",
    "entry.resubmit": "重新报送",
    "entry.withdraw": "撤下",
}


@require_GET
def entries(request: PortalRequest, pk: int) -> HttpResponse:
    """Every entry one may see, narrowed by track and state; a school's own with its order."""
    edition = visible_edition(request, pk)
    require(may_see_entries(request.user), BY_SCHOOL)
    found, chosen = _narrowed(
        Entry.objects.visible_to(request.user).filter(edition=edition), request
    )
    page = ENTRIES.read(found.select_related("track", "group", "unit"), request)
    unit = home_unit(request.user)
    enters = unit if unit is not None and may_enter(request.user, edition, unit) else None
    context = {
        "edition": edition,
        "tracks": edition.tracks.all(),
        "states": EntryState.choices,
        "chosen": chosen,
        "page": page,
        "rows": [{"it": each, "tone": ENTRY_TONES[each.state]} for each in page.rows],
        "enters": enters,
        "gives": may_give_places(request.user, edition),
        "sees_board": may_see_board(request.user),
        "sees_likeness": may_see_likeness(request.user),
        **ENTRIES.page(request),
    }
    return render(request, "reading_program/entries.html", context)


def _narrowed(
    found: QuerySet[Entry], request: PortalRequest
) -> tuple[QuerySet[Entry], dict[str, str]]:
    chosen = {name: request.GET.get(name, "") for name in ("track", "state", "unit")}
    if chosen["track"]:
        found = found.filter(track__code=chosen["track"])
    if chosen["state"]:
        found = found.filter(state=chosen["state"])
    if chosen["unit"].isdecimal():
        found = found.filter(unit=int(chosen["unit"]))
    return found, chosen


@require_GET
def track_list(request: PortalRequest, pk: int, code: str) -> HttpResponse:
    """One school's entries of one track in its own order, with what each still lacks."""
    track, unit = track_of(request, pk, code), unit_of(request)
    require(may_enter(request.user, track.edition, unit), BY_SCHOOL)
    found = (
        Entry.objects.visible_to(request.user)
        .filter(track=track, unit=unit)
        .exclude(state=EntryState.WITHDRAWN)
        .select_related("track", "group", "edition", "unit")
        .prefetch_related("files")
        .in_rank()
    )
    rows = [
        {
            "it": each,
            "tone": ENTRY_TONES[each.state],
            "lacks": services.lacks(each) if each.state in services.OPEN else [],
        }
        for each in found
    ]
    page = {
        "edition": track.edition,
        "track": track,
        "unit": unit,
        "rows": rows,
        "may_send": _is_ready(found),
        "places": places_of(track, unit),
    }
    return render(request, "reading_program/entry_track.html", page)


def _is_ready(found: Iterable[Entry]) -> bool:
    """There is a draft, and no draft lacks anything."""
    drafts = [each for each in found if each.state == EntryState.DRAFT]
    return bool(drafts) and not any(services.lacks(each) for each in drafts)


@require_POST
def track_rank(request: PortalRequest, pk: int, code: str) -> HttpResponse:
    """Numbers typed beside the entries: 1 is the best."""
    track, unit = track_of(request, pk, code), unit_of(request)
    require(may_enter(request.user, track.edition, unit), BY_SCHOOL)
    placed = {
        int(name.removeprefix("rank_")): int(str(value))
        for name, value in request.POST.items()
        if name.removeprefix("rank_").isdecimal() and str(value).isdecimal()
    }
    order = sorted(placed, key=lambda entry: (placed[entry], entry))
    services.rank(track, unit=unit, order=order, by=request.user)
    messages.success(request, "名次已经保存")
    return redirect(track_url(track, unit))


@require_POST
def track_send(request: PortalRequest, pk: int, code: str) -> HttpResponse:
    track, unit = track_of(request, pk, code), unit_of(request)
    require(may_enter(request.user, track.edition, unit), BY_SCHOOL)
    sent, waiting = services.send(track, unit=unit, by=request.user)
    words = f"报送了 {sent} 件"
    messages.success(request, f"{words}，名额以外的 {waiting} 件列入候补" if waiting else words)
    return redirect(track_url(track, unit))


def entry_new(request: PortalRequest, pk: int, code: str) -> HttpResponse:
    track, unit = track_of(request, pk, code), unit_of(request)
    require(may_enter(request.user, track.edition, unit), BY_SCHOOL)
    return _edit(request, track, unit, None)


def entry_edit(request: PortalRequest, pk: int) -> HttpResponse:
    it = _visible(request, pk)
    require(may_change_entry(request.user, it), "报送以后不能改，要改请上一级退回")
    return _edit(request, it.track, it.unit, it)


def _edit(request: PortalRequest, track: Track, unit: Unit, it: Entry | None) -> HttpResponse:
    form = EntryForm(request.POST or None, request.FILES or None, track=track, entry=it)
    if form.is_valid():
        try:
            saved = services.save_entry(track, unit=unit, entry=it, **form.taken(), by=request.user)
        except (BadFile, Refused) as error:
            form.add_error(None, str(error))
        else:
            missing = services.lacks(saved)
            words = f"已经保存，报送前还要：{'；'.join(missing)}" if missing else "已经保存"
            messages.success(request, words)
            return redirect("reading_program:entry", saved.pk)
    page = {"form": form, "track": track, "unit": unit, "entry": it, "edition": track.edition}
    status = 422 if form.errors else 200
    return render(request, "reading_program/entry_form.html", page, status=status)


@require_GET
def entry(request: PortalRequest, pk: int) -> HttpResponse:
    it = _visible(request, pk)
    own = {each.name: each.label for each in it.track.limit.fields}
    page = {
        "entry": it,
        "tone": ENTRY_TONES[it.state],
        "own": [(own[name], value) for name, value in it.extra.items() if name in own and value],
        "lacks": services.lacks(it) if it.state in services.OPEN else [],
        "track_url": track_url(it.track, it.unit),
        "enters": may_enter(request.user, it.edition, it.unit),
        "may_change": may_change_entry(request.user, it),
        "may_resubmit": it.state == EntryState.RETURNED and may_change_entry(request.user, it),
        "may_withdraw": may_withdraw_entry(request.user, it),
        "may_forward": may_forward_entry(request.user, it),
        "may_return": may_return_entry(request.user, it),
        "alike": _alike(request, it),
        "events": [
            {"at": event.at, "who": event.actor_name, "what": VERBS[event.verb], "note": event.note}
            for event in audit.trail_of(it)
            if event.verb in VERBS
        ],
    }
    return render(request, "reading_program/entry.html", page)


def _alike(request: PortalRequest, it: Entry) -> list[Likeness]:
    """What the work shares with others: for those above the school."""
    return list(it.likenesses.all()) if may_see_likeness(request.user) else []


@require_GET
def entry_file(request: PortalRequest, pk: int) -> FileResponse:
    seen = Entry.objects.visible_to(request.user)
    one = get_object_or_404(EntryFile.objects.filter(entry__in=seen).select_related("file"), pk=pk)
    return files.response(one.file, one.name, inline=True)


@require_POST
def entry_forward(request: PortalRequest, pk: int) -> HttpResponse:
    it = _visible(request, pk)
    require(may_forward_entry(request.user, it), BY_ABOVE)
    services.forward(it, by=request.user)
    messages.success(request, f"{it.number} 号已经报市")
    return redirect("reading_program:entry", it.pk)


def entry_return(request: PortalRequest, pk: int) -> HttpResponse:
    it = _visible(request, pk)
    require(may_return_entry(request.user, it), BY_ABOVE)
    form = SendBackForm(request.POST or None)
    if form.is_valid():
        services.send_back(it, **form.cleaned_data, by=request.user)
        messages.success(request, "已经退回，学校会看到要补什么")
        return redirect("reading_program:entry", it.pk)
    return form_page(
        request,
        form,
        title=f"退回“{it}”",
        button="退回，请学校补",
        back_url=reverse("reading_program:entry", args=[it.pk]),
        back_text="先不退回",
    )


def entry_decline(request: PortalRequest, pk: int) -> HttpResponse:
    it = _visible(request, pk)
    require(may_forward_entry(request.user, it), BY_ABOVE)
    form = DeclineForm(request.POST or None)
    if form.is_valid():
        moved = services.decline(it, **form.cleaned_data, by=request.user)
        told = f"{it.number} 号没有推荐"
        messages.success(request, f"{told}，候补里的“{moved[0]}”补上了" if moved else told)
        return redirect("reading_program:entry", it.pk)
    return form_page(
        request,
        form,
        title=f"不推荐“{it}”",
        button="不推荐",
        back_url=reverse("reading_program:entry", args=[it.pk]),
        back_text="先不定",
        note="不推荐以后，这件作品就不再参评，名额给候补里的下一件；还能改好的，请用“退回”",
    )


@require_POST
def entry_resubmit(request: PortalRequest, pk: int) -> HttpResponse:
    it = _visible(request, pk)
    require(may_change_entry(request.user, it), BY_SCHOOL)
    services.correct(it, by=request.user)
    messages.success(request, "已经重新报送")
    return redirect("reading_program:entry", it.pk)


@require_POST
def entry_withdraw(request: PortalRequest, pk: int) -> HttpResponse:
    it = _visible(request, pk)
    require(may_withdraw_entry(request.user, it), BY_SCHOOL)
    nxt = services.withdraw(it, note="", by=request.user)
    words = f"“{it}”已经撤下"
    messages.success(request, f"{words}，候补里的“{nxt}”补上了" if nxt else words)
    return redirect(track_url(it.track, it.unit))


def _visible(request: PortalRequest, pk: int) -> Entry:
    found = Entry.objects.visible_to(request.user).select_related(
        "edition__city", "track__edition", "group", "unit__office", "office", "submitted_by"
    )
    it: Entry = get_object_or_404(found.prefetch_related("files__file", "advisers"), pk=pk)
    return it


def track_of(request: PortalRequest, pk: int, code: str) -> Track:
    edition: Edition = visible_edition(request, pk)
    return get_object_or_404(edition.tracks.select_related("edition__city"), code=code)


def unit_of(request: PortalRequest) -> Unit:
    """The school the entry is for; an office names one of its own (?unit=)."""
    wanted = request.GET.get("unit", "")
    if wanted.isdecimal():
        unit: Unit = get_object_or_404(Unit.objects.visible_to(request.user), pk=wanted)
        return unit
    home = home_unit(request.user)
    require(home is not None, BY_SCHOOL)
    assert home is not None  # noqa: S101 - required above
    return home


def track_url(track: Track, unit: Unit) -> str:
    url = reverse("reading_program:track_list", args=[track.edition_id, track.code])
    return f"{url}?unit={unit.pk}"
