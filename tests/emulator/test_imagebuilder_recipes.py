"""What a recipe asks for besides its root volume shows in what is built: devices, user data, others' components."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from workshop import (
    BUILD,
    HOME,
    TARGET,
    client,
    image,
    make_component,
    make_infrastructure,
    make_pipeline,
    make_profile,
    make_recipe,
    network,
    reason,
    run,
    start,
    volume,
    workshop,
)

from generator.emulator.clock import CLOCK

WINDOWS = f"arn:aws:imagebuilder:{HOME}:aws:image/windows-server-2022-english-full-base-x86/x.x.x"
PRODUCT = "prod-abcdef0123456"
AGENT = f"arn:aws:imagebuilder:{HOME}:aws-marketplace:component/example-agent-{PRODUCT}/x.x.x"


@pytest.fixture(autouse=True)
def moto() -> Iterator[None]:
    with workshop():
        yield


def pipeline(recipe: str, name: str = "web") -> str:
    infrastructure = make_infrastructure(make_profile(name=f"builder-{name}"), name, **network_of(name))
    return make_pipeline(recipe, infrastructure, name)


def network_of(name: str) -> dict[str, Any]:
    return network() if name == "web" else {}


def devices_of(built: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The block devices of the build's AMI by name."""
    ami = built["outputResources"]["amis"][0]["image"]
    mappings = client("ec2").describe_images(ImageIds=[ami])["Images"][0]["BlockDeviceMappings"]
    return {mapping["DeviceName"]: mapping for mapping in mappings}


def test_further_devices_are_those_of_the_ami() -> None:
    snapshot = client("ec2").create_snapshot(
        VolumeId=client("ec2").create_volume(Size=30, AvailabilityZone=f"{HOME}a")["VolumeId"]
    )["SnapshotId"]
    mappings = [
        *volume(),
        {"deviceName": "/dev/sdf", "ebs": {"volumeSize": 500, "volumeType": "st1", "deleteOnTermination": False}},
        {"deviceName": "/dev/sdg", "ebs": {"snapshotId": snapshot}},
        {"deviceName": "/dev/sdh", "virtualName": "ephemeral0"},
    ]
    made = devices_of(run(pipeline(make_recipe(blockDeviceMappings=mappings))))
    assert list(made) == ["/dev/xvda", "/dev/sdf", "/dev/sdg", "/dev/sdh"]
    assert made["/dev/sdf"]["Ebs"]["VolumeType"] == "st1"
    assert not made["/dev/sdf"]["Ebs"]["DeleteOnTermination"]
    assert made["/dev/sdg"]["Ebs"]["VolumeSize"] == 30
    assert made["/dev/sdh"] == {"DeviceName": "/dev/sdh", "VirtualName": "ephemeral0"}


def test_an_image_on_another_has_its_devices_but_for_those_it_removes() -> None:
    mappings = [*volume(), *({"deviceName": f"/dev/sd{each}", "ebs": {"volumeSize": 8}} for each in "fg")]
    base = run(pipeline(make_recipe(name="base", blockDeviceMappings=mappings), "base"))
    assert base["state"]["status"] == "AVAILABLE", base["state"]
    removed = [{"deviceName": "/dev/sdf", "noDevice": ""}]
    parent = f"arn:aws:imagebuilder:{HOME}:{BUILD}:image/base/x.x.x"
    made = devices_of(
        run(pipeline(make_recipe(make_component("other"), parentImage=parent, blockDeviceMappings=removed)))
    )
    assert {name: mapping["Ebs"]["VolumeSize"] for name, mapping in made.items()} == {"/dev/xvda": 20, "/dev/sdg": 8}


