"""`goldsmith rollout begin`, `next` and `run-one`: a rollout by processes that live for one step each.

Terraform is stood in for.
"""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from repositories import Project, new_project
from specs import SMALL

from generator.emulator.endpoint import Endpoint, redirected
from generator.rollout.journal import Actor
from generator.rollout.ledger import Ledger
from generator.rollout.record import RootRecord
from generator.rollout.store import DirectoryStore
from tests.rollout.stand_in import Commands, StandIn, document

WEB, DATA, BUILD = (f"prod/{account}/us-east-1" for account in ("web-prod", "data-prod", "images-prod"))
SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas"
TWO = (
    "accounts: [web-prod], regions: [us-east-1, eu-central-1]",
    "accounts: [web-prod, data-prod], regions: [us-east-1]",
)
CANARY = """\
rollout:
  canaries: {accounts: [web-prod], gates: [approval]}
  gates: []
"""
TOGETHER = """\
rollout: {gates: [], max_concurrent: 2, mode: soft}
"""


@dataclass
class Rolled:
    """A rollout that is begun, and what is asked of it."""

    commands: Commands
    terraform: StandIn
    id: str

    @property
    def place(self) -> Path:
        return self.commands.project.top / ".goldsmith" / "rollouts" / "aws"

    @property
    def ledger(self) -> Ledger:
        return Ledger(DirectoryStore(self.place), Actor("reader"))

    @property
    def roots(self) -> dict[str, RootRecord]:
        return {root.root: root for root in self.ledger.roots(self.ledger.read(self.id))}

    @property
    def states(self) -> dict[str, str]:
        return {root: record.state for root, record in self.roots.items()}

    def next(self, *options: str) -> dict[str, Any]:
        said = self.commands.run("rollout", "next", self.id, "--json", *options)
        assert said.returncode == 0, said.stderr
        told: dict[str, Any] = json.loads(said.stdout)
        _valid("rollout-next", told)
        return told

    def worker(self, root: str, digest: str | None = None) -> tuple[str, ...]:
        journal = str(self.place / "rollouts" / self.id)
        return (
            "run-one",
            "--json",
            "--journal",
            journal,
            "--root",
            root,
            "--digest",
            digest or self.roots[root].digest,
        )


def _valid(schema: str, told: object) -> None:
    Draft202012Validator(json.loads((SCHEMAS / f"{schema}.schema.json").read_text())).validate(told)


def _rolled(top: Path, emulator: Endpoint, rollout: str) -> Rolled:
    files = {"prod.yaml": SMALL["prod.yaml"].replace(*TWO) + rollout}
    project: Project = new_project(top / "repository", files=files)
    (project.top / ".gitignore").write_text(".goldsmith/\nplanned.json\n")
    terraform = StandIn(top / "terraform")
    commands = Commands(project, redirected(terraform.variables, emulator))
    planned = commands.run("plan", "--save", "planned.json", "--json")
    assert planned.returncode == 0, planned.stderr
    digest = json.loads(planned.stdout)["digest"]
    begun = commands.run("rollout", "begin", "--approved", digest, "--planned", "planned.json")
    assert begun.returncode == 0, begun.stderr
    return Rolled(commands, terraform, begun.stdout.strip())


@pytest.fixture
def rolled(tmp_path: Path, emulator: Endpoint) -> Callable[[str], Rolled]:
    return lambda rollout: _rolled(tmp_path, emulator, rollout)


