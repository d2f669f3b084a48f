from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

from generator.emulator.endpoint import Endpoint
from generator.emulator.process import call
from tests.conftest import client_for

OWNER, RECEIVER = "721000000001", "721000000002"
REGION = "eu-central-1"


def owner_of(endpoint: Endpoint) -> Any:
    return client_for(endpoint, "ec2", OWNER, REGION)


def make_image(endpoint: Endpoint, name: str) -> str:
    """An AMI of OWNER that RECEIVER may launch."""
    ec2 = owner_of(endpoint)
    image_id: str = ec2.register_image(Name=name)["ImageId"]
    ec2.modify_image_attribute(ImageId=image_id, LaunchPermission={"Add": [{"UserId": RECEIVER}]})
    return image_id


def test_moto_cannot_deprecate_and_forgets_no_receiver(plain_moto: Endpoint) -> None:
    ec2, image_id = owner_of(plain_moto), make_image(plain_moto, "golden")
    with pytest.raises(ResponseParserError):  # a page of HTML with status 500
        ec2.enable_image_deprecation(ImageId=image_id, DeprecateAt="2099-01-01T00:00:00Z")
    ec2.disable_image(ImageId=image_id)
    [seen] = ec2.describe_images(ImageIds=[image_id])["Images"]
    assert seen["State"] == "disabled"
    assert ec2.describe_image_attribute(ImageId=image_id, Attribute="launchPermission")["LaunchPermissions"]


def found_by(ec2: Any, **request: Any) -> list[str]:
    return [each["ImageId"] for each in ec2.describe_images(**request)["Images"]]


def now(endpoint: Endpoint) -> datetime:
    """What the clock of the embedded AWS shows, at the full minute."""
    return datetime.fromisoformat(call(endpoint, "clock", {})["now"]).replace(second=0, microsecond=0)


def test_a_deprecated_ami_is_found_by_its_owner_and_by_its_id(emulator: Endpoint) -> None:
    ec2, image_id = owner_of(emulator), make_image(emulator, "deprecated")
    receiver = client_for(emulator, "ec2", RECEIVER, REGION)
    ec2.enable_image_deprecation(ImageId=image_id, DeprecateAt=now(emulator) + timedelta(minutes=1))
    call(emulator, "clock", {"advance": 60})
    assert image_id in found_by(ec2, Owners=["self"])
    assert image_id not in found_by(receiver, Owners=[OWNER])
    assert image_id in found_by(receiver, Owners=[OWNER], IncludeDeprecated=True)
    [seen] = receiver.describe_images(ImageIds=[image_id])["Images"]
    assert seen["DeprecationTime"].endswith(":00.000Z")
    ec2.disable_image_deprecation(ImageId=image_id)
    assert image_id in found_by(receiver, Owners=[OWNER])


@pytest.mark.parametrize("days", [-1, 3700])
def test_a_deprecation_lies_within_ten_years(emulator: Endpoint, days: int) -> None:
    ec2, image_id = owner_of(emulator), make_image(emulator, f"wrong {days}")
    with pytest.raises(ClientError, match="InvalidParameterValue"):
        ec2.enable_image_deprecation(ImageId=image_id, DeprecateAt=now(emulator) + timedelta(days=days))


def test_nobody_deprecates_what_is_anothers(emulator: Endpoint) -> None:
    image_id = make_image(emulator, "not yours")
    receiver = client_for(emulator, "ec2", RECEIVER, REGION)
    with pytest.raises(ClientError, match=r"InvalidAMIID\.NotFound"):
        receiver.enable_image_deprecation(ImageId=image_id, DeprecateAt=now(emulator) + timedelta(days=1))


def test_a_disabled_ami_is_hidden_private_and_not_launched(emulator: Endpoint) -> None:
    ec2, image_id = owner_of(emulator), make_image(emulator, "disabled")
    ec2.disable_image(ImageId=image_id)
    assert found_by(ec2, ImageIds=[image_id]) == []
    [seen] = ec2.describe_images(ImageIds=[image_id], IncludeDisabled=True)["Images"]
    assert seen["State"] == "disabled"
    with pytest.raises(ClientError, match=r"InvalidAMIID\.Unavailable"):
        ec2.run_instances(ImageId=image_id, MinCount=1, MaxCount=1)
    ec2.enable_image(ImageId=image_id)
    assert ec2.describe_image_attribute(ImageId=image_id, Attribute="launchPermission")["LaunchPermissions"] == []
    assert found_by(ec2, ImageIds=[image_id]) == [image_id]


def test_a_launch_is_remembered(emulator: Endpoint) -> None:
    ec2, image_id = owner_of(emulator), make_image(emulator, "launched")
    assert "LastLaunchedTime" not in ec2.describe_images(ImageIds=[image_id])["Images"][0]
    ec2.run_instances(ImageId=image_id, MinCount=1, MaxCount=1)
    assert ec2.describe_images(ImageIds=[image_id])["Images"][0]["LastLaunchedTime"]


@pytest.mark.parametrize("wanted", [True, False])
def test_snapshots_go_with_their_ami_when_that_is_asked_for(emulator: Endpoint, wanted: bool) -> None:
    ec2, image_id = owner_of(emulator), make_image(emulator, f"snapshots {wanted}")
    [mapping] = ec2.describe_images(ImageIds=[image_id])["Images"][0]["BlockDeviceMappings"]
    snapshot = mapping["Ebs"]["SnapshotId"]
    answer = ec2.deregister_image(ImageId=image_id, DeleteAssociatedSnapshots=wanted)
    results = [{"SnapshotId": snapshot, "ReturnCode": "success"}] if wanted else []
    assert answer.get("DeleteSnapshotResults", []) == results
    left = [each["SnapshotId"] for each in ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"]]
    assert (snapshot in left) != wanted
