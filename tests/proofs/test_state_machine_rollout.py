"""The state machine of a rollout with real workers and real Terraform, on the embedded AWS: a canary, a wave and the
build root, each verified.
"""

from __future__ import annotations

import os
from pathlib import Path

from aws_clients import client_for
from repositories import new_project
from specs import SMALL

from generator.emulator.endpoint import Endpoint, redirected
from generator.emulator.landing_zone import prepare
from generator.spec import load
from tests.rollout.stand_in import Commands
from tests.rollout.stepped import BUILD, DATA, WEB, Fleet, stood_in_fleet

ROLLOUT = "rollout: {canaries: {accounts: [web-prod]}, gates: [verify], mode: soft}\n"
BUCKET = "stepped-rollouts"
OWN = {
    "333333333333": "360600000001",
    "444444444444": "360600000002",
    "555555555555": "360600000003",
    "acme-terraform-state": "stepped-state",
    "subnet-0123456789abcdef0": "subnet-03606000000000001",
    "sg-0123456789abcdef0": "sg-03606000000000001",
    "accounts: [web-prod], regions: [us-east-1, eu-central-1]": "accounts: [web-prod, data-prod], regions: [us-east-1]",
}


def fleet(top: Path, emulator: Endpoint) -> Fleet:
    files = {name: SMALL[name] for name in ("organization.yaml", "prod.yaml")}
    for old, new in OWN.items():
        files = {name: text.replace(old, new) for name, text in files.items()}
    project = new_project(top, files={**files, "prod.yaml": files["prod.yaml"] + ROLLOUT})
    (project.top / ".gitignore").write_text(".goldsmith/\nplanned.json\n")
    prepare(emulator, load(project.spec))
    client_for(emulator, "s3").create_bucket(Bucket=BUCKET)
    variables = redirected({**os.environ, "GOLDSMITH_ROLLOUTS": f"s3://{BUCKET}/goldsmith"}, emulator)
    return Fleet.planned(Commands(project, variables), BUCKET)


def test_it_leaves_the_journal_that_a_local_rollout_leaves(tmp_path: Path, emulator: Endpoint) -> None:
    own = fleet(tmp_path / "repository", emulator)
    execution, builds = own.by_state_machine()
    assert (execution.status, builds.failed) == ("SUCCEEDED", [])
    stepped = own.newest()
    assert {root["state"] for root in stepped["roots"]} == {"verified"}
    destroyed = own.commands.run("destroy", "--confirm", "prod")
    assert destroyed.returncode == 0, destroyed.stderr
    run = own.commands.run("rollout", "run", "--approved", own.digest, "--planned", "planned.json")
    assert run.returncode == 0, run.stderr
    assert own.newest() == stepped


def test_what_had_stopped_is_taken_up_by_another_execution(tmp_path: Path, emulator: Endpoint) -> None:
    """What was applied is left alone. Terraform is stood in for."""
    own, terraform = stood_in_fleet(tmp_path, emulator, "stopped-rollouts", ROLLOUT.replace("[verify]", "[]"))
    terraform.mark("fails", DATA)
    first, _ = own.by_state_machine()
    assert (first.status, first.error) == ("FAILED", "RolloutStopped")
    assert "1 of 1 roots failed, and 0 may" in first.cause
    assert [wave["status"] for wave in first.maps] == ["SUCCEEDED", "FAILED"]
    terraform.unmark("fails", DATA)
    second, builds = own.executed(own.newest_id())
    assert (second.status, builds.failed) == ("SUCCEEDED", [])
    assert [terraform.count("applied", root) for root in (WEB, DATA, BUILD)] == [1, 1, 1]
    assert {root["state"] for root in own.newest()["roots"]} == {"applied"}
