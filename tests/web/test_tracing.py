"""Every request has an id: in its answer, in its log lines, on the broken page, in its jobs."""

import json
import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from uuid import uuid4

import pytest
from celery import shared_task
from django.db import IntegrityError, connection, transaction
from django.test import Client

from committees.models import User
from portal.kernel import logs
from portal.kernel.traced import HEADER
from portal.stack.environment import ROOT
from tests.personas import World

ID = "0123456789abcdef0123456789abcdef"
LOGGERS = ("portal.requests", "portal.slow", "portal.web.views.errors", "django.request")


class Lines(logging.Handler):
    """Keeps what would be written to the log of a portal in production."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(logs.JsonLines())
        self.lines: list[dict] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(json.loads(self.format(record)))

    def of(self, logger: str) -> list[dict]:
        return [line for line in self.lines if line["logger"] == logger]


@pytest.fixture
def written() -> Iterator[Lines]:
    handler = Lines()
    levels = {}
    for name in LOGGERS:
        logger = logging.getLogger(name)
        levels[name] = logger.level
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
    yield handler
    for name, level in levels.items():
        logging.getLogger(name).removeHandler(handler)
        logging.getLogger(name).setLevel(level)


def test_an_answer_carries_the_id_of_its_log_line(
    client: Client, city: World, written: Lines
) -> None:
    client.force_login(city.school_secretary)

    answer = client.get("/todo/", headers={"X-Request-ID": ID})

    assert answer["X-Request-ID"] == ID
    (line,) = written.of("portal.requests")
    assert (line["request"], line["page"], line["status"]) == (ID, "web:todo", 200)
    assert line["user"] == city.school_secretary.pk
    assert line["ms"] >= 0


@pytest.mark.parametrize(
    "told", ["", "13912345678", "甄雨", ID + "\n", ID[:-1], "x" * 32, "1" * 33]
)
def test_an_id_that_looks_like_none_is_replaced(client: Client, told: str) -> None:
    answer = client.get("/health/live/", headers={"X-Request-ID": told})

    assert answer["X-Request-ID"] != told
    assert logs.LOOKS_LIKE_ONE.fullmatch(answer["X-Request-ID"])


def test_a_uuid_is_an_id_too(client: Client) -> None:
    told = str(uuid4())

    assert client.get("/health/live/", headers={"X-Request-ID": told})["X-Request-ID"] == told


def test_the_number_on_the_broken_page_finds_every_line_of_the_request(
    client: Client, city: World, written: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.raise_request_exception = False
    client.force_login(city.school_secretary)

    def fall(*args: object, **kwargs: object) -> None:
        raise ValueError("甄雨 13912345678 is no number")

    monkeypatch.setattr("portal.web.figures.own_year", fall)
    page = client.get("/todo/")

    found = re.search(r'help-phone">([0-9A-F]{8})<', page.text)
    assert found
    lines = [x for x in written.lines if x["request"].startswith(found.group(1).lower())]
    assert {x["logger"] for x in lines} >= {"portal.requests", "django.request"}
    (broken,) = [x for x in lines if "error" in x]
    assert broken["error"][-1] == "builtins.ValueError: … … is no number"
    assert "fall" in broken["error"][-2]


@pytest.mark.parametrize(
    "said",
    [
        "甄雨 is known",
        "a telephone 13912345678",
        "Not Found: /feeds/9fK2mQpL7sRt4wYz8aBcDe.ics",
        "mail to zhen.yu@example.cn bounced",
        "invalid literal for int(): 'zhenyu'",
        'duplicate key "u"\nDETAIL:  Key (username)=(zhenyu) already exists.',
    ],
)
def test_nothing_personal_is_written(said: str) -> None:
    line = logs.JsonLines().format(
        logging.LogRecord("x", logging.ERROR, "x.py", 1, "%s", (said,), None)
    )

    for personal in ("甄雨", "13912345678", "9fK2mQpL7sRt4wYz8aBcDe", "zhen.yu", "zhenyu"):
        assert personal not in line


def test_what_the_database_refuses_is_written_without_the_row(city: World) -> None:
    name = city.school_secretary.username
    with pytest.raises(IntegrityError, match=name) as caught, transaction.atomic():
        User.objects.create(username=name)

    written = "\n".join(logs.frames(caught.value))
    assert "IntegrityError" in written
    assert name not in written


def test_a_line_keeps_what_helps() -> None:
    told = (
        "Task portal.kernel.schedule.requeue_lost_jobs[3f2b8c1e-aaaa-4bbb-8ccc-a1b2c3d4e5f6] 12 ms"
    )

    assert logs.cleaned(told) == told


def test_a_slow_query_is_written_without_what_was_asked(
    client: Client, city: World, written: Lines, settings: object
) -> None:
    settings.SLOW_QUERY_MS = 1  # type: ignore[attr-defined]
    with logs.asking(ID), logs.watching_queries(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.01), %s", ["甄雨"])
        cursor.execute("SELECT 1")

    found = [line for line in written.of("portal.slow") if "pg_sleep" in line["sql"]]
    assert len(found) == 1
    assert found[0]["sql"] == "SELECT pg_sleep(0.01), %s"
    assert found[0]["ms"] >= 10
    assert found[0]["request"] == ID


@pytest.mark.django_db
def test_no_query_is_watched_unless_asked(written: Lines) -> None:
    with logs.watching_queries(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.01)")

    assert written.of("portal.slow") == []


@shared_task
def tell() -> str:
    return logs.current()


@shared_task(bind=True)
def tell_headers(self: object) -> object:
    return self.request.headers  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_a_task_knows_the_request_that_asked_for_it() -> None:
    with logs.asking(ID):
        assert tell.delay().get() == ID
        assert tell_headers.delay().get()[HEADER] == ID

    assert tell.apply(headers={HEADER: ID}).get() == ID
    assert logs.LOOKS_LIKE_ONE.fullmatch(tell.delay().get())  # of beat: one of its own


def test_production_writes_json_and_a_first_try_plain_lines(tmp_path: object) -> None:
    script = "import django; django.setup(); import logging; logging.getLogger('a').error('b')"
    asked = {"DJANGO_SETTINGS_MODULE": "portal.settings", "YUANDING_VAR": str(tmp_path)}
    wanted = {"json": '"message": "b"', "plain": "ERROR a b"}
    for manner, line in wanted.items():
        done = subprocess.run(
            [sys.executable, "-W", "error::DeprecationWarning", "-c", script],
            cwd=ROOT, env={**asked, "LOG_FORMAT": manner}, capture_output=True, text=True,
            check=True,
        )  # fmt: skip
        assert line in done.stderr