def test_a_rollout_goes_step_by_step_and_says_the_same_until_something_is_done(
    rolled: Callable[[str], Rolled], tmp_path: Path
) -> None:
    rollout = rolled(CANARY)
    assert set(rollout.states.values()) == {"approved"}
    assert rollout.ledger.held(rollout.ledger.read(rollout.id)) == []
    first = rollout.next("--manifest", str(tmp_path / "manifest.json"))
    assert first == rollout.next()
    assert [each["root"] for each in first["roots"]] == [WEB]
    assert (first["do"], first["wave"], first["max_concurrent"], first["failure_tolerance"]) == (
        *("apply", "prod/canaries", 1, 0),
    )
    (item,) = json.loads((tmp_path / "manifest.json").read_text())
    assert item == {**first["roots"][0], "journal": first["journal"]}

    said = rollout.commands.run("run-one", "--json", *(f"--{name}={value}" for name, value in item.items()))
    assert said.returncode == 0, said.stderr
    told = json.loads(said.stdout)
    _valid("rollout-root", told)
    assert (told["root"], told["state"], told["digest"]) == (WEB, "applied", item["digest"])
    again = rollout.commands.run(*rollout.worker(WEB))
    assert (again.returncode, rollout.terraform.count("begun", WEB)) == (0, 1)
    assert "is applied in rollout" in again.stderr

    stop = rollout.next()
    assert (stop["do"], stop["approval"]) == ("stop", "prod/canaries")
    assert stop == rollout.next()
    assert f"goldsmith rollout next {rollout.id} --approve prod/canaries" in stop["reason"]
    rest = rollout.next("--approve", "prod/canaries")
    assert rest == rollout.next(), "what was approved is on record"
    assert (rest["do"], [each["root"] for each in rest["roots"]]) == ("apply", [DATA])
    assert rollout.commands.run(*rollout.worker(DATA)).returncode == 0
    assert rollout.commands.run(*rollout.worker(rollout.next()["roots"][0]["root"])).returncode == 0
    assert rollout.next()["do"] == rollout.next()["do"] == "done"
    assert set(rollout.states.values()) == {"applied"}
    assert rollout.ledger.read(rollout.id).state == "succeeded"
    assert rollout.ledger.held(rollout.ledger.read(rollout.id)) == []


def test_of_two_workers_at_one_root_one_applies_it_and_the_other_says_who(rolled: Callable[[str], Rolled]) -> None:
    rollout = rolled(TOGETHER)
    rollout.terraform.mark("holds", WEB)
    workers = [rollout.commands.start(*rollout.worker(WEB)) for _ in range(2)]
    ended = next(worker for worker in _ending(workers))
    assert ended.returncode == 1
    _, told = ended.communicate()
    assert f"{WEB}: held by " in told
    rollout.terraform.unmark("holds", WEB)
    (other,) = (worker for worker in workers if worker is not ended)
    out, told = other.communicate(timeout=120)
    assert (other.returncode, json.loads(out)["state"]) == (0, "applied"), told
    assert rollout.terraform.count("begun", WEB) == 1


def test_an_interrupt_is_the_reason_of_what_it_stopped(rolled: Callable[[str], Rolled]) -> None:
    rollout = rolled(TOGETHER)
    rollout.terraform.mark("holds", WEB)
    worker = rollout.commands.start(*rollout.worker(WEB))
    while not rollout.terraform.count("begun", WEB) and worker.poll() is None:
        pass
    worker.send_signal(signal.SIGINT)
    out, told = worker.communicate(timeout=120)
    assert worker.returncode == 130, told
    assert (rollout.states[WEB], json.loads(out)["reason"]) == ("failed", "interrupted")


def test_a_root_that_failed_lets_no_other_of_its_wave_begin(rolled: Callable[[str], Rolled]) -> None:
    rollout = rolled(TOGETHER)
    rollout.terraform.mark("fails", DATA)
    assert rollout.commands.run(*rollout.worker(DATA)).returncode == 1
    said = rollout.commands.run(*rollout.worker(WEB))
    assert (said.returncode, json.loads(said.stdout)["reason"]) == (1, "more failed than may fail")
    assert rollout.terraform.count("begun", WEB) == 0
    stop = rollout.next()
    assert stop["do"] == "stop"
    assert "prod/targets: 1 of 2 roots failed, and 0 may" in stop["reason"]
    assert rollout.states == {WEB: "skipped", DATA: "failed", BUILD: "skipped"}
    rollout.terraform.unmark("fails", DATA)
    again = rollout.next("--resume")
    assert {each["root"] for each in again["roots"]} == {WEB, DATA}


