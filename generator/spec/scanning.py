"""Scans of new images by Amazon Inspector: of an image, and the account's switch for them.

botocore imagebuilder ImageScanningConfiguration: a scan happens in the test stage, so tests must run; Inspector must be
active for the account in the Region, for EC2 (AMIs) or ECR (containers).
"""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from generator.spec import values as v
from generator.spec.shape import Written, switch

_REPOSITORY = r"^(?=.{2,256}$)[a-z0-9]+([._-][a-z0-9]+)*(/[a-z0-9]+([._-][a-z0-9]+)*)*$"
_TAG = r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$"
RepositoryName = Annotated[str, v.matching(_REPOSITORY, "the name of a repository reads like team/scans")]
ContainerTag = Annotated[str, v.matching(_TAG, "a container's tag has up to 128 letters, digits and _ . -")]


class ScanningWritten(Written):
    """Scans of an image. The short form is true or false."""

    enabled: bool | None = Field(default=None, description="whether new images are scanned [default: true]")
    repository: RepositoryName | None = Field(
        default=None,
        description="for container images: the ECR repository that they are scanned in [default: Image Builder's own, "
        "image-builder-image-scanning-repository]",
    )
    tags: Annotated[list[ContainerTag], AfterValidator(v.unique("tags"))] | None = Field(
        default=None, description="for container images: tags of the scanned image [default: none]"
    )


ScanningValue = Annotated[ScanningWritten, switch(ScanningWritten)]


class InspectorWritten(Written):
    """Scanning in the account that builds."""

    enable_inspector: bool = Field(
        description="whether Amazon Inspector is activated for EC2 and ECR in the build account and Region"
    )
