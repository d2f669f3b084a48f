"""ImportComponent, documents in S3 buckets, and what AWS Marketplace's components are made of."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from botocore.exceptions import ClientError
from workshop import BUILD, DOCUMENT, HOME, TARGET, client, make_component, make_recipe, workshop

SOLD = f"arn:aws:imagebuilder:{HOME}:aws-marketplace:component/agent-prod-abcdef/1.0.0/1"


@pytest.fixture(autouse=True)
def moto() -> Iterator[None]:
    with workshop():
        yield


@pytest.fixture
def ib() -> Any:
    return client("imagebuilder")


def put_object(key: str, content: str, account: str = BUILD, policy: bool = False) -> str:
    """An object in a bucket of an account, which its policy opens to BUILD or not. Returns its S3 URL."""
    s3 = client("s3", account)
    s3.create_bucket(Bucket="scripts")
    s3.put_object(Bucket="scripts", Key=key, Body=content.encode())
    if policy:
        principal = {"AWS": f"arn:aws:iam::{BUILD}:root"}
        resource = "arn:aws:s3:::scripts/*"
        statement = {"Effect": "Allow", "Principal": principal, "Action": "s3:GetObject", "Resource": resource}
        document = {"Version": "2012-10-17", "Statement": [statement]}
        s3.put_bucket_policy(Bucket="scripts", Policy=json.dumps(document))
    return f"s3://scripts/{key}"


@pytest.mark.parametrize(
    ("platform", "kind", "action"),
    [("Linux", "BUILD", "ExecuteBash"), ("Windows", "TEST", "ExecutePowerShell"), ("macOS", "BUILD", "ExecuteBash")],
)
def test_a_script_becomes_a_component_of_one_step(ib: Any, platform: str, kind: str, action: str) -> None:
    given = {"name": "My Script", "semanticVersion": "1.2.3", "format": "SHELL", "platform": platform, "type": kind}
    made = ib.import_component(**given, data="echo hello\nexit 0\n", description="greets", tags={"Team": "web"})
    arn = made["componentBuildVersionArn"]
    assert arn == f"arn:aws:imagebuilder:{HOME}:{BUILD}:component/my-script/1.2.3/1"
    found = ib.get_component(componentBuildVersionArn=arn)["component"]
    assert (found["type"], found["platform"], found["description"]) == (kind, platform, "greets")
    [phase] = yaml.safe_load(found["data"])["phases"]
    assert phase["name"] == kind.lower()
    assert phase["steps"] == [
        {"name": "RunScript", "action": action, "inputs": {"commands": ["echo hello\nexit 0\n"]}},
    ]


def test_an_imported_script_is_used_by_a_recipe_and_grows_by_builds(ib: Any) -> None:
    given = {"name": "greet", "semanticVersion": "1.0.0", "format": "SHELL", "platform": "Linux", "type": "BUILD"}
    first = ib.import_component(**given, uri=put_object("greet.sh", "echo one"))["componentBuildVersionArn"]
    assert make_recipe(first)
    second = ib.import_component(**given, data="echo two")["componentBuildVersionArn"]
    assert second == first.removesuffix("/1") + "/2"
    with pytest.raises(ClientError, match="ResourceAlreadyExistsException"):
        ib.import_component(**given, data="echo two")


def test_exactly_one_of_script_and_address_is_given(ib: Any) -> None:
    given = {"name": "greet", "semanticVersion": "1.0.0", "format": "SHELL", "platform": "Linux", "type": "BUILD"}
    for more in ({}, {"data": "true", "uri": "s3://scripts/greet.sh"}):
        with pytest.raises(ib.exceptions.InvalidParameterCombinationException):
            ib.import_component(**given, **more)


@pytest.mark.parametrize("opened", [True, False])
def test_a_document_is_read_from_another_accounts_bucket_where_its_policy_says_so(ib: Any, opened: bool) -> None:
    uri = put_object("hello.yaml", DOCUMENT, TARGET, policy=opened)
    given = {"name": "hello", "semanticVersion": "1.0.0", "platform": "Linux", "uri": uri}
    if opened:
        assert ib.create_component(**given)["componentBuildVersionArn"]
        return
    with pytest.raises(ClientError, match="does not exist or you do not have access to it"):
        ib.create_component(**given)


def test_the_document_of_a_marketplace_component_is_handed_out_obfuscated(ib: Any) -> None:
    answer = ib.get_marketplace_resource(resourceType="COMPONENT_DATA", resourceArn=SOLD)
    assert answer["resourceArn"] == SOLD
    document = yaml.safe_load(base64.b64decode(answer["data"]))
    assert document["name"] == "agent-prod-abcdef"


def test_an_artifact_of_a_marketplace_component_has_an_address(ib: Any) -> None:
    location = put_object("agent/installer.rpm", "...", TARGET)
    answer = ib.get_marketplace_resource(resourceType="COMPONENT_ARTIFACT", resourceArn=SOLD, resourceLocation=location)
    assert "/scripts/agent/installer.rpm?X-Amz-Expires=3600" in answer["url"]


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"resourceType": "COMPONENT_ARTIFACT"}, "resourceLocation must be specified"),
        (
            {"resourceType": "COMPONENT_ARTIFACT", "resourceLocation": "s3://none/it"},
            "artifact 's3://none/it' does not ex",
        ),
    ],
)
def test_an_artifact_has_to_be_there(ib: Any, members: dict[str, str], reason: str) -> None:
    with pytest.raises(ib.exceptions.InvalidRequestException, match=reason):
        ib.get_marketplace_resource(resourceArn=SOLD, **members)


def test_what_is_not_sold_is_not_handed_out(ib: Any) -> None:
    with pytest.raises(ib.exceptions.InvalidRequestException, match="no component of AWS Marketplace"):
        ib.get_marketplace_resource(resourceType="COMPONENT_DATA", resourceArn=make_component())
