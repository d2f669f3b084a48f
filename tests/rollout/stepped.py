"""A fleet that is rolled out by the state machine, whose builds are processes of Goldsmith."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from generator.resources import resource_directory
from generator.rollout.states import Surroundings
from tests.rollout.stand_in import Commands
from tests.rollout.step_functions import Execution, interpreter, run

WORKER = (resource_directory("modules") / "rollout-state-machine" / "worker.tf").read_text("utf-8")
STEP = WORKER.partition("step = <<-EOT\n")[2].partition("\n  EOT\n")[0]
TIMES = {"actor", "changed", "started", "ended", "seconds", "id", "commit", "serial", "lineage"}


@dataclass
class Builds:
    """Runs what the module's project has in its buildspec, with the goldsmith of this environment."""

    commands: Commands
    failed: list[str] = field(default_factory=list)

    def __call__(self, variables: Mapping[str, str]) -> bool:
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            ["/bin/sh", "-c", STEP],
            cwd=self.commands.project.top,
            env={**self.commands.variables, **variables, "PATH": path},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            self.failed.append(done.stderr)
        return done.returncode == 0


@dataclass
class Fleet:
    commands: Commands
    bucket: str
    digest: str

    @classmethod
    def planned(cls, commands: Commands, bucket: str) -> Fleet:
        """Its roots' plans are in planned.json."""
        planned = commands.run("plan", "--save", "planned.json", "--json")
        assert planned.returncode == 0, planned.stderr
        return cls(commands, bucket, json.loads(planned.stdout)["digest"])

    def by_state_machine(self) -> tuple[Execution, Builds]:
        begun = self.commands.run("rollout", "begin", "--approved", self.digest, "--planned", "planned.json")
        assert begun.returncode == 0, begun.stderr
        return self.executed(begun.stdout.strip())

    def executed(self, id: str) -> tuple[Execution, Builds]:
        builds = Builds(self.commands)
        around = Surroundings("aws", "Project", self.bucket, "goldsmith/")
        variables = self.commands.variables
        with (
            patch.dict(os.environ, AWS_ENDPOINT_URL_S3=variables["AWS_ENDPOINT_URL"], NO_PROXY=variables["NO_PROXY"]),
            interpreter(builds, core={"passthrough": {"services": ["s3"]}}),
        ):
            return run(id, "acme-commits/images/commit.zip", around), builds

    def newest(self) -> Any:
        """The newest rollout as `rollout status --json` tells it, without what differs from run to run."""
        told = json.loads(self.commands.run("rollout", "status", "--json").stdout)
        return _timeless(told["rollouts"][0])


def _timeless(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _timeless(each) for name, each in value.items() if name not in TIMES}
    return [_timeless(each) for each in value] if isinstance(value, list) else value
