"""Rollouts over small target roots, by commands in processes of their own: to be killed, and run beside others."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from aws_clients import client_for
from repositories import Project, new_project
from specs import SMALL

from generator.emulator.endpoint import Endpoint, redirected
from generator.emulator.landing_zone import prepare
from generator.rollout.journal import Actor
from generator.rollout.ledger import Ledger
from generator.rollout.record import RolloutRecord, RootRecord
from generator.rollout.store import DirectoryStore
from generator.spec import load

ROLE = "EC2ImageBuilderDistributionCrossAccountRole"
RESOURCES = 5  # of a target root
SHOWN = 2000  # characters of what a command has written for programs
SECONDS = 600.0  # a command that takes longer hangs
_OURS = ("GOLDSMITH_", "AWS_", "GIT_", "GITHUB_", "GITLAB_", "CI_", "TF_")
_CREATED = re.compile(r" (?P<account>\d{12}) \S+ (?P<call>\w+:(?:Create|Put|Attach)\w+) 200 ")

Ended = subprocess.CompletedProcess[str]


@dataclass(frozen=True)
class Fleet:
    """A project with one target root for each of its accounts, on an embedded AWS that others use too."""

    project: Project
    emulator: Endpoint
    emulator_log: Path
    accounts: Mapping[str, str]  # name -> id
    bucket: str  # of the states
    variables: Mapping[str, str]

    @property
    def roots(self) -> list[str]:
        return [f"prod/{name}/us-east-1" for name in self.accounts]

    @property
    def ledger(self) -> Ledger:
        return Ledger(DirectoryStore(self.project.top / ".goldsmith" / "rollouts" / "aws"), Actor("reader"))

    def plan(self) -> str:
        """Plan all target roots into planned.json; returns the fleet's digest."""
        planned = self.said("plan", "prod", *self._chosen, "--save", "planned.json", "--json")
        assert planned.returncode == 0, planned.stderr
        digest: str = json.loads(planned.stdout)["digest"]
        return digest

    def run_words(self, digest: str, *more: str) -> tuple[str, ...]:
        return ("rollout", "run", "prod", *self._chosen, "--planned", "planned.json", "--approved", digest, *more)

    def said(self, *arguments: str, **variables: str) -> Ended:
        """A command that is let come to its end."""
        return self.ended(self.started(*arguments, **variables))

    def ended(self, process: subprocess.Popen[str]) -> Ended:
        """What a command has said, once it has ended; shown where a test fails."""
        try:
            output, errors = process.communicate(timeout=SECONDS)
        except BaseException:
            process.kill()
            raise
        words = process.args if isinstance(process.args, list) else []
        print("$ goldsmith", *words[3:], f"\n{output[-SHOWN:]}{errors}({process.returncode})")
        return Ended(words, process.returncode, output, errors)

    def started(self, *arguments: str, **variables: str) -> subprocess.Popen[str]:
        """A command in a group of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "generator", *arguments],
            cwd=self.project.top,
            env={**self.variables, **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            process_group=0,
        )

    def record(self) -> RolloutRecord:
        """Of the newest rollout."""
        return self.ledger.read(self.ledger.ids()[0])

    def root_records(self) -> dict[str, RootRecord]:
        return {root.root: root for root in self.ledger.roots(self.record())}

    def states(self) -> dict[str, str]:
        return {name: root.state for name, root in self.root_records().items()}

    def journal(self) -> list[dict[str, Any]]:
        """This machine's lines, all of them whole."""
        path = self.project.top / ".goldsmith" / "journal.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def created(self) -> Counter[tuple[str, str]]:
        """How often each call that makes something has succeeded in each account of the fleet."""
        ours = {*self.accounts.values()}
        with self.emulator_log.open(encoding="utf-8") as lines:
            found = [match for line in lines if (match := _CREATED.search(line))]
        return Counter((each["account"], each["call"]) for each in found if each["account"] in ours)

    def created_roles(self) -> dict[str, int]:
        """How often the role of each account was made; it has one."""
        made = self.created()
        return {name: made[id, "iam:CreateRole"] for name, id in self.accounts.items()}

    def has_role(self) -> set[str]:
        """The roots whose role AWS has."""
        roles = {name: self.client("iam", name).list_roles()["Roles"] for name in self.accounts}
        return {f"prod/{name}/us-east-1" for name, all_ in roles.items() if ROLE in [each["RoleName"] for each in all_]}

    def in_states(self) -> dict[str, int]:
        """How many resources the state of each root has that has a state."""
        found = {}
        for key in self.objects():
            root, _, file = key.rpartition("/")
            if file == "terraform.tfstate":
                state = json.loads(self.client("s3").get_object(Bucket=self.bucket, Key=key)["Body"].read())
                found[root] = sum(each["mode"] == "managed" for each in state["resources"])
        return found

    def requests(self) -> int:
        """How many the embedded AWS has seen."""
        return self.emulator_log.read_bytes().count(b"\n")

    def client(self, service: str, account: str = "") -> Any:
        """Of an account of the fleet, or of the caller."""
        return client_for(self.emulator, service, *([self.accounts[account]] if account else []))

    def objects(self) -> list[str]:
        """Of all that is in the bucket of the states."""
        listed = self.client("s3").list_objects_v2(Bucket=self.bucket)
        return [each["Key"] for each in listed.get("Contents", [])]

    def locks(self) -> list[str]:
        return [key for key in self.objects() if key.endswith(".tflock")]

    def serials(self) -> dict[str, int]:
        """Of Terraform's states, by root."""
        found = {}
        for root in self.roots:
            state = self.client("s3").get_object(Bucket=self.bucket, Key=f"{root}/terraform.tfstate")["Body"].read()
            found[root] = json.loads(state)["serial"]
        return found

    def assert_done_once(self) -> None:
        """Every root is applied, nothing is held or locked, and nothing was made twice."""
        assert set(self.states().values()) <= {"applied", "verified"}, self.states()
        assert self.record().state == "succeeded"
        assert self.ledger.held(self.record()) == []
        assert self.locks() == []
        made = self.created()
        assert self.created_roles() == dict.fromkeys(self.accounts, 1)
        assert {key: count for key, count in made.items() if count > _once(key, made)} == {}
        assert self.has_role() == {*self.roots}
        assert len({*self.serials().values()}) == 1, self.serials()

    @property
    def _chosen(self) -> Sequence[str]:
        return [word for name in self.accounts for word in ("--account", name)]


