"""Every validation of every module refuses a value of its own, and says which."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from generator.emulator.endpoint import Endpoint
from modules.roots import NAMES, make_root
from modules.validations import Run, native_tests, read_runs, read_validations

RUNS = read_runs()
VALIDATIONS = read_validations()
PROVIDER = 'provider "aws" {\n  region = "us-east-1"\n}\n'


Refusals = dict[str, dict[str, str]]


@pytest.fixture(scope="module")
def refusals(
    tmp_path_factory: pytest.TempPathFactory, emulator: Endpoint, running_provider: Mapping[str, str]
) -> Refusals:
    """For each run, the message of each validation that refused its values, by the validation's place.

    `validate` sees all but those that compare variables, and `plan` stops where `validate` refuses: so what
    `validate` lets pass is planned by itself.
    """
    files = {f"{run.call}.tf": run.hcl for run in RUNS}
    directory = tmp_path_factory.mktemp("refused")
    root = make_root(directory, emulator, {"provider.tf": PROVIDER, **files}, running_provider)
    found: Refusals = {run.call: {} for run in RUNS}
    collect(json.loads(root.run("validate", "-json", codes=(1,)))["diagnostics"], found)
    for call in (call for call, places in found.items() if places):
        (root.directory / f"{call}.tf").unlink()
    events = [json.loads(line) for line in root.run("plan", "-json", codes=(1,)).splitlines()]
    collect([event["diagnostic"] for event in events if event["type"] == "diagnostic"], found)
    return found


def collect(diagnostics: list[dict[str, Any]], found: Refusals) -> None:
    for diagnostic in diagnostics:
        assert diagnostic["summary"] == "Invalid value for variable", diagnostic
        message, place = diagnostic["detail"].split("\n\nThis was checked by the validation rule at ")
        found[Path(diagnostic["range"]["filename"]).stem][place.split(",")[0]] = message


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.call)
def test_a_run_is_refused_by_one_validation_of_the_variable_it_names(run: Run, refusals: Refusals) -> None:
    assert [VALIDATIONS[place] for place in refusals[run.call]] == [run.variable]


def test_every_validation_refuses_the_values_of_a_run(refusals: Refusals) -> None:
    assert {place for places in refusals.values() for place in places} == VALIDATIONS.keys()


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.call)
def test_a_refusal_names_the_variable_and_shows_the_value(run: Run, refusals: Refusals) -> None:
    (message,) = refusals[run.call].values()
    assert re.fullmatch(rf"{run.variable}\b.* must .*, not .+\.", message)


def test_the_native_tests_pass(tmp_path: Path, emulator: Endpoint, running_provider: Mapping[str, str]) -> None:
    """As `terraform test` in each module would run them, in one process for all."""
    files = {f"tests/{module}.tftest.hcl": _over_module(module) for module in NAMES}
    root = make_root(tmp_path, emulator, files, running_provider)
    events = [json.loads(line) for line in root.run("test", "-json", codes=(0, 1)).splitlines()]
    summary = next(event["test_summary"] for event in events if event["type"] == "test_summary")
    failed = [event["@message"] for event in events if event["@level"] == "error"]
    assert (summary["passed"], failed) == (len(RUNS), [])


def _over_module(module: str) -> str:
    """A module's native tests, for a root that holds the module in ./modules."""
    source = f'\n\n  module {{\n    source = "./modules/{module}"\n  }}'
    return native_tests(module).replace("\n  command = plan", f"\n  command = plan{source}")
