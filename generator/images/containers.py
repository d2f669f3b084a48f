"""Where a container image is: in the build account's registries, and who may pull it from there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from generator.images.build import Build
    from generator.images.pipeline import Pipeline


@dataclass(frozen=True, order=True)
class ContainerImage:
    region: str
    uri: str  # with its tag


def containers_of(image: Mapping[str, Any]) -> list[ContainerImage]:
    """Those that an image of GetImage has put out."""
    return [
        ContainerImage(each["region"], uri)
        for each in image.get("outputResources", {}).get("containers", [])
        for uri in each.get("imageUris", [])
    ]


def container_rows(pipeline: Pipeline, build: Build) -> list[dict[str, str]]:
    """The build account in each Region that has the image, and who may pull it there."""
    rows = [_row(pipeline.account.name, pipeline.account.id, each, "own") for each in build.containers]
    rows += [
        _row(target.account.name, target.account.id, each, "pull")
        for each in build.containers
        for target in pipeline.environment.targets
        if target.region == each.region and target.account != pipeline.account
    ]
    rows += [row for each in build.containers for row in _audience_rows(pipeline, each)]
    return sorted(rows, key=lambda row: (row["account"], row["region"]))


def _audience_rows(pipeline: Pipeline, image: ContainerImage) -> list[dict[str, str]]:
    """Organizations and their units; `account_id` is their ARN."""
    found = []
    for audience in pipeline.environment.audiences:
        if audience.region == image.region:
            found += [(f"organization {arn.rsplit('/', 1)[1]}", arn) for arn in audience.organizations]
            found += [(f"unit {arn.rsplit('/', 1)[1]}", arn) for arn in audience.organizational_units]
    return [_row(words, arn, image, "pull") for words, arn in found]


def _row(account: str, account_id: str, image: ContainerImage, mode: str) -> dict[str, str]:
    return {"account": account, "account_id": account_id, "region": image.region, "uri": image.uri, "mode": mode}
