"""Scans of new images by Amazon Inspector: of an image, and the account's switch for them.

botocore imagebuilder ImageScanningConfiguration: a scan happens in the test stage, so tests must run; Inspector must be
active for the account in the Region, for EC2 (AMIs) or ECR (containers).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from generator.source.report import Report
from generator.source.yaml import Document
from generator.spec import values as v
from generator.spec.model import Image
from generator.spec.model_pipeline import InspectorType, RegistryScanning
from generator.spec.shape import Written, switch

_REPOSITORY = r"^(?=.{2,256}$)[a-z0-9]+([._-][a-z0-9]+)*(/[a-z0-9]+([._-][a-z0-9]+)*)*$"
_TAG = r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$"
RepositoryName = Annotated[str, v.matching(_REPOSITORY, "the name of a repository reads like team/scans")]
RegistryFilter = Annotated[
    str,
    v.matching(
        r"^[a-z0-9*](?:[._\-/a-z0-9*]?[a-z0-9*]+)*$",
        "a filter is a repository's name, or part of one, with * for anything: prod/*",
    ),
    Field(max_length=256),
]  # botocore ecr ScanningRepositoryFilterValue
_TYPES: Mapping[str, InspectorType] = {"ec2": "EC2", "ecr": "ECR", "lambda": "LAMBDA", "lambda_code": "LAMBDA_CODE"}
DEFAULT_TYPES: tuple[InspectorType, ...] = ("EC2", "ECR")
ContainerTag = Annotated[str, v.matching(_TAG, "a container's tag has up to 128 letters, digits and _ . -")]


class ScanningWritten(Written):
    """Scans of an image. The short form is true or false."""

    enabled: bool | None = Field(default=None, description="whether new images are scanned [default: true]")
    repository: RepositoryName | None = Field(
        default=None,
        description="for container images: an ECR repository of the build account and Region that they are scanned in, "
        "and that is there already [default: Image Builder's own, image-builder-image-scanning-repository]",
    )
    tags: Annotated[list[ContainerTag], AfterValidator(v.unique("tags"))] | None = Field(
        default=None, description="for container images: tags of the scanned image [default: none]"
    )


ScanningValue = Annotated[ScanningWritten, switch(ScanningWritten)]


class RegistryWritten(Written):
    """How the registry of ECR in the build account and Region scans container images."""

    scan: Literal["basic", "enhanced"] = Field(
        description="`basic`: ECR's own scans of systems' packages; `enhanced`: Amazon Inspector's, of languages' too"
    )
    on_push: Annotated[list[RegistryFilter], Field(min_length=1), AfterValidator(v.unique("filters"))] | None = Field(
        default=None,
        description="filters, such as `prod/*`, of the repositories that are scanned on push [default: all, where "
        "nothing is scanned continuously]",
    )
    continuous: Annotated[list[RegistryFilter], Field(min_length=1), AfterValidator(v.unique("filters"))] | None = (
        Field(
            default=None,
            description="for `enhanced`: filters of those that are scanned again with each new vulnerability",
        )
    )


class InspectorWritten(Written):
    """Scanning in the account that builds."""

    enable_inspector: bool | None = Field(
        default=None,
        description="whether Amazon Inspector is activated in the build account and Region [default: false]",
    )
    resource_types: (
        Annotated[
            list[Literal["ec2", "ecr", "lambda", "lambda_code"]],
            Field(min_length=1),
            AfterValidator(v.unique("resource types")),
        ]
        | None
    ) = Field(
        default=None,
        description="what it is activated for: `ec2` (AMIs), `ecr` (container images), `lambda`, `lambda_code` "
        "[default: ec2, ecr]",
    )
    registry: RegistryWritten | None = Field(
        default=None, description="settings of ECR's registry in the build account and Region [default: as they are]"
    )


def resolve_inspector(
    written: InspectorWritten | None, images: Sequence[Image], document: Document, report: Report
) -> tuple[InspectorType, ...]:
    """What Inspector is activated for; what cannot be, and what images miss, is reported."""
    if written is None:
        return ()
    if not written.model_fields_set:
        report.error(document, ("scanning",), "says nothing. Add enable_inspector or registry.")
    if not written.enable_inspector:
        if written.resource_types:
            message = "are of Inspector, which is not activated. Add `enable_inspector: true`, or remove them."
            report.error(document, ("scanning", "resource_types"), message)
        return ()
    types = tuple(sorted(_TYPES[name] for name in written.resource_types or ("ec2", "ecr")))
    if "LAMBDA_CODE" in types and "LAMBDA" not in types:
        report.error(document, ("scanning", "resource_types"), "has lambda_code, which needs lambda. Add it.")
    _check_scanned(images, types, document, report)
    return types


def _check_scanned(images: Sequence[Image], types: Sequence[InspectorType], document: Document, report: Report) -> None:
    for image in images:
        needed: InspectorType = "ECR" if image.is_container else "EC2"
        if image.pipeline.scanning and needed not in types:
            message = f"leaves out {needed.lower()}, by which the image {image.name} is scanned. Add it."
            report.error(document, ("scanning", "resource_types"), message)


def resolve_registry(written: InspectorWritten | None, document: Document, report: Report) -> RegistryScanning | None:
    """How the registry scans. A filter for everything stands where none is given."""
    registry = written.registry if written else None
    if registry is None:
        return None
    if registry.continuous and registry.scan == "basic":
        message = "is for enhanced scans; ECR's own are made on push. Remove it, or scan enhanced."
        report.error(document, ("scanning", "registry", "continuous"), message)
    on_push = registry.on_push or ([] if registry.continuous else ["*"])
    return RegistryScanning(
        registry.scan == "enhanced", tuple(sorted(on_push)), tuple(sorted(registry.continuous or ()))
    )
