"""Disk images of a finished image in S3, by VM Export: as a spec says them, and what that means in an environment.

What AWS exports: https://docs.aws.amazon.com/vm-import/latest/userguide/limits-image-export.html, read 2026-11-24.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator, Field

from generator.source.report import Report, shown
from generator.source.yaml import Document, Path
from generator.spec import values as v
from generator.spec.model import BaseImage, Environment, Image, Organization, Volume
from generator.spec.model_recipe import Device
from generator.spec.model_vm import Export, ExportFormat
from generator.spec.shape import Written, text_or

MAX_VOLUME = 1024  # GiB: "VMs with volumes larger than 1 TiB are not supported"
MAX_BUCKET_NAME = 63
NONE = "none"

_FORMATS: Mapping[str, ExportFormat] = {"vmdk": "VMDK", "vhd": "VHD", "raw": "RAW"}
# Amazon-managed images that are rented with their software: "third-party software provided by AWS".
_RENTED = {
    "red-hat-enterprise-linux": "Red Hat Enterprise Linux",
    "suse-linux-enterprise-server": "SUSE Linux Enterprise Server",
}


def _format(value: object) -> object:
    """A format in lower case. Raises what the user reads for any other text."""
    if not isinstance(value, str) or value.lower() in _FORMATS:
        return value.lower() if isinstance(value, str) else value
    hint = " VHDX can only be imported: see `import` of a base." if value.lower() == "vhdx" else ""
    hint = hint or (" OVA can only be imported: see `import` of a base." if value.lower() == "ova" else "")
    raise v.problem(f"{shown(value)} cannot be exported; AWS exports VMDK, VHD and RAW.{hint}")


def _short(value: object) -> object:
    return value if value == NONE else _format(value)


FormatValue = Annotated[str, BeforeValidator(_format)]
ShortValue = Annotated[str, BeforeValidator(_short)]
Prefix = Annotated[
    str,
    v.matching(
        r"^(?!/)[A-Za-z0-9!_.*'()/-]{0,200}$",
        "a prefix of keys has up to 200 letters, digits and ! _ . * ' ( ) - /, no / first",
    ),
]


class ExportWritten(Written):
    """A disk image of each new image, in S3."""

    format: FormatValue = Field(description="`vmdk`, `vhd` or `raw`")
    bucket: v.BucketName | None = Field(
        default=None,
        description="an existing bucket of the build account in the build Region, not encrypted with KMS "
        "[default: one of the environment's own]",
    )
    prefix: Prefix | None = Field(
        default=None, description="what the objects' keys begin with [default: the image's name and /]"
    )


ExportValue = text_or(ExportWritten, ShortValue)


@dataclass(frozen=True)
class ExportPlace:
    """Where an export is written, and what is exported."""

    document: Document
    path: Path
    image: str
    is_container: bool
    base: BaseImage  # what the image, and all that it is built on, is built on in the end
    volumes: tuple[Volume | Device, ...]


def resolve_export(written: str | ExportWritten, place: ExportPlace, report: Report) -> Export | None:
    """The export; None where the word is `none`, and after what stands in its way has been reported."""
    if written == NONE:
        return None
    reason = _obstacle(place)
    if reason:
        report.error(place.document, place.path, f"cannot be done: {reason}")
        return None
    long = written if isinstance(written, ExportWritten) else ExportWritten(format=written)
    prefix = f"{place.image}/" if long.prefix is None else long.prefix
    return Export(_FORMATS[long.format], long.bucket, prefix)


def _obstacle(place: ExportPlace) -> str | None:
    """Why AWS would refuse to export the image, and what to do."""
    if place.is_container:
        return "AWS exports AMIs, and this is a container image. Remove it."
    if place.base.platform != "Linux":
        return f"AWS exports Linux images only, and {place.base.name} is {place.base.platform}. Remove it."
    if place.base.product is not None:
        return "AWS exports no image that is built on a product of AWS Marketplace. Remove it."
    for name, system in _RENTED.items():
        if name in (place.base.managed_image or place.base.image_arn or ""):
            return f"AWS exports no image with software that it provides, and {system} is. Remove it."
    if any(volume.encrypted for volume in place.volumes):
        return "AWS exports no image with an encrypted volume. Set encrypted of each volume to false, or remove it."
    largest = max(volume.size or 0 for volume in place.volumes)
    if largest > MAX_VOLUME:
        return f"a volume has {largest} GiB, and AWS exports up to {MAX_VOLUME}. Make it smaller, or remove it."
    return None


def check_export_bucket(
    organization: Organization, environment: Environment, images: Iterable[Image], document: Document, report: Report
) -> None:
    """Report an environment whose own bucket would have a name that S3 does not take."""
    if not any(image.pipeline.export and image.pipeline.export.bucket is None for image in images):
        return
    build = environment.build
    name = f"{organization.name}-{environment.name}-imagebuilder-exports-{build.account.id}-{build.region}"
    if len(name) > MAX_BUCKET_NAME:
        message = (
            f"makes the name of the bucket for exports {len(name)} characters long ({name}); S3 takes "
            f"{MAX_BUCKET_NAME}. Shorten the environment's or the organization's name, or give each export a bucket."
        )
        report.error(document, ("environment",), message)
