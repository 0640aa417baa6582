"""名额, who has sent what, and the summary sheet."""

from collections.abc import Sequence

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from committees.choices import UnitKind
from committees.http import PortalRequest, form_page, require
from committees.models import Unit
from committees.models.scoping import scope_q
from committees.permissions import home_unit, may
from committees.policy import Can
from portal.kernel import audit, calendar, files
from portal.kernel.errors import Refused
from reading_program import documents, exports, figures
from reading_program.choices import HOLDING
from reading_program.figures import totals
from reading_program.forms.places import HandBackForm, PlacesForm
from reading_program.models import Edition, Entry, EntryGroup, Quota, Track
from reading_program.permissions import may_give_places, may_see_board, may_see_entries
from reading_program.services import quotas
from reading_program.views.editions import visible_edition

BY_ABOVE = "名额由局关工委分给教办，由教办分给学校"


def places(request: PortalRequest, pk: int, code: str) -> HttpResponse:
    """The bureau's page lists offices and direct schools; an office's its schools."""
    track = _track(request, pk, code)
    require(may_give_places(request.user, track.edition), BY_ABOVE)
    units = _below(request, track.edition)
    group = _group(request, track)
    own = Quota.objects.visible_to(request.user).filter(track=track, group=group)
    rows = {row.unit_id: row for row in own}
    form = PlacesForm(request.POST or None, units=units, rows=rows)
    if form.is_valid():
        try:
            _give(track, group, form, by=request.user)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "名额已经保存，有候补的已经按名次补上")
            return redirect(f"{request.path}?group={group.pk}" if group else request.path)
    home = home_unit(request.user)
    mine = rows.get(home.pk) if home else None
    used = figures.used_by(track, units, group=group)
    page = {
        "edition": track.edition,
        "track": track,
        "group": group,
        "groups": track.edition.groups.order_by("position", "pk"),
        "form": form,
        "lines": [
            {"unit": unit, "field": form[f"unit_{unit.pk}"], "used": used.get(unit.pk, 0)}
            for unit in units
        ],
        "mine": mine,
    }
    status = 422 if form.errors else 200
    return render(request, "reading_program/places.html", page, status=status)


def _give(track: Track, group: EntryGroup | None, form: PlacesForm, *, by: object) -> None:
    """Smaller numbers first: what one gives back another may get."""
    changes = sorted(form.changes(), key=lambda change: change[1] or 0)
    for unit, number, percent in changes:
        quotas.give(track, unit=unit, group=group, places=number, percent=percent, by=by)


def _group(request: PortalRequest, track: Track) -> EntryGroup | None:
    """`?group=` names one group with places of its own; none, all that have no such."""
    number = request.GET.get("group", "")
    return track.edition.groups.filter(pk=number).first() if _is_key(number) else None


def _is_key(number: str) -> bool:
    return number.isdecimal() and len(number) < 10


def _below(request: PortalRequest, edition: Edition) -> list[Unit]:
    open_units = Unit.objects.filter(city=edition.city).open_on(calendar.today()).order_by("path")
    if may(request.user, Can.READING_EDIT, edition.city):
        direct = Q(office=None, kind=UnitKind.SCHOOL)
        return list(open_units.filter(Q(kind=UnitKind.OFFICE) | direct))
    home = home_unit(request.user)
    return list(open_units.filter(office=home, kind=UnitKind.SCHOOL))


def places_back(request: PortalRequest, pk: int, code: str) -> HttpResponse:
    """A school (or office) hands unused places of its own back."""
    track, home = _track(request, pk, code), home_unit(request.user)
    require(home is not None and may(request.user, Can.READING_SUBMIT, home), BY_ABOVE)
    quota = get_object_or_404(
        Quota.objects.visible_to(request.user), track=track, unit=home, group=None
    )
    form = HandBackForm(request.POST or None)
    if form.is_valid():
        try:
            quotas.hand_back(quota, **form.cleaned_data, by=request.user)
        except Refused as error:
            form.add_error("count", str(error))
        else:
            messages.success(request, "名额已经交回上一级")
            return redirect("reading_program:entries", pk)
    return form_page(
        request,
        form,
        title=f"交回{track}的名额",
        button="交回",
        back_url=reverse("reading_program:entries", args=[pk]),
        back_text="参评作品",
        lead=f"现有 {quota.places or 0} 个名额，用不完的可以交回，由上一级分给别的单位",
    )


