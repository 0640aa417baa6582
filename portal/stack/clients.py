"""PostgreSQL's own programs (pg_dump, pg_restore, psql): which to take, and how to run them."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

import psycopg2

from portal.stack import postgres
from portal.stack.errors import CannotStart

MAJOR = 10_000  # server_version_num counts 180001 for 18.1


def run(name: str, url: str, *words: str, append_to: Path | None = None) -> None:
    """Run one of the programs on the database of `url`; raise CannotStart with what it said.

    With `append_to` the program writes there and does not connect: pg_restore turns a dump into a
    script in the language of that server. The password goes by the environment, where no list of
    processes shows it.
    """
    command = [_program(name, url), *words]
    environ = dict(os.environ)
    if append_to is None:
        address = urlsplit(url)
        if address.password:
            environ["PGPASSWORD"] = unquote(address.password)
            host = address.netloc.rpartition("@")[2]
            address = address._replace(netloc=f"{address.username or ''}@{host}")
        command.append(f"--dbname={urlunsplit(address)}")
    with open(append_to or os.devnull, "ab") as out:
        done = subprocess.run(  # noqa: S603 - our own command
            command, stdout=out, stderr=subprocess.PIPE, env=environ, check=False
        )
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip()
        if "lock timeout" in said:
            said = "数据库正有人在用。请先停下门户（make run 的窗口按 Ctrl-C），再来一次"
        raise CannotStart(f"{name} 没有做完，什么也没有改：{said}")


def _program(name: str, url: str) -> str:
    """The one we bring for a server of its version, else the machine's own."""
    wanted = _server_version(url)
    if int(postgres.VERSION) == wanted:
        return postgres.program(name)
    own = shutil.which(name)
    if own is None or _version_of(own) < wanted:
        raise CannotStart(
            f"数据库是 PostgreSQL {wanted}，这台机器上没有同版本的 {name}。"
            f"请运行：sudo apt-get install -y postgresql-client-{wanted}"
        )
    return own


def _server_version(url: str) -> int:
    connection = psycopg2.connect(url)
    try:
        return int(connection.server_version) // MAJOR
    finally:
        connection.close()


def _version_of(program: str) -> int:
    told = subprocess.run(  # noqa: S603 - a PostgreSQL program of this machine
        [program, "--version"], capture_output=True, text=True, check=True
    ).stdout
    found = re.search(r"\d+", told)
    return int(found.group()) if found else 0
