"""The instances of a build, and the AMI that is made of the first of them.

What stops a build here are the failures of
https://docs.aws.amazon.com/imagebuilder/latest/userguide/troubleshooting.html that the account's own settings cause:
network, instance profile, the instance role's permissions, keys, the log bucket. What components would do is not done.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from generator.emulator.imagebuilder import (
    component_documents,
    container_builds,
    instance_checks,
    logs,
    naming,
    scanning,
)
from generator.emulator.imagebuilder.amis import create_ami, name_taken
from generator.emulator.imagebuilder.bases import ec2_of
from generator.emulator.imagebuilder.builds import Build, BuildFailure
from generator.emulator.imagebuilder.devices import devices, instance_stores
from generator.emulator.imagebuilder.instance_checks import refused
from generator.emulator.imagebuilder.permissions import (
    Principal,
    find_role,
    instance_profile_role,
    trusts_service,
)
from generator.emulator.imagebuilder.state import Record, State, recipe_of

CREATED_BY = "EC2 Image Builder"


def launch_build(state: State, image: Record, build: Build) -> None:
    """BUILDING begins: everything that the instance needs has to be there."""
    check_execution_role(state, image)
    devices(state, image, build)  # for its checks: the keys have to be there before the instance is
    user_data = additional(image).get("userDataOverride")
    build.instance_id = launch(state, image, build.base_ami, "Build", "LaunchBuildInstance", user_data)
    check_fetches_components(state, check_agent(state, image), image)
    logs.write(state, image, "Build instance launched; applying components.")


def finish_build(state: State, image: Record, build: Build) -> None:
    """BUILDING ends: the components have run, the AMI is made, the instance goes."""
    logs.upload(state, image, build, "build")
    create_output(state, image, build)
    _terminate(state, image, build)


def create_output(state: State, image: Record, build: Build) -> None:
    """Make the AMI, of the base image's platform and with the recipe's volumes; a container stays in Docker."""
    if container_builds.is_container(image):
        build.ami_id = build.base_ami  # of the instances that test it
        logs.write(state, image, "Built the container image.")
        return
    ec2 = ec2_of(state)
    output = naming.own_output(image, state.region_name)
    if name_taken(ec2, output.name):
        raise BuildFailure(
            f"AMI name {output.name} is already in use by AMI in account {state.account_id} "
            "(Service: AmazonEC2; Status Code: 400; Error Code: InvalidAMIName.Duplicate)",
            "CreateOutputAMI",
        )
    parent = ec2.describe_images(ami_ids=[build.base_ami])[0]
    tags = {**output.tags, **(image["imageRecipe"].get("amiTags") or {}), **marks(image)}
    ami = create_ami(ec2, parent, devices(state, image, build), output.name, output.description, tags)
    ami.instance_stores = instance_stores(image, parent)
    build.ami_id = ami.id
    if (additional(image).get("systemsManagerAgent") or {}).get("uninstallAfterBuild"):
        logs.write(state, image, "Removed the Systems Manager agent.")
    logs.write(state, image, f"Created AMI {ami.id}.")


def launch_test(state: State, image: Record, build: Build) -> None:
    build.instance_id = launch(state, image, build.ami_id, "Test", "LaunchTestInstance")
    logs.write(state, image, "Test instance launched; running test components.")


def finish_test(state: State, image: Record, build: Build) -> None:
    scanning.scan(state, image, build)
    logs.upload(state, image, build, "test")
    logs.write(state, image, "All tests passed.")
    _terminate(state, image, build)


def release(state: State, image: Record, build: Build, failed: bool = False) -> None:
    """End the instance of a build that stops early, unless its configuration keeps it for whoever looks into it."""
    if build.instance_id is None or (failed and not image["infrastructureConfiguration"]["terminateInstanceOnFailure"]):
        return
    ec2_of(state).terminate_instances([build.instance_id])
    build.instance_id = None


def marks(image: Record) -> dict[str, str]:
    """The tags that Image Builder puts on all that it makes."""
    return {"CreatedBy": CREATED_BY, "Ec2ImageBuilderArn": image["arn"]}


def additional(image: Record) -> Mapping[str, Any]:
    return recipe_of(image).get("additionalInstanceConfiguration") or {}


def launch(state: State, image: Record, ami_id: str, purpose: str, step: str, user_data: str | None = None) -> str:
    from moto.ec2.exceptions import EC2ClientError

    infrastructure = image["infrastructureConfiguration"]
    _check_network(state, infrastructure, step)
    _check_profile(state, infrastructure, step)
    ec2 = ec2_of(state)
    instance_type = instance_checks.chosen_type(ec2, infrastructure, ami_id)
    _check_host(image, infrastructure, instance_type, step)
    instance_checks.check(ec2, infrastructure, instance_type, ami_id, step)
    tags = {
        **(infrastructure.get("resourceTags") or {}),
        **marks(image),
        "Name": f"{purpose} instance for {image['name']}",
    }
    try:
        reservation = ec2.run_instances(
            ami_id,
            1,
            user_data,
            [],
            region_name=state.region_name,
            instance_type=instance_type,
            is_instance_type_default=False,
            subnet_id=infrastructure.get("subnetId"),
            security_group_ids=list(infrastructure.get("securityGroupIds") or []),
            key_name=infrastructure.get("keyPair"),
            placement=(infrastructure.get("placement") or {}).get("availabilityZone"),
            tags={"instance": tags, "volume": tags},
            metadata_options=_metadata_options(infrastructure),
        )
        instance = reservation.instances[0]
        ec2.associate_iam_instance_profile(
            instance_id=instance.id, iam_instance_profile_name=infrastructure["instanceProfileName"]
        )
    except EC2ClientError as error:
        raise BuildFailure(f"{error.message} (Service: AmazonEC2; Status Code: 400)", step) from None
    return str(instance.id)


def _check_host(image: Record, infrastructure: Mapping[str, Any], instance_type: str, step: str) -> None:
    """macOS starts on mac instances, and those on Dedicated Hosts, which are taken to be there.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-mac-instances.html
    """
    tenancy = (infrastructure.get("placement") or {}).get("tenancy")
    is_mac = instance_type.startswith("mac")
    if is_mac != (image["platform"] == "macOS") or (is_mac and tenancy != "host"):
        message = "The requested configuration is currently not supported. Please check the documentation for it."
        raise refused(message, "Unsupported", step)


def _metadata_options(infrastructure: Mapping[str, Any]) -> dict[str, Any]:
    options = infrastructure.get("instanceMetadataOptions") or {}
    names = {"httpTokens": "HttpTokens", "httpPutResponseHopLimit": "HttpPutResponseHopLimit"}
    return {names[name]: value for name, value in options.items() if name in names}


def _check_network(state: State, infrastructure: Mapping[str, Any], step: str) -> None:
    """EC2's own refusals (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html)."""
    ec2 = ec2_of(state)
    subnet_id = infrastructure.get("subnetId")
    subnet = None if subnet_id is None else _found(ec2.get_subnet, subnet_id)
    if subnet_id is not None and subnet is None:
        raise refused(f"The subnet ID '{subnet_id}' does not exist", "InvalidSubnetID.NotFound", step)
    for group_id in infrastructure.get("securityGroupIds") or []:
        group = ec2.get_security_group_from_id(group_id)
        if group is None:
            raise refused(f"The security group '{group_id}' does not exist", "InvalidGroup.NotFound", step)
        if subnet is not None and group.vpc_id != subnet.vpc_id:
            message = f"Security group {group_id} and subnet {subnet_id} belong to different networks."
            raise refused(message, "InvalidParameter", step)


