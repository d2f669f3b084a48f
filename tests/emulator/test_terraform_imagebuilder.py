"""Container recipes, workflows and lifecycle policies, as the real provider sees them: made, changed, destroyed.

The change meets faults on its way, which the provider gets over as it does against AWS.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from generator.emulator.endpoint import Endpoint, redirected
from generator.emulator.landing_zone import prepare
from generator.emulator.process import call
from generator.spec.model import Account, Environment, Organization, Placement, Roles, Spec, State
from generator.terraform.binary import find_terraform
from generator.terraform.mirror import terraform_environment

ACCOUNT = Account("images", "780000000098")
SPEC = Spec(
    Organization(
        "acme",
        "aws",
        {"images": ACCOUNT},
        State("images-state", "us-east-1"),
        Roles("Plan", "Apply"),
        {},
    ),
    {"dev": Environment("dev", Placement(ACCOUNT, "us-east-1", "subnet-0dddd", ("sg-0dddd",)), (), (), (), {})},
)

# What the update meets: each protocol's way to say "too many requests", and outages. The provider goes on trying.
FAULTS = (
    {"kind": "throttle", "service": "imagebuilder", "operation": "Create*", "next": 2},
    {
        "kind": "throttle",
        "service": "imagebuilder",
        "operation": "GetLifecyclePolicy",
        "code": "TooManyRequestsException",
    },
    {"kind": "unavailable", "service": "imagebuilder", "operation": "UpdateLifecyclePolicy"},
    {"kind": "throttle", "service": "iam", "operation": "GetRole"},
    {"kind": "unavailable", "service": "iam", "operation": "GetRole"},
)

Terraform = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def terraform(emulator: Endpoint, tmp_path: Path, running_provider: Mapping[str, str]) -> Terraform:
    prepare(emulator, SPEC)
    root = tmp_path / "root"
    root.mkdir()
    (root / "main.tf").write_text((Path(__file__).parent / "imagebuilder.tf").read_text())
    surroundings = {**os.environ, **terraform_environment(tmp_path), **running_provider}
    binary = find_terraform(None, tmp_path)

    def run(*arguments: str, generation: int = 0) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [binary.path, *arguments, "-input=false", "-no-color"],
            cwd=root,
            env={**redirected(surroundings, emulator), "TF_VAR_generation": str(generation)},
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )

    return run


def test_resources_are_made_replaced_and_go(terraform: Terraform, emulator: Endpoint, aws: Callable[..., Any]) -> None:
    assert terraform("init").returncode == 0
    images = aws("imagebuilder", ACCOUNT.id)
    for generation in (0, 1):
        for fault in FAULTS[: len(FAULTS) * generation]:
            call(emulator, "faults", {**fault, "account": ACCOUNT.id})
        applied = terraform("apply", "-auto-approve", generation=generation)
        assert applied.returncode == 0, applied.stderr
        assert call(emulator, "faults", {}, "GET")["faults"] == []
        planned = terraform("plan", "-detailed-exitcode", generation=generation)
        assert planned.returncode == 0, planned.stdout + planned.stderr
        [recipe] = images.list_container_recipes()["containerRecipeSummaryList"]
        [workflow] = images.list_workflows()["workflowVersionList"]
        policies = images.list_lifecycle_policies()["lifecyclePolicySummaryList"]
        assert recipe["arn"].endswith(f"/web/1.0.{generation}")
        assert workflow["arn"].endswith(f"/check/1.0.{generation}")
        assert {policy["name"]: policy.get("description") for policy in policies} == {
            "old-images": f"generation {generation}",
            "old-containers": None,
        }
    destroyed = terraform("destroy", "-auto-approve", generation=1)
    assert destroyed.returncode == 0, destroyed.stderr

    assert images.list_container_recipes()["containerRecipeSummaryList"] == []
    assert images.list_workflows()["workflowVersionList"] == []
    assert images.list_lifecycle_policies()["lifecyclePolicySummaryList"] == []
