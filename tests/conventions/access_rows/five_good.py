"""“五好”: a unit's own points for it and those above; tables and titles for the bureau."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from evaluations.choices import Column
from evaluations.models import Campaign, MarkSheet, Mending, Title, UpperList
from evaluations.services import (
    appraisals,
    campaigns,
    levels,
    mark_sheets,
    mendings,
    publicity,
    visits,
)
from evaluations.services.visits import Mark
from portal.kernel import calendar
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


def public_campaign(city: World) -> dict[str, Any]:
    return {"pk": factory.public(factory.decided(city), city=city).pk}


def objected(city: World) -> dict[str, Any]:
    it = factory.decided(city)
    return {"pk": factory.public(it, city=city).pk, "appraisal_pk": it.pk}


def objection(city: World) -> dict[str, Any]:
    it = factory.decided(city)
    factory.public(it, city=city)
    made = publicity.object_to(it, told_by="某校", words="多算了", by=city.school_secretary)
    return {"pk": made.pk}


def named(city: World) -> dict[str, Any]:
    found = public_campaign(city)
    campaigns.name_units(
        Campaign.objects.get(**found), grade="excellent", title="“五好”关工委", document="",
        on=date(YEAR, 12, 25), by=city.bureau_staff,
    )  # fmt: skip
    return found


def a_team(city: World) -> dict[str, Any]:
    return {"pk": factory.visit(factory.submitted(city), city=city).team_id}


def a_visit(city: World) -> dict[str, Any]:
    return {"pk": factory.visit(factory.submitted(city), city=city).pk}


def a_sheet(city: World) -> dict[str, Any]:
    made = factory.visit(factory.submitted(city), city=city)
    first = made.team.assessors.order_by("pk")[0]
    return {"pk": made.pk, "assessor_pk": first.pk, "code": "2"}


def a_paper_sheet(city: World) -> MarkSheet:
    made = factory.visit(factory.submitted(city), city=city)
    first = made.team.assessors.order_by("pk")[0]
    return mark_sheets.sheet_of(made, first, by=city.bureau_staff)


def sheet_page(city: World) -> dict[str, Any]:
    return {"pk": a_paper_sheet(city).pk}


def sheet_file(city: World) -> dict[str, Any]:
    made = a_paper_sheet(city)
    return {"pk": made.appraisal.visit.pk, "assessor_pk": made.assessor_id}


def sheet_photo(city: World) -> dict[str, Any]:
    made = mark_sheets.keep_upload(a_paper_sheet(city), upload=photo(), by=city.bureau_staff)
    return {"pk": made.pk}


def looked_at(city: World) -> dict[str, Any]:
    it = factory.submitted(city)
    there = factory.visit(it, city=city)
    marks = {"2.2.2": Mark(Decimal(2))}
    first = there.team.assessors.order_by("pk")[0]
    visits.mark(there, assessor=first, marks=marks, by=city.bureau_staff)
    appraisals.complete(it, Column.OFFICE, by=city.office_secretary)
    return {"pk": it.pk}


def mending(city: World) -> Mending:
    day = calendar.today() + timedelta(days=9)
    [made] = mendings.ask(
        factory.submitted(city), words=["补会议记录"], code="", due_on=day, by=city.bureau_staff
    )
    return made


def to_mend(city: World) -> dict[str, Any]:
    return {"pk": mending(city).appraisal_id}


def one_mending(city: World) -> dict[str, Any]:
    return {"pk": mending(city).pk, "name": "tell"}


def an_upper_list(city: World, *, quota: int | None = None) -> UpperList:
    return levels.open_list(
        city.bureau, year=YEAR, level="宁波市级", target=4, quota=quota, least=Decimal(90),
        by=city.bureau_staff,
    )  # fmt: skip


def upper(city: World) -> dict[str, Any]:
    return {"pk": an_upper_list(city).pk}


def to_recommend(city: World) -> dict[str, Any]:
    return upper(city) | {"appraisal_pk": factory.decided(city).pk}


def recommended(city: World) -> dict[str, Any]:
    made = levels.recommend(
        an_upper_list(city), factory.decided(city), words="好", by=city.bureau_staff
    )
    return {"pk": made.pk}


REVIEWS = {"bureau_staff", "office_secretary"}
FILLS = READERS - {"bureau_leader", "auditor", "party_contact"}
ROWS = {
    "evaluations:campaign_step": Row(
        STAFF, READERS, given=lambda city: campaign(city) | {"name": "freeze"}, methods=BOTH
    ),
    "evaluations:level_board": Row(ABOVE | {"other_office_secretary"}, READERS, given=campaign),
    "evaluations:coaching_new": Row(REVIEWS, SEES, given=empty, methods=BOTH),
    "evaluations:uppers": Row(STAFF, EVERYBODY),
    "evaluations:upper_new": Row(STAFF, EVERYBODY, methods=BOTH),
    "evaluations:upper": Row(STAFF, given=upper),
    "evaluations:recommend": Row(STAFF, given=to_recommend, methods=BOTH),
    "evaluations:recommendation_file": Row(STAFF, given=recommended),
    "evaluations:recommendation_step": Row(
        STAFF, given=lambda city: recommended(city) | {"name": "sent"}, methods=POST
    ),
    "evaluations:campaign_invite": Row(STAFF, READERS, given=campaign, methods=BOTH),
    "evaluations:report": Row(ABOVE | {"other_office_secretary"}, READERS, given=campaign),
    "evaluations:report_file": Row(
        ABOVE | {"other_office_secretary"},
        READERS,
        given=lambda city: campaign(city) | {"form": "xlsx"},
    ),
    "evaluations:xray": Row(ABOVE | {"other_office_secretary"}, READERS, given=campaign),
    "evaluations:campaign_way": Row(STAFF, READERS, given=campaign, methods=BOTH),
    "evaluations:visits": Row(READERS, given=campaign),
    "evaluations:visit_team_new": Row(STAFF, READERS, given=campaign, methods=BOTH),
    "evaluations:visit_plan": Row(STAFF, READERS, given=campaign, methods=BOTH),
    "evaluations:visit_ring": Row(STAFF, READERS, given=campaign, methods=BOTH),
    "evaluations:visit_team_remove": Row(STAFF, READERS, given=a_team, methods=POST),
    "evaluations:visit_pack": Row(STAFF, SEES, given=lambda city: a_team(city) | {"day": 1}),
    "evaluations:visit": Row(SEES, given=a_visit),
    "evaluations:visit_move": Row(STAFF, SEES, given=a_visit, methods=BOTH),
    "evaluations:visit_feedback": Row(STAFF, SEES, given=a_visit, methods=BOTH),
    "evaluations:on_the_spot": Row(STAFF, SEES, given=looked_at, methods=BOTH),
    "evaluations:visit_papers": Row(STAFF, READERS, given=campaign, methods=BOTH),
    "evaluations:visit_sheet_file": Row(STAFF, SEES, given=sheet_file),
    "evaluations:visit_sheet": Row(STAFF, SEES, given=sheet_page, methods=BOTH),
    "evaluations:visit_sheet_photos": Row(STAFF, SEES, given=sheet_page, methods=POST),
    "evaluations:visit_sheet_photo": Row(SEES, given=sheet_photo),
    "evaluations:visit_marks": Row(STAFF, SEES, given=a_sheet, methods=BOTH),
    "evaluations:mendings": Row(SEES, given=to_mend),
    "evaluations:mending_new": Row(REVIEWS, SEES, given=empty, methods=BOTH),
    "evaluations:mending_step": Row({"school_secretary"}, SEES, given=one_mending, methods=BOTH),
    "evaluations:mending_file": Row(SEES, given=to_mend),
    "evaluations:publicity": Row(READERS, given=public_campaign),
    "evaluations:objection_new": Row(FILLS | STAFF, READERS, given=objected, methods=BOTH),
    "evaluations:objection_answer": Row(STAFF, SEES, given=objection, methods=BOTH),
    "evaluations:naming_file": Row(READERS, given=named),
    "evaluations:plaques": Row(STAFF, READERS, given=lambda city: named(city) | {"form": "xlsx"}),
    "evaluations:five_good": Row(READERS, OUTSIDERS),
    "evaluations:rubric": Row(READERS, given=table),
    "evaluations:rubric_file": Row(READERS, given=table),
    "evaluations:rubric_sheets": Row(READERS, given=table),
    "evaluations:rubric_copy": Row(STAFF, READERS, given=table, methods=POST),
    "evaluations:rubric_preview": Row(STAFF, READERS, given=table),
    "evaluations:rubric_line": Row(
        STAFF, given=lambda city: draft_table(city) | {"code": "2.2.2"}, methods=BOTH
    ),
    "evaluations:rubric_line_new": Row(STAFF, given=draft_table, methods=BOTH),
    "evaluations:rubric_line_remove": Row(
        STAFF, given=lambda city: draft_table(city) | {"code": "2.2.2"}, methods=BOTH
    ),
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
