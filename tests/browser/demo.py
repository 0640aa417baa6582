"""The demo city behind a real gunicorn, with static files collected as in production."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
from psycopg2 import sql

from portal.stack.keeper import dying_with_parent

ROOT = Path(__file__).parents[2]


@contextmanager
def demo_portal() -> Iterator[str]:
    """Answers the address; the database is a new one beside the tests' own."""
    server = urlsplit(os.environ["DATABASE_URL"])
    name = f"demo_{os.getpid()}"
    with tempfile.TemporaryDirectory(prefix="yuanding-demo-") as var:
        env = {
            **os.environ,
            "DATABASE_URL": server._replace(path=f"/{name}").geturl(),
            "YUANDING_VAR": var,
            "DJANGO_SETTINGS_MODULE": "portal.settings",
        }
        make_database(name)
        try:
            if "YUANDING_TEST_TEMPLATE" not in os.environ:
                manage(env, "migrate", "--verbosity", "0")
            manage(env, "load_demo", "--if-empty")
            manage(env, "collectstatic", "--no-input", "--verbosity", "0", "--ignore", "fonts")
            with gunicorn(env, Path(var)) as address:
                yield address
        finally:
            run_sql(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def make_database(name: str) -> None:
    template = os.environ.get("YUANDING_TEST_TEMPLATE", "template1")
    run_sql(
        sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
            sql.Identifier(name), sql.Identifier(template)
        )
    )


def run_sql(command: sql.Composed) -> None:
    with closing(psycopg2.connect(os.environ["DATABASE_URL"])) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(command)


def manage(env: dict[str, str], *words: str) -> None:
    command = [sys.executable, str(ROOT / "manage.py"), *words]
    ran = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@contextmanager
def gunicorn(env: dict[str, str], var: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    log = var / "web.log"
    command = [sys.executable, "-m", "gunicorn", "portal.wsgi", "--bind", address]
    command += ["--worker-class", "gthread", "--threads", "4", "--no-control-socket"]
    with log.open("wb") as out:
        process = subprocess.Popen(
            command,
            env=env,
            cwd=ROOT,
            stdout=out,
            stderr=out,
            preexec_fn=dying_with_parent(signal.SIGTERM),  # noqa: PLW1509
        )
    try:
        wait_for(f"http://{address}/login/", process, log)
        yield f"http://{address}"
    finally:
        process.terminate()
        process.wait(20)


def wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text(errors="replace")
        try:
            with urllib.request.urlopen(address):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(log.read_text(errors="replace"))
