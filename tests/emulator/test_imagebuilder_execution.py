"""The life of an image: its stages on the clock, and what each leaves behind in the account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError
from workshop import (
    BUILD,
    HOME,
    INSTANCE,
    STRANGER,
    Statements,
    client,
    image,
    make_component,
    make_distribution,
    make_infrastructure,
    make_key,
    make_pipeline,
    make_profile,
    make_recipe,
    make_role,
    network,
    reason,
    region_block,
    run,
    start,
    volume,
    without,
    workshop,
)

from generator.emulator.clock import CLOCK
from generator.emulator.imagebuilder import inject_fault

NOTHING: Statements = {}


@pytest.fixture(autouse=True)
def moto() -> Iterator[None]:
    with workshop():
        yield


@pytest.fixture
def ib() -> Any:
    return client("imagebuilder")


def pipeline(recipe: Mapping[str, Any] | None = None, infra: Mapping[str, Any] | None = None, **members: Any) -> str:
    """A pipeline in a network of its own, with whatever is given for its parts."""
    settings = {"profile": "builder", **network(), **(infra or {})}
    if settings["profile"] == "builder":
        make_profile()
    return make_pipeline(make_recipe(**(recipe or {})), make_infrastructure(**settings), **members)


def instances() -> list[dict[str, Any]]:
    reservations = client("ec2").describe_instances()["Reservations"]
    return [instance for reservation in reservations for instance in reservation["Instances"]]


def tags_of(resource: Mapping[str, Any]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in resource["Tags"]}


def stages(arn: str, step: float = 10) -> list[tuple[str, float]]:
    """Each status that the image goes through, with the second at which it is first seen."""
    seen: list[tuple[str, float]] = []
    begun = CLOCK.now()
    while not seen or seen[-1][0] not in ("AVAILABLE", "FAILED"):
        status = image(arn)["state"]["status"]
        if not seen or seen[-1][0] != status:
            seen.append((status, (CLOCK.now() - begun).total_seconds()))
        CLOCK.advance(step)
    return seen


def test_an_image_goes_through_its_stages_in_20_minutes() -> None:
    assert stages(start(pipeline())) == [
        ("PENDING", 0),
        ("CREATING", 20),
        ("BUILDING", 60),
        ("TESTING", 600),
        ("DISTRIBUTING", 900),
        ("INTEGRATING", 1170),
        ("AVAILABLE", 1200),
    ]


def test_an_image_without_tests_is_not_tested() -> None:
    made = pipeline(imageTestsConfiguration={"imageTestsEnabled": False})
    assert [stage for stage, _ in stages(start(made))] == [
        "PENDING",
        "CREATING",
        "BUILDING",
        "DISTRIBUTING",
        "INTEGRATING",
        "AVAILABLE",
    ]
    assert [tags_of(instance)["Name"] for instance in instances()] == ["Build instance for web"]


ARM_LINUX = f"arn:aws:imagebuilder:{HOME}:aws:image/amazon-linux-2023-arm64/x.x.x"


@pytest.mark.parametrize(
    ("infra", "words"),
    [
        (
            {"instanceTypes": ["nonsense.type"]},
            ("Invalid value 'nonsense.type' for InstanceType.", "Error Code: InvalidParameterValue"),
        ),
        (
            {"instanceTypes": ["t4g.medium"]},
            (
                "The architecture 'arm64' of the specified instance type does not match the architecture 'x86_64' of",
                "Error Code: InvalidParameterValue",
            ),
        ),
        ({"keyPair": "lost"}, ("The key pair 'lost' does not exist", "Error Code: InvalidKeyPair.NotFound")),
    ],
)
def test_what_ec2_refuses_to_launch_fails_the_image(infra: dict[str, Any], words: tuple[str, ...]) -> None:
    said = reason(run(pipeline(infra=infra)))
    assert all(word in said for word in words), said
    assert instances() == []


def test_an_instance_has_a_key_pair_that_is_there_and_a_type_that_its_image_runs_on() -> None:
    client("ec2").create_key_pair(KeyName="break-glass")
    arm = make_recipe(name="arm", parentImage=ARM_LINUX)
    built = run(make_pipeline(arm, make_infrastructure(make_profile(), keyPair="break-glass")))
    assert built["state"] == {"status": "AVAILABLE"}
    assert {(each["KeyName"], each["InstanceType"]) for each in instances()} == {("break-glass", "m6g.large")}


def test_a_build_instance_and_then_a_test_instance_come_and_go() -> None:
    options = {"httpTokens": "required", "httpPutResponseHopLimit": 1}
    given = {"instanceTypes": ["t3.medium"], "instanceMetadataOptions": options, "resourceTags": {"Cost": "images"}}
    arn = start(pipeline(infra=given))
    CLOCK.advance(61)
    assert image(arn)["state"]["status"] == "BUILDING"
    [build] = instances()
    assert build["State"]["Name"] == "running"
    assert build["InstanceType"] == "t3.medium"
    assert build["IamInstanceProfile"]["Arn"] == f"arn:aws:iam::{BUILD}:instance-profile/builder"
    assert build["MetadataOptions"]["HttpTokens"] == "required"
    assert tags_of(build) == {
        "Name": "Build instance for web",
        "CreatedBy": "EC2 Image Builder",
        "Ec2ImageBuilderArn": arn,
        "Cost": "images",
    }
    CLOCK.advance(540)
    assert image(arn)["state"]["status"] == "TESTING"
    build, test = instances()
    assert (build["State"]["Name"], test["State"]["Name"]) == ("terminated", "running")
    assert client("ec2").describe_images(ImageIds=[test["ImageId"]])["Images"][0]["OwnerId"] == BUILD
    CLOCK.advance(600)
    assert image(arn)["state"] == {"status": "AVAILABLE"}
    assert {instance["State"]["Name"] for instance in instances()} == {"terminated"}


def test_the_ami_has_the_recipes_volumes_encrypted_and_tagged() -> None:
    key = make_key(HOME)
    data = {"deviceName": "/dev/xvdb", "ebs": {"volumeSize": 100, "volumeType": "gp3", "throughput": 200}}
    made = pipeline(
        recipe={"blockDeviceMappings": [*volume(key), data], "amiTags": {"Base": "al2"}},
        distributionConfigurationArn=make_distribution(region_block(HOME)),
    )
    finished = run(made)
    [output] = finished["outputResources"]["amis"]
    [ami] = client("ec2").describe_images(ImageIds=[output["image"]])["Images"]
    assert ami["Name"] == output["name"] == f"web-{finished['dateCreated'].replace(':', '-')}"
    assert tags_of(ami) == {
        "Team": "images",
        "Base": "al2",
        "CreatedBy": "EC2 Image Builder",
        "Ec2ImageBuilderArn": finished["arn"],
    }
    root, more = (mapping["Ebs"] for mapping in ami["BlockDeviceMappings"])
    assert (root["VolumeSize"], root["Encrypted"], more["VolumeSize"], more["Encrypted"]) == (20, True, 100, False)
    [snapshot] = client("ec2").describe_snapshots(SnapshotIds=[root["SnapshotId"]])["Snapshots"]
    key_arn = client("kms").describe_key(KeyId=key)["KeyMetadata"]["Arn"]
    assert (snapshot["Encrypted"], snapshot["KmsKeyId"], snapshot["VolumeSize"]) == (True, key_arn, 20)
    assert tags_of(snapshot)["Ec2ImageBuilderArn"] == finished["arn"]


def test_a_build_tells_what_it_does() -> None:
    client("s3").create_bucket(Bucket="build-logs")
    logging = {"s3Logs": {"s3BucketName": "build-logs", "s3KeyPrefix": "web"}}
    finished = run(pipeline(infra={"logging": logging}))
    events = client("logs").get_log_events(logGroupName="/aws/imagebuilder/web", logStreamName="1.0.0/1")["events"]
    ami = finished["outputResources"]["amis"][0]["image"]
    assert f"Created AMI {ami}." in [event["message"] for event in events]
    keys = [
        item["Key"] for item in client("s3").list_objects_v2(Bucket="build-logs", Prefix="web/web/1.0.0/1/")["Contents"]
    ]
    assert [key.split("/")[-2] for key in sorted(keys)] in (["build", "test"], ["test", "build"])


def test_builds_are_counted_and_listed(ib: Any) -> None:
    made = pipeline()
    first, second = run(made), run(made)
    assert (first["version"], second["version"]) == ("1.0.0/1", "1.0.0/2")
    version = first["arn"].rsplit("/", 1)[0]
    assert [entry["arn"] for entry in ib.list_images()["imageVersionList"]] == [version]
    builds = ib.list_image_build_versions(imageVersionArn=version)["imageSummaryList"]
    runs = ib.list_image_pipeline_images(imagePipelineArn=made)["imageSummaryList"]
    assert [entry["arn"] for entry in builds] == [entry["arn"] for entry in runs] == [first["arn"], second["arn"]]
    newest = ib.get_image(imageBuildVersionArn=version.replace("1.0.0", "x.x.x"))["image"]["arn"]
    assert newest == second["arn"]
    found = ib.get_image_pipeline(imagePipelineArn=made)["imagePipeline"]
    assert (found["lastRunStatus"], found["dateLastRun"]) == ("AVAILABLE", second["dateCreated"])


def test_an_image_is_the_base_of_another(ib: Any) -> None:
    golden = run(pipeline())
    parent = golden["arn"].replace("/1.0.0/1", "/x.x.x")
    child = make_recipe(make_component("child"), name="child", parentImage=parent)
    arn = start(make_pipeline(child, make_infrastructure("builder", name="child", **network()), name="child"))
    CLOCK.advance(61)
    assert image(arn)["imageSource"] == "CUSTOM"
    assert instances()[-1]["ImageId"] == golden["outputResources"]["amis"][0]["image"]


def test_a_build_keeps_what_it_was_started_with(ib: Any) -> None:
    made = pipeline(distributionConfigurationArn=make_distribution(region_block(HOME)))
    arn = start(made)
    ib.delete_image_pipeline(imagePipelineArn=made)
    ib.delete_image_recipe(imageRecipeArn=image(arn)["imageRecipe"]["arn"])
    CLOCK.advance(1200)
    assert image(arn)["state"] == {"status": "AVAILABLE"}


def test_a_disabled_pipeline_can_be_started_by_hand() -> None:
    assert run(pipeline(status="DISABLED"))["state"] == {"status": "AVAILABLE"}


def test_a_token_starts_one_build(ib: Any) -> None:
    made = pipeline()
    arns = {
        ib.start_image_pipeline_execution(imagePipelineArn=made, clientToken="once")["imageBuildVersionArn"]
        for _ in range(2)
    }
    assert len(arns) == 1


def test_a_pipeline_that_is_not_there_is_not_started(ib: Any) -> None:
    absent = f"arn:aws:imagebuilder:{HOME}:{BUILD}:image-pipeline/absent"
    with pytest.raises(ib.exceptions.ResourceNotFoundException):
        ib.start_image_pipeline_execution(imagePipelineArn=absent)


def test_cancelling_ends_the_instance_and_the_image(ib: Any) -> None:
    arn = start(pipeline())
    CLOCK.advance(100)
    with pytest.raises(ib.exceptions.ResourceDependencyException):
        ib.delete_image(imageBuildVersionArn=arn)
    ib.cancel_image_creation(imageBuildVersionArn=arn)
    assert image(arn)["state"]["status"] == "CANCELLED"
    assert instances()[0]["State"]["Name"] == "terminated"
    CLOCK.advance(3600)
    assert image(arn)["state"]["status"] == "CANCELLED"
    with pytest.raises(ib.exceptions.InvalidRequestException):
        ib.cancel_image_creation(imageBuildVersionArn=arn)


def test_deleting_an_image_leaves_its_ami(ib: Any) -> None:
    finished = run(pipeline())
    ib.delete_image(imageBuildVersionArn=finished["arn"])
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        image(finished["arn"])
    assert client("ec2").describe_images(Owners=["self"])["Images"]


def test_workflows_and_their_steps_are_told(ib: Any) -> None:
    finished = run(pipeline())
    runs = ib.list_workflow_executions(imageBuildVersionArn=finished["arn"])["workflowExecutions"]
    assert [(entry["type"], entry["status"]) for entry in runs] == [
        ("BUILD", "COMPLETED"),
        ("TEST", "COMPLETED"),
        ("DISTRIBUTION", "COMPLETED"),
    ]
    steps = ib.list_workflow_step_executions(workflowExecutionId=runs[1]["workflowExecutionId"])["steps"]
    assert [step["name"] for step in steps] == ["LaunchTestInstance", "ApplyTestComponents", "TerminateTestInstance"]


@pytest.mark.parametrize("stage", ["PENDING", "CREATING", "BUILDING", "TESTING", "DISTRIBUTING", "INTEGRATING"])
def test_a_fault_fails_the_next_image_at_its_stage_and_no_other(stage: str) -> None:
    made = pipeline()
    inject_fault(stage, "The test server answers 500 on port 80.")
    failed, healthy = run(made), run(made)
    assert reason(failed) == "The test server answers 500 on port 80."
    assert failed["state"]["failureContext"]["imageStatus"] == stage
    assert healthy["state"] == {"status": "AVAILABLE"}
    assert {instance["State"]["Name"] for instance in instances()} == {"terminated"}


def test_a_failed_instance_is_kept_for_whoever_wants_to_look(ib: Any) -> None:
    inject_fault("BUILDING", "No space left on device")
    failed = run(pipeline(infra={"terminateInstanceOnFailure": False}))
    assert [instance["State"]["Name"] for instance in instances()] == ["running"]
    [workflow] = ib.list_workflow_executions(imageBuildVersionArn=failed["arn"])["workflowExecutions"]
    assert (workflow["status"], workflow["message"]) == ("FAILED", "No space left on device")


@pytest.mark.parametrize(("stage", "text"), [("BAKING", "there is no such stage"), ("BUILDING", "")])
def test_a_fault_needs_a_stage_and_a_reason(stage: str, text: str) -> None:
    with pytest.raises(ValueError, match=text or "needs one"):
        inject_fault(stage, text)


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"subnetId": "subnet-0123456789abcdef0"}, "InvalidSubnetID.NotFound"),
        ({"securityGroupIds": ["sg-0123456789abcdef0"]}, "InvalidGroup.NotFound"),
    ],
)
def test_a_wrong_network_fails_the_build(change: dict[str, Any], cause: str) -> None:
    failed = run(pipeline(infra=change))
    assert cause in reason(failed)
    assert failed["state"]["failureContext"]["failedStep"] == "LaunchBuildInstance"
    assert instances() == []


def test_a_security_group_of_another_vpc_fails_the_build() -> None:
    made = pipeline(infra={"securityGroupIds": network()["securityGroupIds"]})
    assert "belong to different networks" in reason(run(made))


def test_a_profile_that_is_gone_fails_the_build() -> None:
    made = pipeline()
    iam = client("iam")
    iam.remove_role_from_instance_profile(InstanceProfileName="builder", RoleName="builder")
    iam.delete_instance_profile(InstanceProfileName="builder")
    assert "Invalid IAM Instance Profile name" in reason(run(made))


@pytest.mark.parametrize(
    ("missing", "cause"),
    [
        ("agent", "failure message = 'SSM Agent verification failed'"),
        ("components", "not authorized to perform: imagebuilder:GetComponent"),
        ("logs", "Access Denied status code: 403"),
    ],
)
def test_an_instance_role_that_lacks_a_permission_fails_the_build(missing: str, cause: str) -> None:
    client("s3").create_bucket(Bucket="build-logs")
    profile = make_profile(without(INSTANCE, missing), "poor")
    settings = {"profile": profile, "logging": {"s3Logs": {"s3BucketName": "build-logs"}}}
    assert cause in reason(run(pipeline(infra=settings)))
    assert {instance["State"]["Name"] for instance in instances()} == {"terminated"}


def test_a_build_without_permission_to_log_goes_on_in_silence() -> None:
    profile = make_profile(without(INSTANCE, "events"), "silent")
    assert run(pipeline(infra={"profile": profile}))["state"] == {"status": "AVAILABLE"}
    assert client("logs").describe_log_groups()["logGroups"] == []


def test_a_log_bucket_that_is_not_there_fails_the_build() -> None:
    assert "NoSuchBucket" in reason(run(pipeline(infra={"logging": {"s3Logs": {"s3BucketName": "build-logs"}}})))


@pytest.mark.parametrize(
    ("ebs", "cause"),
    [
        ({"encrypted": True, "kmsKeyId": f"arn:aws:kms:{HOME}:{BUILD}:alias/absent"}, "Client.InvalidKMSKey"),
        ({"kmsKeyId": f"arn:aws:kms:{HOME}:{BUILD}:alias/absent"}, "InvalidParameterDependency"),
    ],
)
def test_a_wrong_key_fails_the_build(ebs: dict[str, Any], cause: str) -> None:
    mappings = [{"deviceName": "/dev/xvda", "ebs": ebs}]
    assert cause in reason(run(pipeline(recipe={"blockDeviceMappings": mappings})))


def test_an_execution_role_that_image_builder_may_not_assume_fails_the_build() -> None:
    role = make_role("distant", {"Service": "ec2.amazonaws.com"}, NOTHING)
    assert "sts:AssumeRole" in reason(run(pipeline(executionRole=role)))


def test_builds_of_several_regions_proceed_on_one_clock() -> None:
    arn = start(pipeline())
    other = client("imagebuilder", STRANGER)
    assert other.list_images()["imageVersionList"] == []  # any request moves all accounts on
    CLOCK.advance(1200)
    other.list_images()
    assert image(arn)["state"] == {"status": "AVAILABLE"}
