"""`goldsmith rollout run` and `resume` on the embedded AWS: a canary, a gate that waits for a person, the rest, and
nothing twice. One journey, which all tests here look back on.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from jsonschema import Draft202012Validator
from repositories import Project, new_project
from specs import SMALL

from generator.emulator.endpoint import Endpoint, redirected
from generator.emulator.landing_zone import prepare
from generator.emulator.process import call
from generator.rollout.journal import Actor
from generator.rollout.ledger import Ledger
from generator.rollout.shown import record_schemas
from generator.rollout.store import DirectoryStore
from generator.spec import load

BUILD, WEB, DATA = (f"prod/{account}/us-east-1" for account in ("images-prod", "web-prod", "data-prod"))
OWN = {
    "333333333333": "350600000001",
    "444444444444": "350600000002",
    "555555555555": "350600000003",
    "acme-terraform-state": "rollout-run-state",
    "subnet-0123456789abcdef0": "subnet-03506000000000001",
    "sg-0123456789abcdef0": "sg-03506000000000001",
    "accounts: [web-prod], regions: [us-east-1, eu-central-1]": "accounts: [web-prod, data-prod], regions: [us-east-1]",
}
ROLLOUT = """\
rollout:
  canaries: {accounts: [web-prod], gates: [verify, approval]}
  gates: [{command: ["false"]}]
  build_root: {gates: [verify, build]}
