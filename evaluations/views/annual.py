"""年度简报: who has handed in, what others wrote, one unit's bulletin and its print."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from committees.http import PortalRequest, form_page, require
from committees.models import Unit
from committees.permissions import city_of, home_unit, may_anywhere, only_own_unit
from committees.policy import Can
from evaluations import exports
from evaluations.choices import AnnualState, SourceKind
from evaluations.documents import annual as sheets
from evaluations.figures import annual as figures
from evaluations.figures.statistics_rows import behind_rows
from evaluations.forms.annual import RoundForm
from evaluations.models import AnnualBulletin, AnnualRound
from evaluations.permissions import (
    may_appraise_annual,
    may_ask_annual,
    may_begin_annual,
    may_leave_word,
    may_make,
    may_read_annual,
    may_return_annual,
    may_see_appraisal,
    may_write_annual,
)
from evaluations.services import annual
from evaluations.views.shared import posted
from portal.kernel import audit, calendar, files
from portal.kernel.calendar import date_cn

READERS = "年度简报由各单位关工委和上级来看"
BY_BUREAU = "年度简报哪天交、怎么评，由局关工委工作人员来定"
PEERS_SHOWN = 200


@require_GET
def now(request: PortalRequest) -> HttpResponse:
    """The year last asked for, else this one."""
    city = city_of(request.user)
    asked = AnnualRound.objects.filter(city=city).order_by("-year").first() if city else None
    return redirect("evaluations:annual_year", asked.year if asked else calendar.today().year)


@require_GET
def board(request: PortalRequest, year: int) -> HttpResponse:
    """Above: how many came, office by office. A school goes to its own, others to what is out."""
    if only_own_unit(request.user) and may_anywhere(request.user, Can.ANNUAL_VIEW):
        home = home_unit(request.user)
        assert home is not None  # noqa: S101 - a power comes from a grant
        return redirect("evaluations:annual_bulletin", year, home.pk)
    if not may_anywhere(request.user, Can.ANNUAL_VIEW):
        return redirect("evaluations:annual_peers", year)
    found, asked = _rows(request, year)
    offices = figures.by_office(found)
    chosen = request.GET.get("office") or (offices[0].key if len(offices) == 1 else "")
    shown = [row for row in found if str(row.unit.office_id or 0) == chosen]
    page = {
        "year": year,
        "asked": asked,
        "offices": offices,
        "chosen": next((office.label for office in offices if office.key == chosen), ""),
        "rows": shown,
        "total": len(found),
        "came": sum(row.is_handed_in for row in found),
        "appraised": sum(office.accepted for office in offices),
        "may_ask": may_ask_annual(request.user, city_of(request.user)),
        "volumes_url": reverse("evaluations:annual_volumes", args=[year]),
        "years": _years(request, year),
    }
    return render(request, "evaluations/annual/board.html", page)


def _rows(request: PortalRequest, year: int) -> tuple[list[figures.AnnualRow], AnnualRound | None]:
    units = list(figures.asked_units(request.user))
    asked = _round(request, year)
    return figures.rows(units, request.user, year=year, asked=asked, on=calendar.today()), asked


def _round(request: PortalRequest, year: int) -> AnnualRound | None:
    city = city_of(request.user)
    return AnnualRound.objects.filter(city=city, year=year).first() if city else None


def _years(request: PortalRequest, year: int) -> list[tuple[int, str]]:
    this = calendar.today().year
    return [
        (one, reverse("evaluations:annual_year", args=[one]))
        for one in sorted({year, this, this - 1, this - 2}, reverse=True)
    ]


@require_GET
def export(request: PortalRequest, year: int) -> HttpResponse:
    require(may_anywhere(request.user, Can.ANNUAL_VIEW), READERS)
    found, asked = _rows(request, year)
    home = home_unit(request.user)
    assert home is not None  # noqa: S101 - a power comes from a grant
    audit.record("annual.exported", home, by=request.user, note=str(year))
    content = exports.annual_workbook(found, asked, year=year)
    return files.made(content, f"{year}年度简报交送情况.xlsx")


def ask(request: PortalRequest, year: int) -> HttpResponse:
    """The bureau says by when, who reads first, and in which words it appraises."""
    city = city_of(request.user)
    require(may_ask_annual(request.user, city), BY_BUREAU)
    assert city is not None  # noqa: S101 - required above
    form = RoundForm(posted(request), standing=_round(request, year))
    if form.is_valid():
        made = annual.set_round(city, year=year, **form.cleaned_data, by=request.user)
        messages.success(request, f"定好了：{date_cn(made.due_on)}前交")
        return redirect("evaluations:annual_year", year)
    return form_page(
        request,
        form,
        title=f"{year}年度简报怎么收、怎么评",
        lead="五个栏目是定好的：班子建设、主要工作、特色亮点、创新业绩、先进典范",
        button="定下来",
        back_url=reverse("evaluations:annual_year", args=[year]),
        back_text="年度简报",
    )


@require_GET
def peers(request: PortalRequest, year: int) -> HttpResponse:
    """What other units wrote, once it is appraised: to read, in the order of the tree."""
    require(may_anywhere(request.user, Can.BULLETIN_VIEW), READERS)
    words = request.GET.get("q", "").strip()[:60]
    found = figures.readable_by_all(request.user, year=year, q=words)
    page = {
        "year": year,
        "words": words,
        "bulletins": list(found[:PEERS_SHOWN]),
        "years": [
            (one, reverse("evaluations:annual_peers", args=[one]))
            for one, _ in _years(request, year)
        ],
        "home_url": reverse("evaluations:annual_year", args=[year])
        if may_anywhere(request.user, Can.ANNUAL_VIEW)
        else "",
    }
    return render(request, "evaluations/annual/peers.html", page)


@require_GET
def bulletin(request: PortalRequest, year: int, pk: int) -> HttpResponse:
    """One unit's bulletin to read; for its own unit also when there is none yet."""
    user, found = request.user, standing(request, year, pk)
    unit = found.unit if found is not None else own_unit(request, pk)
    asked = annual.round_of(unit, year)
    row = figures.AnnualRow(unit, found, figures.lateness(found, asked, on=calendar.today()))
    page: dict[str, Any] = {"unit": unit, "year": year, "asked": asked, "row": row}
    page |= {"peers_url": reverse("evaluations:annual_peers", args=[year])}
    page["may_begin"] = found is None and may_begin_annual(user, unit)
    if not only_own_unit(user) and may_anywhere(user, Can.ANNUAL_VIEW):
        page["board_url"] = reverse("evaluations:annual_year", args=[year])
    if found is None:
        return render(request, "evaluations/annual/bulletin.html", page)
    sees = may_see_appraisal(user, found)
    page |= {
        "bulletin": found,
        "sections": _sections(found, sees=sees),
        "sees_sources": found.state != AnnualState.ACCEPTED or sees,
        "sees_appraisal": sees,
        "words": list(found.words.select_related("unit")) if sees else [],
        "steps": _steps(found, asked),
        "may": {
            "write": may_write_annual(user, found),
            "read": may_read_annual(user, found, asked),
            "appraise": may_appraise_annual(user, found, asked),
            "send_back": may_return_annual(user, found, asked),
            "word": may_leave_word(user, found),
            "choose": found.state == AnnualState.ACCEPTED and may_make(user, home_unit(user)),
        },
    }
    return render(request, "evaluations/annual/bulletin.html", page)


