"""`goldsmith check --remote` and `goldsmith lock --remote`, against the embedded AWS."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from specs import SMALL, write_spec

from generator.cli import run
from generator.emulator.endpoint import CALLER_ACCOUNT, Endpoint, redirected
from generator.spec import load
from generator.spec.versions import LOCK_FILE

ACCOUNT = "909090909001"
HARDEN = "components/harden-os.yaml"
TRUST = {"Effect": "Allow", "Principal": {"AWS": CALLER_ACCOUNT}, "Action": "sts:AssumeRole"}


def policy(statement: Mapping[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, emulator: Endpoint) -> Path:
    """The small spec in an account of its own, with the embedded AWS as where everything goes."""
    monkeypatch.chdir(tmp_path)
    for name, value in redirected(os.environ, emulator).items():
        monkeypatch.setenv(name, value)
    organization = SMALL["organization.yaml"].replace("333333333333", ACCOUNT)
    return write_spec(Path("environments"), {"organization.yaml": organization})


@pytest.fixture
def imagebuilder(aws: Callable[..., Any]) -> Any:
    """Image Builder of an account that has nothing but a role to plan with."""
    iam, imagebuilder = aws("iam", ACCOUNT), aws("imagebuilder", ACCOUNT)
    if not any(role["RoleName"] == "GoldsmithPlan" for role in iam.list_roles()["Roles"]):
        iam.create_role(RoleName="GoldsmithPlan", AssumeRolePolicyDocument=policy(TRUST))
    for each in imagebuilder.list_components(owner="Self")["componentVersionList"]:
        imagebuilder.delete_component(componentBuildVersionArn=f"{each['arn']}/1")
    return imagebuilder


def take(imagebuilder: Any, version: str) -> None:
    """Make a version of harden-os with another content."""
    document = load(Path("environments")).environments["prod"].components[0].document.replace("echo", "cat")
    imagebuilder.create_component(
        name="prod-harden-os", semanticVersion=version, platform="Linux", data=f"{document}# {version}\n"
    )


def test_check_asks_and_finds_nothing_in_an_empty_account(
    spec: Path, imagebuilder: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["check", "--remote"]) == 0
    assert "1 build account asked." in capsys.readouterr().err.splitlines()


def test_a_taken_version_is_an_error_that_lock_mends(
    spec: Path, imagebuilder: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    for version in ("1.0.0", "1.0.4"):
        take(imagebuilder, version)
    assert run(["check", "--remote", "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)["diagnostics"]
    [told] = [each for each in found if each["severity"] == "error"]
    assert (told["file"], told["line"], told["key"]) == (f"environments/{LOCK_FILE}", 5, "components.harden-os.'1.0.0'")
    assert run(["check"]) == 0
    capsys.readouterr()
    assert run(["lock", "--remote", "--check"]) == 2
    assert capsys.readouterr().err.splitlines()[1:] == [
        "  component harden-os 1.0.5 (was 1.0.0)",
        "  recipe web 1.0.1 (was 1.0.0)",
        "Run `goldsmith lock --remote`.",
    ]
    assert run(["lock", "--remote"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "component harden-os 1.0.5 (was 1.0.0)",
        "recipe web 1.0.1 (was 1.0.0)",
    ]
    assert run(["check", "--remote"]) == 0
    assert run(["lock", "--remote", "--check"]) == 0


def test_a_role_that_is_not_there_is_told(spec: Path, imagebuilder: Any, capsys: pytest.CaptureFixture[str]) -> None:
    organization = (spec / "organization.yaml").read_text().replace("plan: GoldsmithPlan", "plan: Nobody")
    (spec / "organization.yaml").write_text(organization)
    assert run(["check", "--remote"]) == 1
    assert f"account images-prod ({ACCOUNT}): arn:aws:iam::{ACCOUNT}:role/Nobody: " in capsys.readouterr().err


def test_without_credentials_is_told(
    spec: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in list(os.environ):
        if name.startswith("AWS_") and name not in ("AWS_ENDPOINT_URL", "AWS_CA_BUNDLE", "AWS_REGION"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    assert run(["lock", "--remote"]) == 1
    assert "no AWS credentials were found. Sign in to AWS" in capsys.readouterr().err


def test_documents_and_names_are_asked_of_no_account(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "--remote", str(spec / HARDEN)]) == 64
    assert run(["lock", "--remote", "web"]) == 64
    assert [line.partition(" ")[0] for line in capsys.readouterr().err.splitlines()] == ["--remote", "--remote"]
