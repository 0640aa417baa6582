"""A job runs once, whoever asks how often, and outlives a dead worker."""

import time
from datetime import timedelta

import psycopg2
import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from portal.kernel import jobs
from portal.kernel.errors import Refused
from portal.kernel.models import Job, JobState

RUNS: list[int] = []


@jobs.handles("test.count")
def count(progress: jobs.Progress) -> jobs.Outcome:
    RUNS.append(progress.job.pk)
    for step in range(1, progress.arguments["steps"] + 1):
        progress.say(step, progress.arguments["steps"], f"第{step}步")
    return jobs.Outcome(result={"steps": progress.arguments["steps"]}, message="数完了")


@jobs.handles("test.refuse")
def refuse(progress: jobs.Progress) -> jobs.Outcome:
    raise Refused("这份表没有表头，请加上一行表头再导入")


@jobs.handles("test.break")
def break_down(progress: jobs.Progress) -> jobs.Outcome:
    raise ZeroDivisionError


@jobs.handles("test.keep", keeps="数过的留着，再开始就接着数")
def count_and_keep(progress: jobs.Progress) -> jobs.Outcome:
    progress.say(1, 2, "数了一个")
    raise ZeroDivisionError


@pytest.fixture(autouse=True)
def _fresh():
    RUNS.clear()
    cache.clear()


def queued(kind: str = "test.count", **arguments: object) -> Job:
    return Job.objects.create(
        key=f"k{kind}{arguments}", kind=kind, title="数数", arguments=arguments
    )


@pytest.mark.django_db(transaction=True)
def test_asking_twice_starts_it_once_and_it_ends_with_its_result():
    first = jobs.start("test.count", key="k", title="数数", by=None, arguments={"steps": 3})
    second = jobs.start("test.count", key="k", title="数数", by=None, arguments={"steps": 3})

    first.refresh_from_db()
    assert first.pk == second.pk
    assert RUNS == [first.pk]  # Celery runs eagerly in tests
    assert (first.state, first.done, first.total) == (JobState.DONE, 3, 3)
    assert first.result == {"steps": 3}


@pytest.mark.django_db
def test_a_message_delivered_twice_does_the_work_once():
    job = queued(steps=1)

    assert jobs.run(job.pk) is True
    assert jobs.run(job.pk) is False
    assert RUNS == [job.pk]


@pytest.mark.django_db
def test_a_refusal_ends_the_job_with_its_own_sentence():
    job = queued("test.refuse")

    jobs.run(job.pk)

    job.refresh_from_db()
    assert (job.state, job.message) == (
        JobState.FAILED,
        "这份表没有表头，请加上一行表头再导入",
    )


@pytest.mark.django_db
def test_a_breakdown_ends_the_job_with_a_number_to_quote(caplog):
    job = queued("test.break")

    jobs.run(job.pk)

    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert f"编号 {job.pk}" in job.message
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.django_db
def test_a_running_job_stops_at_its_next_step_when_asked():
    job = queued(steps=5)
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING)
    jobs.ask_cancel(job)

    jobs.run(job.pk)

    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    assert job.message == "已按您的要求停下，什么也没有改"


@pytest.mark.django_db
def test_a_job_that_keeps_what_it_made_says_so_when_it_ends_half_way():
    stopped, broken = queued("test.keep"), queued("test.keep", again=True)
    Job.objects.filter(pk=stopped.pk).update(state=JobState.RUNNING)
    jobs.ask_cancel(stopped)

    jobs.run(stopped.pk)
    jobs.run(broken.pk)

    for job in (stopped, broken):
        job.refresh_from_db()
        assert "数过的留着，再开始就接着数" in job.message
        assert "什么也没有改" not in job.message


@pytest.mark.django_db
def test_a_waiting_job_is_cancelled_at_once():
    job = queued(steps=5)

    jobs.ask_cancel(job)

    assert jobs.run(job.pk) is False
    assert RUNS == []


@pytest.mark.django_db
def test_a_failed_job_asked_for_again_runs_anew():
    job = queued("test.refuse")
    jobs.run(job.pk)

    again = jobs.start("test.count", key=job.key, title="数数", by=None, arguments={"steps": 1})

    assert (again.pk, again.state) == (job.pk, JobState.QUEUED)


@pytest.mark.django_db(transaction=True)
def test_a_job_owned_by_a_live_worker_is_left_alone_and_taken_over_when_it_dies():
    job = queued(steps=1)
    Job.objects.filter(pk=job.pk).update(
        state=JobState.RUNNING, created_at=timezone.now() - timedelta(minutes=5)
    )
    settings = connection.get_connection_params()
    settings.pop("cursor_factory", None)
    settings.pop("context", None)
    other_worker = psycopg2.connect(**settings)
    with other_worker.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [jobs.LOCK_SPACE, job.pk])

    assert jobs.run(job.pk) is False
    assert jobs.requeue_lost() == 0

    other_worker.close()  # the worker is killed: its session, and with it the lock, goes
    until = time.monotonic() + 10
    while held(job.pk) and time.monotonic() < until:
        time.sleep(0.02)
    assert jobs.requeue_lost() == 1  # sent again, and eager Celery has run it
    job.refresh_from_db()
    assert (job.state, RUNS) == (JobState.DONE, [job.pk])


def held(job_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = %s", [job_id]
        )
        return cursor.fetchone() is not None


@pytest.mark.django_db
def test_live_progress_lies_over_the_row():
    job = queued(steps=1)
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING)
    jobs.Progress(job).say(40, 100, "第40所")

    seen = jobs.look(job)

    assert (seen.done, seen.total, seen.message) == (40, 100, "第40所")