@require_GET
def rows(request: PortalRequest, year: int, pk: int, source_pk: int) -> HttpResponse:
    """What a number of the bulletin counted when it was drafted, row by row."""
    found = bulletin_for(request, year, pk)
    if found.state == AnnualState.ACCEPTED and not may_see_appraisal(request.user, found):
        raise Http404
    kinds = {SourceKind.FIGURES: ("records", "人次"), SourceKind.PEOPLE: ("people", "人")}
    source = get_object_or_404(found.sources.exclude(rows=[]), pk=source_pk, kind__in=list(kinds))
    table, per = kinds[SourceKind(source.kind)]
    counted = [(row, amount) for row, amount in source.rows]
    shown = behind_rows(table, counted, request.user, after=request.GET.get("after", ""))
    page = {
        "bulletin": found,
        "source": source,
        "per": per,
        "count": len(counted),
        "total": sum(amount for _, amount in counted),
        "behind": shown,
        "newer_url": "" if shown.is_first else "?",
        "older_url": f"?after={shown.older}" if shown.older else "",
    }
    return render(request, "evaluations/annual/rows.html", page)


def _sections(found: AnnualBulletin, *, sees: bool) -> list[dict[str, Any]]:
    reviews = {one.section: one for one in found.reviews.all()} if sees else {}
    return [
        {"text": section, "review": reviews.get(section.section)}
        for section in figures.sections_of(found)
    ]


def _steps(found: AnnualBulletin, asked: AnnualRound | None) -> list[dict[str, str]]:
    names = [("写", {AnnualState.DRAFT, AnnualState.RETURNED})]
    if asked is not None and asked.office_reads and found.unit.office_id is not None:
        names += [("教办看", {AnnualState.SUBMITTED}), ("市局评议", {AnnualState.READ})]
    else:
        names += [("市局评议", {AnnualState.SUBMITTED, AnnualState.READ})]
    names.append(("评好了", {AnnualState.ACCEPTED}))
    at = next(number for number, (_, states) in enumerate(names) if found.state in states)
    ended = found.state == AnnualState.ACCEPTED
    return [
        {
            "label": label,
            "state": "done" if n < at or ended else "current" if n == at else "later",
        }
        for n, (label, _) in enumerate(names)
    ]


@require_GET
def sheet(request: PortalRequest, year: int, pk: int) -> HttpResponse:
    found = bulletin_for(request, year, pk)
    return files.made(sheets.annual_pdf([found]), found.file_name)


# --- what the pages of a yearly bulletin share --------------------------------------------------


def standing(request: PortalRequest, year: int, pk: int) -> AnnualBulletin | None:
    seen = AnnualBulletin.objects.visible_to(request.user).filter(year=year, unit=pk)
    return seen.select_related("unit__office", "unit__city", "submitted_by").first()


def bulletin_for(request: PortalRequest, year: int, pk: int) -> AnnualBulletin:
    seen = AnnualBulletin.objects.visible_to(request.user).select_related(
        "unit__office", "unit__city", "submitted_by"
    )
    return get_object_or_404(seen, year=year, unit=pk)


def own_unit(request: PortalRequest, pk: int) -> Unit:
    """A unit whose bulletins one sees at every stage: its own page stands before it is begun."""
    wanted = Unit.objects.reachable_by(request.user, Can.ANNUAL_VIEW)
    wanted = wanted.filter(kind__in=["school", "kindergarten"])
    return get_object_or_404(wanted.select_related("city", "office"), pk=pk)
