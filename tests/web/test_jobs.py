"""The page of a long work: its owner's alone, fresh to the end."""

import pytest
from django.urls import reverse

from portal.kernel.models import Job, JobState

pytestmark = pytest.mark.django_db


def job_of(user, state=JobState.QUEUED, **more) -> Job:
    ended = {} if state in {"queued", "running"} else {"ended_at": "2023-03-01T09:00+08:00"}
    return Job.objects.create(
        key=f"k{state}", kind="x", title="导入名册", state=state, owner=user, **ended, **more
    )


def test_a_work_under_way_says_how_far_it_is_and_can_be_stopped(client, city):
    client.force_login(city.bureau_staff)
    work = job_of(city.bureau_staff)

    page = client.get(reverse("web:job", args=[work.pk]))
    assert "排队中" in page.text
    client.post(reverse("web:job_cancel", args=[work.pk]))

    work.refresh_from_db()
    assert work.state == JobState.CANCELLED


def test_when_it_has_ended_the_whole_page_is_read_anew(client, city):
    client.force_login(city.bureau_staff)
    running, done = job_of(city.bureau_staff), job_of(city.bureau_staff, JobState.DONE)

    def fragment(work: Job):
        return client.get(reverse("web:job", args=[work.pk]), headers={"HX-Request": "true"})

    assert "HX-Refresh" not in fragment(running)
    assert fragment(done)["HX-Refresh"] == "true"


def test_somebody_elses_work_is_not_found(client, city):
    client.force_login(city.school_secretary)
    work = job_of(city.bureau_staff)

    for name in ("job", "job_file"):
        assert client.get(reverse(f"web:{name}", args=[work.pk])).status_code == 404
    assert client.post(reverse("web:job_cancel", args=[work.pk])).status_code == 404
