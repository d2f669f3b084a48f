from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.terraform.binary import find_terraform
from generator.terraform.mirror import terraform_environment

Terraform = Callable[..., str]


@pytest.fixture(scope="session")
def terraform(tmp_path_factory: pytest.TempPathFactory) -> Terraform:
    """`terraform(directory, *arguments)`: what Terraform says on standard output; a failure is the test's."""
    state = tmp_path_factory.mktemp("terraform")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("TF_VAR_")}
    environment = inherited | terraform_environment(state, inherited)
    binary = find_terraform(None, state, environment)

    def run(directory: Path, *arguments: str) -> str:
        finished = subprocess.run(
            [binary.path, *arguments],
            cwd=directory,
            env=environment | {"NO_COLOR": "1"},
            check=False,
            capture_output=True,
            encoding="utf-8",
            timeout=300,
        )
        assert finished.returncode == 0, f"terraform {arguments[0]}: {finished.stdout}{finished.stderr}"
        return finished.stdout

    return run


@pytest.fixture
def outputs(terraform: Terraform) -> Callable[[Path], dict[str, object]]:
    """The outputs of a configuration without providers, as Terraform reads it."""

    def read(directory: Path) -> dict[str, object]:
        terraform(directory, "init", "-input=false", "-no-color")
        terraform(directory, "apply", "-auto-approve", "-input=false", "-no-color")
        document = json.loads(terraform(directory, "output", "-json"))
        return {name: output["value"] for name, output in document.items()}

    return read
