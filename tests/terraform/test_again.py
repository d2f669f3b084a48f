"""Attempts are made again after failures that pass: on throttled calls and outages of the embedded AWS, by real
Terraform, whose provider repeats nothing itself. Nothing waits here: clock and dice are the test's own.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from generator.commands.approved_plan import nothing_was_done
from generator.emulator import process
from generator.emulator.endpoint import Endpoint, redirected
from generator.terraform.adapter import CancelledError, Result
from generator.terraform.again import Retries
from generator.terraform.binary import Binary
from generator.terraform.cancellation import Cancellation
from generator.terraform.failures import RunFailedError
from generator.terraform.log import RunLog
from generator.terraform.mirror import terraform_environment
from generator.terraform.root import Terraform, apply_root, opened

from .conftest import RootFactory

NAME = "/again/and-again"
CONFIGURATION = f"""
terraform {{
  required_providers {{
    aws = {{
      source  = "hashicorp/aws"
      version = "5.100.0"
    }}
  }}
}}

provider "aws" {{
  region                      = "us-east-1"
  max_retries                 = 1
  skip_credentials_validation = true
  skip_requesting_account_id  = true
}}

resource "aws_ssm_parameter" "here" {{
  name  = "{NAME}"
  type  = "String"
  value = "x"
}}
"""
THROTTLED = {"severity": "error", "summary": "reading", "detail": "api error ThrottlingException: Rate exceeded"}


@dataclass
class Waits:
    """A clock that lets no time pass: what was to be waited for, what was told, and what happens meanwhile."""

    meanwhile: Callable[[], object] = lambda: None
    waited: list[float] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def retries(self, most: int = 3) -> Retries:
        return Retries(most, self.told.append, lambda: 0.5, self._wait)

    def _wait(self, cancellation: Cancellation, seconds: float) -> bool:
        self.waited.append(seconds)
        self.meanwhile()
        return cancellation.wait(0)


def failed(*diagnostics: dict[str, str], began: bool = False, exit_code: int = 1) -> RunFailedError:
    started = ({"type": "apply_start"},) if began else ()
    events = (*started, *({"diagnostic": each} for each in diagnostics))
    return RunFailedError("dev/one", Result("apply", exit_code, events, "", "", 1.0), Path("a.log"))


class Attempts:
    """Fails as it was told, one after the other, and then succeeds."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = [*failures]
        self.made = 0

    def __call__(self) -> int:
        self.made += 1
        if self.failures:
            raise self.failures.pop(0)
        return self.made


def run(
    retries: Retries,
    attempts: Attempts,
    path: Path,
    cancellation: Cancellation | None = None,
    may: Callable[[RunFailedError], bool] = lambda _error: True,
) -> int:
    log = RunLog(path / "a.log")
    try:
        return retries.run("dev/one", cancellation or Cancellation(), log, attempts, may)
    finally:
        log.close()


def test_each_wait_is_a_share_of_one_that_doubles_up_to_a_minute(tmp_path: Path) -> None:
    waits = Waits()
    assert run(waits.retries(5), Attempts(*[failed(THROTTLED)] * 5), tmp_path) == 6
    assert waits.waited == [5, 10, 20, 30, 30]
    assert waits.told[1] == "dev/one: throttled: again in 10 s (2 of 5)"
    assert "throttled: again in 5 s (1 of 5)" in (tmp_path / "a.log").read_text()


@pytest.mark.parametrize(
    ("failure", "most"),
    [
        (failed({"severity": "error", "summary": "Reference to undeclared resource"}), 3),
        (failed(THROTTLED, exit_code=-9), 3),
        (CancelledError("dev/one: plan was interrupted."), 3),
        (failed(THROTTLED), 0),
    ],
    ids=["lasting", "killed", "cancelled", "off"],
)
def test_other_failures_are_the_end(failure: Exception, most: int, tmp_path: Path) -> None:
    waits, attempts = Waits(), Attempts(failure)
    with pytest.raises(type(failure)):
        run(waits.retries(most), attempts, tmp_path)
    assert (attempts.made, waits.told) == (1, [])


def test_the_last_failure_is_told(tmp_path: Path) -> None:
    attempts = Attempts(*[failed(THROTTLED)] * 9)
    with pytest.raises(RunFailedError, match="Rate exceeded"):
        run(Waits().retries(2), attempts, tmp_path)
    assert attempts.made == 3


def test_a_stop_ends_the_wait_at_once(tmp_path: Path) -> None:
    cancellation = Cancellation()
    waits, attempts = Waits(cancellation.cancel), Attempts(failed(THROTTLED))
    with pytest.raises(CancelledError, match="not tried again"):
        run(waits.retries(), attempts, tmp_path, cancellation)
    assert attempts.made == 1
    assert cancellation.wait(3600)  # what a real wait does: it is over before it begins


def test_an_approved_plan_is_applied_again_only_where_nothing_had_begun(tmp_path: Path) -> None:
    before, midway = Attempts(failed(THROTTLED)), Attempts(failed(THROTTLED, began=True))
    assert run(Waits().retries(), before, tmp_path, may=nothing_was_done) == 2
    with pytest.raises(RunFailedError):
        run(Waits().retries(), midway, tmp_path, may=nothing_was_done)
    assert midway.made == 1


@pytest.fixture
def faults(emulator: Endpoint) -> Iterator[Callable[..., Any]]:
    def strike(**fault: Any) -> Any:
        return process.call(emulator, "faults", {"service": "ssm", **fault})

    yield strike
    process.call(emulator, "faults", {}, "DELETE")


@pytest.fixture
def terraform(
    emulator: Endpoint,
    new_root: RootFactory,
    binary: Binary,
    state_directory: Path,
    running_provider: dict[str, str],
) -> Callable[[Retries], Any]:
    variables = redirected(os.environ, emulator)
    variables |= terraform_environment(state_directory, variables) | running_provider
    root = new_root(configuration=CONFIGURATION)
    return lambda retries: opened(root, binary, variables, Cancellation(), retries=retries)


def test_throttled_calls_and_an_outage_end_well(
    emulator: Endpoint, aws: Callable[..., Any], faults: Callable[..., Any], terraform: Callable[[Retries], Any]
) -> None:
    """A fifth of the calls while it is applied, and then an outage that is over by the third attempt."""

    def made() -> list[str]:
        there = [each["Name"] for each in aws("ssm").describe_parameters()["Parameters"]]
        return [name for name in there if name == NAME]

    waits = Waits()
    run: Terraform
    faults(kind="throttle", share=0.2, seed=55)
    with terraform(waits.retries(10)) as run:
        apply_root(run)
    assert waits.told
    assert all("throttled: again in" in each for each in waits.told)
    process.call(emulator, "faults", {}, "DELETE")
    assert made() == [NAME]

    waits = Waits(lambda: process.call(emulator, "faults", {}, "DELETE") if len(waits.waited) == 2 else None)
    faults(kind="unavailable", next=1000)
    with terraform(waits.retries()) as run:
        assert apply_root(run, destroy=True).plan.counts["destroy"] == 1
    assert [each.partition(": ")[2] for each in waits.told] == [
        "AWS is not available: again in 5 s (1 of 3)",
        "AWS is not available: again in 10 s (2 of 3)",
    ]
    assert made() == []
