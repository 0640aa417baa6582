"""The supervised group, with small stand-ins for the portal's services."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.stack.conftest import Helper, processes_of, until

GROUP = """
import sys
from pathlib import Path
from portal.stack.errors import CannotStart
from portal.stack.group import Group, Service

folder = Path(sys.argv[1])
group = Group(folder)
group.listen()
try:
    group.enter(patience=10)
    for number, script in enumerate(sys.argv[2:]):
        command = [sys.executable, "-c", script, str(folder)]
        group.start(Service(f"服务{number}", command, folder / "log" / f"{number}.log"))
    print("up", flush=True)
    group.watch(lambda: [])
except CannotStart as refusal:
    print(refusal, flush=True)
finally:
    group.stop()
print("stopped", flush=True)
"""
IDLE = "import time; time.sleep(600)"
STUBBORN = """
import signal, time
for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
    signal.signal(number, signal.SIG_IGN)
print("ready", flush=True)
time.sleep(600)
"""
PARENT = """
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", sys.argv[1]])
time.sleep(600)
"""

Start = Callable[..., Helper]


def words_in(log: Path) -> str:
    return log.read_text() if log.exists() else ""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_asked_to_stop_the_group_leaves_no_process(
    tmp_path: Path, helper: Start, number: signal.Signals
) -> None:
    group = helper(GROUP, str(tmp_path), IDLE, IDLE)
    assert group.line() == "up"
    assert len(processes_of(tmp_path)) == 3

    group.process.send_signal(number)

    assert group.line() == "stopped"
    assert group.process.wait(5) == 0
    assert processes_of(tmp_path) == {}


def test_a_service_that_will_not_listen_and_the_children_of_one_are_ended_too(
    tmp_path: Path, helper: Start
) -> None:
    group = helper(GROUP, str(tmp_path), STUBBORN, PARENT)
    assert group.line() == "up"
    assert until(lambda: "ready" in words_in(tmp_path / "log" / "0.log"))
    assert until(lambda: len(processes_of(tmp_path)) == 4)

    group.process.send_signal(signal.SIGTERM)

    assert group.process.wait(30) == 0
    assert processes_of(tmp_path) == {}


def test_when_the_supervisor_is_killed_its_children_go_and_the_next_group_starts(
    tmp_path: Path, helper: Start
) -> None:
    group = helper(GROUP, str(tmp_path), IDLE, IDLE)
    assert group.line() == "up"

    group.kill()

    assert until(lambda: processes_of(tmp_path) == {}, within=5), processes_of(tmp_path)
    assert helper(GROUP, str(tmp_path), IDLE).line() == "up"


def test_a_service_that_falls_stops_the_group_and_is_named_with_its_log(
    tmp_path: Path, helper: Start
) -> None:
    group = helper(GROUP, str(tmp_path), IDLE, "import sys; sys.exit('no more ink')")

    said = group.process.communicate(timeout=30)[0]

    assert "服务1停止了运行，所以整个门户一起停下。" in said
    assert str(tmp_path / "log" / "1.log") in said
    assert "no more ink" in said
    assert processes_of(tmp_path) == {}


def test_a_second_group_in_the_same_folder_is_refused_in_a_sentence(
    tmp_path: Path, helper: Start
) -> None:
    first = helper(GROUP, str(tmp_path), IDLE)
    assert first.line() == "up"

    second = helper(GROUP, str(tmp_path), IDLE)

    assert "已经在运行" in second.line()
    assert os.path.exists(f"/proc/{first.process.pid}")