def test_a_volume_that_is_smaller_than_what_it_is_made_of_fails() -> None:
    run(pipeline(make_recipe(name="base", blockDeviceMappings=volume()), "base"))
    smaller = [{"deviceName": "/dev/xvda", "ebs": {"volumeSize": 10}}]
    parent = f"arn:aws:imagebuilder:{HOME}:{BUILD}:image/base/x.x.x"
    failed = run(pipeline(make_recipe(make_component("other"), parentImage=parent, blockDeviceMappings=smaller)))
    assert "Volume of size 10GB is smaller than snapshot of /dev/xvda, expect size >= 20GB" in reason(failed)


def test_a_snapshot_that_is_not_there_fails() -> None:
    missing = [{"deviceName": "/dev/sdf", "ebs": {"snapshotId": "snap-0123456789abcdef0"}}]
    failed = run(pipeline(make_recipe(blockDeviceMappings=missing)))
    assert "The snapshot 'snap-0123456789abcdef0' does not exist." in reason(failed)


def test_the_build_instance_starts_with_the_user_data() -> None:
    script = base64.b64encode(b"#!/bin/bash\ntrue\n").decode()
    arn = start(pipeline(make_recipe(additionalInstanceConfiguration={"userDataOverride": script})))
    CLOCK.advance(120.0)
    assert image(arn)["state"]["status"] == "BUILDING"
    pages = client("ec2").describe_instances()["Reservations"]
    instance = pages[0]["Instances"][0]["InstanceId"]
    told = client("ec2").describe_instance_attribute(InstanceId=instance, Attribute="userData")
    assert told["UserData"]["Value"] == script


def test_the_agent_is_removed_where_the_recipe_says_so() -> None:
    settings = {"systemsManagerAgent": {"uninstallAfterBuild": True}}
    assert run(pipeline(make_recipe(additionalInstanceConfiguration=settings)))["state"]["status"] == "AVAILABLE"
    logs = client("logs")
    group = "/aws/imagebuilder/web"
    stream = logs.describe_log_streams(logGroupName=group)["logStreams"][0]["logStreamName"]
    said = [each["message"] for each in logs.get_log_events(logGroupName=group, logStreamName=stream)["events"]]
    assert any("Removed the Systems Manager agent." in message for message in said)


def test_the_agent_of_windows_is_left_alone() -> None:
    settings = {"systemsManagerAgent": {"uninstallAfterBuild": True}}
    component = f"arn:aws:imagebuilder:{HOME}:aws:component/update-windows/x.x.x"
    with pytest.raises(ClientError, match="not supported for a Windows base image"):
        make_recipe(component, parentImage=WINDOWS, additionalInstanceConfiguration=settings)


def test_a_marketplace_product_and_component_are_taken_to_be_subscribed_to() -> None:
    built = run(pipeline(make_recipe(AGENT, parentImage=PRODUCT)))
    assert (built["state"]["status"], built["imageSource"]) == ("AVAILABLE", "AWS_MARKETPLACE")
    with pytest.raises(ClientError, match="does not exist"):
        make_recipe(AGENT.replace(f"-{PRODUCT}", ""), name="other")


def test_a_component_of_another_account_is_there_once_it_is_shared() -> None:
    theirs = client("imagebuilder", TARGET).create_component(
        name="agent", semanticVersion="1.2.0", platform="Linux", data=DOCUMENT
    )["componentBuildVersionArn"]
    wanted = theirs.rsplit("/", 2)[0] + "/1.x.x"
    with pytest.raises(ClientError, match="does not exist"):
        make_recipe(wanted)
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": [BUILD]},
        "Action": ["imagebuilder:GetComponent", "imagebuilder:ListComponents"],
        "Resource": [theirs],
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    client("imagebuilder", TARGET).put_component_policy(componentArn=theirs, policy=policy)
    assert run(pipeline(make_recipe(wanted, make_component())))["state"]["status"] == "AVAILABLE"


DOCUMENT = """\
schemaVersion: 1.0
phases:
  - name: build
    steps:
      - {name: Say, action: ExecuteBash, inputs: {commands: [echo agent]}}
"""
