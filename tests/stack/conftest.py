"""Other processes to play with: users of the embedded servers, and a small group."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def until(condition: Callable[[], bool], *, within: float = 20.0) -> bool:
    end = time.monotonic() + within
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return condition()


def processes_of(folder: Path) -> dict[int, str]:
    """Every living process whose command line or environment names the folder."""
    found = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            command = (entry / "cmdline").read_bytes()
            known = command + b"\0" + (entry / "environ").read_bytes()
        except OSError:
            continue
        if os.fsencode(folder) in known:
            found[int(entry.name)] = command.replace(b"\0", b" ").decode("utf-8", "replace")
    return found


class Helper:
    """A process that runs a script of ours and prints a line for each thing done."""

    def __init__(self, script: str, *words: str, **environ: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", script, *words],
            cwd=ROOT,
            env={**os.environ, **environ},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def end(self) -> int:
        """Let it leave the orderly way."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.process.wait(30)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)


@pytest.fixture
def helper() -> Iterator[Callable[..., Helper]]:
    started: list[Helper] = []

    def start(script: str, *words: str, **environ: str) -> Helper:
        started.append(Helper(script, *words, **environ))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.kill()
        for stream in (one.process.stdin, one.process.stdout):
            if stream:
                stream.close()
