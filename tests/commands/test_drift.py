"""`goldsmith drift` on an applied root: nothing after the apply, then what was done by hand; the state stays."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from by_hand import ONE_ROOT, change_by_hand
from specs import write_spec

from generator.cli import run
from generator.emulator.endpoint import redirected
from generator.emulator.process import status
from generator.review.record import read_planned
from generator.spec import load

Output = pytest.CaptureFixture[str]
Lend = Callable[[Path], Mapping[str, str]]
ROOT = "prod/images-prod/us-east-1"


@dataclass
class Project:
    directory: Path

    def environment(self) -> dict[str, str]:
        endpoint = status(self.directory / ".goldsmith" / "emulator")
        assert endpoint is not None
        return redirected(dict(os.environ), endpoint)

    def state(self) -> bytes:
        """Terraform's state of the root, byte for byte."""
        variables = self.environment()
        s3 = boto3.client(
            "s3",
            "us-east-1",
            endpoint_url=variables["AWS_ENDPOINT_URL"],
            aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
            config=Config(s3={"addressing_style": "path"}, proxies={}),
        )
        found = s3.get_object(Bucket="acme-terraform-state", Key=f"{ROOT}/terraform.tfstate")
        content: bytes = found["Body"].read()
        return content


@pytest.fixture
def applied(tmp_path: Path, lend_emulator: Lend, monkeypatch: pytest.MonkeyPatch, capsys: Output) -> Project:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(("GOLDSMITH_", "AWS_ENDPOINT"))]:
        monkeypatch.delenv(name)
    for name, value in lend_emulator(tmp_path / ".goldsmith").items():
        monkeypatch.setenv(name, value)
    write_spec(tmp_path / "environments", ONE_ROOT)
    assert run(["render"]) == 0
    assert run(["apply", "--emulator"]) == 0, capsys.readouterr().err
    capsys.readouterr()
    return Project(tmp_path)


def test_what_was_done_by_hand_is_found_and_nothing_else(applied: Project, capsys: Output) -> None:
    state = applied.state()
    assert run(["drift", "--emulator", "--detailed-exitcode"]) == 0
    assert capsys.readouterr().out.startswith("## ✅ No drift in 1 root\n")

    change_by_hand(load(applied.directory / "environments"), applied.environment())
    arguments = ["--json", "--markdown", "drift.md", "--save", "drift.json", "--detailed-exitcode"]
    assert run(["drift", "prod", "--emulator", *arguments]) == 2
    found = json.loads(capsys.readouterr().out)
    (group,) = found["groups"]
    assert actions(group) == {
        "module.image_key.aws_kms_alias.this": "delete",
        "module.instance_profile.aws_iam_role.this": "update",
        "module.instance_profile.aws_iam_role_policies_exclusive.this": "update",
        "module.pipeline_web.aws_imagebuilder_image_pipeline.this": "update",
        "module.recipe_web_1_0_0.aws_imagebuilder_image_recipe.this": "update",
    }
    assert {(each["image"], each["owner"]) for each in group["owners"]} == {(None, "platform"), ("web", "web-team")}
    assert "somebody else" in Path("drift.md").read_text()
    assert applied.state() == state

    planned = read_planned([Path("drift.json")])
    assert (planned.kind, [root.name for root in planned.roots]) == ("drift", [ROOT])
    capsys.readouterr()
    assert run(["review", "drift.json"]) == 64
    assert "drift.json: holds drift, which nobody approves." in capsys.readouterr().err


def actions(group: dict[str, Any]) -> dict[str, str]:
    return {change["address"]: change["action"] for change in group["changes"]}
