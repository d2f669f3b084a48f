"""DistributeImage: an AMI that is there goes to Regions and accounts without a build."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from workshop import (
    ABROAD,
    BUILD,
    HOME,
    TARGET,
    client,
    image,
    make_distribution,
    make_infrastructure,
    make_key,
    make_pipeline,
    make_profile,
    make_publisher,
    make_receiver,
    make_recipe,
    network,
    parameter,
    reason,
    region_block,
    run,
    workshop,
)

from generator.emulator.clock import CLOCK
from generator.emulator.faults import FAULTS
from generator.emulator.imagebuilder.faults import add_fault


@pytest.fixture(autouse=True)
def moto() -> Iterator[None]:
    with workshop():
        yield
    FAULTS.clear()


@pytest.fixture
def ib() -> Any:
    return client("imagebuilder")


def make_image() -> dict[str, Any]:
    return run(make_pipeline(make_recipe(), make_infrastructure(make_profile(), **network())))


def ami_of(made: dict[str, Any]) -> str:
    return str(made["outputResources"]["amis"][0]["image"])


def distribute(ib: Any, source: str, *regions: dict[str, Any], **members: Any) -> dict[str, Any]:
    """The image that tracks the distribution, an hour later."""
    given = {"executionRole": "publisher", "distributionConfigurationArn": make_distribution(*regions), **members}
    arn = ib.distribute_image(sourceImage=source, **given)["imageBuildVersionArn"]
    assert image(arn)["state"] == {"status": "DISTRIBUTING"}
    CLOCK.advance(3600)
    return image(arn)


def places(made: dict[str, Any]) -> set[tuple[str, str]]:
    return {(ami["region"], ami["accountId"]) for ami in made["outputResources"]["amis"]}


def test_an_image_goes_abroad_without_another_build(ib: Any) -> None:
    make_publisher()
    make_receiver()
    made = make_image()
    sent = distribute(
        ib,
        made["arn"],
        region_block(HOME, share_with=[TARGET], ssmParameterConfigurations=[parameter(BUILD)]),
        region_block(ABROAD, [BUILD, TARGET]),
        tags={"Why": "expansion"},
    )
    assert sent["state"] == {"status": "AVAILABLE"}
    assert (sent["type"], sent["platform"], sent["tags"]) == ("AMI", "Linux", {"Why": "expansion"})
    assert places(sent) == {(HOME, BUILD), (ABROAD, BUILD), (ABROAD, TARGET)}
    assert ami_of(sent) == ami_of(made)
    instances = client("ec2").describe_instances()["Reservations"]
    assert len(instances) == 2  # of the build and the test
    permissions = client("ec2").describe_image_attribute(ImageId=ami_of(made), Attribute="launchPermission")
    assert permissions["LaunchPermissions"] == [{"UserId": TARGET}]
    assert client("ssm").get_parameter(Name="/golden/ami")["Parameter"]["Value"] == ami_of(made)
    [execution] = ib.list_workflow_executions(imageBuildVersionArn=sent["arn"])["workflowExecutions"]
    assert (execution["type"], execution["status"]) == ("DISTRIBUTION", "COMPLETED")


@pytest.mark.parametrize("form", ["ami", "parameter", "version"])
def test_the_source_is_named_in_any_form(ib: Any, form: str) -> None:
    make_publisher()
    made = make_image()
    client("ssm").put_parameter(Name="/source", Value=ami_of(made), Type="String")
    forms = {"ami": ami_of(made), "parameter": "ssm:/source", "version": made["arn"].rsplit("/", 1)[0]}
    sent = distribute(ib, forms[form], region_block(ABROAD))
    assert places(sent) == {(HOME, BUILD), (ABROAD, BUILD)}
    name = made["outputResources"]["amis"][0]["name"]
    assert (sent["name"], sent["version"]) == (name.replace(".", "-"), "1.0.0/1")


def test_an_ami_that_image_builder_did_not_make_is_distributed_too(ib: Any) -> None:
    make_publisher()
    source = client("ec2").register_image(Name="by hand")["ImageId"]
    sent = distribute(ib, source, region_block(ABROAD))
    assert sent["arn"] == f"arn:aws:imagebuilder:{HOME}:{BUILD}:image/by-hand/1.0.0/1"
    [copy] = [ami["image"] for ami in sent["outputResources"]["amis"] if ami["region"] == ABROAD]
    [seen] = client("ec2", BUILD, ABROAD).describe_images(ImageIds=[copy])["Images"]
    assert seen["Name"].startswith("web-")


def test_a_key_of_the_home_region_makes_a_copy_and_keeps_the_source(ib: Any) -> None:
    make_publisher()
    made = make_image()
    sent = distribute(ib, ami_of(made), region_block(HOME, key=make_key(HOME)))
    assert ami_of(sent) != ami_of(made)
    source, copy = (
        client("ec2").describe_images(ImageIds=[ami])["Images"][0]["BlockDeviceMappings"][0]["Ebs"]["Encrypted"]
        for ami in (ami_of(made), ami_of(sent))
    )
    assert (source, copy) == (False, True)


def test_a_failed_distribution_is_retried(ib: Any) -> None:
    make_publisher()
    add_fault({"kind": "copy", "region": ABROAD})
    sent = distribute(ib, make_image()["arn"], region_block(ABROAD))
    assert "AMI Copy Reported Failure" in reason(sent)
    ib.retry_image(imageBuildVersionArn=sent["arn"])
    CLOCK.advance(3600)
    assert image(sent["arn"])["state"] == {"status": "AVAILABLE"}


def test_the_service_linked_role_needs_no_making(ib: Any) -> None:
    role = f"arn:aws:iam::{BUILD}:role/aws-service-role/imagebuilder.amazonaws.com/AWSServiceRoleForImageBuilder"
    sent = distribute(ib, make_image()["arn"], region_block(ABROAD), executionRole=role)
    assert sent["state"] == {"status": "AVAILABLE"}


def test_a_wrong_request_distributes_nothing(ib: Any) -> None:
    made = make_image()
    amazon = client("ec2").register_image(Name="foreign")["ImageId"]
    distribution = make_distribution(region_block(ABROAD))
    absent = f"arn:aws:imagebuilder:{HOME}:{BUILD}:distribution-configuration/absent"
    for source, role, configuration, code in (
        (made["arn"], "absent", distribution, "InvalidRequestException"),
        ("ami-0123456789abcdef0", make_publisher(), distribution, "InvalidRequestException"),
        (amazon, "publisher", absent, "ResourceNotFoundException"),
    ):
        with pytest.raises(ClientError, match=code):
            ib.distribute_image(sourceImage=source, executionRole=role, distributionConfigurationArn=configuration)
    assert [listed["name"] for listed in ib.list_images()["imageVersionList"]] == ["web"]


def test_a_distribution_is_cancelled(ib: Any) -> None:
    make_publisher()
    made = make_image()
    distribution = make_distribution(region_block(ABROAD))
    given = {"executionRole": "publisher", "distributionConfigurationArn": distribution}
    arn = ib.distribute_image(sourceImage=made["arn"], **given)["imageBuildVersionArn"]
    ib.cancel_image_creation(imageBuildVersionArn=arn)
    CLOCK.advance(3600)
    assert image(arn)["state"]["status"] == "CANCELLED"
    assert client("ec2", BUILD, ABROAD).describe_images(Owners=["self"])["Images"] == []
    assert client("ec2").describe_images(ImageIds=[ami_of(made)])["Images"]
