"""The table moves the state; of two people pressing at once, one is refused."""

import threading

import pytest
from django.db import connection, connections

from portal.kernel import audit
from portal.kernel.models import AuditEvent, Job
from portal.kernel.workflow import Step, StepRefused, Workflow

TABLE = Workflow(
    "job",
    "state",
    {
        "take": Step({"queued"}, "running", "领取"),
        "drop": Step({"queued", "running"}, "cancelled", "取消", needs_note=True),
    },
)


@pytest.fixture
def job(db) -> Job:
    return Job.objects.create(key="k", kind="x", title="一件事")


def test_a_step_moves_the_row_and_leaves_one_line(job):
    TABLE.advance(job, "take", by=None)

    job.refresh_from_db()
    line = audit.trail_of(job).get()
    assert job.state == "running"
    assert (line.verb, line.before, line.after) == ("job.take", "queued", "running")


def test_a_step_from_elsewhere_is_refused_and_nothing_moves(job):
    TABLE.advance(job, "take", by=None)

    with pytest.raises(StepRefused, match="不能领取"):
        TABLE.advance(job, "take", by=None)

    assert audit.trail_of(job).count() == 1


def test_a_step_that_needs_a_note_asks_for_it(job):
    with pytest.raises(StepRefused, match="写明原因"):
        TABLE.advance(job, "drop", by=None, note="  ")

    job.refresh_from_db()
    assert job.state == "queued"


def test_the_open_steps_are_those_that_start_here(job):
    assert TABLE.open_to(job) == ["take", "drop"]
    job.state = "running"
    assert TABLE.open_to(job) == ["drop"]


def test_somebody_elses_stale_copy_is_refused(job):
    stale = Job.objects.get(pk=job.pk)
    TABLE.advance(job, "take", by=None)

    with pytest.raises(StepRefused, match="别人"):
        TABLE.advance(stale, "take", by=None)


@pytest.mark.django_db(transaction=True)
def test_of_eight_people_at_once_exactly_one_moves_it():
    job = Job.objects.create(key="k8", kind="x", title="一件事")
    ready, outcomes = threading.Barrier(8), []

    def press() -> None:
        mine = Job.objects.get(pk=job.pk)
        ready.wait(10)
        try:
            TABLE.advance(mine, "take", by=None)
            outcomes.append("moved")
        except StepRefused:
            outcomes.append("refused")
        finally:
            connections.close_all()

    people = [threading.Thread(target=press) for _ in range(8)]
    for person in people:
        person.start()
    for person in people:
        person.join(30)

    assert sorted(outcomes) == ["moved"] + ["refused"] * 7
    assert AuditEvent.objects.filter(verb="job.take", target_id=job.pk).count() == 1


def test_the_trail_cannot_be_rewritten(job):
    TABLE.advance(job, "take", by=None)

    with connection.cursor() as cursor, pytest.raises(Exception, match="Cannot update or delete"):
        cursor.execute("UPDATE kernel_auditevent SET actor_name = '别人'")
