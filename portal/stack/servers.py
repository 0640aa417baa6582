"""Start, share and leave an embedded server, whichever it is.

The first process that needs one starts it under a keeper (see ``keeper.py``), later ones share it,
and it stops when the last of them ends. Who is alive is read from locks that the kernel keeps,
never from a process number in a file, which after a crash may belong to anybody.
"""

import atexit
import fcntl
import hashlib
import importlib.util
import os
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from portal.stack import keeper, locks
from portal.stack.errors import CannotStart

SOCKET_LIMIT = 100  # bytes; the kernel takes 107, and PostgreSQL adds ".lock" beside the socket
PATIENCE = 60.0  # seconds; a crashed server replays its log first


@dataclass(frozen=True, slots=True)
class Server:
    """Where a server lives, how it is started and how one sees that it answers."""

    name: str
    home: Path  # its locks and data and, when its path is short enough, its socket
    log: Path
    stop_signal: signal.Signals
    command: list[str]
    before_start: Callable[[], None]
    answers: Callable[[], bool]

    def is_kept(self) -> bool:
        return locks.is_locked(self.home / "keeper.lock")

    def is_alive(self) -> bool:
        return locks.is_locked(self.home / "server.lock")


@dataclass(frozen=True, slots=True)
class Share:
    """Our part in keeping a server alive: an open file with a shared lock."""

    server: Server
    handle: int


_shares: dict[Path, Share] = {}


def ensure(server: Server) -> None:
    """Return when the server answers and will live at least as long as this process."""
    if server.home in _shares and server.is_kept() and server.answers():
        return
    with locks.exclusive(server.home / "start.lock"):
        if server.home not in _shares:
            handle = locks.open_lock(server.home / "users.lock")
            # Waits while a keeper that nobody used any more is stopping its server.
            fcntl.flock(handle, fcntl.LOCK_SH)
            _shares[server.home] = Share(server, handle)
            atexit.register(_release_in, os.getpid())
        if not _is_up(server):
            server.before_start()
            _start(server)


def fallen(var: Path) -> list[Server]:
    """Return the servers below ``var`` that this process uses and that no longer run."""
    ours = [share.server for home, share in _shares.items() if home.parent == var.resolve()]
    return [server for server in ours if not server.is_kept()]


def release() -> None:
    """Give up our share of every server; wait for those that stop because we were the last."""
    left = []
    while _shares:
        _, share = _shares.popitem()
        if keeper.nobody_uses(share.handle):
            left.append(share.server)
        os.close(share.handle)
    until = time.monotonic() + keeper.GRACE
    while any(server.is_kept() for server in left) and time.monotonic() < until:
        time.sleep(0.02)


def _release_in(pid: int) -> None:
    # A fork inherits the handler and the locks, but not the decision.
    if os.getpid() == pid:
        release()


def _is_up(server: Server) -> bool:
    """True when it runs and answers; False once nothing of it runs."""
    until = time.monotonic() + PATIENCE
    while server.is_kept() or server.is_alive():
        # Without its keeper it has been told to stop: wait for the end.
        if server.is_kept() and server.answers():
            return True
        if time.monotonic() > until:
            raise CannotStart(
                f"{server.name} 正在运行，但是一分钟没有应答。请查看日志 {server.log}，"
                "结束占用它的程序后再运行一次。"
            )
        time.sleep(0.05)
    return False


def _start(server: Server) -> None:
    locks.make_folder(server.log.parent)
    keep = [sys.executable, "-I", "-S", str(Path(keeper.__file__).resolve()), str(server.home)]
    with server.log.open("ab") as log:
        keeping = subprocess.Popen(  # noqa: S603 - our own command
            [*keep, str(int(server.stop_signal)), *server.command],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            # Ctrl-C in our terminal is for us: the keeper stops when its users have left.
            start_new_session=True,
            cwd=server.home,
        )
    until = time.monotonic() + PATIENCE
    while not server.answers():
        if keeping.poll() is not None or time.monotonic() > until:
            raise CannotStart(
                f"{server.name} 没有启动。日志 {server.log} 的最后几行：\n{last_lines(server.log)}"
            )
        time.sleep(0.02)
    keeping.returncode = 0  # not ours to wait for: it may outlive us


def last_lines(log: Path, count: int = 12) -> str:
    if not log.exists():
        return "（没有日志）"
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 8000))
        lines = file.read().decode("utf-8", "replace").splitlines()
    return "\n".join(f"    {line}" for line in lines[-count:])


def socket_folder(home: Path, name: str, owner: int) -> Path:
    """A private folder for the socket ``name``: in ``home``, or a short one if that is too long."""
    folder = home / "run"
    # libpq reads a comma in a host as the start of a second host.
    if len(os.fsencode(folder / name)) > SOCKET_LIMIT or "," in str(folder):
        mark = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
        folder = Path(tempfile.gettempdir()) / f"yuanding-{os.geteuid()}-{mark}"
        if len(os.fsencode(folder / name)) > SOCKET_LIMIT:
            folder = Path("/tmp") / folder.name  # noqa: S108 - its owner is checked below
    locks.make_folder(folder, 0o700)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {os.geteuid(), owner}:
        raise locks.belongs_to_another(folder)
    if found.st_uid != owner:
        os.chown(folder, owner, -1)
    return folder


def package_folder(package: str) -> Path:
    """Find a wheel's files without importing it."""
    found = importlib.util.find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise CannotStart("项目的 Python 软件包还没有装好。请先运行：make setup")
    return Path(next(iter(found.submodule_search_locations)))
