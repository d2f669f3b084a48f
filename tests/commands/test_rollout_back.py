"""`--to COMMIT` on the embedded AWS: from the change that was applied last back to the one before, with a review, and
with the old version of the recipe still there. One journey, which all tests here look back on.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from repositories import Project, new_project
from specs import SMALL

from generator.emulator.endpoint import Endpoint, redirected
from generator.emulator.landing_zone import prepare
from generator.rollout.shown import record_schemas
from generator.spec import load

ROOT = "prod/images-prod/us-east-1"
OWN = {
    "333333333333": "350900000001",
    "444444444444": "350900000002",
    "555555555555": "350900000003",
    "acme-terraform-state": "rollout-back-state",
    "subnet-0123456789abcdef0": "subnet-03509000000000001",
    "sg-0123456789abcdef0": "sg-03509000000000001",
    "distribute:\n  - {accounts: [web-prod], regions: [us-east-1, eu-central-1]}\n": "keep: 1\n",
}
WAITING = "rollout: {build_root: {gates: [approval, verify]}}\n"
HARDENED = {"components/harden-os.yaml": SMALL["components/harden-os.yaml"].replace("echo", "printf")}


def own(text: str) -> str:
    for old, new in OWN.items():
        text = text.replace(old, new)
    return text


@dataclass
class Journey:
    project: Project
    variables: dict[str, str]
    first: str = ""
    said: dict[str, subprocess.CompletedProcess[str]] = field(default_factory=dict)

    def step(self, name: str, *arguments: str, code: int = 0) -> None:
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
        assert self.said[name].returncode == code, self.said[name].stdout + self.said[name].stderr

    def document(self, name: str) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.said[name].stdout)
        return document

    def changes(self, name: str) -> dict[str, set[str]]:
        """Action -> the module calls that a plan has it for."""
        found: dict[str, set[str]] = {}
        for change in self.document(name)["roots"][0]["plan"]["changes"]:
            found.setdefault(change["action"], set()).add(change["address"].split(".")[1])
        return found


@pytest.fixture(scope="module")
def journey(
    tmp_path_factory: pytest.TempPathFactory, emulator: Endpoint, attached_terraform: Mapping[str, str]
) -> Journey:
    files = {name: own(SMALL[name]) for name in ("organization.yaml", "prod.yaml")}
    project = new_project(tmp_path_factory.mktemp("back") / "repository", files=files)
    (project.top / ".gitignore").write_text(".goldsmith/\nplanned.json\n")
    prepare(emulator, load(project.spec))
    prefixes = ("GOLDSMITH_", "AWS_", "GIT_", "GITHUB_", "GITLAB_", "CI_")
    outside = {name: value for name, value in os.environ.items() if not name.startswith(prefixes)}
    journey = Journey(project, redirected(outside, emulator) | attached_terraform, project.git("rev-parse", "HEAD"))
    travel(journey)
    return journey


def travel(journey: Journey) -> None:
    journey.step("first", "apply", "--json")
    journey.project.commit(HARDENED | {"prod.yaml": own(SMALL["prod.yaml"]) + WAITING})
    journey.step("second", "apply", "--json")
    (journey.project.spec / "prod.yaml").write_text("what is not committed: counts for nothing\n")
    journey.step("way back", "plan", "--to", "HEAD~1", "--save", "planned.json", "--json")
    journey.project.git("checkout", "--quiet", "--", ".")
    journey.step("review", "review", "planned.json")
    approved = ("--approved", journey.document("way back")["digest"][:12], "--planned", "planned.json")
    journey.step("without the commit", "rollout", "prod", *approved, code=1)
    journey.step("stopped", "rollout", "--to", journey.first, *approved, "--json", code=1)
    journey.step("goes on", "rollout", "resume", "--approve", "prod/build", "--json")
    journey.step("status", "rollout", "status")
    journey.step("again", "plan", "--to", journey.first, "--json")


def test_the_way_back_makes_no_version_anew(journey: Journey) -> None:
    assert journey.changes("second")["create"] == {"component_harden_os_1_0_1", "recipe_web_1_0_1"}
    assert journey.changes("way back") == {
        "update": {"distribution_web", "pipeline_web"},
        "delete": {"component_harden_os_1_0_1", "recipe_web_1_0_1"},
    }
    assert f"Planned is the way to {journey.first[:12]}, with the waves, freezes and allowed risks of HEAD." in (
        journey.said["way back"].stderr
    )


def test_the_review_says_how_it_is_rolled_out(journey: Journey) -> None:
    told = journey.said["review"].stdout
    assert f"to commit `{journey.first[:12]}`" in told
    digest = journey.document("way back")["digest"]
    assert f"goldsmith rollout --to {journey.first} --approved {digest} prod" in told


def test_what_was_approved_for_another_tree_is_not_rolled_out(journey: Journey) -> None:
    assert f"was approved for the way to {journey.first[:12]}. Give --to {journey.first[:12]}, or plan and review" in (
        journey.said["without the commit"].stderr
    )


def test_it_is_on_record_with_the_commit_and_goes_on_at_it_by_itself(journey: Journey) -> None:
    schema = Draft202012Validator(record_schemas()["rollouts"])
    ends = {
        "stopped": ("failed", "prod/build waits for approval", "applied"),
        "goes on": ("succeeded", "", "verified"),
    }
    for name, (state, reason, of_root) in ends.items():
        schema.validate(journey.document(name))
        [shown] = journey.document(name)["rollouts"]
        rollout = shown["rollout"]
        assert (rollout["state"], rollout["reason"]) == (state, reason)
        assert (rollout["commit"], rollout["to_commit"]) == (journey.first, True)
        assert [(root["root"], root["state"]) for root in shown["roots"]] == [(ROOT, of_root)]
    assert f", to commit {journey.first[:12]}" in journey.said["status"].stdout
    assert f"The fleet is what {journey.first[:12]} has." in journey.said["goes on"].stderr


def test_there_is_nothing_left_to_do(journey: Journey) -> None:
    assert journey.changes("again") == {}
