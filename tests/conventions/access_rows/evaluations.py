"""Bulletins: printed ones for the city, unfinished ones for those who make and sign them."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from evaluations.models import BulletinIssue
from evaluations.services import bulletins, word_copies
from evaluations.tasks import PROOF, proof_key
from portal.kernel import files
from portal.kernel.models import Job, JobState
from tests.conventions.access import EVERYBODY, Row
from tests.factories import evaluations as factory
from tests.personas import World

BOTH = ("GET", "POST")
POST = ("POST",)
READERS = EVERYBODY - {"judge"}
MAKERS = {"bureau_staff"}
SIGNER = {"bureau_leader"}
FOLLOWERS = MAKERS | SIGNER
# An office makes bulletins of its own; nobody else has a unit that does.
HOUSES = {"bureau_staff", "office_secretary", "other_office_secretary"}


def series(city: World) -> dict[str, Any]:
    return {"slug": factory.series(city).slug}


def draft(city: World) -> dict[str, Any]:
    return {"pk": factory.draft(city).pk}


def article(city: World) -> dict[str, Any]:
    issue = factory.draft(city)
    return {"pk": issue.pk, "article_pk": issue.articles.get().pk}


def word_back(city: World) -> dict[str, Any]:
    issue = factory.draft(city)
    content = word_copies.send_out(issue, by=city.bureau_staff)
    upload = SimpleUploadedFile("改好.docx", content)
    back = word_copies.receive(issue, upload=upload, by=city.bureau_staff)
    return {"pk": issue.pk, "back_pk": back.pk}


def issued(city: World) -> dict[str, Any]:
    return {"pk": factory.issued(city).pk}


def issued_number(city: World) -> dict[str, Any]:
    return {**issued(city), "name": "activities"}


def signed(city: World) -> dict[str, Any]:
    issue = factory.draft(city)
    bulletins.submit(issue, by=city.bureau_staff)
    BulletinIssue.objects.filter(pk=issue.pk).update(state="signed", dated_on=factory.TODAY)
    return {"pk": issue.pk}


def proved(city: World) -> dict[str, Any]:
    issue = factory.draft(city)
    Job.objects.create(
        key=proof_key(issue),
        kind=PROOF,
        title="校样",
        state=JobState.DONE,
        ended_at=timezone.now(),
        result_file=files.store(b"%PDF-1.7", "application/pdf"),
        result_name="校样.pdf",
    )
    return {"pk": issue.pk}


def submitted(city: World) -> dict[str, Any]:
    issue = factory.draft(city)
    bulletins.submit(issue, by=city.bureau_staff)
    return {"pk": issue.pk, "name": "sign"}


ROWS = {
    "evaluations:bulletins": Row(READERS, {"judge"}),
    "evaluations:new_series": Row(HOUSES, EVERYBODY, methods=BOTH),
    "evaluations:series": Row(MAKERS, READERS, given=series, methods=BOTH),
    "evaluations:new_issue": Row(MAKERS, READERS, given=series, methods=BOTH),
    "evaluations:new_supplement": Row(MAKERS, READERS, given=series, methods=BOTH),
    "evaluations:correct": Row(MAKERS, SIGNER, given=draft, methods=BOTH),
    "evaluations:issue": Row(READERS, given=issued),
    "evaluations:issue_number": Row(READERS, given=issued_number),
    "evaluations:pdf": Row(READERS, given=issued),
    "evaluations:gather": Row(MAKERS, SIGNER, given=draft, methods=BOTH),
    "evaluations:note": Row(MAKERS, SIGNER, given=draft, methods=BOTH),
    "evaluations:new_article": Row(MAKERS, SIGNER, given=draft, methods=BOTH),
    "evaluations:article": Row(MAKERS, SIGNER, given=article, methods=BOTH),
    "evaluations:move_article": Row(MAKERS, SIGNER, given=article, methods=POST),
    "evaluations:remove_article": Row(MAKERS, SIGNER, given=article, methods=BOTH),
    "evaluations:shorten_article": Row(MAKERS, SIGNER, given=article, methods=BOTH),
    "evaluations:join_article": Row(MAKERS, SIGNER, given=article, methods=POST),
    "evaluations:word_out": Row(MAKERS, SIGNER, given=draft, methods=POST),
    "evaluations:word_back": Row(MAKERS, SIGNER, given=draft, methods=BOTH),
    "evaluations:word_changes": Row(MAKERS, SIGNER, given=word_back, methods=BOTH),
    "evaluations:word_drop": Row(MAKERS, SIGNER, given=word_back, methods=POST),
    "evaluations:proof": Row(FOLLOWERS, given=draft, methods=BOTH),
    "evaluations:proof_file": Row(FOLLOWERS, given=proved),
    "evaluations:print_again": Row(FOLLOWERS, given=signed, methods=POST),
    "evaluations:progress": Row(FOLLOWERS, given=draft),
    "evaluations:step": Row(SIGNER, MAKERS, given=submitted, methods=BOTH),
}
