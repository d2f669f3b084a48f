"""The state machine of rollouts through the real provider: made, left alone, changed, and gone without a trace."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from modules.roots import make_root

from generator.emulator.endpoint import Endpoint
from generator.rollout.states import Surroundings, definition

AwsFactory = Callable[..., Any]

CONFIGURATION = Path(__file__).parent / "rollout.tf"
AROUND = Surroundings("aws", "GoldsmithRollout", "acme-rollouts", "goldsmith/")
CHANGE = {
    "compute_type": "BUILD_GENERAL1_LARGE",
    "install": ["pip install ./goldsmith.whl"],
    "log_days": 90,
    "tags": {"Stage": "second"},
    "traced": True,
}


def test_the_state_machine_is_made_left_alone_changed_and_removed(
    tmp_path: Path, emulator: Endpoint, aws: AwsFactory, running_provider: Mapping[str, str]
) -> None:
    root = make_root(tmp_path, emulator, {"main.tf": CONFIGURATION.read_text()}, running_provider)
    root.run("apply", "-no-color", "-auto-approve")
    root.run("plan", "-no-color", "-detailed-exitcode")
    outputs = {name: output["value"] for name, output in json.loads(root.run("output", "-json")).items()}
    assert outputs["place"] == "s3://acme-rollouts/goldsmith"
    assert outputs["worker_role_arn"] == "arn:aws:iam::123456789012:role/GoldsmithRollout-worker"
    states, builds, logs = aws("stepfunctions"), aws("codebuild"), aws("logs")
    machine = states.describe_state_machine(stateMachineArn=outputs["state_machine_arn"])
    assert json.loads(machine["definition"]) == definition(AROUND)
    assert machine["encryptionConfiguration"]["type"] == "CUSTOMER_MANAGED_KMS_KEY"

    (tmp_path / "root" / "change.auto.tfvars.json").write_text(json.dumps({"change": CHANGE}))
    root.run("apply", "-no-color", "-auto-approve")
    root.run("plan", "-no-color", "-detailed-exitcode")
    [project] = builds.batch_get_projects(names=["GoldsmithRollout"])["projects"]
    assert project["environment"]["computeType"] == "BUILD_GENERAL1_LARGE"
    assert project["tags"] == [{"key": "Stage", "value": "second"}]
    assert "pip install ./goldsmith.whl" in project["source"]["buildspec"]
    machine = states.describe_state_machine(stateMachineArn=outputs["state_machine_arn"])
    assert machine["tracingConfiguration"] == {"enabled": True}

    root.run("destroy", "-no-color", "-auto-approve")
    assert builds.list_projects()["projects"] == []
    assert states.list_state_machines()["stateMachines"] == []
    assert [
        group for group in logs.describe_log_groups()["logGroups"] if "GoldsmithRollout" in group["logGroupName"]
    ] == []
