"""Rules for the whole suite."""

import os
import sys
from collections.abc import Generator
from typing import TypeVar

import pytest
from django.db import connection
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker

from tests.personas import city

__all__ = ["city"]  # the fixture every app's tests stand on

IN_CI = os.environ.get("CI", "").lower() in {"1", "true"}
# tests/shared.py: that input lies beside the repository on our own machines only.
MAY_SKIP = "YUANDING_SHARED"

# How long one example takes says how busy the machine is, and nothing about the code.
settings.register_profile(
    "suite",
    parent=settings.get_profile("ci" if IN_CI else "default"),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("suite")

# The files that take a minute and more. A process runs a file whole, and one begun last would keep
# the others waiting for it.
LONGEST = (
    "conventions/test_access.py",
    "stack/test_run.py",
    "stack/test_commands.py",
    "portal/test_demo.py",
    "browser/test_main_path.py",
    "browser/test_look.py",
    "web/desk/test_reminders.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def turn(item: pytest.Item) -> int:
        found = [n for n, path in enumerate(LONGEST) if item.nodeid.startswith(f"tests/{path}")]
        return found[0] if found else len(LONGEST)

    items.sort(key=turn)


LEFT = """
    SELECT pid, backend_type, state, left(query, 200), pg_terminate_backend(pid)
      FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, pytestconfig: pytest.Config
) -> Generator[None]:
    """A browser that was slow to hang up must not fail a whole run when its database is dropped.

    What was still connected is ended and named on the terminal, so that a leak is seen.
    """
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(LEFT)
        left = cursor.fetchall()
    capture = pytestconfig.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        for session in left:
            sys.stderr.write(f"still connected at the end: {session}\n")


R = TypeVar("R", pytest.TestReport, pytest.CollectReport)


def refuse_skip(report: R) -> R:
    """In CI a test that does not run is a failure, so that nothing is left out in silence."""
    if IN_CI and report.outcome == "skipped" and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if MAY_SKIP not in reason:
            report.outcome = "failed"
            report.longrepr = f"CI runs every test, and this one was left out: {reason}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    return refuse_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return refuse_skip((yield))
