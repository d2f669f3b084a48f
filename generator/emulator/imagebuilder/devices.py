"""The block devices of what a build makes: those of the base image, as the recipe changes and adds to them.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/block-device-mapping-concepts.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from generator.emulator.imagebuilder.amis import DEFAULT_SIZE, BuiltAmi, Device
from generator.emulator.imagebuilder.bases import ec2_of
from generator.emulator.imagebuilder.builds import Build, BuildFailure
from generator.emulator.imagebuilder.keys import default_key, find_key
from generator.emulator.imagebuilder.state import Record, State, recipe_of


def devices(state: State, image: Record, build: Build) -> list[Device]:
    """The volumes of the output, the root first. Raises BuildFailure where one cannot be made."""
    base = ec2_of(state).describe_images(ami_ids=[build.base_ami])[0]
    root = str(base.root_device_name)
    found = _of_base(base, root)
    for mapping in _mappings(image):
        name = mapping.get("deviceName") or root
        if mapping.get("noDevice") is not None:
            found.pop(name, None)
        elif mapping.get("ebs"):
            found[name] = _device(state, name, mapping["ebs"], found.get(name))
    return sorted(found.values(), key=lambda device: device.name != root)


def instance_stores(image: Record, base: Any) -> tuple[tuple[str, str], ...]:
    """Device and virtual name of each instance store."""
    found = dict(base.instance_stores) if isinstance(base, BuiltAmi) else {}
    for mapping in _mappings(image):
        if mapping.get("virtualName"):
            found[mapping["deviceName"]] = mapping["virtualName"]
        else:
            found.pop(str(mapping.get("deviceName")), None)
    return tuple(sorted(found.items()))


def _mappings(image: Record) -> list[Record]:
    """Those of an AMI's recipe, or of the instance that builds a container image."""
    recipe = recipe_of(image)
    own = (recipe.get("instanceConfiguration") or {}).get("blockDeviceMappings") or []
    return list(recipe.get("blockDeviceMappings") or own)


def _of_base(base: Any, root: str) -> dict[str, Device]:
    """Of Amazon's AMIs in moto nothing but the root device is known."""
    if isinstance(base, BuiltAmi):
        return {device.name: device for device, _ in base.devices}
    return {root: Device(root, DEFAULT_SIZE)}


def _device(state: State, name: str, ebs: Mapping[str, Any], base: Device | None) -> Device:
    contents = _contents(state, name, ebs, base)
    size = ebs.get("volumeSize") or contents.size
    if size < contents.size:
        raise _refused(
            f"Volume of size {size}GB is smaller than snapshot of {name}, expect size >= {contents.size}GB",
            "InvalidBlockDeviceMapping",
        )
    return Device(
        name,
        size=size,
        volume_type=ebs.get("volumeType") or "gp2",
        key=_key_arn(state, ebs) or contents.key,  # what is made of an encrypted snapshot is encrypted
        delete_on_termination=ebs.get("deleteOnTermination") is not False,
        iops=ebs.get("iops"),
        throughput=ebs.get("throughput"),
    )


def _contents(state: State, name: str, ebs: Mapping[str, Any], base: Device | None) -> Device:
    """What the volume begins as: a snapshot, the base image's device, or nothing."""
    from moto.ec2.exceptions import EC2ClientError

    if not ebs.get("snapshotId"):
        return replace(base, name=name) if base else Device(name, 1 if ebs.get("volumeSize") else DEFAULT_SIZE)
    try:
        snapshot = ec2_of(state).describe_snapshots(snapshot_ids=[ebs["snapshotId"]])[0]
    except (EC2ClientError, IndexError):
        message = f"The snapshot '{ebs['snapshotId']}' does not exist."
        raise _refused(message, "InvalidSnapshot.NotFound") from None
    return Device(name, int(snapshot.volume.size), key=snapshot.kms_key_id if snapshot.encrypted else None)


def _key_arn(state: State, ebs: Mapping[str, Any]) -> str | None:
    key_id = ebs.get("kmsKeyId")
    if not ebs.get("encrypted"):
        if key_id:
            raise BuildFailure(
                "The parameter KmsKeyId requires the parameter Encrypted to be set. "
                "(Service: AmazonEC2; Status Code: 400; Error Code: InvalidParameterDependency)",
                "LaunchBuildInstance",
            )
        return None
    key = find_key(key_id, state.account_id, state.region_name) if key_id else _own_default_key(state)
    if key is None:
        raise BuildFailure(
            f"The instance could not be launched: the KMS key '{key_id}' does not exist, is not enabled or you are "
            "not allowed to access it (Client.InvalidKMSKey.InvalidState)",
            "LaunchBuildInstance",
        )
    return str(key.arn)


def _own_default_key(state: State) -> Any:
    return default_key(state.account_id, state.region_name)


def _refused(message: str, code: str) -> BuildFailure:
    return BuildFailure(f"{message} (Service: AmazonEC2; Status Code: 400; Error Code: {code})", "LaunchBuildInstance")
