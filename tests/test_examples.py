"""Every example under environments/examples, by the commands that a person types: made, left alone, and taken down."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from organizations import EXAMPLE

from generator.emulator.process import stop
from generator.render.roots import roots_of
from generator.spec import load

EXAMPLES = sorted(path.parent for path in (EXAMPLE / "examples").glob("*/organization.yaml"))

Goldsmith = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One embedded AWS for all examples: each starts where the one before it left nothing."""
    directory = tmp_path_factory.mktemp("examples") / "state"
    try:
        yield directory
    finally:
        stop(directory / "emulator")


@pytest.fixture(params=EXAMPLES, ids=lambda path: path.name)
def example(request: pytest.FixtureRequest) -> Path:
    directory: Path = request.param
    return directory


@pytest.fixture
def goldsmith(example: Path, state: Path, tmp_path: Path) -> Goldsmith:
    outside = {name: value for name, value in os.environ.items() if not name.startswith(("GOLDSMITH_", "AWS_"))}
    variables = outside | {
        "GOLDSMITH_EMULATOR": "1",
        "GOLDSMITH_STATE_DIR": str(state),
    }

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "generator", *arguments, "--spec", str(example)],
            cwd=tmp_path,
            env=variables,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )

    return run


def roots(said: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """The roots of a command's JSON, once it is sure that it did what it should."""
    assert said.returncode == 0, said.stdout + said.stderr
    return {each["root"]: each for each in json.loads(said.stdout)["roots"]}


def test_an_example_is_made_left_alone_and_taken_down(example: Path, goldsmith: Goldsmith) -> None:
    checked = goldsmith("check")
    assert checked.returncode == 0, checked.stderr
    assert checked.stderr.endswith("no errors, no warnings.\n")
    locked = goldsmith("lock", "--check")
    assert locked.returncode == 0, locked.stdout + locked.stderr
    rendered = goldsmith("render")
    assert rendered.returncode == 0, rendered.stderr

    spec = load(example)
    made = roots(goldsmith("apply", "--json"))
    assert list(made) == [root.name for root in roots_of(spec)]
    assert all(each["plan"]["add"] > 0 for each in made.values())
    assert {name: each["plan"]["changes"] for name, each in roots(goldsmith("plan", "--json")).items()} == {
        name: [] for name in made
    }

    gone = roots(goldsmith("destroy", "--confirm", ",".join(spec.environments), "--delete-logs", "--json"))
    assert {name: each["plan"]["destroy"] for name, each in gone.items()} == {
        name: each["plan"]["add"] for name, each in made.items()
    }