"""


def own(text: str) -> str:
    for old, new in OWN.items():
        text = text.replace(old, new)
    return text


@dataclass
class Journey:
    project: Project
    variables: dict[str, str]
    said: dict[str, subprocess.CompletedProcess[str]] = field(default_factory=dict)
    states: dict[str, dict[str, str]] = field(default_factory=dict)  # after each step

    @property
    def ledger(self) -> Ledger:
        return Ledger(DirectoryStore(self.project.top / ".goldsmith" / "rollouts" / "aws"), Actor("reader"))

    def step(self, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        self.said[name] = subprocess.run(
            [sys.executable, "-m", "generator", *arguments],
            cwd=self.project.top,
            env=self.variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        ids = self.ledger.ids()
        if ids:
            self.states[name] = {root.root: root.state for root in self.ledger.roots(self.ledger.read(ids[0]))}
        return self.said[name]


@pytest.fixture(scope="module")
def journey(
    tmp_path_factory: pytest.TempPathFactory, emulator: Endpoint, attached_terraform: Mapping[str, str]
) -> Journey:
    top = tmp_path_factory.mktemp("rollout") / "repository"
    files = {name: own(SMALL[name]) for name in ("organization.yaml", "prod.yaml")}
    project = new_project(top, files={**files, "prod.yaml": files["prod.yaml"] + ROLLOUT})
    (top / ".gitignore").write_text(".goldsmith/\nplanned.json\n")
    prepare(emulator, load(project.spec))
    prefixes = ("GOLDSMITH_", "AWS_", "GIT_", "GITHUB_", "GITLAB_", "CI_")
    outside = {name: value for name, value in os.environ.items() if not name.startswith(prefixes)}
    journey = Journey(project, {**redirected(outside, emulator), **attached_terraform})
    call(emulator, "clock", {"speed": 9600})  # an image takes less than a second
    travel(journey)
    call(emulator, "clock", {"speed": 60})
    return journey


def travel(journey: Journey) -> None:
    digest = json.loads(journey.step("plan", "plan", "--save", "planned.json", "--json").stdout)["digest"]
    run = ("rollout", "run", "prod", "--planned", "planned.json", "--approved")
    journey.step("other digest", *run, "0" * 64)
    journey.step("canary", "rollout", "prod", *run[3:], digest, "--json")
    journey.step("gate fails", "rollout", "resume", "--approve", "prod/canaries", "--json")
    prod = journey.project.spec / "prod.yaml"
    prod.write_text(prod.read_text().replace('["false"]', '["true"]'))
    journey.project.git("commit", "-q", "-a", "-m", "Let the gate pass")
    hardened = SMALL["components/harden-os.yaml"].replace("echo", "printf")
    journey.project.change({"components/harden-os.yaml": hardened})
    journey.step("changed", "rollout", "resume", "--approve", "prod/canaries")
    journey.project.git("checkout", "-q", "--", ".")
    journey.step("rest", "rollout", "resume", "--approve", "prod/canaries")
    journey.step("done", "rollout", "resume")
    again = json.loads(journey.step("plan again", "plan", "--json").stdout)["digest"]
    journey.step("again", "rollout", "run", "--approved", again, "--approve", "prod/canaries")


def told(journey: Journey, name: str) -> str:
    return journey.said[name].stdout + journey.said[name].stderr


def test_another_digest_begins_nothing(journey: Journey) -> None:
    assert journey.said["other digest"].returncode == 1, told(journey, "other digest")
    assert "other digest" not in journey.states


def test_it_waits_behind_the_canary_until_the_approval_is_given(journey: Journey) -> None:
    assert journey.said["canary"].returncode == 1
    assert "--approve prod/canaries" in journey.said["canary"].stderr, told(journey, "canary")
    assert journey.states["canary"] == {WEB: "verified", DATA: "approved", BUILD: "approved"}


def test_a_gate_that_fails_keeps_the_build_root_back(journey: Journey) -> None:
    assert journey.said["gate fails"].returncode == 1
    assert "prod/rest: its gate failed: false ended with 1" in journey.said["gate fails"].stderr
    assert journey.states["gate fails"] == {WEB: "verified", DATA: "applied", BUILD: "approved"}


def test_a_root_whose_plan_became_another_is_not_applied(journey: Journey) -> None:
    assert journey.said["changed"].returncode == 1
    assert f"{BUILD}: " in journey.said["changed"].stderr
    assert "was approved, and its plan is" in journey.said["changed"].stderr
    assert "prod/build: a plan is not the approved one, so no further wave begins." in journey.said["changed"].stderr
    assert journey.states["changed"] == {WEB: "verified", DATA: "applied", BUILD: "failed"}


def test_where_it_stopped_is_told_to_programs_too(journey: Journey) -> None:
    schema = Draft202012Validator(record_schemas()["rollouts"])
    for name, reason in [("canary", "prod/canaries waits for approval"), ("gate fails", "prod/rest: gate failed")]:
        document = json.loads(journey.said[name].stdout)
        schema.validate(document)
        [shown] = document["rollouts"]
        assert (shown["rollout"]["state"], shown["rollout"]["reason"]) == ("failed", reason)
        assert {root["root"]: root["state"] for root in shown["roots"]} == journey.states[name]
        assert shown["leases"] == []


def test_resume_goes_on_to_the_end_and_applies_nothing_twice(journey: Journey) -> None:
    assert journey.said["rest"].returncode == 0, told(journey, "rest")
    assert "succeeded, 3 of 3 roots changed." in journey.said["rest"].stdout
    assert journey.states["rest"] == {WEB: "verified", DATA: "applied", BUILD: "verified"}
    first, last = (journey.ledger.read(id) for id in reversed(journey.ledger.ids()))
    assert journey.ledger.held(first) == journey.ledger.held(last) == []
    lines = [
        json.loads(line) for line in (journey.project.top / ".goldsmith" / "journal.jsonl").read_text().splitlines()
    ]
    assert [line["root"] for line in lines if line["state"] == "applied"] == [WEB, DATA, BUILD]
    assert all(root.serial is not None for root in journey.ledger.roots(first))


def test_the_image_is_built_behind_the_build_root_and_once_in_each_rollout(journey: Journey) -> None:
    for name, number in (("rest", 1), ("again", 2)):
        started = journey.said[name].stderr.partition("prod/build: build of web\n")[2]
        assert "prod/web: AVAILABLE\n" in started, told(journey, name)
        record = journey.ledger.builds(journey.ledger.ids()[2 - number], "prod").read("web")
        assert record is not None
        assert (record.record.state, record.record.arn.rpartition("/")[2]) == ("available", str(number))


def test_a_rollout_that_has_succeeded_is_not_taken_up_again(journey: Journey) -> None:
    assert journey.said["done"].returncode == 1
    assert "has succeeded, so it cannot become running" in journey.said["done"].stderr


def test_a_second_rollout_changes_nothing_and_says_so(journey: Journey) -> None:
    assert journey.said["again"].returncode == 0, told(journey, "again")
    assert "succeeded, nothing was to be changed." in journey.said["again"].stdout
