"""What an image is built on, from `base` as written: a known name, an AMI, a parameter, a product, or another image.

https://docs.aws.amazon.com/imagebuilder/latest/APIReference/API_CreateImageRecipe.html (parentImage).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace

from generator.source.report import Report, did_you_mean, quoted, shown
from generator.source.yaml import Document
from generator.spec.bases import KNOWN_BASES, KnownBase
from generator.spec.container_recipes import resolve_container_base
from generator.spec.files import Source, Sources
from generator.spec.foundation import Foundation
from generator.spec.imports import imported_base
from generator.spec.model import BaseImage
from generator.spec.values import AMI_PATTERN, IMAGE_ARN_PATTERN, IMAGE_ARN_RULE
from generator.spec.written import BaseWritten, ImageWritten

KINDS = ("ami", "ssm", "arn", "marketplace", "image")

_MANAGED_ARN = re.compile(r"arn:[^:]+:imagebuilder:[^:]+:aws:image/([^/]+)/")


Resolved = tuple[BaseImage | None, KnownBase | None]
NOTHING: Resolved = (None, None)


def chained_on(image: ImageWritten) -> str | None:
    """The image of the spec that an image is built on, by name."""
    return image.base.image if isinstance(image.base, BaseWritten) else None


def resolve_base(
    sources: Sources, image: Source[ImageWritten], parents: Mapping[str, Foundation], report: Report
) -> Resolved:
    """The base image, and what is known of it; nothing after what is wrong has been reported.

    `parents` are the images of the spec that it may be built on: one that is missing has been reported.
    """
    written, document = image.written.base, image.document
    if image.written.container is not None:
        return resolve_container_base(image, parents, report)
    if isinstance(written, BaseWritten) and written.import_ is not None:
        return imported_base(document, written, sources.names["imports"], sources.imports, report), None
    if isinstance(written, BaseWritten):
        return _described(document, written, parents, report)
    if re.match(AMI_PATTERN, written):
        return BaseImage(written, "Linux", ami=written), None
    if written.startswith("arn:"):
        if re.match(IMAGE_ARN_PATTERN, written):
            return _described(document, BaseWritten(arn=written), parents, report)
        report.error(document, ("base",), f"{shown(written)} is not allowed; {IMAGE_ARN_RULE}.")
        return NOTHING
    return _named(document, written, sources.names["images"], report)


def _named(document: Document, name: str, images: Collection[str], report: Report) -> Resolved:
    known = KNOWN_BASES.get(name)
    if known is None:
        others = (
            f"The image {name} of the spec is written {{image: {name}}}."
            if name in images
            else "Others go by AMI id, by image ARN, or as a mapping such as `ssm: /name`."
        )
        message = f"{shown(name)} is no known base image; known are {quoted(KNOWN_BASES, 'and')}. {others}"
        report.error(document, ("base",), message + did_you_mean(name, KNOWN_BASES))
        return NOTHING
    base = BaseImage(name, known.platform, managed_image=known.managed_image, ssm_parameter=known.ssm_parameter)
    return base, known


def _described(document: Document, written: BaseWritten, parents: Mapping[str, Foundation], report: Report) -> Resolved:
    if written.reference or written.ecr:
        key = "reference" if written.reference else "ecr"
        message = "is for container images only. Remove it, or make the image one with `container: {}`."
        report.error(document, ("base", key), message)
        return NOTHING
    kinds = [kind for kind in KINDS if getattr(written, kind) is not None]
    if len(kinds) != 1:
        message = f"has {len(kinds)} of {quoted([*KINDS, 'import'], 'and')}; exactly one is needed."
        report.error(document, ("base",), message)
        return NOTHING
    if written.image is not None:
        return _chained(document, written, parents, report)
    base = named(
        BaseImage(
            "",
            written.platform or "Linux",
            ami=written.ami if isinstance(written.ami, str) else None,
            ssm_parameter=written.ssm,
            image_arn=written.arn,
            amis=tuple(sorted(written.ami.items())) if isinstance(written.ami, dict) else (),
            product=written.marketplace,
        )
    )
    known = known_by_reference(base)
    if known is None:
        return base, None
    if written.platform not in (None, known.platform):
        message = f"{written.platform} is not the platform of {base.name}, which is {known.platform}. Remove it."
        report.error(document, ("base", "platform"), message)
    return replace(base, platform=known.platform), known


def named(base: BaseImage) -> BaseImage:
    """The base under a name that says what it is. Raises ValueError for one that refers to nothing."""
    if base.amis:
        return replace(base, name=f"the AMIs of {quoted([region for region, _ in base.amis], 'and')}")
    if base.product is not None:
        return replace(base, name=f"the product {base.product}")
    if base.container is not None:
        return replace(base, name=base.container.reference or base.container.ecr or "")
    imported = base.imported_image.split("/")[0] if base.imported_image else None
    name = base.managed_image or base.ami or base.ssm_parameter or base.image_arn or base.image or imported
    if name is None:
        raise ValueError("a base image refers to nothing")
    return replace(base, name=name)


def known_by_reference(base: BaseImage) -> KnownBase | None:
    """What is known of a base by its managed image, also by the ARN of that, or by its vendor's parameter."""
    arn = _MANAGED_ARN.match(base.image_arn or "")
    managed = base.managed_image or (arn.group(1) if arn else None)
    for known in KNOWN_BASES.values():
        if managed is not None and managed == known.managed_image:
            return known
        if base.ssm_parameter and base.ssm_parameter == known.ssm_parameter:
            return known
    return None


def _chained(document: Document, written: BaseWritten, parents: Mapping[str, Foundation], report: Report) -> Resolved:
    if written.platform is not None:
        message = f"is not allowed with `image`: the platform is that of {written.image}. Remove it."
        report.error(document, ("base", "platform"), message)
    parent = parents.get(written.image or "")
    if parent is None:
        return NOTHING  # it has been reported, here or in its own file
    if parent.volume is None:
        message = f"{written.image} is a container image, and no AMI is built on one. Make this one `container: {{}}`."
        report.error(document, ("base", "image"), message)
        return NOTHING
    return BaseImage(f"{written.image}", parent.base.platform, image=written.image), parent.known
