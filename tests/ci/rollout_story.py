"""A repository with the workflows of `goldsmith init`, in which a rollout is run as GitHub would.

Each run of the workflow starts the next one by `gh`, of which a stand-in notes what it was asked for.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from repositories import Project, new_project
from runner import Event, Job, Runner

from generator.ci.pipelines import pipelines
from generator.ci.settings import Settings
from generator.render.roots import roots_of
from generator.rollout.journal import Actor
from generator.rollout.ledger import Ledger
from generator.rollout.places import open_store
from generator.rollout.record import RolloutRecord
from generator.spec import load
from generator.spec.recorded import recorded_at

# Notes what it was asked for: https://cli.github.com/manual/gh_workflow_run
GH = f"""#!{sys.executable}
import json, os, sys
with open(os.environ["DISPATCHED"], "a") as file:
    file.write(json.dumps([os.environ["GH_REPO"], os.environ["GH_TOKEN"], *sys.argv[1:]]) + "\\n")
"""
# What the workflow installs is installed already, and pip takes a second to say so.
PYTHON = """#!/bin/sh
[ "$1 $2 $3" = "-m pip install" ]
"""


@dataclass
class Story:
    """What became of it: each run of the workflow, with what it was given."""

    runner: Runner
    project: Project
    variables: Mapping[str, str]
    dispatched: Path
    runs: dict[str, dict[str, Job]] = field(default_factory=dict)
    states: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def ledger(self) -> Ledger:
        return Ledger(open_store(recorded_at(self.project.spec), self.variables), Actor("reader"))

    @property
    def record(self) -> RolloutRecord:
        (id,) = self.ledger.ids()
        return self.ledger.read(id)

    def look(self, name: str) -> None:
        self.states[name] = {root.root: root.state for root in self.ledger.roots(self.record)}

    def run(self, name: str, event: str = "workflow_dispatch", **inputs: str) -> list[dict[str, str]]:
        """Run the workflow, and no other; returns the inputs of those that it starts."""
        self.dispatched.write_text("")
        file = self.project.top / ".github" / "workflows" / "goldsmith-rollout.yml"
        head = self.project.git("rev-parse", "main")
        self.runs[name] = self.runner.run(file, Event(event, head, {}, "refs/heads/main", inputs=inputs))
        return [inputs_of(json.loads(line)) for line in self.dispatched.read_text().splitlines()]

    def follow(self, name: str, started: list[dict[str, str]]) -> None:
        """Run what was started, and what that starts."""
        number = 0
        while started:
            number += 1
            (inputs,) = started
            started = self.run(f"{name} {number}", **inputs)


def inputs_of(call: list[str]) -> dict[str, str]:
    assert call[:7] == [
        *("acme/images", "made-up-token", "workflow", "run", "goldsmith-rollout.yml", "--ref", "main"),
    ]
    fields = call[7:]
    assert set(fields[::2]) == {"--raw-field"}
    pairs = [each.partition("=") for each in fields[1::2]]
    return {name: value for name, _, value in pairs}


def said(jobs: Mapping[str, Job]) -> str:
    return "\n".join(text for job in jobs.values() for text in job.said)


def results(jobs: Mapping[str, Job]) -> dict[str, str]:
    return {name: job.result for name, job in jobs.items() if job.result != "skipped"}


def story_of(project: Project, directory: Path, variables: Mapping[str, str]) -> Story:
    """`variables` are the whole environment of a job. The spec says in which bucket rollouts are recorded."""
    environment = {
        **variables,
        "DISPATCHED": str(directory / "dispatched"),
        "GOLDSMITH_STATE_DIR": str(directory / "state"),
        "PATH": os.pathsep.join(
            [
                write_programs(directory, {"gh": GH, "python": PYTHON}),
                str(Path(sys.executable).parent),
                os.environ["PATH"],
            ]
        ),
    }
    runner = Runner(
        origin=project.top,
        directory=directory / "runner",
        environment=environment,
        variables={"GOLDSMITH_APPLY_ROLE": "apply-role"},
        secrets={"GOLDSMITH_DIGEST_KEY": "made-up"},
        token="made-up-token",
    )
    return Story(runner, project, variables, directory / "dispatched")


def write_programs(directory: Path, programs: Mapping[str, str]) -> str:
    """Stand-ins, in a folder for PATH. `gh` needs the variable DISPATCHED, the file that it writes a line to."""
    place = directory / "bin"
    place.mkdir()
    for name, text in programs.items():
        (place / name).write_text(text)
        (place / name).chmod(0o755)
    return str(place)


def project_with_workflows(top: Path, files: Mapping[str, str]) -> Project:
    """The small spec with these files, its tree, and the workflows for it, on the branch main."""
    project = new_project(top, files=files)
    (top / ".gitignore").write_text(".goldsmith/\n.terraform/\n")
    texts = pipelines("github", Settings(region="us-east-1", records_rollouts=True), roots_of(load(project.spec)))
    for path, text in texts.items():
        (top / path).parent.mkdir(parents=True, exist_ok=True)
        (top / path).write_text(text)
    project.commit()
    return project


def outside() -> dict[str, str]:
    """The environment of this process without what would reach a job of another machine."""
    prefixes = ("GOLDSMITH_", "AWS_", "GIT_", "GITHUB_", "GITLAB_", "CI_")
    return {name: value for name, value in os.environ.items() if not name.startswith(prefixes)}
