"""What moto is corrected for, as the real provider sees it: made, planned again, destroyed, nothing left."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator.emulator.endpoint import Endpoint, redirected
from generator.emulator.landing_zone import prepare
from generator.spec.model import Account, Environment, Organization, Placement, Roles, Spec, State
from generator.terraform.binary import find_terraform
from generator.terraform.mirror import terraform_environment

ACCOUNT = Account("resources", "780000000099")
SPEC = Spec(
    Organization(
        "acme",
        "aws",
        {"resources": ACCOUNT},
        State("resources-state", "us-east-1"),
        Roles("Plan", "Apply"),
        {},
    ),
    {"dev": Environment("dev", Placement(ACCOUNT, "us-east-1", "subnet-0eeee", ("sg-0eeee",)), (), (), (), {})},
)

Terraform = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def terraform(emulator: Endpoint, tmp_path: Path) -> Terraform:
    """Runs Terraform on the resources below, with its state in the embedded AWS."""
    prepare(emulator, SPEC)
    root = tmp_path / "root"
    root.mkdir()
    (root / "main.tf").write_text((Path(__file__).parent / "resources.tf").read_text())
    surroundings = {**os.environ, **terraform_environment(tmp_path)}
    binary = find_terraform(None, tmp_path)

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [binary.path, *arguments, "-input=false", "-no-color"],
            cwd=root,
            env=redirected(surroundings, emulator),
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )

    return run


def test_resources_are_made_stay_as_they_are_and_go(terraform: Terraform, aws: Callable[..., Any]) -> None:
    assert terraform("init").returncode == 0
    applied = terraform("apply", "-auto-approve")
    assert applied.returncode == 0, applied.stderr
    planned = terraform("plan", "-detailed-exitcode")
    assert planned.returncode == 0, planned.stdout + planned.stderr
    destroyed = terraform("destroy", "-auto-approve")
    assert destroyed.returncode == 0, destroyed.stderr

    assert aws("s3", ACCOUNT.id).list_buckets()["Buckets"] == []
    assert aws("ec2", ACCOUNT.id).describe_launch_templates()["LaunchTemplates"] == []
    assert {role["RoleName"] for role in aws("iam", ACCOUNT.id).list_roles()["Roles"]} == {"Apply", "Plan"}
    kms = aws("kms", ACCOUNT.id)
    states = [kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyState"] for key in kms.list_keys()["Keys"]]
    assert set(states) == {"PendingDeletion"}