def _once(key: tuple[str, str], made: Counter[tuple[str, str]]) -> int:
    """The roots are alike: a call is made as often in each account as where it was made least often."""
    return min(count for (_, call), count in made.items() if call == key[1])


def until(holds: Callable[[], object], patience: float = SECONDS) -> bool:
    """Wait until something holds; fails where it does not come to that."""
    deadline = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.02)
    return True


def new_fleet(
    top: Path, emulator: Endpoint, emulator_log: Path, number: int, count: int, rollout: Mapping[str, Any]
) -> Fleet:
    """`number` tells it from other fleets on the same embedded AWS; it has 1 to 89 targets."""
    accounts = {f"team-{index:02}": f"3{number:04}{index + 10:07}" for index in range(count)}
    bucket = f"rollouts-states-{number}"
    organization = {
        "organization": "acme",
        "accounts": {"images-prod": f"3{number:04}{0:07}", **accounts},
        "state": {"bucket": bucket, "region": "us-east-1"},
        "roles": {"plan": "GoldsmithPlan", "apply": "GoldsmithApply"},
    }
    environment = {
        **yaml.safe_load(SMALL["prod.yaml"]),
        "distribute": [{"accounts": [*accounts], "regions": ["us-east-1"]}],
        "rollout": dict(rollout),
    }
    environment["build"] |= {"subnet": f"subnet-{number:017x}", "security_groups": [f"sg-{number:017x}"]}
    files = {"organization.yaml": yaml.safe_dump(organization), "prod.yaml": yaml.safe_dump(environment)}
    project = new_project(top, files=files)
    (top / ".gitignore").write_text(".goldsmith/\nplanned.json\n")
    prepare(emulator, load(project.spec))
    outside = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    return Fleet(project, emulator, emulator_log, accounts, bucket, redirected(outside, emulator))
