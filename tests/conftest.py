"""Rules for the whole suite."""

import os
from collections.abc import Generator
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, settings

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
