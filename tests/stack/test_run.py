"""``make run`` itself: the real portal, in a folder of its own."""

import http.client
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.stack.conftest import ROOT, processes_of, until

Portal = subprocess.Popen[str]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Callable[[str], Portal]]:
    """Start the supervisor as make does, without what the test run itself has set."""
    ours = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "YUANDING_TEST_VAR")
    environ = {name: value for name, value in os.environ.items() if name not in ours}
    started: list[Portal] = []

    def start(port: str) -> Portal:
        started.append(
            subprocess.Popen(
                [sys.executable, "-m", "portal.stack.supervise"],
                cwd=ROOT,
                env={**environ, "YUANDING_VAR": str(tmp_path), "PORT": port},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
        )
        return started[-1]

    yield start
    for portal in started:
        portal.kill()
        portal.communicate()


def says(portal: Portal, words: str) -> str:
    """Read what it prints until the words come; return it all."""
    assert portal.stdout is not None
    printed = ""
    for line in portal.stdout:
        printed += line
        if words in line:
            return printed
    raise AssertionError(printed)


def title_of(port: int) -> str:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    line.request("GET", "/")
    answer = line.getresponse()
    place = answer.getheader("Location")
    answer.read()
    if place:
        line.request("GET", place)
        answer = line.getresponse()
    page = answer.read().decode()
    line.close()
    return page.split("<title>")[1].split("</title>")[0].strip()


@pytest.mark.timeout(600)
def test_the_portal_serves_pages_recovers_from_killing_and_leaves_no_process(
    tmp_path: Path, run: Callable[[str], Portal]
) -> None:
    port = free_port()
    first = run(str(port))
    said = says(first, "按 Ctrl-C 停止")
    assert f"http://127.0.0.1:{port}" in said
    assert "可以这样登录" in said
    assert title_of(port) == "登录 - 园丁"
    assert until(lambda: " ready." in (tmp_path / "log" / "worker.log").read_text())

    first.kill()
    assert until(lambda: processes_of(tmp_path) == {}), processes_of(tmp_path)

    second = run(str(port))
    says(second, "按 Ctrl-C 停止")
    assert title_of(port) == "登录 - 园丁"
    second.send_signal(signal.SIGINT)
    assert "已全部停止。" in second.communicate(timeout=60)[0]
    assert second.returncode == 0
    assert processes_of(tmp_path) == {}


def test_a_busy_port_is_named_before_anything_is_started(
    tmp_path: Path, run: Callable[[str], Portal]
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        said = run(str(port)).communicate(timeout=60)[0]

    assert f"端口 {port} 已被别的程序占用。请换一个端口，例如：PORT=" in said
    assert not (tmp_path / "pg").exists()


def test_a_port_that_is_none_is_refused_in_a_sentence(run: Callable[[str], Portal]) -> None:
    portal = run("80000")

    said = portal.communicate(timeout=60)[0]

    assert "PORT=80000 不是端口号" in said
    assert portal.returncode == 1
