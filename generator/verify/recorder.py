"""Keeps the result of every test of a pytest run as a check, for `goldsmith verify` to read."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from generator.verify.checks import Check, Result

ROOT_PROPERTY = "goldsmith_root"  # the name under which the plugin tells the root of a test
NO_ROOT = "environments/tests"  # what a test is listed under that does not use the fixture `root`


class Recorder:
    """A pytest plugin object that writes `path` when the run ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._checks: list[Check] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """One check for each test: of its call, or of the phase that kept it from being called."""
        if report.when == "call" or report.outcome != "passed":
            result: Result = "failed" if report.failed else "skipped" if report.skipped else "passed"
            name, root = _place(report)
            self._checks.append(Check(root, name, "passed", _reason(report), result))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file that cannot be imported is a failed check too."""
        if report.failed:
            name = report.nodeid.rpartition("/")[2]  # what stands before it depends on where pytest was started
            self._checks.append(Check(NO_ROOT, name, "collected", _reason(report), "failed"))

    def pytest_sessionfinish(self) -> None:
        self._path.write_text(json.dumps([asdict(check) for check in self._checks]), encoding="utf-8")


def _place(report: pytest.TestReport) -> tuple[str, str]:
    """`test_web.py::test_a` and its root, of environments/tests/test_web.py::test_a[prod/web/us-east-1]."""
    root = dict(report.user_properties).get(ROOT_PROPERTY, NO_ROOT)
    path, _, test = report.nodeid.partition("::")
    name, _, parameters = test.partition("[")
    others = parameters.removesuffix("]").replace(str(root), "").strip("-")
    label = f"{path.rpartition('/')[2]}::{name}"
    return f"{label}[{others}]" if others else label, str(root)


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    """What a person reads first: the exception's last line, or the reason of a skip."""
    if report.outcome == "passed":
        return "passed"
    if isinstance(report.longrepr, tuple):
        return str(report.longrepr[2]).removeprefix("Skipped: ")
    crash = getattr(report.longrepr, "reprcrash", None)
    said = crash.message if crash is not None else str(report.longrepr)
    return str(said).strip().split("\n")[0]
