"""``manage.py`` as a newcomer calls it, and the system packages script."""

import os
import subprocess
import sys
from pathlib import Path

from tests.stack.conftest import ROOT, processes_of

OURS = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "YUANDING_TEST_VAR")


def call(
    *words: str, python: str = sys.executable, **environ: str
) -> "subprocess.CompletedProcess[str]":
    clean = {name: value for name, value in os.environ.items() if name not in OURS}
    return subprocess.run(
        [python, *words],
        cwd=ROOT,
        env={**clean, **environ},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_first_command_makes_the_tables_and_stops_the_servers_it_started(
    tmp_path: Path,
) -> None:
    done = call("manage.py", "load_demo", "--print-sign-ins", YUANDING_VAR=str(tmp_path))

    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "第一次使用：正在建立数据表……\n"
    assert processes_of(tmp_path) == {}
    again = call("manage.py", "load_demo", "--print-sign-ins", YUANDING_VAR=str(tmp_path))
    assert (again.returncode, again.stderr) == (0, "")


def test_a_command_that_reads_no_row_starts_no_server(tmp_path: Path) -> None:
    done = call("manage.py", "check", YUANDING_VAR=str(tmp_path))

    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "pg").exists()


def test_a_python_without_our_packages_changes_over_to_the_projects_own(tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", bare], check=True)
    project = tmp_path / "project"
    project.mkdir()
    (project / "manage.py").write_bytes((ROOT / "manage.py").read_bytes())

    refused = call(str(project / "manage.py"), "check", python=str(bare / "bin" / "python"))

    assert refused.returncode == 1
    assert refused.stderr == "项目的 Python 软件包还没有装好。请先运行：make setup\n"

    (project / ".venv" / "bin").mkdir(parents=True)
    own = project / ".venv" / "bin" / "python"
    own.write_text('#!/bin/sh\necho "own python: $2"\n')
    own.chmod(0o755)
    done = call(str(project / "manage.py"), "check", python=str(bare / "bin" / "python"))
    assert done.stdout == "own python: check\n"


def test_missing_system_packages_are_named_with_the_line_that_installs_them(
    tmp_path: Path,
) -> None:
    # Nothing on the search path: no Chromium, no poppler, no font list.
    done = call("scripts/system_packages.py", "tests", PATH=str(tmp_path))

    assert done.returncode == 1
    assert "chromium（用于浏览器测试）" in done.stderr
    assert "apt-get install -y" in done.stderr
    assert "poppler-utils" in done.stderr.splitlines()[-1]


def test_without_pango_a_pdf_is_refused_with_the_line_that_installs_it(tmp_path: Path) -> None:
    # A WeasyPrint that finds no Pango, as on a fresh machine.
    (tmp_path / "weasyprint").mkdir()
    lost = "raise OSError(\"cannot load library 'libpango-1.0-0'\")\n"
    (tmp_path / "weasyprint" / "__init__.py").write_text(lost)
    script = """
import django; django.setup()
from portal.kernel import errors, pdf
try:
    pdf.from_html("<p>园丁</p>")
except errors.Refused as refusal:
    print(refusal)
"""

    done = call(
        *("-c", script),
        PYTHONPATH=f"{tmp_path}:{ROOT}",
        DJANGO_SETTINGS_MODULE="portal.settings",
        YUANDING_VAR=str(tmp_path / "var"),
    )

    assert "sudo apt-get install -y libpango-1.0-0" in done.stdout, done.stderr