def _found(get: Any, wanted: str) -> Any | None:
    from moto.ec2.exceptions import EC2ClientError

    try:
        return get(wanted)
    except EC2ClientError:
        return None


def _check_profile(state: State, infrastructure: Mapping[str, Any], step: str) -> None:
    name = infrastructure["instanceProfileName"]
    if instance_profile_role(state.account_id, state.partition, name) is None:
        message = f"Value ({name}) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name"
        raise refused(message, "InvalidParameterValue", step)


def check_execution_role(state: State, image: Record) -> None:
    """Image Builder works as the execution role where one is given, so it has to be able to assume it."""
    name = image.get("executionRole")
    if name is None:
        return
    role = find_role(state.account_id, state.partition, name)
    if role is None or not trusts_service(role, state.account_id):
        raise BuildFailure(
            f"Image Builder is not authorized to perform: sts:AssumeRole on resource: {name}",
            "LaunchBuildInstance",
        )


def check_agent(state: State, image: Record) -> Principal:
    """The instance answers through Systems Manager, or nothing happens on it. Returns its role."""
    name = image["infrastructureConfiguration"]["instanceProfileName"]
    role = instance_profile_role(state.account_id, state.partition, name)
    if role is None or not role.may("ssm:UpdateInstanceInformation", "*"):
        raise _ssm_failure("SSM Agent verification failed")
    return role


def check_fetches_components(state: State, role: Principal, image: Record) -> None:
    """The instance fetches what it has to run, and can read it; for a container image it reaches registries too."""
    if container_builds.is_container(image):
        container_builds.check_instance(state, image, role)
    for use in recipe_of(image)["components"]:
        if not role.may("imagebuilder:GetComponent", use["componentArn"]):
            raise _ssm_failure(
                f"AccessDeniedException: {role.refusal('imagebuilder:GetComponent', use['componentArn'])}"
            )
    problem = component_documents.refusal(state, (use["componentArn"] for use in recipe_of(image)["components"]))
    if problem:
        raise _ssm_failure(problem)


def _ssm_failure(message: str) -> BuildFailure:
    """In the words of https://github.com/aws-samples/amazon-ec2-image-builder-samples/issues/30."""
    return BuildFailure(
        f"SSM execution '{uuid.uuid4()}' failed with status = 'Failed' in state = 'BUILDING' "
        f"and failure message = '{message}'",
        "ApplyBuildComponents",
    )


def _terminate(state: State, image: Record, build: Build) -> None:
    if image["infrastructureConfiguration"]["terminateInstanceOnCompletion"]:
        release(state, image, build)
    build.instance_id = None
