"""What an image names by Region, held against the Region that an environment builds in."""

from __future__ import annotations

from collections.abc import Iterator

from generator.spec.model import Image
from generator.spec.report import Report, quoted
from generator.spec.yaml import Document, Path


def check_regional(document: Document, path: Path, image: Image, region: str, report: Report) -> None:
    """Report what the image has elsewhere only. `path` is the image's place in the environment."""
    for message in _problems(image, region):
        report.error(document, path, f"the image {image.name} {message}")


def _problems(image: Image, region: str) -> Iterator[str]:
    if image.base.amis and region not in dict(image.base.amis):
        known = quoted([each for each, _ in image.base.amis], "and")
        yield (
            f"is based on AMIs in {known}, and is built in {region}. "
            f"Add an AMI of {region} to images/{image.name}.yaml."
        )
    arn = image.base.image_arn
    if arn and arn.split(":")[3] != region:
        yield (
            f"is based on {arn}, and is built in {region}; Image Builder takes images of its own Region only. "
            "Name a known base, or an AMI for each Region."
        )
    for device in image.devices:
        if device.snapshots and device.snapshot_in(region) is None:
            known = quoted([each for each, _ in device.snapshots], "and")
            yield (
                f"makes {device.name} of a snapshot in {known}, and is built in {region}. "
                f"Add a snapshot of {region} to images/{image.name}.yaml."
            )
    for use in (*image.components, *image.tests):
        if use.owner == "arn" and use.name.split(":")[3] != region:
            yield (
                f"has the component {use.name}, and is built in {region}; Image Builder takes components of its own "
                "Region only. Name it by `shared` or `marketplace`, which has no Region."
            )
