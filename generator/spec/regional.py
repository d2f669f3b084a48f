"""What an image names by Region, held against the Region that an environment builds in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from generator.source.report import Report, quoted
from generator.source.yaml import Document, Path
from generator.spec.containers import OWN
from generator.spec.model import Image
from generator.spec.model_infrastructure import NOTIFY


@dataclass(frozen=True)
class Home:
    """Where an environment builds."""

    partition: str
    region: str


def check_regional(document: Document, path: Path, image: Image, home: Home, report: Report) -> None:
    """Report what the image has elsewhere only. `path` is the image's place in the environment."""
    for message in (*_problems(image, home.region), *_strangers(image, home)):
        report.error(document, path, f"the image {image.name} {message}")


def _strangers(image: Image, home: Home) -> Iterator[str]:
    """What Image Builder would tell, and encrypt with, elsewhere."""
    topic = image.infrastructure.sns_topic
    if topic and topic != NOTIFY and not _is_at(topic, home):
        yield (
            f"tells {topic}, and is built in {home.region}; Image Builder tells topics of its own Region only. "
            f"Give infrastructure.sns_topic one of {home.region} in the partition {home.partition}."
        )
    placement = image.infrastructure.placement
    group = placement.host_resource_group_arn if placement else None
    if group and not _is_at(group, home):
        yield (
            f"is placed in {group}, and is built in {home.region}; hosts of another Region launch no instance. "
            f"Give infrastructure.placement a group of {home.region} in the partition {home.partition}."
        )
    for arn in _of_other_partitions(image, home.partition):
        there = arn.split(":")[1]
        yield f"has {arn}, which is of the partition {there}; nothing of it is to be had in {home.partition}."
    key = image.container_recipe.kms_key if image.container_recipe else None
    if key and key != OWN and not _is_at(key, home):
        yield (
            f"encrypts its template with {key}, and is built in {home.region}; a key encrypts in its own Region only. "
            f"Give container.kms_key `own`, or one of {home.region} in the partition {home.partition}."
        )


def _of_other_partitions(image: Image, partition: str) -> list[str]:
    arns = [image.base.image_arn, *(use.name for use in (*image.components, *image.tests) if use.owner == "arn")]
    return [arn for arn in arns if arn and arn.split(":")[1] != partition]


def _is_at(arn: str, home: Home) -> bool:
    _, partition, _, region, *_ = arn.split(":")
    return (partition, region) == (home.partition, home.region)


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
