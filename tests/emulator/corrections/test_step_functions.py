"""Each pair: moto still errs, and the embedded AWS does not. When the first fails, the correction may go."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from generator.emulator.endpoint import Endpoint
from tests.conftest import client_for

ACCOUNT = "750000000001"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/service"
DEFINITION = {"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}


def machine(endpoint: Endpoint, name: str) -> tuple[Any, str]:
    states = client_for(endpoint, "stepfunctions", ACCOUNT)
    made = states.create_state_machine(name=name, definition=json.dumps(DEFINITION), roleArn=ROLE, publish=True)
    return states, made["stateMachineArn"]


def test_moto_has_neither_versions_nor_validation(plain_moto: Endpoint) -> None:
    states, arn = machine(plain_moto, "plain")
    with pytest.raises(ClientError):
        states.list_state_machine_versions(stateMachineArn=arn)
    with pytest.raises(ClientError):
        states.validate_state_machine_definition(definition="{}")


def test_the_versions_of_a_state_machine_are_listed(emulator: Endpoint) -> None:
    states, arn = machine(emulator, "versions")
    listed = states.list_state_machine_versions(stateMachineArn=arn)["stateMachineVersions"]
    assert [each["stateMachineVersionArn"] for each in listed] == [f"{arn}:1"]


def test_a_definition_is_validated(emulator: Endpoint) -> None:
    states = client_for(emulator, "stepfunctions", ACCOUNT)
    good = states.validate_state_machine_definition(definition=json.dumps(DEFINITION))
    bad = states.validate_state_machine_definition(definition='{"StartAt": "End"')
    assert (good["result"], good["diagnostics"]) == ("OK", [])
    assert (bad["result"], [each["severity"] for each in bad["diagnostics"]]) == ("FAIL", ["ERROR"])


def project(name: str, **settings: Any) -> dict[str, Any]:
    return {
        "name": name,
        "artifacts": {"type": "NO_ARTIFACTS"},
        "environment": {"type": "LINUX_CONTAINER", "image": "acme", "computeType": "BUILD_GENERAL1_SMALL"},
        "serviceRole": ROLE,
        "source": {"type": "S3", "location": "acme/commits/", "buildspec": "version: 0.2"},
        **settings,
    }


def test_moto_keeps_no_key_of_a_project_and_changes_none(plain_moto: Endpoint) -> None:
    builds = client_for(plain_moto, "codebuild", ACCOUNT)
    made = builds.create_project(**project("plain", encryptionKey="arn:aws:kms:us-east-1:750000000001:key/1"))
    assert made["project"]["encryptionKey"].endswith("alias/aws/s3")
    with pytest.raises(ClientError):
        builds.update_project(name="plain", timeoutInMinutes=30)
    builds.delete_project(name=made["project"]["arn"])
    assert builds.list_projects()["projects"] == ["plain"]


def test_a_project_keeps_what_it_is_made_with_and_can_be_changed(emulator: Endpoint) -> None:
    builds = client_for(emulator, "codebuild", ACCOUNT)
    key = "arn:aws:kms:us-east-1:750000000001:key/1"
    builds.create_project(**project("changed", encryptionKey=key, timeoutInMinutes=60))
    builds.update_project(name="changed", timeoutInMinutes=30)
    [found] = builds.batch_get_projects(names=["changed"])["projects"]
    assert (found["encryptionKey"], found["timeoutInMinutes"]) == (key, 30)
    builds.delete_project(name=found["arn"])
    assert builds.batch_get_projects(names=["changed"])["projects"] == []


def test_a_project_that_is_not_there_cannot_be_changed(emulator: Endpoint) -> None:
    with pytest.raises(ClientError, match="cannot be found"):
        client_for(emulator, "codebuild", ACCOUNT).update_project(name="none", timeoutInMinutes=30)
