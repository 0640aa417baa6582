"""推荐表: what the level above reads of one unit."""

from datetime import date

from committees.figures import DIRECT
from evaluations.models import Recommendation
from portal.kernel import pdf
from portal.kernel.calendar import date_cn


def recommendation_pdf(it: Recommendation, *, on: date) -> bytes:
    appraisal, unit = it.appraisal, it.appraisal.unit
    columns = [
        ("自评", appraisal.self_total), ("初评", appraisal.office_total),
        ("复评", appraisal.city_total),
    ]  # fmt: skip
    page = {
        "level": it.upper.level,
        "year": it.upper.year,
        "unit": unit.name,
        "office": unit.office.name if unit.office else DIRECT,
        "points": [
            (name, "" if total is None else f"{total.normalize():f}") for name, total in columns
        ],
        "grade": appraisal.grade_name,
        "words": it.words.splitlines(),
        "city": it.upper.city.name,
        "dated": date_cn(on),
    }
    return pdf.render("documents/recommendation/page.html", page)
