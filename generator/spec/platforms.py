"""Linux, Windows and macOS: which instances run them, and what a component is called on each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Literal

from generator.source.report import Report
from generator.source.yaml import Document, Path
from generator.spec.bases import KnownBase
from generator.spec.model import Component, Image, Platform

Architecture = Literal["x86_64", "arm64"]

# Of macOS, where True. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-mac-instances.html
DEFAULT_INSTANCE_TYPES: Mapping[bool, Mapping[str, tuple[str, ...]]] = {
    False: {"x86_64": ("t3.medium",), "arm64": ("t4g.medium",)},
    True: {"x86_64": ("mac1.metal",), "arm64": ("mac2.metal",)},
}

_MAC = re.compile(r"mac[0-9-]")
# Graviton: a "g" right after the generation, and a1.
# https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html
_GRAVITON = re.compile(r"[a-z]+[0-9]+g[a-z]*(-[a-z0-9]+)?\.|a1\.")


def check_platform(document: Document, path: Path, image: Image, known: KnownBase | None, report: Report) -> None:
    """Report instances that cannot run the image. `path` is the image's place in the environment."""
    wrong = [each for each in image.instance_types if bool(_MAC.match(each)) != (image.base.platform == "macOS")]
    if wrong:
        runs = "runs on mac instances only" if image.base.platform == "macOS" else "does not run on mac instances"
        message = (
            f"the image {image.name} has the instance type {wrong[0]}, and {image.base.platform} {runs}. Change it."
        )
        report.error(document, path, message)
        return
    if image.base.platform == "macOS":
        _check_host(document, path, image, report)
    for each in image.instance_types if known else ():
        if known and _architecture(each) != known.architecture:
            message = (
                f"the image {image.name} has the instance type {each}, which is {_architecture(each)}, and its base "
                f"{image.base.name} is {known.architecture}. Change one of them."
            )
            report.error(document, path, message)


def _check_host(document: Document, path: Path, image: Image, report: Report) -> None:
    placement = image.infrastructure.placement
    if placement and placement.tenancy == "host":
        return
    message = (
        f"the image {image.name} is macOS, which runs on Dedicated Hosts only, and it is not placed on one. Add "
        "`infrastructure: {placement: {tenancy: host, host_id: h-...}}` here, with a host of the account."
    )
    report.error(document, path, message)


def _architecture(instance_type: str) -> Architecture:
    if _MAC.match(instance_type):
        return "x86_64" if instance_type.startswith("mac1.") else "arm64"
    return "arm64" if _GRAVITON.match(instance_type) else "x86_64"


def used_components(
    images: Iterable[Image], components: Mapping[tuple[str, Platform], Component]
) -> tuple[Component, ...]:
    """The components of ours that images use, one for each platform that they are used on."""
    used = {
        (use.name, image.base.platform)
        for image in images
        for use in (*image.components, *image.tests)
        if use.owner == "self"
    }
    found = [components[each] for each in used if each in components]
    return tuple(sorted(found, key=lambda component: component.full_name))


def check_names(document: Document, components: Iterable[Component], report: Report) -> None:
    """Report two components that would have one name in AWS."""
    taken: dict[str, Component] = {}
    for each in components:
        other = taken.setdefault(each.full_name, each)
        if other is not each:
            first, second = sorted((other, each), key=lambda component: component.is_plain)
            message = (
                f"the component {first.name} is called {first.full_name} on {first.platform}, as the component "
                f"{second.name} is. Rename one."
            )
            report.error(document, ("images",), message)
