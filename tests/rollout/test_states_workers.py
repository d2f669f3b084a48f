"""The state machine of a rollout with real workers: its builds are processes of Goldsmith, on the embedded AWS.

Terraform is stood in for; tests/proofs has it itself.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from aws_clients import client_for
from repositories import new_project
from specs import SMALL
from step_functions import Execution, interpreter, run

from generator.emulator.endpoint import Endpoint, redirected
from generator.rollout.states import Surroundings
from tests.rollout.stand_in import Commands, StandIn

WEB, DATA, BUILD = (f"prod/{account}/us-east-1" for account in ("web-prod", "data-prod", "images-prod"))
TWO = (
    "accounts: [web-prod], regions: [us-east-1, eu-central-1]",
    "accounts: [web-prod, data-prod], regions: [us-east-1]",
)
CANARY = "rollout: {canaries: {accounts: [web-prod]}, gates: [], mode: soft, failure_tolerance: 1}\n"
TIMES = {"actor", "changed", "started", "ended", "seconds", "id", "commit", "serial", "lineage"}


@dataclass
class Builds:
    """What a build of the module's project runs, as a process."""

    commands: Commands
    failed: list[str] = field(default_factory=list)

    def __call__(self, variables: Mapping[str, str]) -> bool:
        process = self.commands.start(*self._words(variables))
        _, told = process.communicate()
        if process.returncode:
            self.failed.append(told)
        return process.returncode == 0

    def _words(self, given: Mapping[str, str]) -> list[str]:
        if given["STEP"] == "root":
            return ["run-one", *(f"--{name.lower()}={given[name]}" for name in ("ROOT", "DIGEST", "JOURNAL"))]
        files = [f"--{name.lower()}={given[name]}" for name in ("MANIFEST", "ANSWER")]
        settled = ["--settled", given["WAVE"]] if given["STEP"] == "settle" else []
        resume = ["--resume"] if given["STEP"] == "begin" else []
        return ["rollout", "next", given["ROLLOUT"], *files, *settled, *resume]


@dataclass
class Fleet:
    commands: Commands
    terraform: StandIn
    bucket: str
    digest: str

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

    def newest(self) -> dict[str, object]:
        """The newest rollout as `rollout status --json` tells it, without what differs from run to run."""
        told = json.loads(self.commands.run("rollout", "status", "--json").stdout)
        return _timeless(told["rollouts"][0])


def _timeless(value: object) -> object:
    if isinstance(value, dict):
        return {name: _timeless(each) for name, each in value.items() if name not in TIMES}
    return [_timeless(each) for each in value] if isinstance(value, list) else value


def fleet(top: Path, emulator: Endpoint, bucket: str) -> Fleet:
    client_for(emulator, "s3").create_bucket(Bucket=bucket)
    files = {"prod.yaml": SMALL["prod.yaml"].replace(*TWO) + CANARY}
    project = new_project(top / "repository", files=files)
    (project.top / ".gitignore").write_text(".goldsmith/\nplanned.json\n")
    terraform = StandIn(top / "terraform")
    variables = redirected({**terraform.variables, "GOLDSMITH_ROLLOUTS": f"s3://{bucket}/goldsmith"}, emulator)
    commands = Commands(project, variables)
    planned = commands.run("plan", "--save", "planned.json", "--json")
    assert planned.returncode == 0, planned.stderr
    return Fleet(commands, terraform, bucket, json.loads(planned.stdout)["digest"])


def test_it_leaves_the_journal_that_a_local_rollout_leaves(tmp_path: Path, emulator: Endpoint) -> None:
    """One root fails, which is tolerated: all that a journal tells of."""
    stepped, local = (fleet(tmp_path / name, emulator, f"rollouts-{name}") for name in ("stepped", "local"))
    for each in (stepped, local):
        each.terraform.mark("fails", DATA)
    execution, builds = stepped.by_state_machine()
    run = local.commands.run("rollout", "run", "--approved", local.digest, "--planned", "planned.json")
    assert run.returncode == 1
    assert execution.states[-1] == "Stopped", builds.failed
    assert [stepped.terraform.count("applied", root) for root in (WEB, DATA, BUILD)] == [1, 0, 1]
    assert stepped.newest() == local.newest()
