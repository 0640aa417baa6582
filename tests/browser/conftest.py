"""Debian's Chromium, driven by Playwright, against the live portal and a real Celery worker."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from activities.services.kinds import ensure_kinds
from portal.celery import app
from portal.stack.keeper import dying_with_parent

ROOT = Path(__file__).parents[2]
SHOTS = ROOT / "var" / "shots"

# Playwright keeps an event loop in this thread; Django would refuse the database beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]


def chromium() -> str:
    names = ("chromium", "chromium-browser", "google-chrome")
    for path in filter(None, map(shutil.which, names)):
        return path
    pytest.skip("no Chromium on this machine: apt-get install chromium fonts-noto-cjk")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def live_portal(live_server: LiveServer) -> str:
    """The portal's address; what the page writes is committed, so the worker sees it."""
    ensure_kinds()  # the browser test before this one emptied every table
    return live_server.url


@pytest.fixture
def page(browser: Browser, live_portal: str) -> Iterator[Page]:
    """A fresh visitor. A script error or a breach of the content policy fails the test."""
    context = browser.new_context(
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        base_url=live_portal,
        viewport={"width": 1280, "height": 900},
        accept_downloads=True,
    )
    context.set_default_timeout(15_000)
    visitor = context.new_page()
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        # A refused page (403, 404) is something a test may ask for.
        if message.type == "error" and "Failed to load resource" not in message.text:
            complaints.append(message.text)

    visitor.on("console", note)
    visitor.on("pageerror", lambda error: complaints.append(str(error)))
    yield visitor
    context.close()
    assert complaints == []


@pytest.fixture
def shot() -> Callable[[Page, str], Path]:
    """Save the whole page as a picture in var/shots, to look at."""

    def save(page: Page, name: str) -> Path:
        SHOTS.mkdir(parents=True, exist_ok=True)
        path = SHOTS / f"{name}.png"
        page.screenshot(path=path, full_page=True)
        return path

    return save


def node_name() -> str:
    """Of this test process's worker: another process may have one at the same broker."""
    return f"{app.conf.task_default_queue}@tests"


@pytest.fixture
def worker(live_portal: str, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A real Celery worker process on this test's database; the pages queue instead of running."""
    address = urlsplit(os.environ["DATABASE_URL"])
    address = address._replace(path=f"/{connection.settings_dict['NAME']}")
    log = tmp_path / "worker.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "celery", "-A", "portal", "worker"),
                *("--loglevel=INFO", "--concurrency=1", "--without-gossip", "--without-mingle"),
                *("-Q", app.conf.task_default_queue, "-n", node_name()),
            ],
            env={**os.environ, "DATABASE_URL": address.geturl(), "YUANDING_REAL_WORKER": "1"},
            cwd=ROOT,
            stdout=out,
            stderr=out,
            start_new_session=True,
            preexec_fn=dying_with_parent(signal.SIGQUIT),  # noqa: PLW1509
        )
    app.conf.task_always_eager = False
    try:
        wait_until_ready(process, log)
        yield process
    finally:
        app.conf.task_always_eager = True
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def wait_until_ready(process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 40
    while " ready." not in log.read_text(errors="replace"):
        assert process.poll() is None, log.read_text(errors="replace")
        assert time.monotonic() < until, log.read_text(errors="replace")
        time.sleep(0.1)
