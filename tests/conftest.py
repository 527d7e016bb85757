"""Which rules hold for every test? Where COLLEGIUM_NO_SKIPS is set, a test that skips itself has failed."""

from __future__ import annotations

import os
from collections.abc import Generator
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, settings

from collegium.speech import speak

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)
NO_SKIPS = "COLLEGIUM_NO_SKIPS"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    return _refused(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    return _refused(report)


def _refused(report: Report) -> Report:
    """The same report; a skip (an expected failure is none) becomes a failure that says why it was skipped."""
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get(NO_SKIPS):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"Not allowed to skip ({NO_SKIPS} is set): {reason}"
    return report


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests go first, so that no worker is left alone with one of them at the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(autouse=True)
def _dutch() -> None:
    """Every test begins in the language in which a program begins, whatever a command of the test before it spoke."""
    speak("nl")


# How long an example takes says something of the machine and nothing of the code: no test has a clock.
settings.register_profile(
    "unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.differing_executors]
)
settings.load_profile("unhurried")
