"""Long work: one row a job, run by Celery, safe against doubled delivery and killed workers.

A worker owns a job by a PostgreSQL advisory lock of its session. The lock dies with the worker,
so whoever is handed the message again, or finds the job on the minute's sweep, can tell a dead
owner from a slow one without guessing at time-outs. (Needs session pooling, not PgBouncer's
transaction mode.) Live progress goes through the cache, because the work itself usually sits in
one transaction whose writes nobody else can see yet.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.db import connection, transaction
from django.utils import timezone

from portal.kernel import seals
from portal.kernel.errors import Refused
from portal.kernel.models import Job, JobState, StoredFile

log = logging.getLogger(__name__)

NOTHING_CHANGED = "什么也没有改"
LOCK_SPACE = 7303014  # our own half of the advisory lock key
PROGRESS_SECONDS = 24 * 3600


class JobCancelled(Exception):
    """Raised inside a handler when its owner asked to stop; the transaction falls back."""


@dataclass
class Outcome:
    """What a handler gives back: numbers for the page, and perhaps a file."""

    result: Mapping[str, Any] = field(default_factory=dict)
    file: StoredFile | None = None
    file_name: str = ""
    message: str = ""


@dataclass
class Progress:
    """What a handler is given: the job's arguments, and where to say how far it is."""

    job: Job

    @property
    def arguments(self) -> dict[str, Any]:
        return dict(self.job.arguments)

    def say(self, done: int, total: int, message: str = "") -> None:
        """Show `done` of `total`, and stop here if the owner asked to."""
        if cache.get(f"job:{self.job.pk}:cancel"):
            raise JobCancelled
        cache.set(
            f"job:{self.job.pk}",
            {"done": done, "total": total, "message": message},
            PROGRESS_SECONDS,
        )


Handler = Callable[[Progress], Outcome]
_handlers: dict[str, Handler] = {}
_kept: dict[str, str] = {}


def handles(kind: str, *, keeps: str = NOTHING_CHANGED) -> Callable[[Handler], Handler]:
    """Register the function that does jobs of this kind; it stands in an app's tasks.py.

    `keeps` says what stays of a job that ends half way: most are one transaction, and nothing does.
    """

    def register(handler: Handler) -> Handler:
        _handlers[kind] = handler
        _kept[kind] = keeps
        return handler

    return register


def start(
    kind: str,
    *,
    key: str,
    title: str,
    by: Any,
    arguments: Mapping[str, Any] | None = None,
    return_url: str = "",
    again: bool = False,
) -> Job:
    """Queue the job once: an open job of this key is returned as it is.

    An ended one runs anew when it did not succeed, or when `again` says so.
    """
    with transaction.atomic():
        job, made = Job.objects.select_for_update().get_or_create(
            key=key, defaults={"kind": kind, "title": title}
        )
        if job.is_open and not made:
            return job
        if job.state == JobState.DONE and not again:
            return job
        job.kind, job.title, job.owner, job.return_url = kind, title, by, return_url
        job.arguments = dict(arguments or {})
        job.state, job.message, job.result = JobState.QUEUED, "", {}
        job.done = job.total = 0
        job.result_file, job.result_name = None, ""
        job.started_at = job.ended_at = None
        job.cancel_asked = False
        job.created_at = timezone.now()
        job.save()
        cache.delete_many([f"job:{job.pk}", f"job:{job.pk}:cancel"])
        transaction.on_commit(lambda: _send(job.pk))
    return job


def ask_cancel(job: Job) -> None:
    """Stop a waiting job at once, a running one at its next step."""
    stopped = Job.objects.filter(pk=job.pk, state=JobState.QUEUED).update(
        state=JobState.CANCELLED, ended_at=timezone.now(), message="还没开始就取消了，什么也没有改"
    )
    if not stopped:
        Job.objects.filter(pk=job.pk).update(cancel_asked=True)
        cache.set(f"job:{job.pk}:cancel", 1, PROGRESS_SECONDS)


def look(job: Job) -> Job:
    """Return the job with its live progress laid over the row."""
    job.refresh_from_db()
    live = cache.get(f"job:{job.pk}") if job.state == JobState.RUNNING else None
    if live:
        job.done, job.total, job.message = live["done"], live["total"], live["message"]
    return job


def run(job_id: int) -> bool:
    """Do the job unless somebody else is doing or has done it; True when this call did it."""
    if not _lock(job_id):
        return False
    try:
        claimed = Job.objects.filter(
            pk=job_id, state__in=[JobState.QUEUED, JobState.RUNNING]
        ).update(state=JobState.RUNNING, started_at=timezone.now(), seen_at=timezone.now())
        if not claimed:
            return False
        job = Job.objects.get(pk=job_id)
        Job.objects.filter(pk=job_id).update(attempts=job.attempts + 1)
        _carry_out(job)
        return True
    finally:
        _unlock(job_id)


def _carry_out(job: Job) -> None:
    try:
        outcome = _handlers[job.kind](Progress(job))
    except JobCancelled:
        _end(job, JobState.CANCELLED, message=f"已按您的要求停下，{_kept[job.kind]}")
    except Refused as refusal:
        _end(job, JobState.FAILED, message=str(refusal))
    except Exception as error:
        sealed = seals.sentence_of(error)
        if sealed is None:
            log.exception("job %s (%s) broke", job.pk, job.kind)
        _end(
            job,
            JobState.FAILED,
            message=sealed
            or f"处理到一半停下了，{_kept.get(job.kind, NOTHING_CHANGED)}。"
            f"把编号 {job.pk} 告诉管理员，可以查到原因",
        )
    else:
        _end(job, JobState.DONE, outcome)


def _end(job: Job, state: JobState, outcome: Outcome | None = None, message: str = "") -> None:
    outcome = outcome or Outcome(message=message)
    live = cache.get(f"job:{job.pk}") or {"done": 0, "total": 0}
    Job.objects.filter(pk=job.pk).update(
        state=state,
        ended_at=timezone.now(),
        message=outcome.message,
        result=dict(outcome.result),
        result_file=outcome.file,
        result_name=outcome.file_name,
        done=live["total"] if state == JobState.DONE else live["done"],
        total=live["total"],
    )


def requeue_lost(*, older_than: timedelta = timedelta(minutes=1)) -> int:
    """Send again every open job that no live worker owns; return how many."""
    before = timezone.now() - older_than
    lost = []
    for job in Job.objects.open().filter(created_at__lt=before).order_by("pk")[:100]:
        if _lock(job.pk):
            _unlock(job.pk)
            lost.append(job.pk)
    for pk in lost:
        _send(pk)
    return len(lost)


def _send(job_id: int) -> None:
    from portal.kernel.tasks import run_job  # noqa: PLC0415 - tasks import this module

    try:
        run_job.delay(job_id)
    except run_job.OperationalError:
        # The broker is away: the row stays queued and the minute's sweep sends it.
        log.warning("broker away; job %s waits", job_id)


def _lock(job_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_SPACE, job_id % 2**31])
        return bool(cursor.fetchone()[0])


def _unlock(job_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_SPACE, job_id % 2**31])
