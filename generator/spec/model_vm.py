"""The frozen model of disk images that leave AWS and come into it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ExportFormat = Literal["VMDK", "VHD", "RAW"]


@dataclass(frozen=True)
class Export:
    """A disk image of each new image, in a bucket of the build account and Region."""

    format: ExportFormat
    bucket: str | None  # None: the environment's own
    prefix: str  # of the objects' keys
