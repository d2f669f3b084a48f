"""Terraform roots over copies of the modules, so that one run of Terraform serves many tests."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generator.emulator.endpoint import Endpoint, redirected
from generator.resources import resource_directory
from generator.terraform.binary import find_terraform
from generator.terraform.mirror import terraform_environment

MODULES = resource_directory("modules")
NAMES = sorted(path.parent.name for path in MODULES.glob("*/main.tf"))


@dataclass(frozen=True)
class Root:
    """A root in a directory of its own: the modules are in `./modules`, everything else is the test's."""

    directory: Path
    binary: Path
    environment: dict[str, str]

    def run(self, *arguments: str, codes: tuple[int, ...] = (0,)) -> str:
        """Standard output of one Terraform command; a failure shows what Terraform said."""
        done = subprocess.run(
            [self.binary, *arguments],
            cwd=self.directory,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode in codes, f"terraform {' '.join(arguments)}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def plan(self) -> Any:
        """What `terraform show -json` says of a fresh plan."""
        self.run("plan", "-no-color", "-out=root.tfplan")
        return json.loads(self.run("show", "-json", "root.tfplan"))

    def write(self, name: str, text: str) -> None:
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def make_root(directory: Path, endpoint: Endpoint, files: dict[str, str], provider: Mapping[str, str]) -> Root:
    """An initialized root that holds these files and reaches the embedded AWS alone.

    `provider` are the variables of a running provider, which the root's Terraforms use one after the other.
    """
    environment = {**redirected(os.environ, endpoint), **provider}
    environment |= terraform_environment(directory / "state", environment)
    binary = find_terraform(None, directory / "state", environment).path
    root = Root(directory / "root", binary, environment)
    shutil.copytree(MODULES, root.directory / "modules", ignore=shutil.ignore_patterns(".terraform*"))
    shutil.copy(MODULES / NAMES[0] / "versions.tf", root.directory)
    for name, text in files.items():
        root.write(name, text)
    root.run("init", "-no-color", "-backend=false")
    return root
