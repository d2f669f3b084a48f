"""The state machine of a rollout with real workers: its builds are processes of Goldsmith, on the embedded AWS.

Terraform is stood in for; tests/proofs/test_state_machine_rollout.py has it itself.
"""

from __future__ import annotations

from pathlib import Path

from aws_clients import client_for
from repositories import new_project
from specs import SMALL

from generator.emulator.endpoint import Endpoint, redirected
from tests.rollout.stand_in import Commands, StandIn
from tests.rollout.stepped import Fleet

WEB, DATA, BUILD = (f"prod/{account}/us-east-1" for account in ("web-prod", "data-prod", "images-prod"))
TWO = (
    "accounts: [web-prod], regions: [us-east-1, eu-central-1]",
    "accounts: [web-prod, data-prod], regions: [us-east-1]",
)
CANARY = "rollout: {canaries: {accounts: [web-prod]}, gates: [], mode: soft, failure_tolerance: 1}\n"


def fleet(top: Path, emulator: Endpoint, bucket: str) -> tuple[Fleet, StandIn]:
    client_for(emulator, "s3").create_bucket(Bucket=bucket)
    files = {"prod.yaml": SMALL["prod.yaml"].replace(*TWO) + CANARY}
    project = new_project(top / "repository", files=files)
    (project.top / ".gitignore").write_text(".goldsmith/\nplanned.json\n")
    terraform = StandIn(top / "terraform")
    variables = {**terraform.variables, "GOLDSMITH_ROLLOUTS": f"s3://{bucket}/goldsmith"}
    return Fleet.planned(Commands(project, redirected(variables, emulator)), bucket), terraform


def test_it_leaves_the_journal_that_a_local_rollout_leaves(tmp_path: Path, emulator: Endpoint) -> None:
    """One root fails, which is tolerated: all that a journal tells of."""
    stepped, terraform = fleet(tmp_path / "stepped", emulator, "rollouts-stepped")
    local, other = fleet(tmp_path / "local", emulator, "rollouts-local")
    for each in (terraform, other):
        each.mark("fails", DATA)
    execution, builds = stepped.by_state_machine()
    run = local.commands.run("rollout", "run", "--approved", local.digest, "--planned", "planned.json")
    assert run.returncode == 1
    assert execution.states[-1] == "Stopped", builds.failed
    assert [terraform.count("applied", root) for root in (WEB, DATA, BUILD)] == [1, 0, 1]
    assert {root["state"] for root in stepped.newest()["roots"]} == {"applied", "failed"}
    assert stepped.newest() == local.newest()
