"""A rollout by the workflow and one by this machine leave the same journal.

A root fails within what may fail, the rest of its wave and the build root are done, and once it is mended, it alone is
tried again. Terraform is stood in for.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from rollout_story import Story, outside, project_with_workflows, results, said, story_of
from specs import SMALL

from generator.aws import caller_client
from generator.emulator.endpoint import Endpoint, redirected
from generator.rollout.journal import Actor
from generator.rollout.ledger import Ledger
from generator.rollout.record import RootRecord
from generator.rollout.store import DirectoryStore
from tests.rollout.stand_in import Commands, StandIn

BUCKET = "rollout-journals-state"
ACCOUNTS = ("web-1", "web-2", "web-3", "web-4")
FAILING = "prod/web-3/us-east-1"
ORGANIZATION = f"""\
organization: acme
accounts:
  images-prod: "350800000000"
{"".join(f'  {name}: "35080000000{name[-1]}"{chr(10)}' for name in ACCOUNTS)}\
state: {{bucket: {BUCKET}, region: us-east-1}}
rollouts: s3://{BUCKET}/goldsmith
roles: {{plan: GoldsmithPlan, apply: GoldsmithApply}}
"""
DISTRIBUTE = f"accounts: [{', '.join(ACCOUNTS)}], regions: [us-east-1]"
ROLLOUT = """\
rollout: {canaries: 1, gates: [], max_concurrent: 2, failure_tolerance: 1}
"""
KEY = {"GOLDSMITH_DIGEST_KEY": "made-up"}


@pytest.fixture(scope="module")
def by_hand(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    """As `goldsmith rollout run` and `resume` leave it."""
    directory = tmp_path_factory.mktemp("by-hand")
    terraform = StandIn(directory / "terraform")
    commands = Commands(project_with_workflows(directory / "repository", files()), {**terraform.variables, **KEY})
    digest, planned, place = (
        digest_of(commands),
        str(commands.project.top / "planned.json"),
        str(directory / "rollouts"),
    )
    terraform.mark("fails", FAILING)
    first = commands.run("rollout", "run", "--approved", digest, "--planned", planned, "--rollouts", place)
    assert "failed within what may fail" in first.stderr
    terraform.unmark("fails", FAILING)
    second = commands.run("rollout", "resume", "--rollouts", place)
    assert second.returncode == 0, second.stderr
    return Ledger(DirectoryStore(Path(place)), Actor("reader"))


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory, emulator: Endpoint) -> Story:
    directory = tmp_path_factory.mktemp("by-workflow")
    terraform = StandIn(directory / "terraform")
    project = project_with_workflows(directory / "repository", files())
    variables = {**redirected(outside(), emulator), **terraform.variables}
    caller_client("s3", variables, "us-east-1").create_bucket(Bucket=BUCKET)
    story = story_of(project, directory, variables)
    started = story.run("begin", digest=digest_of(Commands(project, {**terraform.variables, **KEY})))
    assert started, said(story.runs["begin"])
    terraform.mark("fails", FAILING)
    story.follow("first", started)
    story.look("failed")
    terraform.unmark("fails", FAILING)
    story.follow("again", story.run("resumed", id=story.record.id, resume="true"))
    return story


def files() -> dict[str, str]:
    small = SMALL["prod.yaml"].replace("accounts: [web-prod], regions: [us-east-1, eu-central-1]", DISTRIBUTE)
    return {"organization.yaml": ORGANIZATION, "prod.yaml": small + ROLLOUT}


def digest_of(commands: Commands) -> str:
    """Of the fleet, whose plans are in planned.json."""
    planned = commands.run("plan", "--json", "--save", "planned.json")
    assert planned.returncode == 0, planned.stderr
    digest: str = json.loads(planned.stdout)["digest"]
    return digest


def told(root: RootRecord) -> dict[str, Any]:
    """What does not hang on when, how fast and by whom."""
    members = ("root", "state", "digest", "serial", "lineage", "reason", "cause")
    return {name: getattr(root, name) for name in members}


def test_the_journal_is_that_of_this_machines_engine(story: Story, by_hand: Ledger) -> None:
    (id,) = by_hand.ids()
    local, ours = by_hand.read(id), story.record
    assert [told(root) for root in story.ledger.roots(ours)] == [told(root) for root in by_hand.roots(local)]
    for member in ("environments", "waves", "approved", "state", "reason", "passed"):
        assert getattr(ours, member) == getattr(local, member), member


def test_a_failure_within_what_may_fail_stops_no_other_root(story: Story) -> None:
    failed = {root for root, state in story.states["failed"].items() if state != "applied"}
    assert failed == {FAILING}


def test_the_run_that_ends_it_fails_and_says_how_to_go_on(story: Story) -> None:
    last = story.runs[max(name for name in story.runs if name.startswith("first"))]
    assert results(last) == {"next": "failure"}
    assert "1 of 5 roots not done; go on with:" in said(last)
    assert results(story.runs["resumed"]) == {"next": "success", "roots": "success", "again": "success"}
    assert story.record.state == "succeeded"
