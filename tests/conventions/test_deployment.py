"""docs/deployment.md and deploy/ agree with the code; migrations leave what runs alone."""

import ast
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from portal.stack.environment import ROOT
from tests.conventions.sources import APPS, app_files, tree_of

# Set by us for libraries, not by whoever runs the portal.
OURS = {"DJANGO_SETTINGS_MODULE", "FONTCONFIG_FILE", "PROMETHEUS_MULTIPROC_DIR", "PYTHONUNBUFFERED"}
READERS = {"env_bool", "env_int", "env_list", "env_secret", "env_choice", "get"}
REMOVING = {"RemoveField", "RenameField", "DeleteModel", "RenameModel", "AlterModelTable"}
# A file here says since which version nothing running uses what it removes. The first: before 1.0.
MAY_REMOVE = {"activities/migrations/0005_special_days.py": "state only, the table moved house"}


def read_names() -> set[str]:
    found = set()
    for path in app_files():
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call) and node.args:
                name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
                name = node.func.id if isinstance(node.func, ast.Name) else name
                of_environ = name != "get" or "environ" in ast.unparse(node.func)
                first = node.args[0]
                if name in READERS and of_environ and isinstance(first, ast.Constant):
                    found.add(str(first.value))
    return found - OURS


def test_each_setting_the_code_reads_stands_in_the_table_and_no_other() -> None:
    text = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
    table = text.split("## Settings")[1].split("## One machine")[0]
    told = {
        name
        for line in table.splitlines()
        if line.startswith("| `")
        for name in re.findall(r"`([A-Z][A-Z_]+)`", line.split("|")[1])
    }

    assert len(told) > 30
    assert told == read_names()


def test_the_example_environment_names_only_settings() -> None:
    lines = (ROOT / "deploy" / "yuanding.env.example").read_text(encoding="utf-8").splitlines()
    names = {line.partition("=")[0] for line in lines if line and not line.startswith("#")}

    assert names - {"PYTHONUTF8"} <= read_names()


def removals(source: str) -> list[str]:
    """Operations that take something away, SQL of one's own among them."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if name in REMOVING:
            found.append(name)
        if name == "RunSQL" and node.args and isinstance(node.args[0], ast.Constant):
            if re.search(r"\b(DROP|RENAME)\s+(TABLE|COLUMN|TO)\b", str(node.args[0].value), re.I):
                found.append(name)
    return found


def migrations() -> list[Path]:
    return [p for app in APPS for p in sorted((ROOT / app).rglob("migrations/0*.py"))]


def test_no_migration_removes_what_the_running_version_uses() -> None:
    found = {
        str(path.relative_to(ROOT))
        for path in migrations()
        if removals(path.read_text(encoding="utf-8"))
    }

    assert len(migrations()) > 10
    assert found == set(MAY_REMOVE)


@pytest.mark.parametrize(
    "operation",
    [
        'migrations.RemoveField("unit", "code")',
        'migrations.RenameField("unit", "code", "number")',
        'migrations.DeleteModel("Unit")',
        'migrations.RunSQL("ALTER TABLE committees_unit DROP COLUMN code")',
    ],
)
def test_a_removal_is_seen(operation: str) -> None:
    assert removals(operation)


def test_what_adds_is_no_removal() -> None:
    assert removals('migrations.RunSQL("DROP TRIGGER x ON y"); migrations.AddField("a", "b")') == []


@pytest.mark.parametrize("unit", ["web", "worker", "beat"])
def test_the_units_start_what_make_run_starts(unit: str) -> None:
    text = (ROOT / "deploy" / f"yuanding-{unit}.service").read_text(encoding="utf-8")
    command = re.search(r"^ExecStart=(.*)$", text, re.MULTILINE)

    assert command
    supervised = (ROOT / "portal" / "stack" / "supervise.py").read_text(encoding="utf-8")
    for word in re.findall(r"--[a-z-]+(?==?\s|=|$)", command.group(1)):
        assert f'"{word}' in supervised


def test_systemd_reads_the_units(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        assert not Path("/lib/systemd").exists() or Path("/lib/systemd").is_dir()
        return
    for path in sorted((ROOT / "deploy").glob("*.service")):
        # The paths of the city's machine are not here: these stand in for them.
        text = path.read_text(encoding="utf-8")
        copy = tmp_path / path.name
        copy.write_text(re.sub(r"/opt/yuanding/\.venv/bin/\w+", "/bin/true", text))
        done = subprocess.run(
            [program, "verify", "--man=no", str(copy)], capture_output=True, text=True, check=False
        )
        ours = [line for line in done.stderr.splitlines() if path.name in line]
        assert [line for line in ours if "yuanding" in line and "Unknown" in line] == []
