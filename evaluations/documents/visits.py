"""What a team takes along (route, units, criteria with blanks) and the 整改通知书."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from committees.figures import DIRECT
from evaluations.figures.visits import lines
from evaluations.models import Appraisal, Mending, Visit, VisitTeam
from portal.kernel import pdf
from portal.kernel.calendar import date_cn, weekday_cn


def pack_pdf(team: VisitTeam, visits: Sequence[Visit], *, day: date) -> bytes:
    """The route on top, then a sheet a unit: criteria, self scores, room for points and words."""
    page = {
        "campaign": team.campaign.name,
        "team": str(team),
        "people": "、".join(f"{one.name}（{one.unit.name}）" for one in team.assessors.all()),
        "dated": f"{date_cn(day)}（{weekday_cn(day)}）",
        "units": [_unit(visit) for visit in visits],
    }
    return pdf.render("documents/visit_pack/page.html", page)


def _unit(visit: Visit) -> dict[str, Any]:
    unit = visit.unit
    total = visit.appraisal.self_total
    return {
        "place": visit.place,
        "name": unit.name,
        "office": unit.office.name if unit.office else DIRECT,
        "total": "" if total is None else f"{total.normalize():f}",
        "parts": lines(visit, []),
    }


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
