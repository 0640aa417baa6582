"""Run some processes as one group: all of them, or none.

A child that ends takes the others with it, and the kernel ends the children of a supervisor that
was killed. docs/adr/0002-own-supervisor.md says why this is not left to a library.
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from portal.stack import locks
from portal.stack.errors import CannotStart
from portal.stack.keeper import dying_with_parent
from portal.stack.servers import last_lines

LOOK_EVERY = 0.2  # seconds
GRACE = 10.0  # seconds for the work in hand, after SIGTERM
HASTE = 3.0  # seconds more, after SIGQUIT
LOG_LIMIT = 5 * 1024 * 1024  # bytes; an older log is kept beside it as .1


@dataclass(frozen=True, slots=True)
class Service:
    name: str  # as shown to people
    command: list[str]
    log: Path


class Group:
    """The processes of one portal. ``folder`` holds the locks that keep a second group out."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.stopping = False
        self.own = -1  # held by the supervisor alone
        self.shared = -1  # open in every descendant: locked until the last of them has gone
        self.running: list[tuple[Service, subprocess.Popen[bytes]]] = []

    def listen(self) -> None:
        """From now on Ctrl-C, ``kill`` and a closed terminal ask the group to stop."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)

    def _ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def enter(self, *, patience: float) -> None:
        """Become the only group of this folder; wait a little for a killed one's last children."""
        locks.make_folder(self.folder)
        self.own = locks.open_lock(self.folder / "supervisor.lock")
        if not locks.try_exclusive(self.own):
            raise CannotStart(
                "这个文件夹里的门户已经在运行。请直接打开它的网址，"
                "或者在它的窗口按 Ctrl-C 停下后再运行一次。"
            )
        self.shared = locks.open_lock(self.folder / "group.lock")
        until = time.monotonic() + patience
        while not self.stopping and not locks.try_exclusive(self.shared):
            if time.monotonic() > until:
                raise CannotStart(
                    f"上一次运行的进程在 {patience:.0f} 秒内没有结束。"
                    "请用 ps 命令找到 gunicorn 或 celery 进程并结束它们，然后再运行一次。"
                )
            time.sleep(LOOK_EVERY)

    def start(self, service: Service) -> None:
        locks.make_folder(service.log.parent)
        if service.log.exists() and service.log.stat().st_size > LOG_LIMIT:
            service.log.replace(service.log.with_suffix(".log.1"))
        with service.log.open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 - our own command
                service.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Ctrl-C reaches us alone, and we stop them in order.
                start_new_session=True,
                pass_fds=[self.shared],
                # A milder signal would leave Celery waiting for a broker that went with us. Its
                # children follow it (portal/celery.py), gunicorn's notice within a second.
                preexec_fn=dying_with_parent(signal.SIGKILL),  # noqa: PLW1509 - one thread
            )
        self.running.append((service, process))

    def first_fallen(self) -> Service | None:
        for service, process in self.running:
            if process.poll() is not None:
                return service
        return None

    def wait_until(self, ready: Callable[[], bool], *, within: float) -> bool:
        """False when we were asked to stop first. Raises when a child falls or time runs out."""
        until = time.monotonic() + within
        while not self.stopping:
            self.check()
            if ready():
                return True
            if time.monotonic() > until:
                raise CannotStart(
                    f"门户在 {within:.0f} 秒内没有开始应答。请查看日志：\n"
                    + "\n".join(f"    {service.log}" for service, _ in self.running)
                )
            time.sleep(LOOK_EVERY)
        return False

    def watch(self, others_fallen: Callable[[], Iterable[tuple[str, Path]]]) -> None:
        """Return when asked to stop; raise when a child or one of the ``others`` has fallen."""
        while not self.stopping:
            self.check()
            for name, log in others_fallen():
                raise fallen(name, log)
            time.sleep(LOOK_EVERY)

    def check(self) -> None:
        if service := self.first_fallen():
            raise fallen(service.name, service.log)

    def stop(self) -> None:
        """Ask, urge, then end: no process is left, whatever it was doing."""
        for number, patience in ((signal.SIGTERM, GRACE), (signal.SIGQUIT, HASTE)):
            for _, process in self.running:
                if process.poll() is None:
                    process.send_signal(number)
            until = time.monotonic() + patience
            while self._alive() and time.monotonic() < until:
                time.sleep(0.02)
        for _, process in self.running:
            # The session of each child: also what it left behind when it was killed itself.
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        for _, process in self.running:
            process.wait()
        self.running.clear()

    def _alive(self) -> bool:
        return any(process.poll() is None for _, process in self.running)


def fallen(name: str, log: Path) -> CannotStart:
    return CannotStart(
        f"{name}停止了运行，所以整个门户一起停下。日志 {log} 的最后几行：\n{last_lines(log)}"
    )