def test_what_a_worker_left_unfinished_counts_as_failed_once_all_have_ended(rolled: Callable[[str], Rolled]) -> None:
    rollout = rolled(TOGETHER)
    assert rollout.commands.run(*rollout.worker(WEB)).returncode == 0
    assert [each["root"] for each in rollout.next()["roots"]] == [DATA]
    assert rollout.next("--settled", "prod/targets")["do"] == "stop"
    assert rollout.states == {WEB: "applied", DATA: "failed", BUILD: "skipped"}


def test_a_wave_that_is_none_is_told_and_changes_nothing(rolled: Callable[[str], Rolled]) -> None:
    rollout = rolled(CANARY)
    assert rollout.commands.run(*rollout.worker(WEB)).returncode == 0
    assert rollout.next()["do"] == "stop"
    for options, message in (
        (("next", rollout.id, "--resume", "--settled", "prod/canary"), "--settled prod/canary: is no wave of rollout"),
        (
            ("next", rollout.id, "--approve", "prod/canary"),
            "prod/rest, prod/build. Did you mean prod/canaries?",
        ),
        (("resume", rollout.id, "--approve", "prod/canary"), "--approve prod/canary: the rollout has no such wave"),
    ):
        said = rollout.commands.run("rollout", *options)
        assert (said.returncode, message in said.stderr) == (64, True), said.stderr
    digest = json.loads(rollout.commands.run("review", "planned.json", "--json").stdout)["digest"]
    run = ("rollout", "run", "--approved", digest, "--planned", "planned.json", "--approve", "prod/canary")
    assert rollout.commands.run(*run).returncode == 64
    assert (rollout.ledger.ids(), rollout.ledger.read(rollout.id).state) == ([rollout.id], "failed")


def test_only_what_was_approved_is_applied_and_nothing_after_an_abort(rolled: Callable[[str], Rolled]) -> None:
    rollout = rolled(TOGETHER)
    wrong = rollout.commands.run(*rollout.worker(WEB, "0" * 64))
    assert wrong.returncode == 1
    assert "is not what rollout" in wrong.stderr
    short = rollout.commands.run(*rollout.worker(WEB, rollout.roots[WEB].digest[:12]))
    assert (short.returncode, f"the whole of {rollout.roots[WEB].digest}. See: " in short.stderr) == (1, True)
    rollout.terraform.mark("other", WEB, document("y"))
    unlike = rollout.commands.run(*rollout.worker(WEB))
    assert (unlike.returncode, json.loads(unlike.stdout)["reason"]) == (1, "its plan is not the approved one")
    other = rollout.commands.run(*rollout.worker(DATA))
    assert (other.returncode, json.loads(other.stdout)["cause"]) == (1, WEB)
    assert rollout.commands.run("rollout", "abort", rollout.id).returncode == 0
    aborted = rollout.commands.run(*rollout.worker(BUILD))
    assert (aborted.returncode, json.loads(aborted.stdout)["reason"]) == (1, "the rollout was aborted")
    assert [rollout.terraform.count("begun", root) for root in (WEB, DATA, BUILD)] == [0, 0, 0]
    assert rollout.next()["do"] == "stop"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--root", "prod/web-prod"), "prod/web-prod: is no root, which is"),
        (("--root", "prod/web-prod/us-east-1", "--journal", "rollouts"), "rollouts: is no address of a rollout"),
    ],
)
def test_what_is_no_root_and_no_rollout_is_told(
    options: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    from generator.cli import run

    given = ("--journal", "/tmp/x/rollouts/20260301-120000-000000", *options)
    assert run(["run-one", "--digest", "0" * 64, *given]) == 64
    assert message in capsys.readouterr().err


def _ending(workers: list[Any]) -> Any:
    """The workers, each when it has ended."""
    left = list(workers)
    while left:
        for worker in left:
            if worker.poll() is not None:
                left.remove(worker)
                yield worker
                break
