"""What a team takes along (route, units, criteria with blanks) and the 整改通知书."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from committees.figures import DIRECT
from evaluations.figures.visits import lines
from evaluations.models import Appraisal, Assessor, MarkSheet, Mending, Visit, VisitTeam
from evaluations.scoring import plain
from portal.kernel import codes, pdf
from portal.kernel.calendar import date_cn, weekday_cn


def pack_pdf(
    team: VisitTeam, people: Sequence[Assessor], sheets: Sequence[tuple[Visit, MarkSheet]], *,
    day: date, site: str,
) -> bytes:  # fmt: skip
    """The route on top, then the sheet of each unit and assessor, each with its own code."""
    visits = list(dict.fromkeys(visit for visit, _ in sheets))
    route = {
        "campaign": team.campaign.name,
        "team": str(team),
        "people": "、".join(f"{one.name}（{one.unit.name}）" for one in people),
        "dated": f"{date_cn(day)}（{weekday_cn(day)}）",
        "stops": [
            {"place": visit.place, "name": visit.unit.name, "office": _office(visit),
             "total": _total(visit)}
            for visit in visits
        ],
    }  # fmt: skip
    return _printed(route, sheets, site=site)


def sheet_pdf(visit: Visit, sheet: MarkSheet, *, site: str) -> bytes:
    """One assessor's sheet alone."""
    return _printed(None, [(visit, sheet)], site=site)


def _printed(
    route: Mapping[str, Any] | None, wanted: Sequence[tuple[Visit, MarkSheet]], *, site: str
) -> bytes:
    parts = {visit.pk: lines(visit, []) for visit in {visit for visit, _ in wanted}}
    sheets = [
        {
            "code": str(sheet.code), "qr": sheet.code.digits, "place": visit.place,
            "name": visit.unit.name, "office": _office(visit), "total": _total(visit),
            "assessor": sheet.assessor.name, "team": str(visit.team), "dated": date_cn(visit.day),
            "parts": parts[visit.pk],
        }
        for visit, sheet in wanted
    ]  # fmt: skip
    images = {s.code.digits: codes.qr_svg(f"{site}{s.code.path}") for _, s in wanted}
    return pdf.render(
        "documents/visit_pack/page.html", {"route": route, "sheets": sheets}, images=images
    )


def _office(visit: Visit) -> str:
    return visit.unit.office.name if visit.unit.office else DIRECT


def _total(visit: Visit) -> str:
    total = visit.appraisal.self_total
    return "" if total is None else plain(total)


def mending_pdf(appraisal: Appraisal, mendings: Sequence[Mending], *, on: date) -> bytes:
    """整改通知书: each thing with its day, on official paper."""
    page = {
        "city": appraisal.campaign.city.name,
        "unit": appraisal.unit.name,
        "campaign": appraisal.campaign.name,
        "items": [(one.words, date_cn(one.due_on)) for one in mendings],
        "dated": date_cn(on),
    }
    return pdf.render("documents/mending/page.html", page)
