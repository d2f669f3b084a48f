"""What a rollout meets on a bad day, in seconds: Terraform is stood in for. With a real one: tests/proofs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import Any

import pytest
from aws_clients import client_for
from repositories import new_project
from specs import SMALL

from generator.emulator.endpoint import Endpoint, redirected
from generator.rollout.journal import Actor
from generator.rollout.ledger import Ledger
from generator.rollout.record import RolloutRecord, RootRecord
from generator.rollout.store import DirectoryStore
from generator.terraform import again
from tests.rollout.stand_in import Commands, StandIn, document

WEB, DATA, BUILD = (f"prod/{account}/us-east-1" for account in ("web-prod", "data-prod", "images-prod"))
ROOTS = (DATA, WEB, BUILD)  # in the order of their turns
BUCKET = "rollout-bad-days-state"
TWO = (
    "accounts: [web-prod], regions: [us-east-1, eu-central-1]",
    "accounts: [web-prod, data-prod], regions: [us-east-1]",
)


@dataclass
class Fleet:
    """Two targets in a wave, and then the build root."""

    commands: Commands
    terraform: StandIn
    digest: str

    @property
    def words(self) -> tuple[str, ...]:
        return ("rollout", "run", "--approved", self.digest, "--planned", "planned.json")

    @property
    def ledger(self) -> Ledger:
        return Ledger(DirectoryStore(self.commands.project.top / ".goldsmith" / "rollouts" / "aws"), Actor("reader"))

    @property
    def record(self) -> RolloutRecord:
        return self.ledger.read(self.ledger.ids()[0])

    @property
    def roots(self) -> dict[str, RootRecord]:
        return {root.root: root for root in self.ledger.roots(self.record)}

    @property
    def states(self) -> dict[str, tuple[str, str]]:
        return {name: (root.state, root.reason) for name, root in self.roots.items()}

    @property
    def journal(self) -> list[dict[str, Any]]:
        lines = (self.commands.project.top / ".goldsmith" / "journal.jsonl").read_text().splitlines()
        return [json.loads(line) for line in lines]

    def counts(self, what: str) -> list[int]:
        return [self.terraform.count(what, root) for root in ROOTS]


@pytest.fixture
def fleet(tmp_path: Path, emulator: Endpoint, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Fleet]]:
    monkeypatch.setattr(again, "FIRST_SECONDS", 0.0)

    def make(tolerance: int = 0) -> Fleet:
        rollout = f"rollout: {{gates: [], max_concurrent: 1, failure_tolerance: {tolerance}, mode: soft}}\n"
        organization = SMALL["organization.yaml"].replace("acme-terraform-state", BUCKET)
        files = {"prod.yaml": SMALL["prod.yaml"].replace(*TWO) + rollout, "organization.yaml": organization}
        project = new_project(tmp_path / "repository", files=files)
        (project.top / ".gitignore").write_text(".goldsmith/\nplanned.json\n")
        terraform = StandIn(tmp_path / "terraform")
        commands = Commands(project, redirected(terraform.variables, emulator))
        planned = commands.run("plan", "--save", "planned.json", "--json")
        assert planned.returncode == 0, planned.stderr
        return Fleet(commands, terraform, json.loads(planned.stdout)["digest"])

    yield make
    for file in (tmp_path / "terraform" / "holds").iterdir():  # an apply outlives the test otherwise
        file.unlink()


def test_a_role_that_denies_within_tolerance_is_told_and_all_others_are_done(fleet: Callable[..., Fleet]) -> None:
    prod = fleet(tolerance=1)
    prod.terraform.mark("denied", WEB)
    ended = prod.commands.run(*prod.words)
    assert ended.returncode == 1
    assert "Cannot assume IAM Role" in ended.stderr
    assert "must exist in the account and trust whoever runs this" in ended.stderr
    assert f"{WEB}: failed within what may fail; all others are done." in ended.stderr
    assert prod.states == {WEB: ("failed", "plan failed"), DATA: ("applied", ""), BUILD: ("applied", "")}
    prod.terraform.unmark("denied", WEB)
    assert prod.commands.run("rollout", "resume").returncode == 0
    assert prod.counts("applied") == [1, 1, 1]


def test_a_role_that_denies_beyond_tolerance_stops_before_the_next_wave(fleet: Callable[..., Fleet]) -> None:
    prod = fleet()
    prod.terraform.mark("denied", WEB)
    ended = prod.commands.run(*prod.words)
    assert ended.returncode == 1
    assert "1 of 2 roots failed, and 0 may, so no further wave begins." in ended.stderr
    assert {name: state for name, (state, _) in prod.states.items()} == {
        DATA: "applied",
        WEB: "failed",
        BUILD: "skipped",
    }
    assert prod.roots[BUILD].cause == "prod/targets"
    assert prod.counts("begun") == [1, 0, 0]
    assert prod.ledger.held(prod.record) == []


def test_an_apply_that_failed_passingly_before_it_began_is_planned_and_applied_again(
    fleet: Callable[..., Fleet],
) -> None:
    prod = fleet()
    prod.terraform.mark("throttled", WEB)
    ended = prod.commands.run(*prod.words)
    assert ended.returncode == 0, ended.stderr
    assert f"{WEB}: throttled: again in 0 s (1 of " in ended.stderr
    assert "succeeded, 3 of 3 roots changed." in ended.stdout
    assert prod.states == dict.fromkeys(ROOTS, ("applied", ""))
    assert prod.counts("begun") == [1, 1, 1]


def test_what_is_planned_after_a_passing_failure_is_held_against_the_approval_again(
    fleet: Callable[..., Fleet],
) -> None:
    prod = fleet()
    prod.terraform.mark("throttled", DATA, document("y"))
    ended = prod.commands.run(*prod.words)
    assert ended.returncode == 1
    assert f"{DATA}: {prod.roots[DATA].digest[:12]} was approved, and its plan is " in ended.stderr
    assert prod.states[DATA] == ("failed", "its plan is not the approved one")
    assert prod.counts("begun") == [0, 0, 0]


def test_an_approved_apply_is_planned_again_too(fleet: Callable[..., Fleet]) -> None:
    prod = fleet()
    prod.terraform.mark("throttled", BUILD)
    ended = prod.commands.run("apply", "--approved", prod.digest)
    assert ended.returncode == 0, ended.stderr
    assert prod.states == dict.fromkeys(ROOTS, ("applied", ""))
    assert prod.counts("begun") == [1, 1, 1]


def test_an_approved_apply_whose_plan_is_another_then_is_refused(fleet: Callable[..., Fleet]) -> None:
    prod = fleet()
    prod.terraform.mark("throttled", BUILD, document("y"))
    ended = prod.commands.run("apply", "--approved", prod.digest)
    assert ended.returncode == 1
    assert prod.states == {
        WEB: ("applied", ""),
        DATA: ("applied", ""),
        BUILD: ("failed", "its plan is not the approved one"),
    }
    assert prod.counts("begun") == [1, 1, 0]


def test_a_rollout_that_is_killed_in_each_apply_does_everything_once_and_says_so(
    fleet: Callable[..., Fleet], emulator: Endpoint
) -> None:
    """Its whole process group each time; the Terraform that it began lives on, as a real one does."""
    client_for(emulator, "s3").create_bucket(Bucket=BUCKET)  # whose locks are looked at after a death
    prod = fleet()
    for root in ROOTS:
        prod.terraform.mark("holds", root)
    process = prod.commands.start(*prod.words, apart=True)
    for number, root in enumerate(ROOTS):
        while not prod.terraform.count("begun", root):
            assert process.poll() is None, process.communicate()[1]
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        assert [prod.states[each][0] for each in ROOTS[: number + 1]] == [*["applied"] * number, "applying"]
        process = prod.commands.start("rollout", "resume", apart=True)
        assert _says(process, f"{root}: waits for a Terraform of it that outlived its run")
        prod.terraform.unmark("holds", root)
    output, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    assert "succeeded, 3 of 3 roots changed." in output
    assert len(prod.ledger.ids()) == 1
    assert (prod.counts("begun"), prod.counts("applied")) == ([1, 1, 1], [1, 1, 1])
    assert prod.states == dict.fromkeys(ROOTS, ("applied", "finished by the run before"))
    assert prod.ledger.held(prod.record) == []
    assert [line["root"] for line in prod.journal] == [*ROOTS]
    second = prod.commands.run(*prod.words)
    assert "succeeded, nothing was to be changed." in second.stdout, second.stderr
    assert prod.states == dict.fromkeys(ROOTS, ("applied", "no changes"))


def _says(process: subprocess.Popen[str], words: str) -> bool:
    """Wait until it says so; one that does not in all this time is killed."""
    assert process.stderr is not None
    patience = Timer(60, process.kill)
    patience.start()
    try:
        return any(words in line for line in process.stderr)
    finally:
        patience.cancel()
