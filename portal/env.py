"""Typed readers of the environment; each raises at start-up when a value is odd."""

import os
import secrets
from pathlib import Path

TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}


class BadSetting(RuntimeError):
    """An environment variable that cannot be understood."""


def env_bool(name: str, *, default: bool) -> bool:
    raw = os.environ.get(name)
    if raw is None:
        return default
    if raw.lower() in TRUE:
        return True
    if raw.lower() in FALSE:
        return False
    raise BadSetting(f"{name}={raw!r}: write 1 or 0")


def env_int(name: str, *, default: int) -> int:
    raw = os.environ.get(name)
    if not raw:
        return default
    try:
        return int(raw)
    except ValueError:
        raise BadSetting(f"{name}={raw!r}: write a whole number") from None


def env_choice(name: str, choices: tuple[str, ...], *, default: str) -> str:
    raw = os.environ.get(name) or default
    if raw not in choices:
        raise BadSetting(f"{name}={raw!r}: write {' or '.join(choices)}")
    return raw


def env_list(name: str, *, default: list[str]) -> list[str]:
    raw = os.environ.get(name)
    if raw is None:
        return default
    return [part.strip() for part in raw.split(",") if part.strip()]


def env_secret(name: str, file: Path) -> str:
    """Return the variable, or the content of `file`, which is made on first use.

    A fresh clone must run without configuration, and a secret must never stand in the
    repository: so the first start writes a random one that only its owner can read.
    """
    if value := os.environ.get(name):
        return value
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        partial = file.with_suffix(f".{os.getpid()}")
        partial.touch(mode=0o600)
        partial.write_text(secrets.token_urlsafe(50))
        partial.rename(file)
    return file.read_text().strip()


def refuse_unsafe(*, debug: bool, secret_key: str, hosts: list[str], tls: bool) -> None:
    """Stop a start in production with what only a first try may have; name all at once."""
    found = []
    if debug:
        found.append("DEBUG is on: it shows the program's inside to everybody")
    if len(secret_key) < 50 or len(set(secret_key)) < 10 or "insecure" in secret_key:
        found.append("SECRET_KEY is short or a sample: leave it unset, or make a random one")
    if not hosts or "*" in hosts or set(hosts) <= {"127.0.0.1", "localhost", "[::1]"}:
        found.append("ALLOWED_HOSTS names no host: write the name people type")
    if not tls:
        found.append("BEHIND_TLS is off: passwords would travel readable")
    if found:
        raise BadSetting("not in production: " + "; ".join(found))
