"""Container images: as a spec says them, and what that means.

Shapes: botocore imagebuilder CreateContainerRecipe and ContainerDistributionConfiguration; ecr CreateRepository.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path as FilePath
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from generator.source.report import Report, quoted
from generator.source.yaml import Document
from generator.spec import values as v
from generator.spec.dockerfiles import DEFAULT, dockerfile_of
from generator.spec.model import BaseImage
from generator.spec.model_container import Container, ContainerRecipe, Repository
from generator.spec.model_recipe import Device
from generator.spec.scanning import ContainerTag, RepositoryName
from generator.spec.shape import Written, text_or
from generator.spec.volumes import DeviceWritten, resolve_devices

OWN = "own"  # the environment's key
# The root device of the ECS-optimized AMIs that Image Builder builds containers on unless it is told otherwise:
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-optimized_AMI.html
_ROOT: Mapping[str, tuple[str, int]] = {"Linux": ("/dev/xvda", 30), "Windows": ("/dev/sda1", 100)}
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/retrieve-ecs-optimized_AMI.html
_ARM_INSTANCE = "/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id"

TemplateKey = Annotated[
    str,
    v.matching(
        r"^(own|arn:aws[^:]*:kms:[a-z0-9-]+:[0-9]{12}:(key|alias)/[A-Za-z0-9/_-]{1,250})$",
        "`own` (the environment's key) is, or the ARN of a KMS key of the build Region",
    ),
]
S3Uri = Annotated[
    str, v.matching(r"^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/[^\x00-\x20]+$", "an object reads like s3://BUCKET/KEY")
]


class RepositoryWritten(Written):
    """The ECR repository that a container image goes to. The short form is its name."""

    name: RepositoryName | None = Field(
        default=None, description="its name, the same in every Region [default: ENVIRONMENT/IMAGE]"
    )
    existing: bool | None = Field(
        default=None,
        description="whether it is there already, in every Region that receives, and is not Goldsmith's "
        "[default: false]",
    )
    scan_on_push: bool | None = Field(default=None, description="whether ECR scans what arrives [default: true]")
    immutable: bool | None = Field(
        default=None, description="whether a tag stays with the image that it was given to [default: true]"
    )
    encryption: Literal["own", "aes256"] | None = Field(
        default=None,
        description="`own`: with the environment's key of each Region; `aes256`: with a key of S3; another one "
        "replaces the repository [default: own]",
    )
    keep: Annotated[int, Field(ge=1, le=10000)] | None = Field(
        default=None, description="how many images with a tag stay; ECR deletes the oldest above it [default: all]"
    )
    untagged_days: Annotated[int, Field(ge=1, le=3650)] | None = Field(
        default=None, description="days after which ECR deletes an image without a tag [default: never]"
    )


class InstanceWritten(Written):
    """The instance that builds and tests a container image."""

    ami: v.AmiId | None = Field(
        default=None, description="its AMI, of the build Region [default: the ECS-optimized one]"
    )
    ssm: v.ParameterName | None = Field(default=None, description="name of an SSM parameter that holds the AMI id")
    devices: Annotated[list[DeviceWritten], Field(min_length=1)] | None = Field(
        default=None,
        description="its block devices [default: an encrypted root volume; with an AMI of your own, as that has them]",
    )


class ContainerWritten(Written):
    """Makes a container image of an image: built with Docker, kept in ECR."""

    repository: text_or(RepositoryWritten, RepositoryName) | None = Field(  # type: ignore[valid-type]
        default=None, description="the ECR repository: its name, or a mapping [default: one made for the image]"
    )
    tags: Annotated[list[ContainerTag], Field(min_length=1), AfterValidator(v.unique("tags"))] | None = Field(
        default=None,
        description="tags that move to each new image, besides VERSION-BUILD, which every image has; needs "
        "`immutable: false` [default: none]",
    )
    dockerfile: str | None = Field(
        default=None,
        description="Dockerfile template: a file of the spec such as `dockerfiles/web`, or the text itself, in several "
        "lines [default: the base, then the components]",
    )
    dockerfile_uri: S3Uri | None = Field(default=None, description="a template in S3 instead, such as s3://BUCKET/KEY")
    kms_key: TemplateKey | None = Field(
        default=None,
        description="encrypts the template in EC2 Image Builder: `own`, or the ARN of a key [default: a key of AWS]",
    )
    instance: InstanceWritten | None = Field(default=None, description="the instance that builds")


def resolve_container(
    written: ContainerWritten,
    document: Document,
    directory: FilePath,
    base: BaseImage,
    report: Report,
) -> tuple[ContainerRecipe, Container] | None:
    """The container part of an image, or None after what is wrong has been reported."""
    findings = len(report.diagnostics)
    repository = written.repository
    if not isinstance(repository, RepositoryWritten):
        repository = RepositoryWritten(name=repository)
    _check_repository(repository, written, document, report)
    instance = written.instance or InstanceWritten()
    is_arm64 = base.container is not None and base.container.is_arm64
    _check_instance(instance, document, report)
    recipe = ContainerRecipe(
        repository=repository.name,
        dockerfile=_template(written, document, directory, report),
        dockerfile_uri=written.dockerfile_uri,
        kms_key=written.kms_key,
        instance_ami=instance.ami,
        instance_ssm=instance.ssm or (_ARM_INSTANCE if is_arm64 and not instance.ami else None),
        instance_devices=_devices(instance, base.platform, document, report),
    )
    if len(report.diagnostics) > findings:
        return None
    return recipe, Container(repository.name, _repository(repository), tuple(sorted(written.tags or ())))


def _template(written: ContainerWritten, document: Document, directory: FilePath, report: Report) -> str | None:
    if written.dockerfile_uri is None:
        text = written.dockerfile
        return (
            DEFAULT if text is None else dockerfile_of(text, directory, document, ("container", "dockerfile"), report)
        )
    if written.dockerfile is not None:
        report.error(document, ("container", "dockerfile_uri"), "stands beside dockerfile. Remove one.")
    return None


def _repository(written: RepositoryWritten) -> Repository:
    return Repository(
        is_made=written.existing is not True,
        scan_on_push=written.scan_on_push is not False,
        immutable_tags=written.immutable is not False,
        own_key=written.encryption != "aes256",
        keep=written.keep,
        untagged_days=written.untagged_days,
    )


def _check_repository(
    repository: RepositoryWritten, written: ContainerWritten, document: Document, report: Report
) -> None:
    if repository.existing:
        if repository.name is None:
            message = "has no name, so there is nothing to go to. Add the name of the repository."
            report.error(document, ("container", "repository"), message)
        for key in ("scan_on_push", "immutable", "encryption", "keep", "untagged_days"):
            if getattr(repository, key) is not None:
                message = "is the owner's to decide, since the repository is existing. Remove it."
                report.error(document, ("container", "repository", key), message)
    elif written.tags and repository.immutable is not False:
        message = (
            f"{quoted(written.tags, 'and')} would have to move with the second build, and tags of the repository are "
            "immutable. Remove tags (every image has one of its version and build), or give the repository "
            "`immutable: false`."
        )
        report.error(document, ("container", "tags"), message)


def _check_instance(instance: InstanceWritten, document: Document, report: Report) -> None:
    if instance.ami and instance.ssm:
        report.error(document, ("container", "instance"), "has both ami and ssm; at most one is allowed. Remove one.")


def _devices(instance: InstanceWritten, platform: str, document: Document, report: Report) -> tuple[Device, ...]:
    if instance.devices is not None:
        return resolve_devices(document, instance.devices, None, report, ("container", "instance", "devices"))
    if instance.ami or instance.ssm:
        return ()
    root, size = _ROOT[platform]
    return (Device(root, size),)
