"""Copies of an image in other Regions and accounts: made where everything allows it, and refused with a reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from workshop import (
    ABROAD,
    BUILD,
    DISTRIBUTION_ROLE,
    HOME,
    PUBLISHER,
    RECEIVER,
    STRANGER,
    TARGET,
    Statements,
    client,
    image,
    make_component,
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
    volume,
    without,
    workshop,
)

from generator.emulator.imagebuilder import inject_fault


@pytest.fixture(autouse=True)
def moto() -> Iterator[None]:
    with workshop():
        yield


def build(*blocks: Mapping[str, Any], key: str = "", publisher: Statements | None = PUBLISHER) -> dict[str, Any]:
    """The image that a pipeline with these distributions makes within an hour. `key` encrypts its volume."""
    members: dict[str, Any] = {"distributionConfigurationArn": make_distribution(*blocks)}
    if publisher is not None:
        members["executionRole"] = make_publisher(publisher)
    recipe = make_recipe(make_component(), blockDeviceMappings=volume(key))
    return run(make_pipeline(recipe, make_infrastructure(make_profile(), **network()), **members))


def places(finished: Mapping[str, Any]) -> set[tuple[str, str]]:
    return {(ami["accountId"], ami["region"]) for ami in finished["outputResources"]["amis"]}


def amis(account_id: str, region: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client("ec2", account_id, region).describe_images(Owners=["self"])["Images"]
    return found


def keys(*users: str) -> dict[str, str]:
    return {region: make_key(region, *users) for region in (HOME, ABROAD)}


def test_without_a_distribution_the_ami_stays_at_home() -> None:
    pipeline = make_pipeline(make_recipe(), make_infrastructure(make_profile(), **network()))
    finished = run(pipeline)
    [output] = finished["outputResources"]["amis"]
    assert (output["accountId"], output["region"]) == (BUILD, HOME)
    assert output["name"].startswith("web ")


def test_the_build_region_has_the_ami_even_if_it_is_not_listed() -> None:
    assert places(build(region_block(ABROAD))) == {(BUILD, HOME), (BUILD, ABROAD)}


def test_copies_go_where_everything_allows_them() -> None:
    make_receiver()
    by_region = keys(TARGET)
    finished = build(
        region_block(HOME, [TARGET], by_region[HOME]),
        region_block(ABROAD, [BUILD, TARGET], by_region[ABROAD]),
        key=by_region[HOME],
    )
    assert finished["state"] == {"status": "AVAILABLE"}
    assert places(finished) == {(BUILD, HOME), (TARGET, HOME), (BUILD, ABROAD), (TARGET, ABROAD)}
    for output in finished["outputResources"]["amis"]:
        [ami] = amis(output["accountId"], output["region"])
        assert (ami["ImageId"], ami["Name"]) == (output["image"], output["name"])
        assert {"Key": "Team", "Value": "images"} in ami["Tags"]
        ec2, kms = client("ec2", output["accountId"], output["region"]), client("kms", BUILD, output["region"])
        [snapshot] = ec2.describe_snapshots(SnapshotIds=[ami["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"]])[
            "Snapshots"
        ]
        assert snapshot["KmsKeyId"] == kms.describe_key(KeyId="alias/images")["KeyMetadata"]["Arn"]
        assert snapshot["OwnerId"] == output["accountId"]
    assert amis(STRANGER, HOME) == []


def test_an_image_that_is_not_encrypted_needs_the_managed_policy_alone() -> None:
    managed = ("ec2:CopyImage", "ec2:DescribeImages", "ec2:CreateTags image", "ec2:ModifyImageAttribute")
    make_receiver({label: RECEIVER[label] for label in managed})
    assert (TARGET, ABROAD) in places(build(region_block(ABROAD, [TARGET])))


def test_a_target_without_the_role_receives_nothing() -> None:
    failed = build(region_block(ABROAD, [TARGET]))
    assert "Not all distribution jobs are completed. 1) STS Client Error: 'User: " in reason(failed)
    assert f"sts:AssumeRole on resource: arn:aws:iam::{TARGET}:role/{DISTRIBUTION_ROLE}'" in reason(failed)
    assert reason(failed).endswith(
        f"from the source account (ID: {BUILD}) to the destination account (ID: {TARGET}) in Region {ABROAD}.'"
    )
    [failure] = failed["state"]["failureContext"]["distributionFailure"]["regionFailures"]
    assert (failure["region"], failure["targetAccountId"], failure["status"]) == (ABROAD, TARGET, "FAILED")
    assert amis(TARGET, ABROAD) == []


def test_a_role_that_trusts_another_account_is_not_assumed() -> None:
    make_receiver(trusted=STRANGER)
    assert "sts:AssumeRole" in reason(build(region_block(ABROAD, [TARGET])))


@pytest.mark.parametrize(
    ("missing", "cause"),
    [
        ("ec2:CopyImage", "ec2:CopyImage"),
        ("ec2:DescribeImages", "ec2:DescribeImages"),
        ("ec2:CreateTags image", "ec2:CreateTags"),
        ("ec2:CreateTags snapshot", "ec2:CreateTags"),
        ("ec2:ModifyImageAttribute", "ec2:ModifyImageAttribute"),
        ("kms:DescribeKey", "kms:DescribeKey"),
        ("kms:CreateGrant", "kms:CreateGrant"),
        ("kms:Decrypt", "kms:Decrypt"),
        ("kms:Encrypt", "kms:Encrypt"),
        ("kms:ReEncrypt", "kms:ReEncryptFrom"),
        ("kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"),
        ("ssm:PutParameter", "ssm:PutParameter"),
    ],
)
def test_each_permission_of_the_target_role_is_needed(missing: str, cause: str) -> None:
    make_receiver(without(RECEIVER, missing))
    by_region = keys(TARGET)
    block = region_block(
        ABROAD,
        [TARGET],
        by_region[ABROAD],
        share_with=[STRANGER],
        ssmParameterConfigurations=[parameter(TARGET)],
    )
    failed = build(block, key=by_region[HOME])
    assert f"/{DISTRIBUTION_ROLE}/ImageBuilder is not authorized to perform: {cause} on resource: " in reason(failed)


@pytest.mark.parametrize("closed", [HOME, ABROAD])
def test_the_key_policies_of_both_regions_have_to_let_the_target_in(closed: str) -> None:
    make_receiver()
    by_region = {region: make_key(region, *([] if region == closed else [TARGET])) for region in (HOME, ABROAD)}
    failed = build(region_block(ABROAD, [TARGET], by_region[ABROAD]), key=by_region[HOME])
    assert "AMI Copy Reported Failure For 'ami-" in reason(failed)
    assert "because no resource-based policy allows the kms:DescribeKey action" in reason(failed)


def test_the_target_may_use_only_the_keys_that_its_condition_names() -> None:
    make_receiver()
    by_region = keys(TARGET)
    kms = client("kms", BUILD, ABROAD)
    kms.create_alias(
        AliasName="alias/other", TargetKeyId=kms.describe_key(KeyId="alias/images")["KeyMetadata"]["KeyId"]
    )
    kms.delete_alias(AliasName="alias/images")
    other = by_region[ABROAD].replace("images", "other")
    assert "kms:DescribeKey" in reason(build(region_block(ABROAD, [TARGET], other), key=by_region[HOME]))


@pytest.mark.parametrize(
    "key", [f"arn:aws:kms:{ABROAD}:{BUILD}:alias/absent", f"arn:aws:kms:{HOME}:{BUILD}:alias/images"]
)
def test_the_key_of_a_region_has_to_be_there(key: str) -> None:
    make_key(HOME)
    assert "Given key ID is not accessible" in reason(build(region_block(ABROAD, key=key)))


def test_a_key_that_awaits_deletion_is_gone() -> None:
    by_region = keys()
    client("kms", BUILD, ABROAD).schedule_key_deletion(
        KeyId=client("kms", BUILD, ABROAD).describe_key(KeyId="alias/images")["KeyMetadata"]["KeyId"]
    )
    failed = build(region_block(ABROAD, key=by_region[ABROAD]), key=by_region[HOME])
    assert "Given key ID is not accessible" in reason(failed)


def test_what_the_aws_managed_key_encrypts_cannot_leave_the_account() -> None:
    make_receiver()
    recipe = make_recipe(
        make_component(), blockDeviceMappings=[{"deviceName": "/dev/xvda", "ebs": {"encrypted": True}}]
    )
    infrastructure = make_infrastructure(make_profile(), **network())
    for name, block in (
        ("copied", region_block(ABROAD, [TARGET])),
        ("shared", region_block(HOME, share_with=[TARGET])),
    ):
        distribution = make_distribution(block, name=name)
        pipeline = make_pipeline(recipe, infrastructure, name=name, distributionConfigurationArn=distribution)
        assert "Snapshots encrypted with the AWS Managed CMK can't be shared." in reason(run(pipeline))


def test_the_key_of_the_build_region_replaces_that_of_the_recipe() -> None:
    kms = client("kms")
    key = make_key(HOME)
    own = kms.create_key()["KeyMetadata"]["Arn"]
    finished = build(region_block(HOME, key=key), key=own)
    [ami] = amis(BUILD, HOME)
    assert ami["ImageId"] == finished["outputResources"]["amis"][0]["image"]
    made = [{"Name": "tag:CreatedBy", "Values": ["EC2 Image Builder"]}]
    [snapshot] = client("ec2").describe_snapshots(Filters=made)["Snapshots"]
    assert snapshot["KmsKeyId"] == kms.describe_key(KeyId=key)["KeyMetadata"]["Arn"]


def test_all_that_fails_is_told_and_what_succeeds_stays() -> None:
    make_receiver()
    failed = build(region_block(HOME, [TARGET, STRANGER]), region_block(ABROAD, [STRANGER]))
    assert "1) STS Client Error" in reason(failed)
    assert "2) STS Client Error" in reason(failed)
    assert places(failed) == {(BUILD, HOME), (TARGET, HOME)}
    assert len(amis(TARGET, HOME)) == 1


def test_launch_permissions_are_set_on_every_copy() -> None:
    make_receiver()
    finished = build(region_block(HOME, [TARGET], share_with=[STRANGER]))
    assert len(finished["outputResources"]["amis"]) == 2
    for output in finished["outputResources"]["amis"]:
        attribute = client("ec2", output["accountId"]).describe_image_attribute(
            ImageId=output["image"], Attribute="launchPermission"
        )
        assert attribute["LaunchPermissions"] == [{"UserId": STRANGER}]


def test_parameters_name_the_ami_of_their_own_account_and_region() -> None:
    make_receiver()
    finished = build(
        region_block(HOME, [TARGET], ssmParameterConfigurations=[parameter(BUILD), parameter(TARGET)]),
        region_block(ABROAD, [TARGET], ssmParameterConfigurations=[parameter(TARGET)]),
    )
    for output in finished["outputResources"]["amis"]:
        ssm = client("ssm", output["accountId"], output["region"])
        found = ssm.get_parameter(Name="/golden/ami")["Parameter"]
        assert (found["Value"], found["Type"], found["DataType"]) == (output["image"], "String", "aws:ec2:image")


def test_a_second_build_moves_the_parameter() -> None:
    block = region_block(HOME, ssmParameterConfigurations=[parameter(BUILD)])
    build(block)
    second = run(f"arn:aws:imagebuilder:{HOME}:{BUILD}:image-pipeline/web")
    found = client("ssm").get_parameter(Name="/golden/ami")["Parameter"]
    assert (found["Value"], found["Version"]) == (second["outputResources"]["amis"][0]["image"], 2)


@pytest.mark.parametrize(
    ("publisher", "cause"),
    [
        (None, "An execution role is required"),
        (without(PUBLISHER, "parameters"), "/publisher/ImageBuilder is not authorized to perform: ssm:PutParameter"),
        (without(PUBLISHER, "images"), "/publisher/ImageBuilder is not authorized to perform: ec2:DescribeImages"),
    ],
    ids=["no role", "no ssm:PutParameter", "no ec2:DescribeImages"],
)
def test_the_build_account_puts_parameters_as_the_execution_role(publisher: Statements | None, cause: str) -> None:
    block = region_block(HOME, ssmParameterConfigurations=[parameter(BUILD)])
    failed = build(block, publisher=publisher)
    assert cause in reason(failed)
    assert failed["state"]["failureContext"]["imageStatus"] == "INTEGRATING"
    [failure] = failed["state"]["failureContext"]["distributionFailure"]["regionFailures"]
    assert failure["imageConfigurationStep"] == "PUT_SSM_PARAMETERS"
    assert client("ssm").describe_parameters()["Parameters"] == []


def test_a_fault_before_distribution_leaves_other_accounts_untouched() -> None:
    make_receiver()
    inject_fault("TESTING", "httpd is not running")
    failed = build(region_block(HOME, [TARGET]))
    assert image(failed["arn"])["outputResources"]["amis"] == []
    assert amis(TARGET, HOME) == []
