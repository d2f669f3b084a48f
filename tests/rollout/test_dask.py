"""The engine `dask` on a cluster of two workers: the journal is that of `local`, and what dies does no harm.

Workers run `run-one` in processes of their own, as they do elsewhere; Terraform alone is stood in for.
"""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from dask_cluster import running_cluster
from repositories import new_project
from specs import SMALL

from generator.emulator.endpoint import Endpoint, redirected
from generator.rollout.journal import Actor
from generator.rollout.leases import read_lease
from generator.rollout.ledger import Ledger
from generator.rollout.store import DirectoryStore
from generator.rollout.work import folder_of
from tests.rollout.same_journal import journal_of
from tests.rollout.stand_in import FOLDERS, Commands, StandIn

WEB, DATA, BUILD = (f"prod/{account}/us-east-1" for account in ("web-prod", "data-prod", "images-prod"))
TWO = (
    "accounts: [web-prod], regions: [us-east-1, eu-central-1]",
    "accounts: [web-prod, data-prod], regions: [us-east-1]",
)
ROLLOUT = """\
rollout: {gates: [], max_concurrent: 2, failure_tolerance: 1, mode: soft}
"""


class Fleet:
    def __init__(self, commands: Commands, terraform: StandIn, digest: str, scheduler: str) -> None:
        self.commands = commands
        self.terraform = terraform
        self.on_dask = ("--engine", "dask", "--scheduler", scheduler)
        self.run = ("rollout", "run", "--approved", digest, "--planned", "planned.json")
        top = commands.project.top
        self.ledger = Ledger(DirectoryStore(top / ".goldsmith" / "rollouts" / "aws"), Actor("reader"))

    def forget(self) -> None:
        """Nothing is applied any more, and nothing goes wrong."""
        for name in FOLDERS:
            for file in (self.terraform.directory / name).iterdir():
                file.unlink()

    def applies(self) -> list[int]:
        return [self.terraform.count("begun", root) for root in (WEB, DATA, BUILD)]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory, emulator: Endpoint) -> Iterator[Fleet]:
    top = tmp_path_factory.mktemp("dask")
    project = new_project(top / "repository", files={"prod.yaml": SMALL["prod.yaml"].replace(*TWO) + ROLLOUT})
    (project.top / ".gitignore").write_text(".goldsmith/\nplanned.json\n")
    terraform = StandIn(top / "terraform")
    commands = Commands(project, redirected(terraform.variables, emulator))
    planned = commands.run("plan", "--save", "planned.json", "--json")
    assert planned.returncode == 0, planned.stderr
    with running_cluster(commands.variables, project.top) as scheduler:
        yield Fleet(commands, terraform, json.loads(planned.stdout)["digest"], scheduler)


@pytest.fixture
def fleet(cluster: Fleet) -> Fleet:
    cluster.forget()
    return cluster


@pytest.mark.parametrize("failing", [None, DATA])
def test_its_journal_is_that_of_the_engine_local(fleet: Fleet, failing: str | None) -> None:
    journals = []
    for options in ((), fleet.on_dask):
        fleet.forget()
        if failing:
            fleet.terraform.mark("fails", failing)
        process = fleet.commands.start(*fleet.run, *options)
        _, told = process.communicate(timeout=300)
        assert process.returncode == (1 if failing else 0), told
        journals.append(journal_of(fleet.ledger, fleet.ledger.ids()[0]))
        assert fleet.applies() == ([1, 0, 1] if failing else [1, 1, 1])
    assert journals[0] == journals[1]
    assert journals[0]["state"] == ("failed" if failing else "succeeded")
    assert journals[0]["held"] == []


def test_a_worker_that_is_killed_leaves_its_root_to_be_finished_once(fleet: Fleet) -> None:
    fleet.terraform.mark("holds", WEB)
    coordinator = fleet.commands.start(*fleet.run, *fleet.on_dask)
    _until(lambda: fleet.terraform.count("begun", WEB) == 1)
    id = fleet.ledger.ids()[0]
    lease = read_lease(fleet.ledger.store, WEB, folder_of(id))
    assert lease is not None
    worker = int(Path(f"/proc/{lease.pid}/stat").read_text().rpartition(")")[2].split()[1])
    os.kill(worker, signal.SIGKILL)
    fleet.terraform.unmark("holds", WEB)
    _, told = coordinator.communicate(timeout=300)
    assert coordinator.returncode == 0, told
    assert fleet.applies() == [1, 1, 1]
    assert {root.state for root in fleet.ledger.roots(fleet.ledger.read(id))} == {"applied"}


def test_an_interrupt_begins_nothing_more_and_waits_for_what_has_begun(fleet: Fleet) -> None:
    fleet.terraform.mark("holds", WEB)
    coordinator = fleet.commands.start(*fleet.run, *fleet.on_dask)
    _until(lambda: fleet.terraform.count("begun", WEB) == 1)
    id = fleet.ledger.ids()[0]
    coordinator.send_signal(signal.SIGINT)
    assert coordinator.stderr is not None
    told = next(line for line in coordinator.stderr if "is let finish" in line)
    assert WEB in told or DATA in told
    fleet.terraform.unmark("holds", WEB)
    coordinator.communicate(timeout=300)
    assert coordinator.returncode == 130
    record = fleet.ledger.read(id)
    assert (record.state, record.reason) == ("failed", "interrupted")
    assert {root.root: root.state for root in fleet.ledger.roots(record)}[WEB] == "applied"
    assert fleet.applies()[2] == 0
    assert fleet.ledger.held(record) == []


def test_a_scheduler_that_is_not_there_is_told(fleet: Fleet) -> None:
    said = fleet.commands.run(*fleet.run, "--engine", "dask")
    assert (said.returncode, "name the scheduler of the cluster" in said.stderr) == (64, True)
    said = fleet.commands.run(*fleet.run, "--scheduler", "tcp://127.0.0.1:1")
    assert (said.returncode, "are for a Dask cluster" in said.stderr) == (64, True)


def _until(holds: Callable[[], bool], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)
