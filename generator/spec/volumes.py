"""The root volume and further block devices of an image: as written, and as resolved.

Bounds: https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html, and botocore imagebuilder
EbsInstanceBlockDeviceSpecification.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from generator.source.report import Report, quoted
from generator.source.yaml import Document, Path
from generator.spec import values as v
from generator.spec.bases import KnownBase
from generator.spec.foundation import Foundation
from generator.spec.imports import ROOT_DEVICE as IMPORTED_ROOT
from generator.spec.model import BaseImage, Volume
from generator.spec.model_recipe import Device
from generator.spec.shape import Written

DEFAULT_TYPE = "gp3"
DEFAULT_SIZE = {"Linux": 20, "Windows": 50, "macOS": 100}  # GiB
NO_ROOT_TYPES = ("sc1", "st1")

_LEAST_SIZE = {"io1": 4, "io2": 4, "sc1": 125, "st1": 125}  # GiB
_MOST_SIZE = {"standard": 1024}
_IOPS_PER_GIB = {"gp3": 500, "io1": 50, "io2": 1000}
_LEAST_IOPS = {"gp3": 3000}  # what any volume of the type has
_IOPS_PER_THROUGHPUT = 4  # of gp3: a quarter of a MiB/s for each

Size = Annotated[int, Field(ge=1, le=16000)]
VolumeType = Literal["gp3", "gp2", "io1", "io2", "standard", "st1", "sc1"]
Iops = Annotated[int, Field(ge=100, le=64000)]
Throughput = Annotated[int, Field(ge=125, le=1000)]


class VolumeWritten(Written):
    """The root volume."""

    size: Size | None = Field(
        default=None, description="GiB [default: 20; Windows: 50; macOS: 100; on an image of the spec: as that one]"
    )
    type: VolumeType | None = Field(
        default=None, description="volume type; st1 and sc1 cannot hold a root volume [default: gp3]"
    )
    encrypted: bool | None = Field(default=None, description="with the environment's own key [default: true]")
    iops: Iops | None = Field(default=None, description="for gp3, io1 and io2")
    throughput: Throughput | None = Field(default=None, description="MiB/s, for gp3")
    delete_on_termination: bool | None = Field(
        default=None, description="whether the volume goes with an instance of the image [default: true]"
    )
    device: v.Device | None = Field(
        default=None, description="root device [default: the base image's, where its name is known]"
    )


class DeviceWritten(Written):
    """A block device besides the root volume: a volume, an instance store, or one of the base image that goes."""

    device: v.Device = Field(description="name of the device, such as /dev/sdf")
    size: Size | None = Field(default=None, description="GiB [default: that of the snapshot]")
    type: VolumeType | None = Field(default=None, description="volume type [default: gp3]")
    encrypted: bool | None = Field(default=None, description="with the environment's own key [default: true]")
    iops: Iops | None = Field(default=None, description="for gp3, io1 and io2")
    throughput: Throughput | None = Field(default=None, description="MiB/s, for gp3")
    snapshot: v.RegionalSnapshot | None = Field(
        default=None, description="id of a snapshot that the volume is made of, or a mapping of Regions to ids"
    )
    delete_on_termination: bool | None = Field(
        default=None, description="whether the volume goes with an instance of the image [default: true]"
    )
    virtual_name: v.VirtualName | None = Field(default=None, description="an instance store, such as ephemeral0")
    no_device: bool | None = Field(default=None, description="true: the image is without this device of its base")


_VOLUME_KEYS = ("size", "type", "encrypted", "iops", "throughput", "snapshot", "delete_on_termination")


def resolve_root(
    document: Document,
    written: VolumeWritten | None,
    base: BaseImage | None,
    known: KnownBase | None,
    foundation: Foundation | None,
    report: Report,
) -> Volume | None:
    """The root volume, or None without a base, and where its device is neither said nor known, which is reported."""
    written, parent = written or VolumeWritten(), foundation.volume if foundation else None
    if base is None:
        return None
    device = written.device or _root_of(base, known, parent)
    if device is None:
        message = (
            f"is missing; the root device of {base.name} is not known here, and a wrong one would leave the root "
            "volume as the base image has it. Add it (`aws ec2 describe-images` calls it RootDeviceName)."
        )
        report.error(document, ("volume", "device"), message)
        return None
    volume = Volume(
        device=device,
        size=written.size or (parent.size if parent else DEFAULT_SIZE[base.platform]),
        type=written.type or DEFAULT_TYPE,
        encrypted=True if written.encrypted is None else written.encrypted,
        iops=written.iops,
        throughput=written.throughput,
        delete_on_termination=written.delete_on_termination is not False,
    )
    _check_root(document, volume, report)
    if parent:
        _check_against(document, volume, base.name, parent, report)
    elif known and volume.size < known.least_volume:
        message = (
            f"{volume.size} GiB are less than the {known.least_volume} of {base.name}, whose snapshot the root volume "
            "begins as. Raise it."
        )
        report.error(document, ("volume", "size"), message)
    return volume


def _root_of(base: BaseImage, known: KnownBase | None, parent: Volume | None) -> str | None:
    if parent is not None:
        return parent.device
    return known.root_device if known else IMPORTED_ROOT if base.imported_image else None


def _check_against(document: Document, volume: Volume, name: str, parent: Volume, report: Report) -> None:
    """A root volume begins as the snapshot of its base: it has its device, at least its size, and its encryption."""
    if volume.device != parent.device:
        message = f"{volume.device} is not the root device of {name}, which is {parent.device}. Remove it."
        report.error(document, ("volume", "device"), message)
    if volume.size < parent.size:
        message = f"{volume.size} GiB are less than the {parent.size} of {name}, whose volume it begins as. Raise it."
        report.error(document, ("volume", "size"), message)
    if parent.encrypted and not volume.encrypted:
        message = f"false is not allowed: {name} is encrypted, and so is all that is made of its snapshot. Remove it."
        report.error(document, ("volume", "encrypted"), message)


def _check_root(document: Document, volume: Volume, report: Report) -> None:
    """Report a root volume that EBS does not have."""
    if volume.type in NO_ROOT_TYPES:
        message = (
            f"volumes of type {volume.type} cannot hold a system, which starts from small random reads: EC2 refuses "
            "them as root. Take gp3 here, and add one under `devices`."
        )
        report.error(document, ("volume", "type"), message)
        return
    _check_volume(document, ("volume",), volume, report)


def resolve_devices(
    document: Document,
    written: Sequence[DeviceWritten],
    root: str | None,
    report: Report,
    place: Path = ("devices",),
) -> tuple[Device, ...]:
    """The devices by name; what is wrong with any is reported."""
    found: dict[str, Device] = {}
    for index, each in enumerate(written):
        path: Path = (*place, index)
        if each.device == root:
            message = f"{root} is the root device. Say it under `volume`."
            report.error(document, (*path, "device"), message)
        elif each.device in found:
            report.error(document, (*path, "device"), f"{each.device} stands twice. Remove one.")
        device = _device(each)
        _check_kind(document, path, each, report)
        if device.is_volume:
            _check_volume(document, path, device, report)
        found[each.device] = device
    return tuple(found[name] for name in sorted(found))


def _device(written: DeviceWritten) -> Device:
    regional = written.snapshot if isinstance(written.snapshot, dict) else {}
    return Device(
        name=written.device,
        size=written.size,
        type=written.type or DEFAULT_TYPE,
        encrypted=True if written.encrypted is None else written.encrypted,
        iops=written.iops,
        throughput=written.throughput,
        snapshot=written.snapshot if isinstance(written.snapshot, str) else None,
        snapshots=tuple(sorted(regional.items())),
        delete_on_termination=written.delete_on_termination is not False,
        virtual_name=written.virtual_name,
        is_removed=bool(written.no_device),
    )


def _check_kind(document: Document, path: Path, written: DeviceWritten, report: Report) -> None:
    """A device is one thing only."""
    of_volume = [key for key in _VOLUME_KEYS if getattr(written, key) is not None]
    kinds = [key for key in ("virtual_name", "no_device") if getattr(written, key)]
    if len(kinds) == 2 or (kinds and of_volume):
        others = [*kinds[1:], *of_volume]
        message = f"has {kinds[0]}, beside which nothing else is allowed. Remove {quoted(others, 'and')}."
        report.error(document, path, message)
    elif not kinds and written.size is None and written.snapshot is None:
        message = "is no device yet; size, snapshot, virtual_name or no_device says what it is. Add one."
        report.error(document, path, message)


def _check_volume(document: Document, path: Path, volume: Volume | Device, report: Report) -> None:
    _check_size(document, path, volume, report)
    _check_iops(document, path, volume, report)
    if volume.throughput is None:
        return
    if volume.type != "gp3":
        message = f"volumes of type {volume.type} take none; gp3 does. Remove it."
        report.error(document, (*path, "throughput"), message, code="G303")
    elif volume.throughput * _IOPS_PER_THROUGHPUT > (volume.iops or _LEAST_IOPS["gp3"]):
        message = (
            f"{volume.throughput} MiB/s need {volume.throughput * _IOPS_PER_THROUGHPUT} IOPS, "
            f"and the volume has {volume.iops or _LEAST_IOPS['gp3']}. Raise iops, or lower this."
        )
        report.error(document, (*path, "throughput"), message, code="G303")


def _check_size(document: Document, path: Path, volume: Volume | Device, report: Report) -> None:
    least, most = _LEAST_SIZE.get(volume.type, 1), _MOST_SIZE.get(volume.type, 16000)
    if volume.size is not None and not least <= volume.size <= most:
        message = f"{volume.size} GiB are not allowed for a volume of type {volume.type}; {least} to {most} are."
        report.error(document, (*path, "size"), message)


def _check_iops(document: Document, path: Path, volume: Volume | Device, report: Report) -> None:
    place = (*path, "iops")
    if volume.iops is None:
        if volume.type in ("io1", "io2"):
            message = f"is missing; volumes of type {volume.type} need it. Add it."
            report.error(document, place, message, code="G303")
        return
    if volume.type not in _IOPS_PER_GIB:
        message = f"volumes of type {volume.type} take none; gp3, io1 and io2 do. Remove it."
        report.error(document, place, message, code="G303")
        return
    least = _LEAST_IOPS.get(volume.type, 100)
    most = max(least, _IOPS_PER_GIB[volume.type] * volume.size) if volume.size else None
    if volume.iops < least:
        message = f"{volume.iops} are less than the {least} of any {volume.type} volume."
        report.error(document, place, message, code="G303")
    elif most is not None and volume.iops > most:
        message = f"{volume.iops} are more than the {most} that {volume.size} GiB of type {volume.type} can have."
        report.error(document, place, message, code="G303")
