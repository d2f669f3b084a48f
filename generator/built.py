"""The images of one name that are there, whoever started their builds: a pipeline, an apply or a person.

APIs: https://docs.aws.amazon.com/imagebuilder/latest/APIReference/API_ListImages.html,
https://docs.aws.amazon.com/imagebuilder/latest/APIReference/API_ListImageBuildVersions.html,
https://docs.aws.amazon.com/imagebuilder/latest/APIReference/API_ListImagePipelineImages.html.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Summary = Mapping[str, Any]  # ImageSummary of the API


def images_of(imagebuilder: Any, pipeline_arn: str) -> list[Summary]:
    """All builds of the images that have the name of a pipeline and of its recipe, in any state, the newest first.

    The list of a pipeline lacks what CreateImage built, that of all images what began in the last two minutes
    (ListImages says so): both are asked. A pipeline that is not there leaves the other.
    """
    found = {each["arn"]: each for each in of_pipeline(imagebuilder, pipeline_arn)}
    for version in _versions(imagebuilder, pipeline_arn.replace(":image-pipeline/", ":image/")):
        found |= {each["arn"]: each for each in builds_of(imagebuilder, version)}
    return newest_first(found.values())


def available(images: Iterable[Summary]) -> list[Summary]:
    """Those that can be built on and launched: none that runs, has failed, or is deprecated, disabled or deleted."""
    return [each for each in images if each["state"]["status"] == "AVAILABLE"]


def newest_first(images: Iterable[Summary]) -> list[Summary]:
    return sorted(images, key=lambda each: (str(each.get("dateCreated", "")), _build_number(each)), reverse=True)


def builds_of(imagebuilder: Any, version_arn: str) -> list[Summary]:
    """The builds of one version of an image or of an import; none where the version is not there."""
    pages = imagebuilder.get_paginator("list_image_build_versions").paginate(imageVersionArn=version_arn)
    return _unless_missing(imagebuilder, pages)


def of_pipeline(imagebuilder: Any, pipeline_arn: str) -> list[Summary]:
    """What a pipeline has built, in any state; nothing where it is not there."""
    pages = imagebuilder.get_paginator("list_image_pipeline_images").paginate(imagePipelineArn=pipeline_arn)
    return _unless_missing(imagebuilder, pages)


def _versions(imagebuilder: Any, stem: str) -> Iterator[str]:
    """ARNs of the versions of the images of the account under an ARN without a version."""
    pages = imagebuilder.get_paginator("list_images").paginate(
        owner="Self", includeDeprecated=True, filters=[{"name": "name", "values": [stem.rsplit("/", 1)[1]]}]
    )
    for page in pages:
        yield from (each["arn"] for each in page["imageVersionList"] if each["arn"].startswith(f"{stem}/"))


def _unless_missing(imagebuilder: Any, pages: Iterable[Mapping[str, Any]]) -> list[Summary]:
    try:
        return [each for page in pages for each in page["imageSummaryList"]]
    except imagebuilder.exceptions.ResourceNotFoundException:
        return []


def _build_number(image: Summary) -> int:
    return int(image["arn"].rsplit("/", 1)[1])
