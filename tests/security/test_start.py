"""Production refuses to start with what only a first try may have."""

import os
import subprocess
import sys

import pytest

from portal.env import BadSetting, refuse_unsafe
from portal.stack.environment import ROOT

SAFE = {
    "debug": False,
    "secret_key": "kX9v2mQpL7sRt4wYz8aBcDeFgHjKnPqUvW3x5y6Z0-_T1uIoN7k",
    "hosts": ["yuanding.example.cn"],
    "tls": True,
}


def test_a_careful_setting_starts() -> None:
    refuse_unsafe(**SAFE)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("debug", True, "DEBUG"),
        ("secret_key", "short", "SECRET_KEY"),
        ("secret_key", "a" * 60, "SECRET_KEY"),
        (
            "secret_key",
            SAFE["secret_key"] + "-insecure",
            "SECRET_KEY",
        ),
        ("hosts", ["*"], "ALLOWED_HOSTS"),
        ("hosts", ["127.0.0.1", "localhost"], "ALLOWED_HOSTS"),
        ("tls", False, "BEHIND_TLS"),
    ],
)
def test_each_default_of_a_first_try_stops_the_start(name: str, value: object, said: str) -> None:
    with pytest.raises(BadSetting, match=said):
        refuse_unsafe(**{**SAFE, name: value})


def test_the_settings_themselves_refuse_and_name_everything_at_once(tmp_path) -> None:
    """Web, worker, beat and manage.py all read them first."""
    environment = {
        **os.environ, "PRODUCTION": "1", "DEBUG": "1", "SECRET_KEY": "x", "BEHIND_TLS": "0",
        "YUANDING_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "portal.settings",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", "import portal.settings"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode != 0
    for name in ("DEBUG", "SECRET_KEY", "ALLOWED_HOSTS", "BEHIND_TLS"):
        assert name in done.stderr


def test_no_secret_stands_in_the_repository() -> None:
    """Keys as files, private keys as text, and passwords inside addresses."""
    words = ("BEGIN " + "PRIVATE KEY", "BEGIN RSA " + "PRIVATE KEY", "django-" + "insecure")
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    found = []
    for name in filter(None, tracked):
        path = ROOT / name
        if path.suffix in {".pem", ".key", ".p12"} or path.name in {".env", "secret_key"}:
            found.append(name)
        elif path.suffix in {".py", ".toml", ".yaml", ".yml", ".md", ".sh", ".cfg", ".conf"}:
            text = path.read_text(encoding="utf-8", errors="replace")
            found += [
                name for word in words if word in text and name != "tests/security/test_start.py"
            ]

    assert found == []
