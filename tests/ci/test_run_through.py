"""The workflows as `goldsmith init` writes them, line by line on this machine: a change is reviewed, merged, applied as
it was reviewed, and watched. The AWS is the embedded one, GitHub a server on loopback, git and Terraform are real.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from forge import BOT, Forge, running
from organizations import EXAMPLE
from rollout_story import GH, inputs_of, write_programs
from runner import Event, Job, Runner, git
from workflows import github

from generator.aws import AccountClients
from generator.emulator.endpoint import redirected
from generator.emulator.process import status
from generator.review.drift import key_of
from generator.review.header import read_header
from generator.spec import load

ROOT = "dev/images-dev/us-east-1"
PULL = 7
BIN = Path(sys.executable).parent


@dataclass
class Story:
    """What became of it: the jobs of each run, and the comment after it."""

    forge: Forge
    runner: Runner
    runs: dict[str, dict[str, Job]] = field(default_factory=dict)
    comments: dict[str, list[str]] = field(default_factory=dict)
    first: str = ""  # the commit that was there before
    journal: str = ""  # that the apply left as an artifact

    def run(self, name: str, workflow: str, event: Event) -> None:
        file = self.runner.origin / ".github" / "workflows" / f"goldsmith-{workflow}.yml"
        self.runs[name] = self.runner.run(file, event)
        self.comments[name] = self.forge.bodies(PULL)
        journal = self.runner.directory / "artifacts" / "journal-1" / "journal.jsonl"
        self.journal += journal.read_text() if journal.exists() else ""

    def result(self, name: str) -> dict[str, str]:
        return {job: done.result for job, done in self.runs[name].items()}

    def said(self, name: str) -> str:
        return "\n".join(text for job in self.runs[name].values() for text in job.said)


@pytest.fixture(scope="module")
def story(
    tmp_path_factory: pytest.TempPathFactory, lend_emulator: Callable[[Path], Mapping[str, str]]
) -> Iterator[Story]:
    directory = tmp_path_factory.mktemp("story")
    outside = {
        name: value for name, value in os.environ.items() if not name.startswith(("GOLDSMITH_", "AWS_", "GITHUB_"))
    }
    with running(Forge(comments={PULL: []})) as forge:
        environment = {
            **outside,
            **lend_emulator(directory / "state"),
            "PATH": os.pathsep.join([write_programs(directory, {"gh": GH}), str(BIN), os.environ["PATH"]]),
            "GITHUB_API_URL": forge.url,
            "DISPATCHED": str(directory / "dispatched"),
            "GOLDSMITH_EMULATOR": "1",
            "GOLDSMITH_STATE_DIR": str(directory / "state"),
            "PIP_NO_INDEX": "1",  # what the workflow installs is installed already
        }
        repository = directory / "repository"
        runner = Runner(
            origin=repository,
            directory=directory / "runner",
            environment=environment,
            variables={"GOLDSMITH_PLAN_ROLE": "plan-role", "GOLDSMITH_APPLY_ROLE": "apply-role"},
            secrets={"GOLDSMITH_DIGEST_KEY": "made-up"},
            token="made-up-token",
        )
        story = Story(forge, runner)
        tell(story, repository, environment)
        yield story


def tell(story: Story, repository: Path, environment: dict[str, str]) -> None:
    def goldsmith(*arguments: str) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "generator", *arguments],
            cwd=repository,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    write_organization(repository)
    git("init", "--quiet", "--initial-branch=main", cwd=repository)
    goldsmith("lock")
    goldsmith("render")
    goldsmith("init", "--ci", "github")
    first = story.first = commit(repository, "The organization")
    goldsmith("apply")

    git("checkout", "--quiet", "-b", "change", cwd=repository)
    component = repository / "environments" / "components" / "harden-os.yaml"
    component.write_text(component.read_text().replace("MaxAuthTries 4", "MaxAuthTries 3"))
    goldsmith("lock")
    goldsmith("render")
    head = commit(repository, "Three tries are enough")
    git("checkout", "--quiet", "--detach", "main", cwd=repository)
    git("merge", "--quiet", "--no-ff", "-m", "Merge", "change", cwd=repository)
    merge = git("rev-parse", "HEAD", cwd=repository)
    git("update-ref", f"refs/pull/{PULL}/merge", merge, cwd=repository)
    story.run("fork", "review", pull_request(merge, head, source="mallory/images"))
    story.run("review", "review", pull_request(merge, head))

    git("branch", "--force", "main", merge, cwd=repository)
    pull = {"number": PULL, "merged_at": "2026-11-24T20:00:00Z", "merge_commit_sha": merge, "url": "x"}
    story.forge.pulls = {merge: [pull]}
    (comment,) = (each["id"] for each in story.forge.comments[PULL])
    story.forge.editors = {comment: "mallory"}
    story.run("edited", "apply", Event("push", merge, {"before": first, "after": merge}, "refs/heads/main"))
    story.forge.editors = {}
    story.runner.variables = {**story.runner.variables, "GOLDSMITH_ON_MERGE": "rollout"}
    story.run("handed on", "apply", Event("push", merge, {"before": first, "after": merge}, "refs/heads/main"))
    story.runner.variables = {**story.runner.variables, "GOLDSMITH_ON_MERGE": ""}
    story.run("apply", "apply", Event("push", merge, {"before": first, "after": merge}, "refs/heads/main"))
    change_by_hand(repository, environment)
    story.run("drift", "drift", Event("schedule", merge, {}, "refs/heads/main"))


def write_organization(repository: Path) -> None:
    """One environment, one image, one root."""
    spec = repository / "environments"
    shutil.copytree(EXAMPLE, spec, ignore=shutil.ignore_patterns("staging.yaml", "prod.yaml", "web-al2023.yaml"))
    organization = spec / "organization.yaml"
    organization.write_text(organization.read_text().replace("[dev, staging, prod]", "[dev]"))
    dev = spec / "dev.yaml"
    dev.write_text(dev.read_text().replace("[web, web-al2023]", "[web]"))
    (repository / ".gitignore").write_text(".goldsmith/\n.terraform/\n")


def commit(repository: Path, message: str) -> str:
    git("add", "--all", cwd=repository)
    git("commit", "--quiet", "-m", message, cwd=repository)
    return git("rev-parse", "HEAD", cwd=repository)


def pull_request(merge: str, head: str, source: str = "acme/images") -> Event:
    payload = {
        "action": "synchronize",
        "number": PULL,
        "pull_request": {
            "number": PULL,
            "head": {"sha": head, "ref": "change", "repo": {"full_name": source}},
            "base": {"ref": "main"},
        },
    }
    return Event("pull_request", merge, payload, f"refs/pull/{PULL}/merge", base_ref="main")


def change_by_hand(repository: Path, environment: dict[str, str]) -> None:
    """Somebody renames a thing in the console."""
    endpoint = status(Path(environment["GOLDSMITH_STATE_DIR"]) / "emulator")
    assert endpoint is not None
    spec = load(repository / "environments")
    clients = AccountClients(spec.organization, "GoldsmithApply", redirected(environment, endpoint))
    builder = clients("imagebuilder", spec.organization.accounts["images-dev"], "us-east-1")
    (pipeline,) = builder.list_image_pipelines()["imagePipelineList"]
    builder.tag_resource(resourceArn=pipeline["arn"], tags={"Owner": "somebody else"})


def test_a_pull_request_is_checked_planned_and_reviewed_in_one_comment(story: Story) -> None:
    assert story.result("review") == {"check": "success", "plan": "success", "review": "success"}, story.said("review")
    (comment,) = story.comments["review"]
    header = read_header(comment)
    assert header is not None
    assert header.status == "planned"
    assert list(header.roots or {}) == [ROOT]
    assert story.runs["review"]["review"].outputs["digest"] == header.digest
    assert story.forge.comments[PULL][0]["author"] == BOT


def test_a_forks_request_is_checked_and_not_planned(story: Story) -> None:
    assert story.result("fork") == {"check": "success", "plan": "skipped", "review": "skipped"}, story.said("fork")
    assert story.comments["fork"] == []


def test_what_was_merged_is_applied_by_the_digest_of_its_review(story: Story) -> None:
    assert story.result("apply") == {"approved": "success", "apply": "success", "rollout": "skipped"}, story.said(
        "apply"
    )
    before, after = read_header(story.comments["review"][0]), read_header(story.comments["apply"][0])
    assert before is not None
    assert after is not None
    assert story.runs["apply"]["approved"].outputs["digest"] == before.digest == after.digest
    assert after.status == "applied"
    (line,) = (json.loads(each) for each in story.journal.splitlines())
    assert (line["root"], line["state"], line["approved"]) == (ROOT, "applied", before.digest)


def test_where_merges_are_rolled_out_the_digest_is_handed_on_and_nothing_is_applied(story: Story) -> None:
    assert story.result("handed on") == {"approved": "success", "apply": "skipped", "rollout": "success"}
    (call,) = (story.runner.directory.parent / "dispatched").read_text().splitlines()
    digest = story.runs["handed on"]["approved"].outputs["digest"]
    assert inputs_of(json.loads(call)) == {"base": story.first, "digest": digest}


def test_nothing_is_applied_by_a_review_that_somebody_edited(story: Story) -> None:
    assert story.result("edited") == {"approved": "failure", "apply": "skipped", "rollout": "skipped"}
    assert "@mallory has edited the review" in story.said("edited")


def test_each_role_is_assumed_where_it_belongs(story: Story) -> None:
    assert story.runner.roles == [("plan", "plan-role"), ("apply", "apply-role"), ("plan", "plan-role")]


def test_drift_opens_an_issue_that_shows_it(story: Story) -> None:
    assert story.result("drift") == {"plan": "success", "issues": "success"}, story.said("drift")
    (issue,) = story.forge.issues.values()
    assert key_of(issue["body"])
    assert "in 1 root of dev" in issue["title"]
    assert "somebody else" in issue["body"]


def test_no_line_of_a_workflow_was_left_out(story: Story) -> None:
    """Those of rollouts have a story of their own."""
    jobs = [job for name in ("review", "apply", "drift") for job in github(name)["jobs"].values()]
    lines = {step["run"] for job in jobs for step in job["steps"] if "run" in step}
    assert lines - story.runner.scripts == set()


def test_no_output_of_a_job_holds_the_token(story: Story) -> None:
    assert all("made-up-token" not in story.said(name) for name in story.runs)
