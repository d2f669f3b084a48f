"""Tests that people write, `environments/tests/test_*.py`: run by pytest, their results among the checks."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.terraform.cancellation import Cancellation
from generator.verify.checks import Check, failed
from generator.verify.processes import OutOfTimeError, run

TESTS_SECONDS = 1800.0

_PASSED, _FAILED, _NO_TESTS = 0, 1, 5  # https://docs.pytest.org/en/stable/reference/exit-codes.html


@dataclass(frozen=True)
class UserTests:
    """Results, and all that pytest wrote, for whoever looks into a failure."""

    checks: list[Check]
    log: str


def find_tests(spec_directory: Path) -> Path | None:
    """The folder of the user's tests, if it holds any."""
    tests = spec_directory / "tests"
    return tests if any(tests.rglob("test_*.py")) or any(tests.rglob("*_test.py")) else None


def run_tests(
    tests: Path,
    *,
    spec_directory: Path,
    copies: Path,
    roots: Sequence[str],
    binary: str,
    environment: Mapping[str, str],
    cancellation: Cancellation,
    seconds: float = TESTS_SECONDS,
) -> UserTests:
    """Run pytest as its own process on the copies that verify has made ready, once for each of `roots`."""
    results = copies / "results.json"
    arguments = [
        sys.executable, "-m", "pytest", str(tests.absolute()), "-q",
        "-p", "goldsmith", "-p", "no:cacheprovider",
        f"--goldsmith-spec={spec_directory.absolute()}", f"--goldsmith-prepared={copies}",
        f"--goldsmith-results={results}", *(f"--goldsmith-root={name}" for name in roots),
    ]  # fmt: skip
    variables = {**environment, "GOLDSMITH_TERRAFORM": binary, "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        finished = run(
            arguments,
            directory=Path.cwd(),
            environment=variables,
            seconds=seconds,
            cancellation=cancellation,
        )
    except OutOfTimeError:
        return UserTests([failed(str(tests), "pytest", "an end", f"none in {seconds:g} s")], "")
    log = finished.out + finished.err
    checks = _read(results)
    if finished.returncode not in (_PASSED, _FAILED, _NO_TESTS) or (finished.returncode and not checks):
        checks.append(failed(str(tests), "pytest", "a run", f"exit code {finished.returncode}"))
    return UserTests(checks, log)


def _read(results: Path) -> list[Check]:
    if not results.is_file():
        return []
    return [Check(**entry) for entry in json.loads(results.read_text(encoding="utf-8"))]
