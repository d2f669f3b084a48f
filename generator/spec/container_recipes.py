"""The base and the container part of an image that is a container image."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path as FilePath

from generator.source.report import Report, quoted, shown
from generator.source.yaml import Document
from generator.spec.bases import KnownBase
from generator.spec.container_bases import container_base, ecr_problem, known_container_base, reference_problem
from generator.spec.containers import resolve_container
from generator.spec.files import Source
from generator.spec.foundation import Foundation
from generator.spec.model import BaseImage
from generator.spec.model_container import Container, ContainerBase, ContainerRecipe
from generator.spec.values import IMAGE_ARN_PATTERN, IMAGE_ARN_RULE
from generator.spec.written import BaseWritten, ImageWritten

_VOLUMES = "which have no volumes; those of the instance that builds them stand under container.instance.devices"
_OTHERS = ("ami", "ssm", "arn", "import_", "reference", "ecr", "marketplace", "platform")
_NOT_FOR_CONTAINERS = {
    "volume": _VOLUMES,
    "devices": _VOLUMES,
    "user_data": "whose recipes have no place for it; what it would do is the work of a component",
    "ssm_agent": "which have no agent",
    "distribution": "which have tags (`container.tags`) and a repository, and neither AMI names nor licenses",
}


def resolve_container_base(
    image: Source[ImageWritten], parents: Mapping[str, Foundation], report: Report
) -> tuple[BaseImage | None, KnownBase | None]:
    """What it is built on, and what is known of it; no base after what is wrong has been reported."""
    written, document = image.written.base, image.document
    if isinstance(written, BaseWritten) and written.image is not None:
        return _chained(document, written, parents.get(written.image), report)
    if isinstance(written, BaseWritten):
        return _described(document, written, report), None
    known = known_container_base(written)
    if known is not None:
        return BaseImage(written, "Linux", container=container_base(written)), known
    if written.startswith("arn:"):
        if re.match(IMAGE_ARN_PATTERN, written):
            return BaseImage(written, "Linux", image_arn=written), None
        report.error(document, ("base",), f"{shown(written)} is not allowed; {IMAGE_ARN_RULE}.")
        return None, None
    problem = reference_problem(written)
    if problem:
        report.error(document, ("base",), problem)
        return None, None
    return BaseImage(written, "Linux", container=ContainerBase(written)), None


def _chained(
    document: Document, written: BaseWritten, parent: Foundation | None, report: Report
) -> tuple[BaseImage | None, KnownBase | None]:
    """On another container image of the spec, by its ARN: botocore imagebuilder CreateContainerRecipe (parentImage)."""
    others = [key.rstrip("_") for key in _OTHERS if getattr(written, key) is not None]
    if others:
        message = f"has {quoted(['image', *others], 'and')}; exactly one is allowed. Remove {quoted(others, 'and')}."
        report.error(document, ("base",), message)
    if parent is None:
        return None, None  # it has been reported
    if parent.volume is not None:
        message = f"{written.image} is an AMI, and no container image is built on one. Take another base."
        report.error(document, ("base", "image"), message)
        return None, None
    return BaseImage(f"{written.image}", parent.base.platform, image=written.image), parent.known


def _described(document: Document, written: BaseWritten, report: Report) -> BaseImage | None:
    problem = _problem(written)
    if problem:
        key, message = problem
        report.error(document, ("base", key) if key else ("base",), message)
        return None
    container = None if written.arn else ContainerBase(written.reference, ecr=written.ecr)
    name = written.reference or written.ecr or written.arn or ""
    return BaseImage(name, written.platform or "Linux", image_arn=written.arn, container=container)


def _problem(written: BaseWritten) -> tuple[str, str] | None:
    """The key that is wrong, "" for the base as a whole, and the message."""
    if written.import_ is not None:
        return "import", "is no base of a container image; a disk image becomes an AMI. Remove it."
    if written.marketplace is not None:
        return "marketplace", "is no base of a container image; a product of AWS Marketplace is an AMI. Remove it."
    for key in ("ami", "ssm"):
        if getattr(written, key) is not None:
            return key, (
                "is no base of a container image; reference, ecr and the ARN of a managed container image are. The "
                f"instance that builds it has its AMI under container.instance.{key}."
            )
    count = sum(each is not None for each in (written.reference, written.ecr, written.arn))
    if count != 1:
        return "", f"has {count} of reference, ecr, arn and image; exactly one is needed."
    if written.platform == "macOS":
        return "platform", "macOS is not allowed; containers are for Linux and Windows."
    for key, check in (("reference", reference_problem), ("ecr", ecr_problem)):
        text = getattr(written, key)
        problem = check(text) if text is not None else None
        if problem:
            return key, problem
    return None


def resolve_container_of(
    directory: FilePath, image: Source[ImageWritten], base: BaseImage, report: Report
) -> tuple[ContainerRecipe, Container] | None:
    """The container part, or None after what is wrong has been reported. `directory` is the spec's."""
    document, written = image.document, image.written
    for key, reason in _NOT_FOR_CONTAINERS.items():
        if getattr(written, key) is not None:
            report.error(document, (key,), f"is not for container images, {reason}. Remove it.", at_key=True)
    if written.container is None:
        return None
    return resolve_container(written.container, document, directory, base, report)
