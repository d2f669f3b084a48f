"""A build that stopped goes on where it stopped, once what stopped it is mended."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError
from workshop import (
    ABROAD,
    BUILD,
    HOME,
    HOUR,
    RECEIVER,
    STRANGER,
    TARGET,
    client,
    image,
    make_distribution,
    make_infrastructure,
    make_pipeline,
    make_profile,
    make_receiver,
    make_recipe,
    network,
    reason,
    region_block,
    run,
    without,
    workshop,
)

from generator.emulator.clock import CLOCK
from generator.emulator.imagebuilder import inject_fault


@pytest.fixture(autouse=True)
def moto() -> Iterator[None]:
    with workshop():
        yield


def build(*blocks: Mapping[str, Any]) -> dict[str, Any]:
    infrastructure = make_infrastructure(make_profile(), **network())
    distribution = make_distribution(*blocks)
    return run(make_pipeline(make_recipe(), infrastructure, distributionConfigurationArn=distribution))


def retry(failed: Mapping[str, Any]) -> dict[str, Any]:
    client("imagebuilder").retry_image(imageBuildVersionArn=failed["arn"])
    CLOCK.advance(HOUR)
    return image(failed["arn"])


def test_a_distribution_goes_on_where_the_role_was_missing() -> None:
    failed = build(region_block(HOME), region_block(ABROAD, [TARGET]))
    [before] = failed["outputResources"]["amis"]
    make_receiver()
    finished = retry(failed)
    assert finished["state"] == {"status": "AVAILABLE"}
    first, second = finished["outputResources"]["amis"]
    assert first == before
    assert (second["accountId"], second["region"]) == (TARGET, ABROAD)


def test_a_copy_that_could_not_be_shared_is_shared_and_not_made_again() -> None:
    make_receiver(without(RECEIVER, "ec2:ModifyImageAttribute"))
    failed = build(region_block(ABROAD, [TARGET], share_with=[STRANGER]))
    assert "ec2:ModifyImageAttribute" in reason(failed)
    ec2 = client("ec2", TARGET, ABROAD)
    [copied] = ec2.describe_images(Owners=["self"])["Images"]
    statement = {"Effect": "Allow", "Action": "ec2:ModifyImageAttribute", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    role = "EC2ImageBuilderDistributionCrossAccountRole"
    client("iam", TARGET).put_role_policy(RoleName=role, PolicyName="share", PolicyDocument=policy)
    assert retry(failed)["outputResources"]["amis"][-1]["image"] == copied["ImageId"]
    assert len(ec2.describe_images(Owners=["self"])["Images"]) == 1


def test_a_failed_test_is_run_again() -> None:
    inject_fault("TESTING", "httpd is not running")
    finished = retry(build(region_block(HOME)))
    assert finished["state"] == {"status": "AVAILABLE"}
    assert [(ami["accountId"], ami["region"]) for ami in finished["outputResources"]["amis"]] == [(BUILD, HOME)]


def test_a_build_without_an_ami_cannot_be_retried() -> None:
    inject_fault("BUILDING", "no space left on device")
    with pytest.raises(ClientError, match=r"InvalidRequestException.*has to be built anew"):
        retry(build(region_block(HOME)))


def test_an_image_that_is_available_cannot_be_retried() -> None:
    with pytest.raises(ClientError, match=r"InvalidRequestException.*is AVAILABLE"):
        retry(build(region_block(HOME)))
