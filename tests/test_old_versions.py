"""Old versions on the embedded AWS, by real Terraform: a change leaves them alone, and a rollback makes nothing new."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from organizations import EXAMPLE

PLACE = "  - {image: web, version: 1.0.1}\n"


class Project:
    """A copy of the example, whose changes are applied by the commands that a person types."""

    def __init__(self, directory: Path, variables: Mapping[str, str]) -> None:
        self.directory = directory
        self.spec = directory / "environments"
        shutil.copytree(EXAMPLE / "examples" / "versions", self.spec)
        outside = {name: value for name, value in os.environ.items() if not name.startswith(("GOLDSMITH_", "AWS_"))}
        self.variables = {**outside, **variables, "GOLDSMITH_EMULATOR": "1"}

    def run(self, *arguments: str) -> str:
        said = subprocess.run(
            [sys.executable, "-m", "generator", *arguments],
            cwd=self.directory,
            env=self.variables,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        assert said.returncode == 0, said.stdout + said.stderr
        return said.stdout

    def edit(self, file: str, old: str, new: str) -> None:
        text = (self.spec / file).read_text()
        assert old in text
        (self.spec / file).write_text(text.replace(old, new))

    def apply(self) -> dict[str, set[str]]:
        """Lock, render and apply: action -> the module calls that it was for."""
        self.run("lock")
        self.run("render")
        answer: dict[str, Any] = json.loads(self.run("apply", "--json"))
        found: dict[str, set[str]] = {}
        for change in answer["roots"][0]["plan"]["changes"]:
            found.setdefault(change["action"], set()).add(change["address"].split(".")[1])
        return found


@pytest.fixture
def project(tmp_path: Path, lend_emulator: Callable[[Path], Mapping[str, str]]) -> Project:
    return Project(tmp_path, lend_emulator(tmp_path / ".goldsmith"))


def test_old_versions_stay_where_they_are_until_they_fall_out_of_the_window(project: Project) -> None:
    project.edit("prod.yaml", PLACE, "  - web\n")
    made = project.apply()
    assert {f"recipe_web_1_0_{patch}" for patch in range(3)} < made["create"]
    assert set(made) == {"create"}

    project.edit("components/greet.yaml", "Welcome to web", "Welcome to the web")
    assert project.apply() == {
        "create": {"component_greet_1_0_3", "recipe_web_1_0_3"},
        "update": {"distribution_web", "pipeline_web"},
        "delete": {"component_greet_1_0_0", "recipe_web_1_0_0"},
    }

    # Back to 1.0.1, by which images were made: the pipeline moves in place, and nothing is made or built.
    project.edit("prod.yaml", "  - web\n", PLACE)
    assert project.apply() == {"update": {"distribution_web", "pipeline_web"}}

    # Forward again, and nothing kept: what the pipeline used goes after the pipeline has moved.
    project.edit("prod.yaml", PLACE, "  - web\n")
    project.edit("organization.yaml", "keep: 2", "keep: 0")
    assert project.apply() == {
        "update": {"distribution_web", "pipeline_web"},
        "delete": {"component_greet_1_0_1", "component_greet_1_0_2", "recipe_web_1_0_1", "recipe_web_1_0_2"},
    }
