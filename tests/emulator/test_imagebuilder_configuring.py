"""What is done to AMIs after distribution: launch templates, shares, licenses, fast launch, disk images in S3."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from workshop import (
    ABROAD,
    BUILD,
    HOME,
    RECEIVER,
    STRANGER,
    TARGET,
    Statements,
    allow,
    client,
    make_component,
    make_distribution,
    make_infrastructure,
    make_key,
    make_pipeline,
    make_profile,
    make_receiver,
    make_recipe,
    make_role,
    network,
    reason,
    region_block,
    run,
    volume,
    without,
    workshop,
)

from generator.emulator.corrections import export_image_tasks, fast_launch_images

WINDOWS = f"arn:aws:imagebuilder:{HOME}:aws:image/windows-server-2022-english-full-base-x86/x.x.x"
MARK = {"CreatedBy": "EC2 Image Builder"}
TEMPLATES: Statements = {
    **RECEIVER,
    "ec2:DescribeLaunchTemplates": allow("ec2:DescribeLaunchTemplates"),
    "ec2:CreateLaunchTemplateVersion": allow(
        "ec2:CreateLaunchTemplateVersion",
        resource="arn:aws:ec2:*:*:launch-template/*",
        StringEquals={"aws:ResourceTag/CreatedBy": MARK["CreatedBy"]},
    ),
    "ec2:ModifyLaunchTemplate": allow(
        "ec2:ModifyLaunchTemplate",
        resource="arn:aws:ec2:*:*:launch-template/*",
        StringEquals={"aws:ResourceTag/CreatedBy": MARK["CreatedBy"]},
    ),
}
EXPORTER: Statements = {
    "s3:GetBucketLocation": allow("s3:GetBucketLocation", "s3:GetObject"),
    "s3:GetBucketAcl": allow("s3:GetBucketAcl"),
    "s3:PutObject": allow("s3:PutObject", resource="arn:aws:s3:::disks/*"),
}


@pytest.fixture(autouse=True)
def moto() -> Iterator[None]:
    with workshop():
        yield


def build(*blocks: Mapping[str, Any], windows: bool = False, **members: Any) -> dict[str, Any]:
    distribution = make_distribution(*blocks)
    if windows:
        component = f"arn:aws:imagebuilder:{HOME}:aws:component/update-windows/x.x.x"
        recipe = make_recipe(component, parentImage=WINDOWS)
    else:
        recipe = make_recipe(make_component(), **members)
    infrastructure = make_infrastructure(make_profile(), **network())
    return run(make_pipeline(recipe, infrastructure, distributionConfigurationArn=distribution))


def make_template(account_id: str = BUILD, region: str = HOME, tags: Mapping[str, str] = MARK) -> str:
    specification = [
        {"ResourceType": "launch-template", "Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}
    ]
    made = client("ec2", account_id, region).create_launch_template(
        LaunchTemplateName="web",
        LaunchTemplateData={"ImageId": "ami-00000000000000000", "InstanceType": "m5.large"},
        **({"TagSpecifications": specification} if tags else {}),
    )
    return str(made["LaunchTemplate"]["LaunchTemplateId"])


def versions(template: str, account_id: str = BUILD, region: str = HOME) -> list[dict[str, Any]]:
    ec2 = client("ec2", account_id, region)
    found = ec2.describe_launch_template_versions(LaunchTemplateId=template)["LaunchTemplateVersions"]
    return sorted(found, key=lambda version: int(version["VersionNumber"]))


def ami_of(finished: Mapping[str, Any], account_id: str = BUILD, region: str = HOME) -> str:
    assert finished["state"] == {"status": "AVAILABLE"}, finished["state"]
    return next(
        str(ami["image"])
        for ami in finished["outputResources"]["amis"]
        if (ami["accountId"], ami["region"]) == (account_id, region)
    )


def configuration_failure(failed: Mapping[str, Any]) -> Mapping[str, Any]:
    context = failed["state"]["failureContext"]
    assert (context["imageStatus"], context["failedStep"]) == ("INTEGRATING", "ConfigureImage")
    [failure] = context["distributionFailure"]["regionFailures"]
    found: Mapping[str, Any] = failure
    return found


def test_a_launch_template_gets_a_new_default_version_with_the_ami() -> None:
    template = make_template()
    ami = ami_of(build(region_block(HOME, launchTemplateConfigurations=[{"launchTemplateId": template}])))
    first, second = versions(template)
    assert (first["DefaultVersion"], second["DefaultVersion"]) == (False, True)
    assert {**first["LaunchTemplateData"], "ImageId": ami} == second["LaunchTemplateData"]
    assert first["LaunchTemplateData"]["ImageId"] == "ami-00000000000000000"


def test_the_default_version_stays_where_it_is_asked_to() -> None:
    template = make_template()
    settings = [{"launchTemplateId": template, "setDefaultVersion": False}]
    build(region_block(HOME, launchTemplateConfigurations=settings))
    assert [version["DefaultVersion"] for version in versions(template)] == [True, False]


def test_the_build_account_needs_no_tag_on_its_template() -> None:
    template = make_template(tags={})
    build(region_block(HOME, launchTemplateConfigurations=[{"launchTemplateId": template}]))
    assert len(versions(template)) == 2


def test_a_template_of_a_target_account_gets_the_copy_of_its_region() -> None:
    make_receiver(TEMPLATES)
    template = make_template(TARGET, ABROAD)
    settings = [{"launchTemplateId": template, "accountId": TARGET}]
    finished = build(region_block(ABROAD, [TARGET], launchTemplateConfigurations=settings))
    newest = versions(template, TARGET, ABROAD)[-1]
    assert newest["LaunchTemplateData"]["ImageId"] == ami_of(finished, TARGET, ABROAD)
    assert newest["DefaultVersion"]


@pytest.mark.parametrize(
    "missing", ["ec2:DescribeLaunchTemplates", "ec2:CreateLaunchTemplateVersion", "ec2:ModifyLaunchTemplate"]
)
def test_the_target_role_needs_each_right_on_templates(missing: str) -> None:
    make_receiver(without(TEMPLATES, missing))
    template = make_template(TARGET)
    settings = [{"launchTemplateId": template, "accountId": TARGET}]
    failed = build(region_block(HOME, [TARGET], launchTemplateConfigurations=settings))
    assert f"is not authorized to perform: {missing} on resource: " in reason(failed)
    assert len(versions(template, TARGET)) == 1


def test_a_template_of_a_target_account_without_the_tag_is_out_of_reach() -> None:
    make_receiver(TEMPLATES)
    template = make_template(TARGET, tags={"Team": "images"})
    settings = [{"launchTemplateId": template, "accountId": TARGET}]
    failed = build(region_block(HOME, [TARGET], launchTemplateConfigurations=settings))
    failure = configuration_failure(failed)
    assert "ec2:CreateLaunchTemplateVersion" in failure["errorMessage"]
    assert (failure["imageConfigurationStep"], failure["targetAccountId"]) == ("UPDATE_LAUNCH_TEMPLATES", TARGET)


def test_a_missing_template_fails_the_configuring_step_of_the_distribution_workflow() -> None:
    absent = "lt-0123456789abcdef0"
    failed = build(region_block(HOME, launchTemplateConfigurations=[{"launchTemplateId": absent}]))
    assert f"The specified launch template, with template ID {absent}, does not exist." in reason(failed)
    service = client("imagebuilder")
    runs = service.list_workflow_executions(imageBuildVersionArn=failed["arn"])["workflowExecutions"]
    run_id = next(item["workflowExecutionId"] for item in runs if item["type"] == "DISTRIBUTION")
    steps = service.list_workflow_step_executions(workflowExecutionId=run_id)["steps"]
    assert {step["name"]: step["status"] for step in steps} == {
        "DistributeImage": "COMPLETED",
        "ConfigureImage": "FAILED",
    }


def test_an_ami_is_shared_with_accounts_organizations_and_units() -> None:
    organization = f"arn:aws:organizations::{BUILD}:organization/o-acme1234567"
    unit = f"arn:aws:organizations::{BUILD}:ou/o-acme1234567/ou-acme-12345678"
    block = region_block(HOME)
    block["amiDistributionConfiguration"]["launchPermission"] = {
        "userIds": [STRANGER],
        "organizationArns": [organization],
        "organizationalUnitArns": [unit],
    }
    ami = ami_of(build(block))
    attribute = client("ec2").describe_image_attribute(ImageId=ami, Attribute="launchPermission")
    assert attribute["LaunchPermissions"] == [
        {"UserId": STRANGER},
        {"OrganizationArn": organization},
        {"OrganizationalUnitArn": unit},
    ]


def test_fast_launch_of_a_windows_ami_is_told_by_ec2() -> None:
    fast_launch_images.apply()
    settings: dict[str, Any] = {"accountId": BUILD, "enabled": True, "maxParallelLaunches": 8}
    settings["snapshotConfiguration"] = {"targetResourceCount": 3}
    ami = ami_of(build(region_block(HOME, fastLaunchConfigurations=[settings]), windows=True))
    [found] = client("ec2").describe_fast_launch_images()["FastLaunchImages"]
    assert (found["ImageId"], found["State"], found["OwnerId"]) == (ami, "enabled", BUILD)
    assert (found["MaxParallelLaunches"], found["SnapshotConfiguration"]["TargetResourceCount"]) == (8, 3)
    assert client("ec2").describe_fast_launch_images(ImageIds=["ami-00000000000000000"])["FastLaunchImages"] == []


def test_fast_launch_that_is_off_changes_nothing() -> None:
    fast_launch_images.apply()
    settings = [{"accountId": BUILD, "enabled": False}]
    ami_of(build(region_block(HOME, fastLaunchConfigurations=settings)))
    assert client("ec2").describe_fast_launch_images()["FastLaunchImages"] == []


def test_fast_launch_is_for_windows_alone() -> None:
    failed = build(region_block(HOME, fastLaunchConfigurations=[{"accountId": BUILD, "enabled": True}]))
    assert configuration_failure(failed)["imageConfigurationStep"] == "UPDATE_FAST_LAUNCH_CONFIGURATIONS"
    assert "is not a Windows AMI" in reason(failed)


@pytest.mark.parametrize("may", [True, False])
def test_fast_launch_in_another_account_is_for_the_distribution_role_to_turn_on(may: bool) -> None:
    make_receiver({**RECEIVER, "fast": allow("ec2:EnableFastLaunch")} if may else RECEIVER)
    settings = [{"accountId": TARGET, "enabled": True}]
    made = build(region_block(HOME, [TARGET], fastLaunchConfigurations=settings), windows=True)
    if may:
        assert made["state"]["status"] == "AVAILABLE"
    else:
        assert "ec2:EnableFastLaunch" in reason(made)


def test_licenses_are_those_of_the_region() -> None:
    elsewhere = f"arn:aws:license-manager:{ABROAD}:{BUILD}:license-configuration:lic-0123456789abcdef0123456789abcdef"
    failed = build(region_block(HOME, licenseConfigurationArns=[elsewhere]))
    assert configuration_failure(failed)["imageConfigurationStep"] == "ASSOCIATE_LICENSES"


def make_exporter(statements: Statements = EXPORTER, service: str = "vmie.amazonaws.com") -> None:
    make_role("vmimport", {"Service": service}, statements)


def export(kind: str = "VMDK", **members: str) -> dict[str, Any]:
    settings = {"roleName": "vmimport", "diskImageFormat": kind, "s3Bucket": "disks", **members}
    return region_block(HOME, s3ExportConfiguration=settings)


@pytest.mark.parametrize(
    ("kind", "suffix", "start"),
    [("VMDK", "vmdk", b"KDMV"), ("VHD", "vhd", b"conectix"), ("RAW", "raw", bytes(4))],
)
def test_the_disk_image_is_in_the_bucket(kind: str, suffix: str, start: bytes) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket="disks")
    make_exporter()
    ami_of(build(export(kind, s3Prefix="web/")))
    [found] = s3.list_objects_v2(Bucket="disks")["Contents"]
    assert found["Key"].startswith("web/export-ami-")
    assert found["Key"].endswith(f".{suffix}")
    assert s3.get_object(Bucket="disks", Key=found["Key"])["Body"].read().startswith(start)


@pytest.mark.parametrize("missing", list(EXPORTER))
def test_the_export_role_needs_each_right_on_the_bucket(missing: str) -> None:
    client("s3").create_bucket(Bucket="disks")
    make_exporter(without(EXPORTER, missing))
    failed = build(export())
    assert f"/vmimport/ImageBuilder is not authorized to perform: {missing} on resource: " in reason(failed)
    assert configuration_failure(failed)["imageConfigurationStep"] == "EXPORT_AMI"


def test_the_export_role_has_to_trust_vm_export() -> None:
    client("s3").create_bucket(Bucket="disks")
    make_exporter(service="ec2.amazonaws.com")
    assert "The service role vmimport provided does not exist" in reason(build(export()))


def test_the_bucket_has_to_be_there() -> None:
    make_exporter()
    assert "The specified bucket does not exist: disks" in reason(build(export()))


def test_the_bucket_has_to_be_in_the_region_of_the_ami() -> None:
    client("s3", BUILD, ABROAD).create_bucket(Bucket="disks", CreateBucketConfiguration={"LocationConstraint": ABROAD})
    make_exporter()
    assert f"The bucket disks is in {ABROAD}; it has to be in {HOME}." in reason(build(export()))


def test_ec2_tells_which_export_belongs_to_an_ami() -> None:
    export_image_tasks.apply()
    client("s3").create_bucket(Bucket="disks")
    make_exporter()
    ami = ami_of(build(export("VHD", s3Prefix="web/")))
    [task] = client("ec2").describe_export_image_tasks()["ExportImageTasks"]
    assert (task["ImageId"], task["Status"]) == (ami, "completed")
    assert task["S3ExportLocation"] == {"S3Bucket": "disks", "S3Prefix": "web/"}
    [found] = client("s3").list_objects_v2(Bucket="disks")["Contents"]
    assert found["Key"] == f"web/{task['ExportImageTaskId']}.vhd"
    with pytest.raises(client("ec2").exceptions.ClientError, match="export-ami-0"):
        client("ec2").describe_export_image_tasks(ExportImageTaskIds=["export-ami-0"])


def test_the_export_role_may_be_for_this_account_s_exports_alone() -> None:
    client("s3").create_bucket(Bucket="disks")
    iam = client("iam")
    make_exporter()
    for source, works in ((f"arn:aws:vmie:*:{BUILD}:*", True), (f"arn:aws:vmie:*:{STRANGER}:*", False)):
        statement = {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"Service": "vmie.amazonaws.com"},
            "Condition": {"ArnLike": {"aws:SourceArn": source}, "StringEquals": {"sts:ExternalId": "vmimport"}},
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.update_assume_role_policy(RoleName="vmimport", PolicyDocument=policy)
        name = "web" if works else "other"
        distribution = make_distribution(export(), name=name)
        infrastructure = make_infrastructure(make_profile(name=f"{name}-builder"), name, **network())
        recipe = make_recipe(make_component(name), name=name)
        image = run(make_pipeline(recipe, infrastructure, name, distributionConfigurationArn=distribution))
        assert image["state"]["status"] == ("AVAILABLE" if works else "FAILED")


def test_an_encrypted_image_is_not_exported() -> None:
    client("s3").create_bucket(Bucket="disks")
    make_exporter()
    failed = build(export(), blockDeviceMappings=volume(make_key(HOME)))
    assert "NotExportable" in reason(failed)
    assert "has encrypted snapshots" in reason(failed)


def test_windows_is_not_exported() -> None:
    client("s3").create_bucket(Bucket="disks")
    make_exporter()
    assert "contains AWS-licensed software and is not exportable" in reason(build(export(), windows=True))


def test_a_bucket_of_another_account_is_no_place_for_an_export() -> None:
    client("s3", STRANGER).create_bucket(Bucket="disks")
    make_exporter()
    assert "belongs to another account" in reason(build(export()))


def test_a_bucket_with_a_kms_key_is_no_place_for_an_export() -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket="disks")
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}
    s3.put_bucket_encryption(Bucket="disks", ServerSideEncryptionConfiguration={"Rules": [rule]})
    make_exporter()
    assert "is encrypted with a KMS key" in reason(build(export()))
