"""“五好”: a unit's own points for it and those above; tables and titles for the bureau."""

from datetime import date
from typing import Any

from evaluations.models import Title
from evaluations.services import appraisals
from tests.conventions.access import EVERYBODY, Row
from tests.factories import five_good as factory
from tests.factories.evaluations import photo
from tests.personas import YEAR, World

BOTH = ("GET", "POST")
POST = ("POST",)
ABOVE = {"bureau_leader", "bureau_staff", "auditor", "office_secretary"}
OWN = {"school_secretary", "party_contact"}
SEES = ABOVE | OWN
# Everybody who sees any appraisal at all.
READERS = SEES | {
    "other_office_secretary", "sibling_secretary", "other_school_secretary",
    "kindergarten_secretary",
}  # fmt: skip
STAFF = {"bureau_staff"}
OUTSIDERS = EVERYBODY - READERS


def table(city: World) -> dict[str, Any]:
    return {"pk": factory.table(city).pk}


def draft_table(city: World) -> dict[str, Any]:
    return {"pk": factory.table(city, publish=False).pk}


def campaign(city: World) -> dict[str, Any]:
    return {"pk": factory.campaign(city).pk}


def empty(city: World) -> dict[str, Any]:
    return {"pk": factory.appraisal(city).pk}


def line(city: World) -> dict[str, Any]:
    return empty(city) | {"code": "2.2.2"}


def part(city: World) -> dict[str, Any]:
    return empty(city) | {"column": "self", "code": "2"}


def paper(city: World) -> dict[str, Any]:
    made = appraisals.add_paper(
        factory.appraisal(city), code="1.1.3", upload=photo(), proves_on=date(YEAR, 3, 1),
        by=city.school_secretary,
    )  # fmt: skip
    return {"pk": made.pk}


def step(city: World) -> dict[str, Any]:
    return {"pk": factory.filled(city).pk, "name": "submit"}


def title(city: World) -> dict[str, Any]:
    made = Title.objects.create(unit=city.school, name="五好", named_on=date(YEAR, 1, 1))
    return {"pk": made.pk}


ROWS = {
    "evaluations:five_good": Row(READERS, OUTSIDERS),
    "evaluations:rubric": Row(READERS, given=table),
    "evaluations:rubric_file": Row(READERS, given=table),
    "evaluations:rubric_new": Row(STAFF, EVERYBODY, methods=BOTH),
    "evaluations:rubric_publish": Row(STAFF, given=draft_table, methods=POST),
    "evaluations:campaign_new": Row(STAFF, EVERYBODY, methods=BOTH),
    "evaluations:campaign": Row(READERS, given=campaign),
    "evaluations:campaign_open": Row(STAFF, READERS, given=campaign, methods=POST),
    "evaluations:campaign_name": Row(STAFF, READERS, given=campaign, methods=BOTH),
    "evaluations:titles": Row(READERS, OUTSIDERS),
    "evaluations:title_recheck": Row(STAFF, SEES, given=title, methods=BOTH),
    "evaluations:appraisal": Row(SEES, given=empty),
    "evaluations:five_good_gap": Row(SEES, given=empty),
    "evaluations:appraisal_step": Row({"school_secretary"}, SEES, given=step, methods=BOTH),
    "evaluations:five_good_line": Row(SEES, given=line),
    "evaluations:evidence_new": Row({"school_secretary"}, SEES, given=line, methods=BOTH),
    "evaluations:evidence": Row(SEES, given=paper),
    "evaluations:five_good_part": Row({"school_secretary"}, SEES, given=part, methods=BOTH),
}
