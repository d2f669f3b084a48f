from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from generator.emulator.endpoint import Endpoint
from tests.conftest import client_for

OWNER, RECEIVER, STRANGER = "720000000001", "720000000002", "720000000003"
REGION = "eu-central-1"


def share_image(endpoint: Endpoint) -> str:
    """An AMI of OWNER that RECEIVER may launch."""
    ec2 = client_for(endpoint, "ec2", OWNER, REGION)
    image_id: str = ec2.register_image(Name="golden")["ImageId"]
    ec2.create_tags(Resources=[image_id], Tags=[{"Key": "Owner", "Value": "platform"}])
    ec2.modify_image_attribute(ImageId=image_id, LaunchPermission={"Add": [{"UserId": RECEIVER}]})
    return image_id


def found_by(endpoint: Endpoint, account_id: str, **request: object) -> list[str]:
    images = client_for(endpoint, "ec2", account_id, REGION).describe_images(**request)["Images"]
    return [image["ImageId"] for image in images]


def test_moto_hides_a_shared_image_from_its_receiver(plain_moto: Endpoint) -> None:
    image_id = share_image(plain_moto)
    with pytest.raises(ClientError, match=r"InvalidAMIID\.NotFound"):
        found_by(plain_moto, RECEIVER, ImageIds=[image_id])


def test_the_receiver_finds_and_copies_a_shared_image(emulator: Endpoint) -> None:
    image_id = share_image(emulator)
    assert found_by(emulator, RECEIVER, ImageIds=[image_id]) == [image_id]
    assert image_id in found_by(emulator, RECEIVER, ExecutableUsers=["self"])
    assert image_id in found_by(emulator, RECEIVER, Owners=[OWNER])
    assert image_id not in found_by(emulator, RECEIVER, Owners=["self"])

    receiver = client_for(emulator, "ec2", RECEIVER, REGION)
    copied = receiver.copy_image(SourceImageId=image_id, SourceRegion=REGION, Name="mine")["ImageId"]
    copy = receiver.describe_images(ImageIds=[copied])["Images"][0]
    assert (copy["OwnerId"], copy["Name"]) == (RECEIVER, "mine")


def test_the_receiver_sees_the_owner_but_not_the_owners_tags(emulator: Endpoint) -> None:
    image_id = share_image(emulator)
    seen = client_for(emulator, "ec2", RECEIVER, REGION).describe_images(ImageIds=[image_id])["Images"][0]
    assert (seen["OwnerId"], seen.get("Tags", [])) == (OWNER, [])


def test_nobody_else_finds_or_copies_it(emulator: Endpoint) -> None:
    image_id = share_image(emulator)
    stranger = client_for(emulator, "ec2", STRANGER, REGION)
    with pytest.raises(ClientError, match=r"InvalidAMIID\.NotFound"):
        stranger.describe_images(ImageIds=[image_id])
    with pytest.raises(ClientError, match=r"InvalidAMIID\.NotFound"):
        stranger.copy_image(SourceImageId=image_id, SourceRegion=REGION, Name="stolen")
    assert image_id not in found_by(emulator, STRANGER, Owners=[OWNER])
    with pytest.raises(ClientError, match=r"InvalidAMIID\.NotFound"):
        found_by(emulator, RECEIVER[:-1] + "9", ImageIds=[image_id])


def test_an_image_is_found_in_its_own_region_only(emulator: Endpoint) -> None:
    image_id = share_image(emulator)
    with pytest.raises(ClientError, match=r"InvalidAMIID\.NotFound"):
        client_for(emulator, "ec2", RECEIVER, "us-east-1").describe_images(ImageIds=[image_id])


def test_the_receiver_cannot_change_it(emulator: Endpoint) -> None:
    image_id = share_image(emulator)
    receiver = client_for(emulator, "ec2", RECEIVER, REGION)
    with pytest.raises(ClientError, match="AuthFailure"):
        receiver.modify_image_attribute(ImageId=image_id, LaunchPermission={"Add": [{"UserId": STRANGER}]})
    with pytest.raises(ClientError, match="AuthFailure"):
        receiver.describe_image_attribute(ImageId=image_id, Attribute="launchPermission")


def test_an_image_that_is_no_longer_shared_is_gone(emulator: Endpoint) -> None:
    image_id = share_image(emulator)
    client_for(emulator, "ec2", OWNER, REGION).modify_image_attribute(
        ImageId=image_id, LaunchPermission={"Remove": [{"UserId": RECEIVER}]}
    )
    with pytest.raises(ClientError, match=r"InvalidAMIID\.NotFound"):
        found_by(emulator, RECEIVER, ImageIds=[image_id])
