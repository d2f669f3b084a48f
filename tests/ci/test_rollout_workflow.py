"""The workflow of rollouts as `goldsmith init` writes it, line by line on this machine: begun with a review's digest, a
canary, an approval, the rest, the build root. A run starts the next one as on GitHub; the AWS is the embedded one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from repositories import Project
from rollout_story import Story, outside, project_with_workflows, results, said, story_of
from specs import SMALL
from workflows import github

from generator.emulator.endpoint import Endpoint, redirected
from generator.emulator.landing_zone import prepare
from generator.spec import load

BUILD, WEB, DATA = (f"prod/{account}/us-east-1" for account in ("images-prod", "web-prod", "data-prod"))
OWN = {
    "333333333333": "350700000001",
    "444444444444": "350700000002",
    "555555555555": "350700000003",
    "acme-terraform-state": "rollout-workflow-state",
    "subnet-0123456789abcdef0": "subnet-03507000000000001",
    "sg-0123456789abcdef0": "sg-03507000000000001",
    "accounts: [web-prod], regions: [us-east-1, eu-central-1]": "accounts: [web-prod, data-prod], regions: [us-east-1]",
}
ROLLOUT = """\
rollout:
  canaries: {accounts: [web-prod], gates: [approval]}
  gates: []
"""


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory, emulator: Endpoint, attached_terraform: Mapping[str, str]) -> Story:
    directory = tmp_path_factory.mktemp("rollout-workflow")
    project = begun_project(directory / "repository")
    prepare(emulator, load(project.spec))
    story = story_of(project, directory, redirected(outside(), emulator) | attached_terraform)
    tell(story)
    return story


def begun_project(top: Path) -> Project:
    files = {name: SMALL[name] for name in ("organization.yaml", "prod.yaml")}
    for old, new in OWN.items():
        files = {name: text.replace(old, new) for name, text in files.items()}
    files["organization.yaml"] += "rollouts: s3://rollout-workflow-state/goldsmith\n"
    return project_with_workflows(top, {**files, "prod.yaml": files["prod.yaml"] + ROLLOUT})


def tell(story: Story) -> None:
    story.run("other digest", digest="0" * 64, id="")
    found = re.search(r"has the digest ([0-9a-f]{12}):", said(story.runs["other digest"]))
    assert found, said(story.runs["other digest"])
    started = story.run("begin", digest=found[1])
    assert started, said(story.runs["other digest"]) + said(story.runs["begin"])
    story.look("begun")
    assert started == [{"id": story.record.id, "after": ""}]
    story.follow("canary", story.run("schedule", "schedule"))
    story.look("canary")
    hardened = SMALL["components/harden-os.yaml"].replace("echo", "printf")
    story.project.commit({"components/harden-os.yaml": hardened})
    story.follow("rest", story.run("approved", id=story.record.id, approve="prod/canaries"))
    story.look("rest")
    story.run("nothing is due", "schedule")


def test_another_digest_begins_nothing(story: Story) -> None:
    assert results(story.runs["other digest"]) == {"begin": "failure"}


def test_what_was_approved_is_begun_and_handed_to_the_next_run(story: Story) -> None:
    assert results(story.runs["begin"]) == {"begin": "success", "again": "success"}
    assert story.states["begun"] == {WEB: "approved", DATA: "approved", BUILD: "approved"}


def test_a_rollout_whose_next_run_was_lost_is_taken_up_by_the_schedule(story: Story) -> None:
    assert results(story.runs["schedule"]) == {"due": "success", "again": "success"}
    assert results(story.runs["nothing is due"]) == {"due": "success"}


def test_it_stops_behind_the_canary_for_an_approval(story: Story) -> None:
    assert results(story.runs["canary 1"]) == {"next": "success", "roots": "success", "again": "success"}
    assert results(story.runs["canary 2"]) == {"next": "failure"}
    assert "--approve prod/canaries" in said(story.runs["canary 2"])
    assert story.states["canary"] == {WEB: "applied", DATA: "approved", BUILD: "approved"}


def test_with_the_approval_it_goes_on_to_its_end(story: Story) -> None:
    steps = {name: results(jobs) for name, jobs in story.runs.items() if name == "approved" or name.startswith("rest")}
    step = {"next": "success", "roots": "success", "again": "success"}
    assert steps == {"approved": step, "rest 1": step, "rest 2": {"next": "success"}}, said(story.runs["rest 2"])
    assert story.states["rest"] == {WEB: "applied", DATA: "applied", BUILD: "applied"}
    assert story.record.state == "succeeded"


def test_a_commit_that_came_later_changes_nothing(story: Story) -> None:
    assert {root.reason for root in story.ledger.roots(story.record)} == {""}
    assert story.project.git("rev-parse", "main") != story.record.commit


def test_nobody_holds_anything_in_the_end(story: Story) -> None:
    assert story.ledger.held(story.record) == []


def test_who_decides_is_asked_by_the_environment_with_reviewers(story: Story) -> None:
    asked = [job for job, environment in story.runner.gates if environment == "goldsmith"]
    assert asked == ["begin", "begin", "next"]
    assert {environment for _, environment in story.runner.gates} == {"goldsmith", "goldsmith-rollout"}


def test_no_line_of_the_workflow_was_left_out(story: Story) -> None:
    lines = {step["run"] for job in github("rollout")["jobs"].values() for step in job["steps"] if "run" in step}
    assert lines - story.runner.scripts == set()


def test_no_output_of_a_job_holds_the_token(story: Story) -> None:
    assert all("made-up-token" not in said(jobs) for jobs in story.runs.values())
