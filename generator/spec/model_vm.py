"""The frozen model of disk images that leave AWS and come into it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ExportFormat = Literal["VMDK", "VHD", "RAW"]
ImportFormat = Literal["OVA", "VMDK", "VHD", "VHDX", "RAW", "ISO"]


@dataclass(frozen=True)
class Export:
    """A disk image of each new image, in a bucket of the build account and Region."""

    format: ExportFormat
    bucket: str | None  # None: the environment's own
    prefix: str  # of the objects' keys


@dataclass(frozen=True)
class Import:
    """A disk image in S3 that becomes the base image `image/<environment>-<name>/<version>` of a build account."""

    name: str
    description: str
    platform: Literal["Linux", "Windows"]
    sources: tuple[tuple[str, str], ...]  # s3:// by Region, sorted; under "" the one for all
    format: ImportFormat
    version: str  # 1.0.0
    os_version: str | None
    license: Literal["aws", "byol"] | None
    boot_mode: Literal["legacy-bios", "uefi"] | None
    encrypted: bool  # with the environment's key
    role: str | None  # None: the environment's own
    instance_types: tuple[str, ...]  # for an ISO
    image_index: int | None  # of an ISO's editions
    secure_boot: bool | None
    tags: tuple[tuple[str, str], ...]

    @property
    def is_iso(self) -> bool:
        return self.format == "ISO"

    def source(self, region: str) -> str | None:
        """The file for a Region; None where there is none."""
        sources = dict(self.sources)
        return sources.get(region) or sources.get("")
