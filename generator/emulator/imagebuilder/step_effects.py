"""What the actions of workflow steps do to the account: instances, AMIs, copies, shares, configurations.

Source of inputs and outputs: https://docs.aws.amazon.com/imagebuilder/latest/userguide/wfdoc-step-actions.html. Nothing
runs on an instance in the embedded AWS: what does so in AWS is answered as a success, with no output.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from generator.emulator.imagebuilder import building, configuring, delivery, logs, naming, scanning
from generator.emulator.imagebuilder.amis import DEFAULT_SIZE, BuiltAmi, Device, create_ami
from generator.emulator.imagebuilder.bases import ec2_of
from generator.emulator.imagebuilder.builds import Build, BuildFailure, StepRun, Workflow
from generator.emulator.imagebuilder.copying import Destination, Refused, share
from generator.emulator.imagebuilder.devices import devices
from generator.emulator.imagebuilder.permissions import Principal, find_role, trusts_service
from generator.emulator.imagebuilder.state import Record, State, timestamp

Outputs = dict[str, Any]


@dataclass(frozen=True)
class Scene:
    """A step that runs: of which image, in which run of which build."""

    state: State
    image: Record
    build: Build
    run: Workflow
    step: StepRun

    @property
    def inputs(self) -> Mapping[str, Any]:
        return self.step.inputs or {}

    @property
    def execution_role(self) -> Principal:
        """Image Builder does what a step asks for as this role. Raises BuildFailure where it cannot assume it."""
        name = str(self.image.get("executionRole"))
        role = find_role(self.state.account_id, self.state.partition, name)
        if role is None or not trusts_service(role, self.state.account_id):
            raise BuildFailure(f"Image Builder is not authorized to perform: sts:AssumeRole on resource: {name}")
        return role

    def require(self, action: str, resource: str) -> None:
        """Raises BuildFailure where the execution role may not."""
        if not self.execution_role.may(action, resource):
            raise BuildFailure(self.execution_role.refusal(action, resource))

    def instance(self) -> str:
        """The instance of the input `instanceId`. Raises BuildFailure unless it runs."""
        wanted = str(self.inputs["instanceId"])
        instance = ec2_of(self.state).get_instance_by_id(wanted)
        if instance is None or instance.state != "running":
            raise BuildFailure(f"The instance '{wanted}' does not exist or is not running.")
        return wanted


def launch_instance(scene: Scene) -> None:
    state, image, build = scene.state, scene.image, scene.build
    is_build = scene.run.kind == "BUILD"
    if is_build:
        devices(state, image, build)  # for its checks: the keys have to be there before the instance is
    ami_id = scene.inputs.get("imageIdOverride") or (build.base_ami if is_build else build.ami_id)
    types = scene.inputs.get("instanceTypesOverride")
    infrastructure = {**image["infrastructureConfiguration"], **({"instanceTypes": types} if types else {})}
    image = {**image, "infrastructureConfiguration": infrastructure}
    purpose = "Build" if is_build else "Test"
    user_data = building.additional(image).get("userDataOverride") if is_build else None
    build.instance_id = building.launch(state, image, str(ami_id), purpose, scene.step.written.name, user_data)
    scene.run.instances += (build.instance_id,)


def instance_launched(scene: Scene) -> Outputs:
    building.check_agent(scene.state, scene.image)
    return {"instanceId": str(scene.build.instance_id)}


def components_executed(scene: Scene) -> Outputs:
    outputs = command_run(scene)
    building.check_fetches_components(scene.state, building.check_agent(scene.state, scene.image), scene.image)
    logs.upload(scene.state, scene.image, scene.build, scene.run.kind.lower())
    return outputs


def command_run(scene: Scene) -> Outputs:
    scene.instance()
    return {"runCommandId": str(uuid.uuid4()), "status": "Success", "output": ""}


def document_run(scene: Scene) -> Outputs:
    name = str(scene.inputs["documentName"])
    owner = "" if name.startswith(("AWS-", "AWSEC2-", "Amazon")) else scene.state.account_id
    region, partition = scene.state.region_name, scene.state.partition
    scene.require("ssm:SendCommand", f"arn:{partition}:ssm:{region}:{owner}:document/{name}")
    if owner:
        _find_document(scene, name)
    return {**command_run(scene), "output": []}


def _find_document(scene: Scene, name: str) -> None:
    from moto.ssm.exceptions import InvalidDocument
    from moto.ssm.models import ssm_backends

    try:
        ssm_backends[scene.state.account_id][scene.state.region_name].get_document(name, None, None, "JSON")
    except InvalidDocument as error:
        raise BuildFailure(f"The document '{name}' cannot be run: {error.message}") from None


def agent_answers(scene: Scene) -> Outputs:
    scene.instance()
    building.check_agent(scene.state, scene.image)
    return {"status": "Online"}


def metadata_collected(scene: Scene) -> Outputs:
    scene.instance()
    return {"osVersion": scene.image["osVersion"], "associationId": str(uuid.uuid4())}


def findings_collected(scene: Scene) -> Outputs:
    scanning.scan(scene.state, scene.image, scene.build)
    return command_run(scene)


def image_created(scene: Scene) -> Outputs:
    scene.instance()
    building.create_output(scene.state, scene.image, scene.build)
    return {"imageId": scene.build.ami_id}


def image_created_from_iso(scene: Scene) -> Outputs:
    """No build instance in the embedded AWS holds a disk image: it is imported by ImportDiskImage alone."""
    raise BuildFailure(f"The instance '{scene.instance()}' holds no ISO disk image.")


def image_registered(scene: Scene) -> Outputs:
    """An AMI of snapshots that are there; it becomes the output of the image."""
    scene.require("ec2:DescribeSnapshots", "*")
    ec2 = ec2_of(scene.state)
    mappings = [item for item in scene.inputs.get("blockDeviceMapping") or [] if item.get("Ebs")]
    snapshots = [ec2.snapshots.get(item["Ebs"].get("SnapshotId")) for item in mappings]
    if not snapshots or None in snapshots:
        raise BuildFailure("The snapshots of blockDeviceMapping do not exist.")
    volumes = [_device(item, snapshot) for item, snapshot in zip(mappings, snapshots, strict=True)]
    tags = {tag["key"]: tag["value"] for tag in snapshots[0].get_tags()} if _includes_tags(scene) else {}
    output = naming.own_output(scene.image, scene.state.region_name)
    tags = {**tags, **output.tags, **building.marks(scene.image)}
    parent = ec2.describe_images(ami_ids=[scene.build.base_ami])[0]
    description = str(scene.inputs.get("description") or output.description)
    scene.build.ami_id = create_ami(ec2, parent, volumes, output.name, description, tags).id
    return {"imageId": scene.build.ami_id}


def _includes_tags(scene: Scene) -> bool:
    return scene.inputs.get("includeSnapshotTags") is True


def _device(mapping: Mapping[str, Any], snapshot: Any) -> Device:
    ebs = mapping["Ebs"]
    size = ebs.get("VolumeSize") or getattr(snapshot.volume, "size", DEFAULT_SIZE)
    return Device(mapping["DeviceName"], size, ebs.get("VolumeType") or "gp2", snapshot.kms_key_id or None)


def instance_terminated(scene: Scene) -> Outputs:
    wanted = str(scene.inputs["instanceId"])
    ec2 = ec2_of(scene.state)
    if ec2.get_instance_by_id(wanted) is None:
        raise BuildFailure(f"The instance ID '{wanted}' does not exist")
    ec2.terminate_instances([wanted])
    if scene.build.instance_id == wanted:
        scene.build.instance_id = None
    return {}


def image_distributed(scene: Scene) -> Outputs:
    """Copies alone: sharing them is ModifyImageAttributes, and so it is left to it."""
    began, there = timestamp(scene.step.started), list(_amis(scene))
    given = scene.inputs.get("distributions")
    blocks = [_block(item) for item in given] if given else delivery.distributions_of(scene.state, scene.image)
    delivery.distribute(scene.state, _with(scene.image, [_unshared(block) for block in blocks]), scene.build)
    new = [ami for ami in _amis(scene) if ami not in there]
    return {"distributedImages": [_told(ami, began) for ami in new]}


def container_distributed(scene: Scene) -> Outputs:
    scene.instance()
    if not scene.build.is_container:
        raise BuildFailure("The image is no container image.")
    delivery.distribute(scene.state, scene.image, scene.build)
    regions = [block["region"] for block in delivery.distributions_of(scene.state, scene.image)]
    return {"status": "Success", "succeededRegions": regions, "failedRegions": []}


def _amis(scene: Scene) -> list[Record]:
    """Of a container image there are none."""
    return list(scene.image["outputResources"].get("amis") or [])


def _block(given: Mapping[str, Any]) -> Record:
    """A Distribution of the model, for an item of the input `distributions`."""
    return {
        "region": given["region"],
        "amiDistributionConfiguration": {k: v for k, v in given.items() if k != "region"},
    }


def _unshared(block: Mapping[str, Any]) -> Record:
    ami = {**(block.get("amiDistributionConfiguration") or {})}
    ami.pop("launchPermission", None)
    return {**block, "amiDistributionConfiguration": ami}


def _with(image: Record, blocks: list[Record]) -> Record:
    """The image with other distribution settings; what becomes of it is kept by the image itself."""
    return {**image, "distributionConfiguration": {"distributions": blocks}}


def _told(ami: Mapping[str, Any], began: str) -> Record:
    return {
        "region": ami["region"],
        "name": ami["name"],
        "amiId": ami["image"],
        "accountId": ami["accountId"],
        "dateStarted": began,
        "dateStopped": timestamp(),
        "status": "Completed",
        "step": "Completed",
    }


def attributes_modified(scene: Scene) -> Outputs:
    given = scene.inputs.get("attributes")
    blocks = [_block(item) for item in given] if given else delivery.distributions_of(scene.state, scene.image)
    wanted = {ami["amiId"] for ami in scene.inputs["distributedImages"]}
    modified = [ami for ami in _amis(scene) if ami["image"] in wanted]
    for block in blocks:
        for ami in modified:
            if ami["region"] == block["region"]:
                _share(Destination(scene.state, scene.image, block, ami["accountId"]), ami["image"])
    return {"modifiedImages": [_told(ami, timestamp(scene.step.started)) for ami in modified]}


def _share(place: Destination, ami_id: str) -> None:
    ami: BuiltAmi = place.ec2.amis[ami_id]
    try:
        share(place, ami)
    except Refused as refused:
        raise delivery.failed(place.image, [delivery.failure(place, refused)]) from None


def configurations_applied(scene: Scene) -> Outputs:
    given = scene.inputs.get("configurations")
    image = _with(scene.image, [dict(item) for item in given]) if given else scene.image
    configuring.configure(scene.state, image, scene.build)
    amis = _amis(scene)
    return {"configuredImages": [_told(ami, timestamp(scene.step.started)) for ami in amis]}


def state_machine_started(scene: Scene) -> None:
    """moto keeps executions and does not run them, so the machine is taken to succeed."""
    from moto.stepfunctions.exceptions import AWSError
    from moto.stepfunctions.models import stepfunctions_backends

    arn = str(scene.inputs["stateMachineArn"])
    scene.require("states:StartExecution", arn)
    scene.require("states:DescribeExecution", arn.replace(":stateMachine:", ":execution:") + ":*")
    backend = stepfunctions_backends[scene.state.account_id][scene.state.region_name]
    try:
        execution = backend.start_execution(arn, "", str(scene.inputs.get("input") or "{}"))
    except AWSError as error:
        raise BuildFailure(f"The state machine could not be started: {error.message}") from None
    scene.step.outputs = {"executionArn": execution.execution_arn, "output": "{}"}


def state_machine_ended(scene: Scene) -> Outputs:
    return scene.step.outputs


BEGINNINGS: Mapping[str, Callable[[Scene], None]] = {
    "ExecuteStateMachine": state_machine_started,
    "LaunchInstance": launch_instance,
}
ENDS: Mapping[str, Callable[[Scene], Outputs]] = {
    "ApplyImageConfigurations": configurations_applied,
    "BootstrapInstanceForContainer": command_run,
    "CollectImageMetadata": metadata_collected,
    "CollectImageScanFindings": findings_collected,
    "CreateImage": image_created,
    "CreateImageFromIso": image_created_from_iso,
    "DistributeContainerImage": container_distributed,
    "DistributeImage": image_distributed,
    "ExecuteComponents": components_executed,
    "ExecuteStateMachine": state_machine_ended,
    "LaunchInstance": instance_launched,
    "ModifyImageAttributes": attributes_modified,
    "RegisterImage": image_registered,
    "RunCommand": document_run,
    "RunSysPrep": command_run,
    "SanitizeInstance": command_run,
    "TerminateInstance": instance_terminated,
    "WaitForSSMAgent": agent_answers,
}
