"""Keep one embedded server alive exactly as long as somebody uses it.

Run as a script: ``python keeper.py FOLDER SIGNAL COMMAND...``. FOLDER holds three lock files. Every
process that uses the server holds a shared ``flock`` on ``users.lock``. The kernel drops it when
the process ends, however it ends, so the count is right even after ``kill -9``. When nobody holds
it any more, the keeper sends SIGNAL to the server and leaves. ``keeper.lock`` is held while a
keeper is at work, ``server.lock`` as long as any process of the server lives, keeper or not.

It imports the standard library alone, so that it starts in 30 ms and stays small.
"""

import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from types import FrameType

PR_SET_PDEATHSIG = 1
LOOK_EVERY = 0.2  # seconds between looks at the lock: how long a server outlives its last user
GRACE = 15.0  # seconds a server may take to write out what it holds


def end_with_parent(death_signal: int) -> None:
    """Ask the kernel to send this process ``death_signal`` when its parent ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0)


def dying_with_parent(death_signal: int) -> Callable[[], None]:
    """Return a ``preexec_fn`` by which the kernel sends the child ``death_signal`` at our death."""
    parent = os.getpid()

    def in_child() -> None:
        end_with_parent(death_signal)
        if os.getppid() != parent:  # it died between the fork and the line above
            os.kill(os.getpid(), signal.SIGKILL)

    return in_child


def taken(own: int, *, within: float) -> bool:
    """Take the keeper's own lock; somebody who only looks at it holds it for an instant."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        if nobody_uses(own):
            return True
        time.sleep(0.01)
    return False


def nobody_uses(lock: int) -> bool:
    """True once the exclusive lock is ours; newcomers then wait until we have left."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def stop(server: subprocess.Popen[bytes], stop_signal: int) -> None:
    if server.poll() is None:
        server.send_signal(stop_signal)
    try:
        server.wait(GRACE)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def keep(folder: str, stop_signal: int, command: list[str]) -> int:
    """Run ``command`` until it ends, its last user leaves or we are told to stop."""
    told: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        told.append(number)

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, note)
    users, own, servers = (
        os.open(os.path.join(folder, name), os.O_RDWR | os.O_CREAT, 0o600)
        for name in ("users.lock", "keeper.lock", "server.lock")
    )
    if not taken(own, within=5.0) or not taken(servers, within=5.0):
        return 3  # another keeper is at work
    server = subprocess.Popen(  # noqa: S603 - the command comes from embedded.py
        command,
        stdin=subprocess.DEVNULL,
        pass_fds=[servers],  # open in every process of the server, so locked while one lives
        preexec_fn=dying_with_parent(stop_signal),  # noqa: PLW1509 - one thread, no locks held
    )
    os.close(servers)
    while server.poll() is None and not told and not nobody_uses(users):
        time.sleep(LOOK_EVERY)
    if server.poll() is not None:
        return 4  # the server fell by itself: the next user starts it anew
    stop(server, stop_signal)
    return 0


if __name__ == "__main__":
    sys.exit(keep(sys.argv[1], int(sys.argv[2]), sys.argv[3:]))
