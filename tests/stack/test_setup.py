"""``make setup`` by itself: scripts/setup.py on a small project with nothing to download."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.stack.conftest import ROOT


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "项目 一"
    (folder / "scripts").mkdir(parents=True)
    (folder / "scripts" / "setup.py").write_bytes((ROOT / "scripts" / "setup.py").read_bytes())
    (folder / "requirements.lock").write_text("# nothing\n")
    return folder


def setup(folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, folder / "scripts" / "setup.py", "requirements.lock"],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def pip_of(folder: Path) -> str:
    """The folder that pip, called as a program, installs into."""
    pip = folder / ".venv" / "bin" / "pip"
    shown = subprocess.run([pip, "--version"], capture_output=True, text=True, check=True).stdout
    return shown.split(" from ")[1]


def test_setup_makes_the_environment_once_and_anew_where_the_folder_was_moved(
    project: Path,
) -> None:
    assert "正在建立 Python 环境 .venv" in setup(project)
    assert setup(project) == ""

    (project / "requirements.lock").write_text("# something else\n")
    assert setup(project).startswith("正在安装 requirements.lock")

    moved = project.rename(project.with_name("搬走了"))
    assert "正在建立 Python 环境 .venv" in setup(moved)
    assert pip_of(moved).startswith(str(moved))


def test_setup_mends_an_environment_that_was_left_half_made(project: Path) -> None:
    (project / ".venv" / "bin").mkdir(parents=True)
    (project / ".venv" / "bin" / "pip").write_text("#!/nowhere/python\n")

    assert "正在建立 Python 环境 .venv" in setup(project)
    assert pip_of(project).startswith(str(project))