@require_GET
def entry_board(request: PortalRequest, pk: int) -> HttpResponse:
    """School by school: who has sent nothing stands first."""
    edition = visible_edition(request, pk)
    require(may_see_board(request.user) and may_see_entries(request.user))
    under = scope_q(request.user, Can.ENTRY_VIEW, "path")
    rows = figures.entry_board(edition, under=under, on=calendar.today())
    sent = sum(1 for row in rows if row.word[1] not in {"late", "draft"})
    tracks = list(edition.tracks.all())
    page = {
        "edition": edition,
        "headings": totals.headings(tracks),
        "totals": [
            list(zip(totals.headings(tracks), totals.cells(row), strict=True))
            for row in _totals(request, edition, rows, tracks)
        ],
        "rows": sorted(rows, key=lambda row: (row.word[1] not in {"late", "draft"}, row.unit.path)),
        "lead": f"{len(rows)} 所学校，报了 {sent} 所，没报 {len(rows) - sent} 所",
    }
    return render(request, "reading_program/entry_board.html", page)


@require_GET
def entry_board_xlsx(request: PortalRequest, pk: int) -> HttpResponse:
    """Two sheets: by office, and school by school."""
    edition = visible_edition(request, pk)
    require(may_see_board(request.user) and may_see_entries(request.user))
    under = scope_q(request.user, Can.ENTRY_VIEW, "path")
    rows = figures.entry_board(edition, under=under, on=calendar.today())
    tracks = list(edition.tracks.all())
    content = exports.board_workbook(tracks, _totals(request, edition, rows, tracks), rows)
    return files.made(content, f"{edition.name}报送情况.xlsx")


def _totals(
    request: PortalRequest,
    edition: Edition,
    rows: Sequence[figures.EntryRow],
    tracks: Sequence[Track],
) -> list[totals.OfficeTotals]:
    return totals.office_totals(
        edition,
        offices=[row.unit.office for row in rows],
        tracks=tracks,
        entries=Entry.objects.visible_to(request.user),
        quotas=Quota.objects.visible_to(request.user),
        earlier=totals.edition_before(edition),
    )


@require_GET
def summary_xlsx(request: PortalRequest, pk: int) -> HttpResponse:
    edition = visible_edition(request, pk)
    require(may_see_entries(request.user))
    content = exports.summary_workbook(_sent(request, edition))
    audit.record("entry.exported", edition, by=request.user, note="汇总表.xlsx")
    return files.made(content, f"{edition.name}汇总表.xlsx")


@require_GET
def summary_pdf(request: PortalRequest, pk: int) -> HttpResponse:
    edition = visible_edition(request, pk)
    require(may_see_entries(request.user))
    unit = str(home_unit(request.user) or "")
    rows = _sent(request, edition)
    content = documents.summary_pdf(edition, rows, unit=unit, on=calendar.today())
    audit.record("entry.exported", edition, by=request.user, note="汇总表.pdf")
    return files.made(content, f"{edition.name}汇总表.pdf")


def _sent(request: PortalRequest, edition: Edition) -> QuerySet[Entry]:
    found = Entry.objects.visible_to(request.user).filter(edition=edition, state__in=HOLDING)
    return (
        found.select_related("track", "group", "unit")
        .prefetch_related("advisers")
        .order_by("track__position", "group__position", "unit__path", "rank", "pk")
    )


def _track(request: PortalRequest, pk: int, code: str) -> Track:
    edition = visible_edition(request, pk)
    return get_object_or_404(edition.tracks.select_related("edition__city"), code=code)
