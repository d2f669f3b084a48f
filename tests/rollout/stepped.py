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

from aws_clients import client_for
from repositories import new_project
from specs import SMALL

from generator.emulator.endpoint import Endpoint, redirected
from generator.resources import resource_directory
from generator.rollout.states import Surroundings
from tests.rollout.stand_in import Commands, StandIn
from tests.rollout.step_functions import Execution, interpreter, run

WORKER = (resource_directory("modules") / "rollout-state-machine" / "worker.tf").read_text("utf-8")
STEP = WORKER.partition("step = <<-EOT\n")[2].partition("\n  EOT\n")[0]
WEB, DATA, BUILD = (f"prod/{account}/us-east-1" for account in ("web-prod", "data-prod", "images-prod"))
TWO = (
    "accounts: [web-prod], regions: [us-east-1, eu-central-1]",
    "accounts: [web-prod, data-prod], regions: [us-east-1]",
)
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
        return _timeless(self._status())

    def newest_id(self) -> str:
        id: str = self._status()["rollout"]["id"]
        return id

    def _status(self) -> Any:
        return json.loads(self.commands.run("rollout", "status", "--json").stdout)["rollouts"][0]


def stood_in_fleet(top: Path, emulator: Endpoint, bucket: str, rollout: str) -> tuple[Fleet, StandIn]:
    """Two target roots and a build root, whose Terraform is stood in for."""
    client_for(emulator, "s3").create_bucket(Bucket=bucket)
    project = new_project(top / "repository", files={"prod.yaml": SMALL["prod.yaml"].replace(*TWO) + rollout})
    (project.top / ".gitignore").write_text(".goldsmith/\nplanned.json\n")
    terraform = StandIn(top / "terraform")
    variables = {**terraform.variables, "GOLDSMITH_ROLLOUTS": f"s3://{bucket}/goldsmith"}
    return Fleet.planned(Commands(project, redirected(variables, emulator)), bucket), terraform


def _timeless(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _timeless(each) for name, each in value.items() if name not in TIMES}
    return [_timeless(each) for each in value] if isinstance(value, list) else value
