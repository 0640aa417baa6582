"""What Prometheus is told, and that nobody else is told anything."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from portal.kernel.models import Job, JobState
from portal.stack.environment import ROOT
from tests.personas import World

TOKEN = "a-token-of-this-test"
WITH_TOKEN = {"Authorization": f"Bearer {TOKEN}"}


def told(text: str) -> dict[tuple[str, ...], float]:
    return {
        (sample.name, *(sample.labels[key] for key in sorted(sample.labels))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.fixture
def watched(settings: Any, tmp_path: Path) -> None:
    settings.METRICS_TOKEN, settings.METRICS_DIR = TOKEN, tmp_path


@pytest.mark.django_db
@pytest.mark.parametrize("sent", ["", "Bearer ", "Bearer wrong", TOKEN])
def test_without_the_token_the_page_is_not_there(client: Client, watched: None, sent: str) -> None:
    assert client.get("/metrics", headers={"Authorization": sent}).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("sent", ["", "Bearer "])
def test_where_no_token_is_set_none_opens_it(client: Client, settings: Any, sent: str) -> None:
    assert settings.METRICS_TOKEN == ""
    assert client.get("/metrics", headers={"Authorization": sent}).status_code == 404


def test_jobs_and_queues_are_counted_without_a_name(
    client: Client, city: World, watched: None
) -> None:
    Job.objects.create(key="one", kind="bulletin.print", title="简报", owner=city.school_secretary)

    answer = client.get("/metrics", headers=WITH_TOKEN)
    found = told(answer.text)

    assert answer["Content-Type"].startswith("text/plain")
    assert found["portal_jobs", "bulletin.print", JobState.QUEUED] == 1
    assert found["portal_job_oldest_seconds",] >= 0
    assert found["portal_messages_unsent",] == 0
    assert found["portal_queue_length",] >= 0
    assert found["portal_up", "database"] == found["portal_up", "broker"] == 1
    assert answer.text.isascii()


@pytest.mark.django_db
def test_a_part_that_is_away_is_told_and_the_rest_answers(
    client: Client, watched: None, settings: Any
) -> None:
    def away(*words: Any) -> None:
        raise OperationalError("the server closed the connection")

    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    with connection.execute_wrapper(away):
        answer = client.get("/metrics", headers=WITH_TOKEN)

    assert answer.status_code == 200
    assert told(answer.text)["portal_up", "database"] == 0
    assert told(answer.text)["portal_up", "broker"] == 0


COUNT = """
import django; django.setup()
from portal.web import metrics
metrics.count(method="GET", page="web:home", status=200, seconds=0.03)
metrics.count(method="STRANGE", page="-", status=404, seconds=0.001)
"""
ADD = """
import django; django.setup()
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from django.conf import settings
registry = CollectorRegistry()
MultiProcessCollector(registry, path=str(settings.METRICS_DIR))
print(generate_latest(registry).decode())
"""


def test_the_processes_of_one_machine_add_up(tmp_path: Path) -> None:
    environment = {
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "YUANDING_VAR": str(tmp_path),
        "METRICS_TOKEN": TOKEN,
    }
    for script in (COUNT, COUNT, ADD):
        done = subprocess.run(
            [sys.executable, "-c", script],
            cwd=ROOT, env=environment, capture_output=True, text=True, check=True,
        )  # fmt: skip

    found = told(done.stdout)
    assert found["portal_requests_total", "GET", "web:home", "200"] == 2
    assert found["portal_requests_total", "other", "-", "404"] == 2
    assert found["portal_request_seconds_bucket", "0.05", "web:home"] == 2
