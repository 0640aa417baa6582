"""Home, sign-in, search, messages, jobs."""

from typing import Any

from django.utils import timezone

from portal.kernel import files
from portal.kernel.models import Job, JobState, Notice
from tests.conventions.access import EVERYBODY, Row
from tests.personas import World

BOTH = ("GET", "POST")
POST = ("POST",)
OWNER = {"school_secretary"}


def notice(city: World) -> dict[str, Any]:
    return {"pk": Notice.objects.create(user=city.school_secretary, text="来了一条消息").pk}


def waiting_job(city: World) -> dict[str, Any]:
    made = Job.objects.create(key="waiting", kind="none", title="等着", owner=city.school_secretary)
    return {"pk": made.pk}


def ended_job(city: World) -> dict[str, Any]:
    made = Job.objects.create(
        key="ended",
        kind="none",
        title="做完了",
        owner=city.school_secretary,
        state=JobState.DONE,
        ended_at=timezone.now(),
        result_file=files.store(b"%PDF-1.7 result", "application/pdf"),
        result_name="结果.pdf",
    )
    return {"pk": made.pk}


ROWS = {
    "web:home": Row(EVERYBODY),
    "web:todo": Row(EVERYBODY),
    "web:menu": Row(EVERYBODY),
    # What is found is as far as each may see; the page itself is everybody's.
    "web:search": Row(EVERYBODY, query="?q=小学"),
    "web:notices_read": Row(EVERYBODY, methods=POST),
    "web:notice_read": Row(OWNER, given=notice, methods=POST),
    "web:login": Row(EVERYBODY, methods=BOTH, is_public=True),
    "web:logout": Row(EVERYBODY, methods=POST),
    "web:password": Row(EVERYBODY, methods=BOTH),
    "web:text_size": Row(EVERYBODY, methods=POST, is_public=True),
    "web:job": Row(OWNER, given=waiting_job),
    "web:job_cancel": Row(OWNER, given=waiting_job, methods=POST),
    "web:job_file": Row(OWNER, given=ended_job),
    "web:styleguide": Row(EVERYBODY, methods=BOTH),
}
