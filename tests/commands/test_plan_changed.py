"""`goldsmith plan --changed`: what a change touches is planned, with the reasons, and what it removes as a destroy."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from repositories import Project, new_project
from specs import SMALL

from generator.cli import run
from generator.emulator.endpoint import Endpoint, redirected
from generator.emulator.landing_zone import prepare
from generator.review.record import read_planned
from generator.spec import load

Output = pytest.CaptureFixture[str]

BUILD = "prod/images-prod/us-east-1"
KEYS = "prod/images-prod/eu-central-1"
WEB = "prod/web-prod/us-east-1"
REASON = "component harden-os 1.0.0 -> 1.0.1 through image web"
GONE = "account web-prod receives in eu-central-1 no more"
OWN = {"333333333333": "350000000001", "444444444444": "350000000002", "acme-terraform-state": "changed-state"}
NETWORK = {"subnet-0123456789abcdef0": "subnet-03500000000000001", "sg-0123456789abcdef0": "sg-03500000000000001"}


def own(text: str) -> str:
    """A file of the small spec with accounts, a state bucket and a network of this file's own."""
    for old, new in (OWN | NETWORK).items():
        text = text.replace(old, new)
    return text


HARDENED = {"components/harden-os.yaml": SMALL["components/harden-os.yaml"].replace("echo", "printf")}
LESS = {"prod.yaml": own(SMALL["prod.yaml"]).replace(", eu-central-1]", "]")}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    prefixes = ("GIT_", "GITHUB_", "CI_", "GITLAB_", "GOLDSMITH_", "AWS_ENDPOINT")
    for name in [name for name in os.environ if name.startswith(prefixes)]:
        monkeypatch.delenv(name)
    files = {name: own(SMALL[name]) for name in ("organization.yaml", "prod.yaml")}
    project = new_project(tmp_path / "repository", files=files)
    (project.top / ".gitignore").write_text(".goldsmith/\n")
    monkeypatch.chdir(project.top)
    return project


def conftest_that_denies(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for conftest: whatever the policies are, the first resource that changes must not."""
    folder.mkdir()
    program = folder / "conftest"
    program.write_text(
        f"#!{sys.executable}\n"
        "import json, sys\n"
        "changes = [each for each in json.load(sys.stdin)['resource_changes'] if each['type'] == 'aws_kms_key']\n"
        "said = [{'msg': 'not this one', 'metadata': {'address': each['address']}} for each in changes]\n"
        "print(json.dumps([{'namespace': 'main', 'failures': said or [{'msg': 'no key'}]}]))\n"
        "sys.exit(1)\n"
    )
    program.chmod(0o700)
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)


def test_a_change_that_touches_nothing_plans_nothing(project: Project, capsys: Output) -> None:
    (project.spec / "README.md").write_text("Nothing of this is rendered.\n")
    assert run(["plan", "--changed", "--detailed-exitcode", "--json"]) == 0
    said = capsys.readouterr()
    assert "0 of 3 roots are affected" in said.err
    document = json.loads(said.out)
    assert document["roots"] == []
    assert document["unaffected"] == sorted([BUILD, KEYS, WEB])
    assert document["base"] == project.git("rev-parse", "HEAD")
    assert not (project.top / ".goldsmith" / "terraform" / "aws").exists()


def test_a_shard_that_has_no_root_is_saved_as_one_of_all(project: Project, capsys: Output) -> None:
    project.commit(HARDENED)
    assert run(["plan", "--changed", "HEAD~1", "--shard", "2/2", "--save", "2.json"]) == 0
    assert f"  {REASON}: {BUILD}\n" in capsys.readouterr().err
    document = json.loads(Path("2.json").read_text())
    assert (document["shard"], document["roots"]) == ([2, 2], [])


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--changed", "prod"], 64, "--changed prod: is an environment, and a commit is meant. Name the environment"),
        (["--changed", "nope"], 1, "nope is no branch, tag or commit of this repository"),
        (["--shard", "3/2"], 64, "3/2: is no shard; the first of five is 1/5, the last 5/5."),
        (["stage", "--changed"], 64, "stage: the spec has no such environment; there are prod."),
    ],
)
def test_what_is_asked_for_in_a_wrong_way(
    project: Project, capsys: Output, arguments: list[str], code: int, message: str
) -> None:
    assert run(["plan", *arguments]) == code
    said = capsys.readouterr()
    assert message in said.err
    assert said.out == ""


def test_a_tree_that_is_not_what_the_spec_says_is_refused_here_too(project: Project, capsys: Output) -> None:
    project.change(HARDENED, is_rendered=False)
    assert run(["plan", "--changed"]) == 1
    assert capsys.readouterr().err.endswith("Run: goldsmith render\n")


def test_a_removed_root_is_planned_as_a_destroy_from_the_tree_and_the_state_that_it_had(
    project: Project,
    emulator: Endpoint,
    attached_terraform: Mapping[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: Output,
    tmp_path: Path,
) -> None:
    prepare(emulator, load(project.spec))
    for name, value in {**redirected(os.environ, emulator), **attached_terraform}.items():
        monkeypatch.setenv(name, value)
    assert run(["apply", "--region", "eu-central-1"]) == 0
    base = project.git("rev-parse", "HEAD")
    head = project.commit(HARDENED | LESS | {"policies/main.rego": "package main\n"})
    conftest_that_denies(tmp_path / "bin", monkeypatch)
    assert not (project.rendered / KEYS).exists()
    capsys.readouterr()

    private = tmp_path / "private"
    private.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(private))
    arguments = ["--changed", "HEAD~1", "--account", "images-prod", "--json", "--save", "planned.json"]
    assert run(["plan", *arguments, "--detailed-exitcode"]) == 2
    said = capsys.readouterr()
    assert f"  {REASON}: {BUILD}\n" in said.err
    assert f"  root is removed: account images-prod has none in eu-central-1: {KEYS}\n" in said.err
    document = json.loads(said.out)
    roots: dict[str, Any] = {each["root"]: each for each in document["roots"]}
    assert (document["base"], document["unaffected"]) == (base, [])
    assert roots.keys() == {BUILD, KEYS}
    removed = roots[KEYS]
    assert removed["removed"] is True
    assert removed["plan"]["destroy"] > 0
    assert removed["plan"]["add"] == removed["plan"]["change"] == removed["plan"]["replace"] == 0
    assert roots[BUILD]["plan"]["add"] > 0
    assert [each["text"] for each in roots[BUILD]["reasons"]] == [REASON, GONE]
    assert "removed" not in roots[BUILD]

    planned = read_planned([Path("planned.json")])
    assert (planned.base, planned.commit) == (base, head)
    kept = {root.name: root for root in planned.roots}
    assert (kept[KEYS].removed, kept[KEYS].state_key) == (True, f"{KEYS}/terraform.tfstate")
    assert kept[KEYS].digest == removed["digest"] != ""
    assert [reason.kind for reason in kept[BUILD].reasons] == ["component", "target"]
    assert not list(private.iterdir())

    key = "module.image_key.aws_kms_key.this"
    blocking = {(risk.code, risk.address) for risk in kept[KEYS].findings if risk.blocks}
    assert blocking == {("R103", key), ("R801", key)}
    assert {risk.code for risk in kept[BUILD].findings} == {"R801"}
