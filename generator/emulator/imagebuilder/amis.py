"""AMIs with snapshots as Image Builder makes them; moto's own have one snapshot of a fixed size, never encrypted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from moto.ec2.models.amis import Ami
from moto.ec2.models.elastic_block_store import Snapshot
from moto.ec2.utils import random_ami_id, random_snapshot_id

from generator.emulator.clock import CLOCK

DEFAULT_SIZE = 8  # GiB, of a root volume for which the recipe says nothing


@dataclass(frozen=True)
class Device:
    """`key`: the ARN of the key that encrypts it, None for a volume that is not encrypted."""

    name: str
    size: int
    volume_type: str = "gp2"
    key: str | None = None
    delete_on_termination: bool = True
    iops: int | None = None
    throughput: int | None = None


class BuiltAmi(Ami):  # type: ignore[misc]
    """An AMI with the devices of its recipe, each backed by a snapshot of its own."""

    def __init__(self, ec2: Any, ami_id: str, devices: Iterable[Device], **settings: Any) -> None:
        super().__init__(
            ec2,
            ami_id,
            root_device_type="ebs",
            region_name=f"{ec2.region_name}a",
            creation_date=CLOCK.now().replace(tzinfo=None),
            image_location=f"{ec2.account_id}/{settings['name']}",
            **settings,
        )
        made_by_moto: Any = self.ebs_snapshot
        ec2.snapshots.pop(made_by_moto.id)
        self.devices = tuple((device, _snapshot(ec2, self, device)) for device in devices)
        self.ebs_snapshot: Any = self.devices[0][1]
        self.instance_stores: tuple[tuple[str, str], ...] = ()  # device and virtual name
        self.fast_launch: dict[str, Any] | None = None  # an item of DescribeFastLaunchImages
        self.licenses: tuple[str, ...] = ()  # ARNs of license configurations

    @property
    def snapshots(self) -> list[Any]:
        return [snapshot for _, snapshot in self.devices]

    @property
    def block_device_mappings(self) -> list[dict[str, Any]]:
        stores = [{"DeviceName": name, "VirtualName": virtual} for name, virtual in self.instance_stores]
        return [*(_mapping(device, snapshot) for device, snapshot in self.devices), *stores]


def _snapshot(ec2: Any, ami: BuiltAmi, device: Device) -> Any:
    # The volume is gone with the build instance; the snapshot remembers it.
    volume = ec2.create_volume(device.size, f"{ec2.region_name}a", encrypted=bool(device.key), kms_key_id=device.key)
    ec2.delete_volume(volume.id)
    snapshot = Snapshot(
        ec2,
        random_snapshot_id(),
        volume,
        f"Created by CreateImage for {ami.id}",
        encrypted=bool(device.key),
        kms_key_id=device.key,
        from_ami=ami.id,
    )
    ec2.snapshots[snapshot.id] = snapshot
    return snapshot


def _mapping(device: Device, snapshot: Any) -> dict[str, Any]:
    ebs = {
        "SnapshotId": snapshot.id,
        "VolumeSize": device.size,
        "VolumeType": device.volume_type,
        "DeleteOnTermination": device.delete_on_termination,
        "Encrypted": bool(device.key),
        "Iops": device.iops,
        "Throughput": device.throughput,
    }
    return {
        "DeviceName": device.name,
        "Ebs": {name: value for name, value in ebs.items() if value is not None},
    }


def create_ami(
    ec2: Any, parent: Any, devices: Iterable[Device], name: str, description: str, tags: Mapping[str, str]
) -> BuiltAmi:
    """An AMI in the account and Region of `ec2`, of the platform of `parent`; its snapshots bear the same tags."""
    ami = BuiltAmi(
        ec2,
        random_ami_id(),
        devices,
        name=name,
        description=description,
        virtualization_type="hvm",
        hypervisor="xen",
        architecture=parent.architecture,
        platform=parent.platform,
        root_device_name=parent.root_device_name,
        tags=dict(tags),
    )
    ec2.amis[ami.id] = ami
    for snapshot in ami.snapshots:
        snapshot.add_tags(dict(tags))
    return ami


def copy_ami(
    ec2: Any, source: BuiltAmi, key: str | None, name: str, description: str, tags: Mapping[str, str]
) -> BuiltAmi:
    """A copy of an AMI into the account and Region of `ec2`; `key` encrypts all of it."""
    devices = [replace(device, key=key) for device, _ in source.devices]
    copy = create_ami(ec2, source, devices, name, description, tags)
    copy.instance_stores = source.instance_stores
    return copy


def is_encrypted(ami: BuiltAmi) -> bool:
    return any(device.key for device, _ in ami.devices)


def name_taken(ec2: Any, name: str) -> bool:
    """AMI names are unique in an account and Region."""
    return any(ami.name == name and ami.owner_id == ec2.account_id for ami in ec2.amis.values())


def built(ec2: Any, ami_id: str) -> BuiltAmi:
    """An AMI of the account as one whose devices are known: one that came from elsewhere has moto's single volume."""
    ami = ec2.amis[ami_id]
    if isinstance(ami, BuiltAmi):
        return ami
    [mapping] = ami.block_device_mappings
    device = Device(mapping["DeviceName"], mapping["Ebs"]["VolumeSize"], mapping["Ebs"]["VolumeType"])
    adopted = BuiltAmi.__new__(BuiltAmi)
    known = {"devices": ((device, ami.ebs_snapshot),), "instance_stores": (), "fast_launch": None, "licenses": ()}
    adopted.__dict__ |= {**ami.__dict__, **known}
    ec2.amis[ami_id] = adopted
    return adopted
