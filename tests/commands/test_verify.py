"""`goldsmith verify` from end to end: real Terraform, the real provider, the embedded AWS."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from generator.aws import AccountClients
from generator.emulator.endpoint import redirected
from generator.emulator.process import status
from generator.render.roots import Root, roots_of
from generator.spec import load
from generator.verify.accounts import check_pipelines
from generator.verify.published import check_published
from tests.specs import write_spec

BUILD, TARGET = "prod/images-prod/us-east-1", "prod/web-prod/us-east-1"
ONE_REGION = """\
environment: prod
build:
  account: images-prod
  region: us-east-1
  subnet: subnet-0123456789abcdef0
  security_groups: [sg-0123456789abcdef0]
images: [web]
distribute:
  - {accounts: [web-prod], regions: [us-east-1]}
"""
USER_TEST = """\
def test_the_web_image_is_there(root):
    if root.spec.kind == "build":
        assert root.outputs.pipelines["web"].recipe_version == "1.0.0"
        assert root.output("log_bucket") == root.outputs.log_bucket
"""


@dataclass(frozen=True)
class Project:
    """A project whose two roots are applied: a build account's, and that of one which receives its images."""

    directory: Path
    variables: Mapping[str, str]

    def goldsmith(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self._run("generator", *arguments)

    def pytest(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self._run("pytest", "-q", "-p", "no:cacheprovider", *arguments)

    def verify(self, *arguments: str) -> tuple[int, list[dict[str, Any]]]:
        """Exit code of `verify --json`, and its checks."""
        finished = self.goldsmith("verify", "--json", *arguments)
        assert finished.stdout, finished.stderr
        checks: list[dict[str, Any]] = json.loads(finished.stdout)["checks"]
        return finished.returncode, checks

    def clients(self) -> AccountClients:
        """Clients that may write, in any account."""
        endpoint = status(self.directory / ".goldsmith" / "emulator")
        assert endpoint is not None
        organization = load(self.directory / "environments").organization
        return AccountClients(organization, organization.roles.apply, redirected(os.environ, endpoint))

    def root(self, name: str) -> Root:
        spec = load(self.directory / "environments")
        return next(root for root in roots_of(spec) if root.name == name)

    def rendered(self) -> dict[str, str]:
        """Every rendered file and what is in it."""
        tree = self.directory / "rendered"
        files = sorted(path for path in tree.rglob("*") if path.is_file())
        return {str(path.relative_to(tree)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}

    def _run(self, module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {
            **os.environ,
            **self.variables,
            "GOLDSMITH_EMULATOR": "1",
            "GOLDSMITH_STATE_DIR": str(self.directory / ".goldsmith"),
        }
        return subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=self.directory,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, lend_emulator: Callable[[Path], Mapping[str, str]]) -> Project:
    directory = tmp_path_factory.mktemp("project")
    project = Project(directory, lend_emulator(directory / ".goldsmith"))
    write_spec(project.directory / "environments", {"prod.yaml": ONE_REGION, "tests/test_web.py": USER_TEST})
    for command in ("render", "apply"):
        finished = project.goldsmith(command)
        assert finished.returncode == 0, finished.stdout + finished.stderr
    return project


def failures(checks: list[dict[str, Any]]) -> dict[tuple[str, str], str]:
    return {(check["root"], check["name"]): check["actual"] for check in checks if check["result"] == "failed"}


def test_what_was_applied_is_verified(project: Project) -> None:
    before = project.rendered()
    code, checks = project.verify()
    assert failures(checks) == {}
    assert code == 0
    assert {(check["root"], check["name"]) for check in checks if check["result"] == "skipped"} == {
        (BUILD, "parameter.web.us-east-1"),
        (TARGET, "parameter.web.us-east-1"),
    }
    assert {(check["root"], check["name"]) for check in checks if "::" in check["name"]} == {
        (BUILD, "test_web.py::test_the_web_image_is_there"),
        (TARGET, "test_web.py::test_the_web_image_is_there"),
    }
    assert project.rendered() == before


def test_pytest_alone_runs_the_same_tests(project: Project) -> None:
    finished = project.pytest("environments/tests", "--goldsmith-root", "prod/images-prod/*")
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert finished.stdout.splitlines()[-1].startswith("1 passed")


def test_a_role_that_was_changed_by_hand_fails_and_is_named(project: Project) -> None:
    clients, spec = project.clients(), load(project.directory / "environments")
    iam = clients("iam", spec.organization.accounts["web-prod"], "us-east-1")
    role = "EC2ImageBuilderDistributionCrossAccountRole"
    right = json.dumps(iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"])
    wrong = right.replace("333333333333", "999999999999")
    iam.update_assume_role_policy(RoleName=role, PolicyDocument=wrong)
    try:
        finished = project.goldsmith("verify", "--account", "web-prod", "--no-tests")
    finally:
        iam.update_assume_role_policy(RoleName=role, PolicyDocument=right)
    assert finished.returncode == 1
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in finished.stdout.splitlines()]
    failed = {row[1]: row[2:4] for row in rows if row and row[4] == "failed"}
    assert failed == {
        "plan": ["no changes", "module.target_account.aws_iam_role.this (update)"],
        "role.trust": ["333333333333", "999999999999"],
    }
    assert "2 failed" in finished.stderr.splitlines()[-1]


def test_a_pipeline_that_was_disabled_by_hand_fails(project: Project) -> None:
    clients, root = project.clients(), project.root(BUILD)
    imagebuilder = clients("imagebuilder", root.account, root.region)
    arn = f"arn:aws:imagebuilder:us-east-1:{root.account.id}:image-pipeline/prod-web"
    pipeline = imagebuilder.get_image_pipeline(imagePipelineArn=arn)["imagePipeline"]
    kept = (
        "imageRecipeArn",
        "infrastructureConfigurationArn",
        "distributionConfigurationArn",
        "schedule",
        "executionRole",
        "imageTestsConfiguration",
    )
    settings = {"imagePipelineArn": arn, **{name: pipeline[name] for name in kept if name in pipeline}}
    imagebuilder.update_image_pipeline(**settings, status="DISABLED")
    try:
        found = {check.name: check.actual for check in check_pipelines(root, clients) if check.result == "failed"}
    finally:
        imagebuilder.update_image_pipeline(**settings, status="ENABLED")
    assert found == {"pipeline.web.status": "DISABLED"}


def test_what_a_build_published_is_found_in_each_account(project: Project) -> None:
    finished = project.goldsmith("build", "prod", "web", "--json")
    assert finished.returncode == 0, finished.stderr
    amis = {ami["account"]: ami["ami"] for ami in json.loads(finished.stdout)["amis"]}
    clients = project.clients()
    for name, shared in ((BUILD, {"shared.web.us-east-1": "none"}), (TARGET, {})):
        root = project.root(name)
        checks = list(check_published(root, clients))
        assert {check.result for check in checks} == {"passed"}
        assert {check.name: check.actual for check in checks} == {
            "parameter.web.us-east-1": amis[root.account.name],
            "ami.web.us-east-1": "available",
            **shared,
        }


def test_an_environment_that_is_not_in_the_spec_is_wrong_usage(project: Project) -> None:
    finished = project.goldsmith("verify", "production")
    assert (finished.returncode, finished.stdout) == (64, "")
    assert finished.stderr.startswith("production: the spec has no such environment")
