"""Official papers: out for every unit they went to, unfinished for those who make and sign."""

from typing import Any

from evaluations.models import OfficialPaper
from evaluations.services import papers
from tests.conventions.access import EVERYBODY, Row
from tests.factories import evaluations as bulletins
from tests.factories import papers as factory
from tests.personas import World

BOTH = ("GET", "POST")
POST = ("POST",)
OUTSIDE = {"judge", "teacher", "mentor"}
MAKERS = {"bureau_staff"}
SIGNER = {"bureau_leader"}
FOLLOWERS = MAKERS | SIGNER
HOUSES = {"bureau_staff", "office_secretary", "other_office_secretary"}


def draft(city: World) -> dict[str, Any]:
    return {"pk": factory.draft(city).pk}


def annex(city: World) -> dict[str, Any]:
    paper = factory.draft(city)
    made = papers.add_annex(paper, title="名单", body="甲、乙", by=city.bureau_staff)
    return {"pk": paper.pk, "annex_pk": made.pk}


def issued(city: World) -> dict[str, Any]:
    return {"pk": factory.issued(city).pk}


def signed(city: World) -> dict[str, Any]:
    paper = factory.submitted(city)
    OfficialPaper.objects.filter(pk=paper.pk).update(
        state="signed", number=1, year=2023, dated_on=factory.TODAY
    )
    return {"pk": paper.pk}


def to_sign(city: World) -> dict[str, Any]:
    return {"pk": factory.submitted(city).pk, "name": "sign"}


def receipt(city: World) -> dict[str, Any]:
    return {"pk": factory.issued(city).receipts.get(unit=city.school).pk}


def issued_issue(city: World) -> dict[str, Any]:
    return {"pk": bulletins.issued(city).pk}


ROWS = {
    "evaluations:issue_booklet": Row(EVERYBODY - {"judge"}, given=issued_issue, methods=POST),
    "evaluations:issue_run": Row(FOLLOWERS, EVERYBODY - {"judge"}, given=issued_issue),
    "evaluations:paper_booklet": Row(EVERYBODY - OUTSIDE, given=issued, methods=POST),
    "evaluations:paper_run": Row(FOLLOWERS, EVERYBODY - OUTSIDE, given=issued),
    "evaluations:papers": Row(EVERYBODY - OUTSIDE, OUTSIDE),
    "evaluations:paper_register": Row(EVERYBODY - OUTSIDE, OUTSIDE),
    "evaluations:paper_new": Row(HOUSES, EVERYBODY, methods=BOTH),
    "evaluations:paper": Row(EVERYBODY - OUTSIDE, given=issued),
    "evaluations:paper_pdf": Row(EVERYBODY - OUTSIDE, given=issued),
    "evaluations:paper_docx": Row(EVERYBODY - OUTSIDE, given=issued),
    "evaluations:paper_edit": Row(MAKERS, SIGNER, given=draft, methods=BOTH),
    "evaluations:annex_new": Row(MAKERS, SIGNER, given=draft, methods=BOTH),
    "evaluations:annex_names": Row(MAKERS, SIGNER, given=draft, methods=BOTH),
    "evaluations:annex": Row(MAKERS, SIGNER, given=annex, methods=BOTH),
    "evaluations:annex_remove": Row(MAKERS, SIGNER, given=annex, methods=POST),
    "evaluations:paper_print": Row(FOLLOWERS, given=signed, methods=POST),
    "evaluations:paper_progress": Row(FOLLOWERS, given=signed),
    "evaluations:paper_step": Row(SIGNER, MAKERS, given=to_sign, methods=BOTH),
    "evaluations:paper_receive": Row(
        {"school_secretary", "party_contact", "office_secretary"},
        EVERYBODY - OUTSIDE,
        given=receipt,
        methods=POST,
    ),
}
