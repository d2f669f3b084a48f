"""Runs a workflow of GitHub on this machine: its jobs in order, each in a clone of its own, `run:` lines by bash.

Actions are stood in for by what they would have done here: a checkout clones, artifacts are copied, a role is noted.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from expressions import Expression

_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)


@dataclass
class Event:
    name: str
    commit: str  # what is checked out
    payload: Mapping[str, Any]
    ref: str
    base_ref: str = ""
    inputs: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Job:
    result: str = "success"  # success, failure, skipped
    outputs: dict[str, str] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)  # everything that its steps printed


@dataclass
class Runner:
    """`directory` holds clones, artifacts and files of steps; `environment` is what a step inherits."""

    origin: Path
    directory: Path
    environment: Mapping[str, str]
    variables: Mapping[str, str]  # `vars` of the repository
    secrets: Mapping[str, str]
    token: str
    repository: str = "acme/images"
    roles: list[tuple[str, str]] = field(default_factory=list)  # (job, role) as they were assumed
    gates: list[tuple[str, str]] = field(default_factory=list)  # (job, environment) as jobs went through them
    scripts: set[str] = field(default_factory=set)  # `run:` lines that were run
    _count: int = 0

    def run(self, workflow: Path, event: Event) -> dict[str, Job]:
        """The jobs by name; of a matrix, under the job's name, what came of all."""
        document = yaml.safe_load(workflow.read_text())
        shutil.rmtree(self.directory / "artifacts", ignore_errors=True)
        done: dict[str, Job] = {}
        for name, job in document["jobs"].items():
            done[name] = self._job(document, name, job, event, done)
        return done

    def _job(self, document: Any, name: str, job: Any, event: Event, done: dict[str, Job]) -> Job:
        needs = [job["needs"]] if isinstance(job.get("needs"), str) else job.get("needs", [])
        contexts = self._contexts(event) | {"needs": {each: vars(done[each]) for each in needs}}
        if not self._is_wanted(job.get("if"), contexts, all(done[each].result == "success" for each in needs)):
            return Job("skipped")
        if "environment" in job:
            self.gates.append((name, self._filled(job["environment"], contexts)))
        result = Job()
        for index, matrix in enumerate(self._matrix(job, contexts)):
            one = contexts | {"matrix": matrix, "strategy": {"job-index": index}}
            self._steps(document, name, job, event, one, result)
        return result

    def _is_wanted(self, condition: str | None, contexts: Mapping[str, Any], so_far: bool) -> bool:
        """Without a word on what went before, a condition holds only where all of it went well."""
        text = re.sub(r"^\$\{\{(.*)\}\}$", r"\1", str(condition or "success()").strip())
        value = Expression(
            text, contexts, {"success": lambda: so_far, "cancelled": lambda: False, "always": lambda: True}
        ).value
        return bool(value) and (so_far or any(f"{each}()" in text for each in ("always", "cancelled", "success")))

    def _matrix(self, job: Any, contexts: Mapping[str, Any]) -> list[dict[str, Any]]:
        matrix = self._filled(job.get("strategy", {}).get("matrix", {"include": [{}]}), contexts)
        if "include" in matrix:
            return list(matrix["include"])
        ((name, values),) = matrix.items()
        return [{name: value} for value in values]

    def _steps(self, document: Any, name: str, job: Any, event: Event, contexts: dict[str, Any], result: Job) -> None:
        self._count += 1
        workspace = self.directory / f"job-{self._count}"
        workspace.mkdir(parents=True)
        steps: dict[str, Any] = {}
        contexts["steps"] = steps
        for step in job["steps"]:
            if not self._is_wanted(step.get("if"), contexts, result.result == "success"):
                continue
            if "uses" in step:
                self._use(
                    step["uses"].split("@")[0], self._filled(step.get("with", {}), contexts), workspace, name, event
                )
                continue
            env = self._filled({**document["env"], **job.get("env", {}), **step.get("env", {})}, contexts)
            code, outputs = self._script(step["run"], env, workspace, event, result)
            steps[step.get("id", step["name"])] = {"outputs": outputs, "outcome": "failure" if code else "success"}
            if code and not step.get("continue-on-error"):
                result.result = "failure"
        result.outputs |= {
            key: str(value or "") for key, value in self._filled(job.get("outputs", {}), contexts).items()
        }
        shutil.rmtree(workspace)

    def _script(
        self, script: str, env: Mapping[str, Any], workspace: Path, event: Event, result: Job
    ) -> tuple[int, dict[str, str]]:
        files = {name: self.directory / name.lower() for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        for file in files.values():
            file.write_text("")
        path = self.directory / "step.sh"
        path.write_text(script)
        self.scripts.add(script)
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(path)],
            cwd=workspace,
            env={**self.environment, **self._defaults(event), **{n: str(f) for n, f in files.items()}, **_texts(env)},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        result.said += [done.stdout, done.stderr, files["GITHUB_STEP_SUMMARY"].read_text()]
        return done.returncode, read_outputs(files["GITHUB_OUTPUT"])

    def _use(self, action: str, given: Mapping[str, Any], workspace: Path, job: str, event: Event) -> None:
        artifacts = self.directory / "artifacts"
        if action == "actions/checkout":
            git("clone", "--quiet", "--no-checkout", str(self.origin), ".", cwd=workspace)
            git("fetch", "--quiet", "origin", event.commit, cwd=workspace)
            git("checkout", "--quiet", "--detach", given.get("ref") or event.commit, cwd=workspace)
        elif action == "aws-actions/configure-aws-credentials":
            self.roles.append((job, given["role-to-assume"]))
        elif action == "actions/upload-artifact":
            place = artifacts / given["name"]
            place.mkdir(parents=True)
            for file in workspace.glob(given["path"]):
                shutil.copy(file, place)
        elif action == "actions/download-artifact":
            (workspace / given["path"]).mkdir()
            for file in artifacts.glob(f"{given.get('pattern') or given['name']}/*"):
                shutil.copy(file, workspace / given["path"])
        else:
            assert action in {"actions/setup-python", "hashicorp/setup-terraform"}, action

    def _contexts(self, event: Event) -> dict[str, Any]:
        facts = {"event": event.payload, "event_name": event.name, "repository": self.repository, "token": self.token}
        facts |= {"run_attempt": 1, "ref": event.ref, "ref_name": event.ref.rpartition("/")[2]}
        return {"github": facts, "vars": self.variables, "secrets": self.secrets, "inputs": event.inputs}

    def _defaults(self, event: Event) -> dict[str, str]:
        payload = self.directory / "event.json"
        payload.write_text(json.dumps(event.payload))
        return {
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_BASE_REF": event.base_ref,
            "GITHUB_EVENT_NAME": event.name,
            "GITHUB_EVENT_PATH": str(payload),
            "GITHUB_REF": event.ref,
            "GITHUB_REPOSITORY": self.repository,
            "GITHUB_RUN_ID": "1",
            "GITHUB_SERVER_URL": "https://github.example.com",
            "GITHUB_SHA": event.commit,
        }

    def _filled(self, value: Any, contexts: Mapping[str, Any]) -> Any:
        """A value with its expressions in place; one that is an expression as a whole keeps its type."""
        if isinstance(value, Mapping):
            return {key: self._filled(each, contexts) for key, each in value.items()}
        if isinstance(value, list):
            return [self._filled(each, contexts) for each in value]
        if not isinstance(value, str):
            return value
        whole = re.fullmatch(r"\$\{\{((?:(?!\}\}).)*)\}\}", value.strip())
        if whole:
            return Expression(whole[1], contexts, {}).value
        return _EXPRESSION.sub(lambda match: str(Expression(match[1], contexts, {}).value), value)


def read_outputs(file: Path) -> dict[str, str]:
    """`name=value`, or `name<<mark`, the value's lines, the mark."""
    outputs, lines = {}, iter(file.read_text().splitlines())
    for line in lines:
        name, equals, value = line.partition("=")
        if equals and "<<" not in name:
            outputs[name] = value
            continue
        name, mark = line.split("<<", 1)
        held: list[str] = []
        for each in lines:
            if each == mark:
                break
            held.append(each)
        outputs[name] = "\n".join(held)
    return outputs


def git(*arguments: str, cwd: Path) -> str:
    """What git says. No configuration of this machine's is read."""
    identity = {
        "GIT_AUTHOR_NAME": "a",
        "GIT_AUTHOR_EMAIL": "a@b.c",
        "GIT_COMMITTER_NAME": "a",
        "GIT_COMMITTER_EMAIL": "a@b.c",
    }
    env = {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", **identity}
    done = subprocess.run(["git", *arguments], cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def _texts(env: Mapping[str, Any]) -> dict[str, str]:
    """An empty secret is an empty text, and not the word None."""
    return {name: "" if value is None else str(value) for name, value in env.items()}
